//! Tables by the command line: what stands in a row and behind it, and how it all ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::service::PROGRAM;
use crate::world::{World, mistyped, on_runtime, unknown_code, world};

/// A folder with a table, and what is made of it.
pub(crate) struct Desk {
    folder: TempDir,
    token: String,
}

impl Desk {
    /// With `table`, for whoever has `token`.
    pub(crate) fn new(table: impl AsRef<[u8]>, token: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("in.csv"), table).unwrap();
        Self { folder, token: token.to_owned() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command that checks the table by the service at `url`.
    pub(crate) fn command(&self, url: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["verify", "--server", url, "--batch"]).arg(self.path("in.csv")).arg("--out");
        command.arg(self.path("out.csv")).env("EARAYIS_TOKEN", &self.token).stdin(Stdio::null());
        command
    }

    /// Runs it; answers its exit code and what it said.
    pub(crate) fn check(&self, url: &str, more: &[&str]) -> (i32, String) {
        said(&self.command(url).args(more).output().unwrap())
    }

    /// What was made of it.
    pub(crate) fn out(&self) -> String {
        std::fs::read_to_string(self.path("out.csv")).unwrap()
    }

    /// The rows of it, with their header.
    pub(crate) fn rows(&self, delimiter: u8) -> Vec<Vec<String>> {
        rows(&self.path("out.csv"), delimiter)
    }
}

pub(crate) fn said(output: &Output) -> (i32, String) {
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

/// The rows of a written table, without its mark.
pub(crate) fn rows(path: &Path, delimiter: u8) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn url(world: &World) -> &str {
    &world.service.url
}

#[test]
fn a_spreadsheet_comes_back_with_its_own_cells_and_what_was_found() {
    let world = world();
    let digest = on_runtime(world.valid.digest(&world.service));
    let (valid, revoked) = (&world.valid, &world.revoked);
    let table = [
        "\u{feff}Müştəri;code;məbləğ;number;digest;qeyd".to_owned(),
        format!("Əliyev, Əli;{};1250,00;;;\"sətir\n\"\"iki\"\"\"", valid.code),
        format!("=HYPERLINK(\"http://evil.example\");{};-5,20;;;@SUM(A1)", mistyped(&valid.code)),
        format!("c;;+994501234567;{};;", revoked.number),
        format!("d;;;;{digest};"),
        format!("e;{};;{};;", valid.code, valid.number),
        format!("f;{};;{};;", valid.code, revoked.number),
        "g;;;;;".to_owned(),
        format!("h;{};;;{digest};", valid.code),
        format!("i;{};;;;", unknown_code()),
    ];
    let desk = Desk::new(table.join("\r\n"), &world.bank);
    let (code, words) = desk.check(url(&world), &[]);
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("9 rows: 1 mistyped-code, 1 nothing-to-verify, 1 number-differs"), "{words}");
    assert!(desk.out().starts_with("\u{feff}Müştəri;code;"));
    assert_eq!(desk.out().matches("\r\n").count(), 10);
    let rows = desk.rows(b';');
    let added = [
        "verdict",
        "basis",
        "reason",
        "text",
        "certificate_number",
        "kind",
        "issuer",
        "valid_until",
        "status",
        "receipt",
    ];
    assert_eq!(rows[0][6..], added);
    assert_eq!(rows[1][..6], ["Əliyev, Əli", &valid.code, "1250,00", "", "", "sətir\n\"iki\""]);
    let found: Vec<_> = rows[1..].iter().map(|row| [&row[6][..], &row[7], &row[8], &row[10]]).collect();
    assert_eq!(
        found,
        [
            ["valid", "code", "", &valid.number],
            ["", "", "mistyped-code", ""],
            ["revoked", "number", "status/revoked", &revoked.number],
            ["valid", "file", "", &valid.number],
            ["valid", "code", "", &valid.number],
            ["", "", "number-differs", ""],
            ["", "", "nothing-to-verify", ""],
            ["", "", "several-to-verify", ""],
            ["unknown", "code", "record/missing", ""],
        ]
    );
    assert_eq!(rows[2][0], "'=HYPERLINK(\"http://evil.example\")");
    assert_eq!((&rows[2][2][..], &rows[2][5][..]), ("-5,20", "'@SUM(A1)"));
    assert_eq!(rows[3][2], "+994501234567");
    let [kind, issuer, valid_until, status, receipt] = &rows[1][11..] else { panic!("{:?}", rows[1]) };
    assert_eq!((&kind[..], &status[..], receipt.matches('.').count()), ("is-yeri", "valid", 2));
    assert!(!issuer.is_empty() && valid_until.ends_with('Z'));
    assert!(rows[1][9].starts_with("SINAQ"), "a demonstration's certificate says so");
}

#[test]
fn files_are_asked_about_by_their_digest_and_sent_only_when_that_is_wished() {
    let world = world();
    let file = on_runtime(world.valid.file(&world.service));
    let desk = Desk::new("file\ngood.pdf\naltered.pdf\n", &world.bank);
    let altered = [&file[..], b"\n% more"].concat();
    std::fs::write(desk.path("good.pdf"), &file).unwrap();
    std::fs::write(desk.path("altered.pdf"), altered).unwrap();
    let (code, words) = desk.check(url(&world), &[]);
    assert_eq!(code, 1, "{words}");
    let verdicts = |desk: &Desk| desk.rows(b',')[1..].iter().map(|row| row[1].clone()).collect::<Vec<_>>();
    assert_eq!(verdicts(&desk), ["valid", "unknown"]);
    std::fs::remove_file(desk.path("out.csv")).unwrap();
    assert_eq!(desk.check(url(&world), &["--upload"]).0, 1);
    assert_eq!(verdicts(&desk), ["valid", "altered"]);

    let desk = Desk::new("file\nabsent.pdf\n", &world.bank);
    assert_eq!(desk.check(url(&world), &[]).0, 2);
    assert_eq!(desk.rows(b',')[1][3], "file-unreadable");
}

#[test]
fn it_ends_well_only_when_all_are_valid() {
    let world = world();
    let desk = Desk::new(format!("code\n{0}\n{0}\n", world.valid.code), &world.bank);
    let (code, words) = desk.check(url(&world), &[]);
    assert_eq!((code, words.trim()), (0, "2 rows: 2 valid"));
    assert!(!desk.path("out.csv.part").exists() && !desk.path("out.csv.progress").exists());
    let (code, words) = desk.check(url(&world), &[]);
    assert!(code == 2 && words.contains("out.csv exists"), "what was written is not written over: {words}");
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_asked() {
    let world = world();
    let valid = format!("code\n{}\n", world.valid.code);
    for (table, token, reason) in [
        ("name\na\n".to_owned(), &world.bank[..], "names none of the columns"),
        (format!("verdict,code\nvalid,{}\n", world.valid.code), &world.bank, "has a column `verdict` already"),
        (valid.clone(), "", "name your organisation's API token"),
        (valid.clone(), "earayis_none", "no API token of this service"),
        (valid, &world.clerk, "has not the scope `batch`"),
    ] {
        let desk = Desk::new(table, token);
        let (code, words) = desk.check(url(&world), &[]);
        assert!(code == 2 && words.contains(reason), "{code} {words}");
        assert!(!desk.path("out.csv").exists());
    }
    let desk = Desk::new("code\na\n", "");
    std::fs::write(desk.path("token"), format!("{}\n", world.bank)).unwrap();
    assert_eq!(desk.check(url(&world), &["--token-file", desk.path("token").to_str().unwrap()]).0, 1);
}
