//! The table that is written: whole rows only, each once; a run that broke off goes on behind the last of them.
//!
//! Rows are appended to `OUT.part`, which becomes `OUT` when it is whole. `OUT.progress` says what it is being made of,
//! and is held locked by the process that writes. After a break the part is cut behind its last whole row, and each row in
//! it must be the one of the table.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use csv::{QuoteStyle, ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use serde::{Deserialize, Serialize};

use super::Failure;
use super::found::{COLUMNS, Found, disarmed};
use super::table::Table;

/// A table being written.
pub(super) struct Output {
    out: PathBuf,
    part: File,
    /// Locked as long as this lives.
    progress: File,
    delimiter: u8,
}

/// What a table is being made of: with anything else it is another table.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    /// SHA-256 of the table that is checked.
    pub(super) table: String,
    /// The service that is asked.
    pub(super) server: String,
    /// Whether files are uploaded.
    pub(super) upload: bool,
}

/// What a start finds.
pub(super) enum Begun {
    /// A table to be continued behind what was found of its first rows.
    Under(Output, Vec<Found>),
    /// A table that was whole when its process ended.
    Whole(Vec<Found>),
}

impl Output {
    /// Begins the table `out`, or continues it.
    pub(super) fn begin(out: &Path, table: &Table, origin: &Origin) -> Result<Begun, Failure> {
        if let Some(taken) = table.header.iter().find(|name| COLUMNS.contains(&name.trim())) {
            return Err(format!("the table has a column `{taken}` already, which is to be written; rename it").into());
        }
        let part_path = beside(out, "part");
        if out.exists() && !beside(out, "progress").exists() {
            return Err(format!("{} exists; name another file with `--out FILE`", out.display()).into());
        }
        if part_path.exists() && !beside(out, "progress").exists() {
            let path = part_path.display();
            return Err(format!("{path} exists, and of what it is made is not known; move it away").into());
        }
        let progress = locked(out, origin)?;
        if out.exists() {
            let found = read_back(&std::fs::read(out)?, table).map_err(|row| another(out, row))?;
            if found.len() != table.rows {
                return Err(another(out, found.len()));
            }
            std::fs::remove_file(beside(out, "progress"))?;
            return Ok(Begun::Whole(found));
        }
        let mut part = OpenOptions::new().read(true).append(true).create(true).open(&part_path)?;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)?;
        bytes.truncate(end_of_last_whole_row(&bytes));
        let found = if bytes.is_empty() {
            Vec::new()
        } else {
            read_back(&bytes, table).map_err(|row| another(&part_path, row))?
        };
        part.set_len(bytes.len() as u64)?;
        let mut output = Self { out: out.to_owned(), part, progress, delimiter: table.delimiter };
        if bytes.is_empty() {
            output.write_header(table)?;
            return Ok(Begun::Under(output, Vec::new()));
        }
        Ok(Begun::Under(output, found))
    }

    /// Appends a row. It is whole in the file when this returns, and durable after [`Output::flush`].
    pub(super) fn append(&mut self, cells: &StringRecord, found: &Found) -> io::Result<()> {
        let line = line(self.delimiter, cells.iter().chain(found.cells()))?;
        self.part.write_all(&line)
    }

    /// Makes what was appended durable.
    pub(super) fn flush(&self) -> io::Result<()> {
        self.part.sync_data()
    }

    /// The table is whole: gives it its name.
    pub(super) fn finish(self) -> io::Result<()> {
        self.part.sync_all()?;
        // Unlike a renaming, a link replaces nothing that somebody else put there meanwhile.
        std::fs::hard_link(beside(&self.out, "part"), &self.out)?;
        std::fs::remove_file(beside(&self.out, "part"))?;
        std::fs::remove_file(beside(&self.out, "progress"))?;
        drop(self.progress);
        let folder = self.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    fn write_header(&mut self, table: &Table) -> io::Result<()> {
        let mut header = if table.marked { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        header.extend(line(self.delimiter, table.header.iter().chain(COLUMNS))?);
        self.part.write_all(&header)?;
        self.part.sync_all()
    }
}

/// Opens what says of what `out` is being made, locked.
fn locked(out: &Path, origin: &Origin) -> Result<File, Failure> {
    let path = beside(out, "progress");
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut progress = open.map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
    match progress.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(format!("another process is writing {}; wait for its end", out.display()).into());
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let mut said = String::new();
    progress.read_to_string(&mut said)?;
    // It is made durable before the part is: what was torn says nothing yet, and there is no part.
    let Ok(before) = serde_json::from_str::<Origin>(&said) else {
        if beside(out, "part").exists() || said.len() > 4096 {
            return Err(format!("{} is not of a table that was begun here; move it away", path.display()).into());
        }
        progress.set_len(0)?;
        progress.rewind()?;
        progress.write_all(serde_json::to_string(origin)?.as_bytes())?;
        progress.sync_all()?;
        return Ok(progress);
    };
    if before == *origin {
        return Ok(progress);
    }
    let changed = match () {
        () if before.table != origin.table => "the table has changed",
        () if before.server != origin.server => "another service was asked",
        () => "`--upload` was set otherwise",
    };
    let (part, progress) = (beside(out, "part"), path.display());
    Err(format!(
        "{changed} since {} was begun; call it as before, or remove {} and {progress} to begin anew",
        out.display(),
        part.display()
    )
    .into())
}

/// What stands behind the rows of a table's copy; the place of the first row that is not the table's.
fn read_back(bytes: &[u8], table: &Table) -> Result<Vec<Found>, usize> {
    let mut reader = ReaderBuilder::new()
        .delimiter(table.delimiter)
        .has_headers(false)
        .from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes));
    let own = table.header.len();
    let mut written = reader.records();
    let same = |written: &StringRecord, row: &StringRecord| {
        written.len() == own + COLUMNS.len() && written.iter().zip(row).all(|(cell, own)| cell == disarmed(own))
    };
    match written.next() {
        Some(Ok(header)) if same(&header, &table.header) && header.iter().skip(own).eq(COLUMNS) => {}
        _ => return Err(0),
    }
    let mut rows = table.rows_from(0);
    let mut found = Vec::new();
    for record in written {
        match (record, rows.next()) {
            (Ok(record), Some(row)) if same(&record, &row.cells) => {
                found.push(Found::read(record.iter().skip(own)));
            }
            _ => return Err(found.len() + 1),
        }
    }
    Ok(found)
}

/// Behind the last line break that ends a row; what follows it was torn.
fn end_of_last_whole_row(bytes: &[u8]) -> usize {
    let (mut end, mut quoted) = (0, false);
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => end = place + 1,
            _ => {}
        }
    }
    end
}

/// A row as RFC 4180 writes it, each cell harmless.
fn line<'a>(delimiter: u8, cells: impl Iterator<Item = &'a str>) -> io::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(cells.map(disarmed))?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn beside(out: &Path, what: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(format!(".{what}"));
    PathBuf::from(name)
}

fn another(path: &Path, row: usize) -> Failure {
    format!("{}: row {row} is not the table's; move the file away to begin anew", path.display()).into()
}
