//! `earayis verify --batch TABLE --out TABLE`: each row with its verdict, none lost and none written twice, whatever breaks off.

mod found;
mod output;
mod service;
mod table;

use std::collections::{BTreeMap, VecDeque};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use ring::digest;
use serde_json::{Value, json};

use found::{Found, Outcome};
use output::{Begun, Origin, Output};
use service::{Service, Trouble};
use table::{Row, Subject, Table};

use super::Failure;
use super::terminal::say;

/// Checks many certificates at once.
#[derive(Debug, Args)]
pub(super) struct Batch {
    /// Check each row of a CSV table, by its column `code`, `qr`, `digest`, `file` or `number`
    ///
    /// A `file` is named from the table's folder; its digest is asked about, and it stays here. A `number` beside one of the
    /// others must be the certificate's. All columns are kept; what was found stands behind them. A run that broke off goes on
    /// where it was when it is started again. Needs an organisation's token, by `--token-file` or as `EARAYIS_TOKEN`. Exit
    /// code 0 when all are valid, 1 when some are not, 2 when it could not be found out of all.
    #[arg(long = "batch", value_name = "TABLE", requires = "out",
        conflicts_with_all = ["file", "code", "number", "qr", "json", "config", "dir", "offline"])]
    table: Option<PathBuf>,
    /// Where to write the table of `--batch` with what was found
    #[arg(long, value_name = "TABLE", requires = "table")]
    out: Option<PathBuf>,
    /// The file that holds the API token
    #[arg(long, value_name = "FILE", requires = "table")]
    token_file: Option<PathBuf>,
    /// Send the files of `--batch` whose digest nobody knows, to learn what is wrong with them
    #[arg(long, requires = "table")]
    upload: bool,
}

/// The variable of the environment that holds a token when no file does.
const TOKEN: &str = "EARAYIS_TOKEN";
/// The most rows of one call; rows are made durable together.
const ROWS_A_CALL: usize = 1000;
/// The most bytes that one row asks with, and that one call does: what the service takes, with room for their names.
const ROW_BYTES: usize = 16 << 10;
const CALL_BYTES: usize = 1 << 20;
/// How often the same is asked without any answer before it is left for another day.
const ATTEMPTS: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest that a service may have us wait.
const LONGEST_ASKED_WAIT: Duration = Duration::from_mins(10);

impl Batch {
    /// The tables, when there are many certificates to be checked.
    pub(super) fn tables(&self) -> Option<(&Path, &Path)> {
        self.table.as_deref().zip(self.out.as_deref())
    }

    /// Checks every row of `table` and writes `out`.
    pub(super) async fn run(&self, table: &Path, out: &Path, server: &str) -> Result<ExitCode, Failure> {
        let service = Service::new(server, self.token()?)?;
        let table = Table::read(table)?;
        let origin = Origin { table: table.sha256.clone(), server: server.to_owned(), upload: self.upload };
        let (output, found) = match Output::begin(out, &table, &origin)? {
            Begun::Under(output, found) => (Some(output), found),
            Begun::Whole(found) => (None, found),
        };
        let mut tally = Tally::default();
        for found in &found {
            tally.count(found);
        }
        if let Some(output) = output {
            if tally.rows > 0 {
                say(format!("{} of {} rows were done before", tally.rows, table.rows));
            }
            let mut work = Work { service, output, tally, bar: bar(&table, found.len()), upload: self.upload };
            if let Err(error) = work.all(&table).await {
                work.bar.abandon();
                let done = work.tally.rows;
                return Err(format!("{done} of {} rows are done: {error}; start it again to go on", table.rows).into());
            }
            work.bar.finish_and_clear();
            work.output.finish()?;
            tally = work.tally;
        }
        say(tally.summary());
        Ok(tally.exit_code())
    }

