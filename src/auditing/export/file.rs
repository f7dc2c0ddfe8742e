//! The file of an export, as it grows: CSV or a workbook, each row in it as soon as it is known.

use super::Format;
use crate::auditing::sheet::csv_line;
use crate::auditing::workbook::Workbook;

/// A file that grows.
pub(super) enum File {
    Csv(Vec<u8>),
    Xlsx(Box<Workbook>),
}

impl File {
    pub(super) fn begin(format: Format, head: Vec<String>) -> std::io::Result<Self> {
        Ok(match format {
            Format::Csv => Self::Csv(csv_line(&head).into_bytes()),
            Format::Xlsx => Self::Xlsx(Box::new(Workbook::new(head)?)),
        })
    }

    pub(super) fn row(&mut self, cells: &[String]) -> std::io::Result<()> {
        match self {
            Self::Csv(bytes) => bytes.extend(csv_line(cells).into_bytes()),
            Self::Xlsx(workbook) => workbook.row(cells)?,
        }
        Ok(())
    }

    /// What was written since it was last asked.
    pub(super) fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Csv(bytes) => std::mem::take(bytes),
            Self::Xlsx(workbook) => workbook.take(),
        }
    }

    /// The rest of it.
    pub(super) fn finish(self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Csv(bytes) => Ok(bytes),
            Self::Xlsx(workbook) => workbook.finish(),
        }
    }
}
