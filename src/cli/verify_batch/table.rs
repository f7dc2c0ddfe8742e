//! The table to be checked: a CSV file as spreadsheets write it, read whole and understood before anything is asked.

use std::path::{Path, PathBuf};

use csv::{Reader, ReaderBuilder, StringRecord};
use ring::digest;

use super::Failure;

/// A table (RFC 4180), with `,`, `;` or a tab between its cells.
pub(super) struct Table {
    text: String,
    folder: PathBuf,
    columns: Columns,
    /// What stands between cells.
    pub(super) delimiter: u8,
    /// Whether it began with a byte order mark, by which a spreadsheet knows UTF-8.
    pub(super) marked: bool,
    /// The names of its columns.
    pub(super) header: StringRecord,
    /// How many rows it has.
    pub(super) rows: usize,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
}

/// A row of the table.
pub(super) struct Row {
    /// Its cells.
    pub(super) cells: StringRecord,
    /// What is to be checked.
    pub(super) subject: Subject,
    /// The number that stands beside it, which the answer must name.
    pub(super) number_beside: Option<String>,
}

/// What a row names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// `code`, `number`, `qr` or `digest`, with its text.
    Text(&'static str, String),
    /// A file, whose digest is to be taken first.
    File(PathBuf),
    /// Nothing.
    Nothing,
    /// More than one thing.
    Several,
}

/// The columns that are understood: where each stands. The first four name certificates, a number may stand beside.
#[derive(Default)]
struct Columns([Option<usize>; 5]);

const NAMES: [&str; 5] = ["code", "qr", "digest", "file", "number"];
const MARK: &str = "\u{feff}";

impl Table {
    /// Reads a table, and refuses one that is not understood to its end.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self::of(&bytes, folder).map_err(|reason| format!("{}: {reason}", path.display()).into())
    }

    fn of(bytes: &[u8], folder: PathBuf) -> Result<Self, String> {
        let sha256 = data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref());
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count();
            format!("line {line} is not UTF-8; save the table as “CSV UTF-8”")
        })?;
        let marked = text.starts_with(MARK);
        let text = text.strip_prefix(MARK).unwrap_or(text);
        let (delimiter, text) = delimiter_of(text);
        let mut table = Self {
            text: text.to_owned(),
            folder,
            columns: Columns::default(),
            delimiter,
            marked,
            header: StringRecord::new(),
            rows: 0,
            sha256,
        };
        let mut reader = table.reader();
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let columns = Columns::of(&header)?;
        let mut rows = 0;
        for record in reader.records() {
            record.map_err(|error| match error.kind() {
                csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
                    let line = pos.as_ref().map_or(0, csv::Position::line);
                    format!("line {line} has {len} cells and the header has {expected_len}")
                }
                _ => error.to_string(),
            })?;
            rows += 1;
        }
        if rows == 0 {
            return Err("there are no rows beneath the header".to_owned());
        }
        (table.header, table.columns, table.rows) = (header, columns, rows);
        Ok(table)
    }

    /// The rows from the one at this place on, counted from 0.
    pub(super) fn rows_from(&self, place: usize) -> impl Iterator<Item = Row> + '_ {
        // All of it was read without an error before.
        let records = self.reader().into_records().map_while(Result::ok);
        records.skip(place).map(|cells| self.row(cells))
    }

    fn reader(&self) -> Reader<&[u8]> {
        ReaderBuilder::new().delimiter(self.delimiter).from_reader(self.text.as_bytes())
    }

    fn row(&self, cells: StringRecord) -> Row {
        let [code, qr, digest, file, number] = self.columns.0.map(|column| {
            let cell = column.and_then(|column| cells.get(column)).map(str::trim);
            cell.filter(|cell| !cell.is_empty()).map(str::to_owned)
        });
        let text = |name, cell: Option<String>| cell.map(|cell| Subject::Text(name, cell));
        let file = file.map(|file| Subject::File(self.folder.join(file)));
        let named = [text("code", code), text("qr", qr), text("digest", digest), file];
        let mut named = named.into_iter().flatten();
        let (subject, number_beside) = match (named.next(), named.next()) {
            (Some(_), Some(_)) => (Subject::Several, None),
            (Some(subject), None) => (subject, number),
            (None, _) => (text("number", number).unwrap_or(Subject::Nothing), None),
        };
        Row { cells, subject, number_beside }
    }
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, String> {
        let mut columns = [None; NAMES.len()];
        for (place, name) in header.iter().enumerate() {
            let name = name.trim().to_ascii_lowercase();
            if let Some(column) = NAMES.iter().position(|known| *known == name)
                && columns[column].replace(place).is_some()
            {
                return Err(format!("there are two columns `{name}`; rename one of them"));
            }
        }
        if columns.iter().all(Option::is_none) {
            let names = NAMES.join("`, `");
            return Err(format!("the first line names none of the columns `{names}`; name what is to be checked"));
        }
        Ok(Self(columns))
    }
}