    fn token(&self) -> Result<String, Failure> {
        let token = match &self.token_file {
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| format!("{}: the token cannot be read: {error}", file.display()))?,
            None => std::env::var(TOKEN).unwrap_or_default(),
        };
        let token = token.trim().to_owned();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("name your organisation's API token by `--token-file FILE` or as {TOKEN}").into());
        }
        Ok(token)
    }
}

/// The work on one table.
struct Work {
    service: Service,
    output: Output,
    tally: Tally,
    bar: ProgressBar,
    upload: bool,
}

/// A row, ready to be asked about or found out here.
enum Prepared {
    Ask(Value),
    Known(Found),
}

impl Work {
    async fn all(&mut self, table: &Table) -> Result<(), Failure> {
        let mut rows = table.rows_from(self.tally.rows);
        let mut call = VecDeque::new();
        let mut failures = 0;
        loop {
            call.extend(rows.by_ref().take(ROWS_A_CALL - call.len()));
            if call.is_empty() {
                return Ok(());
            }
            let before = self.tally.rows;
            let ended = self.some(&mut call).await;
            self.output.flush()?;
            if self.tally.rows > before {
                failures = 0;
            }
            match ended {
                Ok(()) => {}
                Err(Trouble::Lasting(error)) => return Err(error),
                Err(Trouble::Passing { why, .. }) if failures + 1 >= ATTEMPTS => return Err(why.into()),
                Err(Trouble::Passing { why, wait }) => {
                    let usual = FIRST_WAIT.saturating_mul(1 << failures).min(LONGEST_WAIT);
                    let wait = wait.map_or(usual, |asked| asked.clamp(FIRST_WAIT, LONGEST_ASKED_WAIT));
                    failures += 1;
                    self.bar.suspend(|| say(format!("waiting {:.1} s: {why}", wait.as_secs_f32())));
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Asks about the first rows of `call`, and takes each from it as it is written.
    async fn some(&mut self, call: &mut VecDeque<Row>) -> Result<(), Trouble> {
        let prepared = prepared(call);
        let asked = prepared.iter().filter_map(|prepared| match prepared {
            Prepared::Ask(item) => Some(item.clone()),
            Prepared::Known(_) => None,
        });
        let asked: Vec<_> = asked.collect();
        let mut lines = if asked.is_empty() { None } else { Some(self.service.batch(&asked).await?) };
        for prepared in prepared {
            let Some(row) = call.front() else { break };
            let found = match (prepared, &mut lines) {
                (Prepared::Known(found), _) => found,
                (Prepared::Ask(_), Some(lines)) => self.found(row, &lines.next().await?).await?,
                (Prepared::Ask(_), None) => break,
            };
            self.output.append(&row.cells, &found)?;
            self.tally.count(&found);
            self.bar.inc(1);
            call.pop_front();
        }
        Ok(())
    }

    async fn found(&self, row: &Row, answer: &Value) -> Result<Found, Trouble> {
        let found = told(answer);
        let found = match &row.subject {
            Subject::File(file) if self.upload && found.is_unknown() => told(&self.service.upload(file).await?),
            _ => found,
        };
        Ok(found.beside(row.number_beside.as_deref()))
    }
}

fn told(answer: &Value) -> Found {
    if answer.get("verdict").is_some() { Found::verification(answer) } else { Found::problem(answer) }
}

/// As many of the first rows as one call takes.
fn prepared(rows: &VecDeque<Row>) -> Vec<Prepared> {
    let mut bytes = 0;
    let taken = rows.iter().map(|row| prepare(&row.subject));
    let within = taken.take_while(|prepared| {
        bytes += if let Prepared::Ask(item) = prepared { item.to_string().len() } else { 0 };
        bytes <= CALL_BYTES
    });
    within.collect()
}

fn prepare(subject: &Subject) -> Prepared {
    let refused = |reason, text| Prepared::Known(Found::refused(reason, text));
    match subject {
        Subject::Text(_, text) if text.len() > ROW_BYTES => refused("too-long", "this is longer than any QR code"),
        Subject::Text(name, text) => Prepared::Ask(json!({ *name: text })),
        Subject::File(file) => match sha256(file) {
            Ok(digest) => Prepared::Ask(json!({ "digest": digest })),
            Err(error) => Prepared::Known(Found::file_unreadable(&error)),
        },
        Subject::Nothing => refused("nothing-to-verify", "the row names nothing to be checked"),
        Subject::Several => refused("several-to-verify", "leave one of code, qr, digest and file in the row"),
    }
}

fn sha256(file: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(file)?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut bytes = vec![0; 64 << 10];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(data_encoding::HEXLOWER.encode(context.finish().as_ref())),
            read => context.update(&bytes[..read]),
        }
    }
}

/// Shown on a terminal only.
fn bar(table: &Table, done: usize) -> ProgressBar {
    let bar = ProgressBar::new(table.rows as u64).with_position(done as u64);
    let template = "{bar:40} {pos}/{len} rows, {per_sec}, {eta} left";
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What was found, counted.
#[derive(Default)]
struct Tally {
    rows: usize,
    by_name: BTreeMap<String, usize>,
    worst: Option<Outcome>,
}

impl Tally {
    fn count(&mut self, found: &Found) {
        self.rows += 1;
        *self.by_name.entry(found.name().to_owned()).or_default() += 1;
        self.worst = self.worst.max(Some(found.outcome()));
    }

    fn summary(&self) -> String {
        let counted: Vec<_> = self.by_name.iter().map(|(name, times)| format!("{times} {name}")).collect();
        format!("{} rows: {}", self.rows, counted.join(", "))
    }

    fn exit_code(&self) -> ExitCode {
        match self.worst {
            None | Some(Outcome::Valid) => ExitCode::SUCCESS,
            Some(Outcome::NotValid) => ExitCode::FAILURE,
            Some(Outcome::Unknowable) => ExitCode::from(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(subjects: Vec<Subject>) -> VecDeque<Row> {
        let row = |subject| Row { cells: csv::StringRecord::new(), subject, number_beside: None };
        subjects.into_iter().map(row).collect()
    }

    #[test]
    fn a_call_holds_no_more_than_the_service_takes() {
        let long = || Subject::Text("qr", "A".repeat(ROW_BYTES));
        let taken = prepared(&rows(std::iter::repeat_with(long).take(200).collect()));
        assert!((50..70).contains(&taken.len()), "{}", taken.len());
        let too_long = Subject::Text("qr", "A".repeat(ROW_BYTES + 1));
        assert!(matches!(prepare(&too_long), Prepared::Known(found) if found.name() == "too-long"));
    }

    #[test]
    fn a_file_is_asked_about_by_its_digest_and_one_that_is_not_there_is_a_doubt() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.pdf");
        std::fs::write(&file, b"abc").unwrap();
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(matches!(prepare(&Subject::File(file)), Prepared::Ask(item) if item == json!({ "digest": digest })));
        let absent = Subject::File(folder.path().join("b.pdf"));
        assert!(matches!(prepare(&absent), Prepared::Known(found) if found.outcome() == Outcome::Unknowable));
    }

    #[test]
    fn the_worst_row_decides_how_it_ends() {
        let valid = Found::verification(&json!({ "verdict": "valid" }));
        let revoked = Found::verification(&json!({ "verdict": "revoked" }));
        let doubt = Found::verification(&json!({ "verdict": "indeterminate" }));
        let mut tally = Tally::default();
        for (found, worst) in [
            (&valid, Outcome::Valid),
            (&revoked, Outcome::NotValid),
            (&doubt, Outcome::Unknowable),
            (&valid, Outcome::Unknowable),
        ] {
            tally.count(found);
            assert_eq!(tally.worst, Some(worst));
        }
        assert_eq!(tally.summary(), "4 rows: 1 indeterminate, 1 revoked, 2 valid");
    }
}