/// What stands between cells, and the text without a line that only says so, as spreadsheets write it.
fn delimiter_of(text: &str) -> (u8, &str) {
    const KNOWN: [u8; 3] = *b",;\t";
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(&[said]) = first.trim_end().strip_prefix("sep=").map(str::as_bytes)
        && KNOWN.contains(&said)
    {
        return (said, rest);
    }
    let times = |delimiter: u8| first.bytes().filter(|&byte| byte == delimiter).count();
    let most = KNOWN.into_iter().rev().max_by_key(|&delimiter| times(delimiter));
    (most.unwrap_or(b','), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Table, String> {
        Table::of(text.as_bytes(), PathBuf::from("folder"))
    }

    fn subjects(text: &str) -> Vec<Subject> {
        table(text).unwrap().rows_from(0).map(|row| row.subject).collect()
    }

    #[test]
    fn a_spreadsheet_of_baku_is_read_as_it_comes() {
        let number = || Subject::Text("number", "2026-7KQ3-M9XD".into());
        for text in [
            "number\n2026-7KQ3-M9XD\n",
            "ad,number\r\n\"Əli, Vəli\",2026-7KQ3-M9XD",
            "\u{feff}ad;Number;x\r\nƏli;2026-7KQ3-M9XD;1,5\r\n",
            "sep=;\r\nad;number\r\na;2026-7KQ3-M9XD\r\n",
            "ad\tnumber\na\t 2026-7KQ3-M9XD \n\n",
            "\"number\",\"a \"\"quoted\"\"\nname\"\n2026-7KQ3-M9XD,x\n",
        ] {
            assert_eq!(subjects(text), [number()], "{text}");
        }
        assert!(table("\u{feff}number\n1\n").unwrap().marked);
    }

    #[test]
    fn a_row_names_one_thing_and_a_number_may_stand_beside_it() {
        let rows: Vec<_> =
            table("code,file,number\nC,,N\n,a.pdf,\n,,N\n,,\nC,a.pdf,\n").unwrap().rows_from(0).collect();
        let subjects: Vec<_> = rows.iter().map(|row| row.subject.clone()).collect();
        let file = Subject::File(PathBuf::from("folder/a.pdf"));
        let (code, number) = (Subject::Text("code", "C".into()), Subject::Text("number", "N".into()));
        assert_eq!(subjects, [code, file, number, Subject::Nothing, Subject::Several]);
        assert_eq!(rows[0].number_beside.as_deref(), Some("N"));
        assert!(rows[1..].iter().all(|row| row.number_beside.is_none()));
    }

    #[test]
    fn what_is_not_understood_to_its_end_is_refused_with_its_line() {
        for (text, reason) in [
            ("name,surname\na,b\n", "names none of the columns"),
            ("code,Code\na,b\n", "two columns `code`"),
            ("code,name\na,b\nc\n", "line 3 has 1 cells and the header has 2"),
            ("code\n", "no rows"),
            ("", "names none of the columns"),
        ] {
            let refused = table(text).err().unwrap();
            assert!(refused.contains(reason), "{refused}");
        }
        let refused = Table::of(b"code,ad\nX,\xfe\n", PathBuf::new()).err().unwrap();
        assert!(refused.contains("line 2 is not UTF-8"), "{refused}");
    }
}
