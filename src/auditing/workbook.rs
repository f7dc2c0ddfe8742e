//! A workbook (ECMA-376, XLSX) written as it grows: every cell is text, and no row waits in memory for another.
//!
//! Each sheet is an entry of a ZIP file whose sizes follow it, so that the file is sent while it is made. A sheet that is full
//! is followed by another.

use std::io::{self, Write as _};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::sheet::disarmed;

/// A workbook that grows. What it has written so far is taken by [`Workbook::take`].
pub(super) struct Workbook {
    out: Vec<u8>,
    /// Bytes that were taken before.
    taken: u64,
    entries: Vec<Entry>,
    sheet: Option<Open>,
    rows: u32,
    sheets: u32,
    head: Vec<String>,
}

struct Entry {
    name: String,
    offset: u64,
    crc: u32,
    packed: u64,
    size: u64,
}

struct Open {
    name: String,
    offset: u64,
    crc: Crc,
    encoder: DeflateEncoder<Vec<u8>>,
    packed: u64,
    size: u64,
}

/// Rows of a sheet beside its head; a sheet has room for 1,048,576.
const ROWS: u32 = 1_000_000;
/// The longest text of a cell that every program reads.
const CELL_CHARS: usize = 32_767;
const SHEET_BEGINS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
const SHEET_ENDS: &str = "</sheetData></worksheet>";
const SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Workbook {
    pub(super) fn new(head: Vec<String>) -> io::Result<Self> {
        let (out, entries) = (Vec::new(), Vec::new());
        let mut workbook = Self { out, taken: 0, entries, sheet: None, rows: 0, sheets: 0, head };
        workbook.begin_sheet()?;
        Ok(workbook)
    }

    pub(super) fn row(&mut self, cells: &[String]) -> io::Result<()> {
        if self.rows > ROWS {
            self.end_entry(SHEET_ENDS)?;
            self.begin_sheet()?;
        }
        self.rows += 1;
        let mut xml = "<row>".to_owned();
        for cell in cells {
            xml += "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">";
            xml.extend(disarmed(cell).chars().take(CELL_CHARS).map(escaped));
            xml += "</t></is></c>";
        }
        xml += "</row>";
        self.write(xml.as_bytes())
    }

    /// What was written since it was last asked.
    pub(super) fn take(&mut self) -> Vec<u8> {
        if let Some(open) = &mut self.sheet {
            let packed = std::mem::take(open.encoder.get_mut());
            open.packed += packed.len() as u64;
            self.out.extend(packed);
        }
        self.taken += self.out.len() as u64;
        std::mem::take(&mut self.out)
    }

    /// Ends the last sheet and writes what names them all; the rest of the file.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        self.end_entry(SHEET_ENDS)?;
        for (name, text) in self.parts() {
            self.begin_entry(name)?;
            self.end_entry(&text)?;
        }
        let directory = self.position();
        for entry in std::mem::take(&mut self.entries) {
            self.out.extend(central(&entry)?);
        }
        let (size, count) = (self.position() - directory, u16::try_from(self.sheets + 4).map_err(io::Error::other)?);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(count.to_le_bytes());
        self.out.extend(count.to_le_bytes());
        self.out.extend(four(size)?);
        self.out.extend(four(directory)?);
        self.out.extend([0, 0]);
        Ok(self.out)
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        (self.rows, self.sheets) = (0, self.sheets + 1);
        self.begin_entry(format!("xl/worksheets/sheet{}.xml", self.sheets))?;
        self.write(SHEET_BEGINS.as_bytes())?;
        let head = self.head.clone();
        self.row(&head)
    }

    fn begin_entry(&mut self, name: String) -> io::Result<()> {
        let offset = self.position();
        self.out.extend(b"PK\x03\x04");
        self.out.extend(local(&name, [0; 12])?);
        let encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        self.sheet = Some(Open { name, offset, crc: Crc::new(), encoder, packed: 0, size: 0 });
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let open = self.sheet.as_mut().ok_or_else(|| io::Error::other("no entry is open"))?;
        open.crc.update(bytes);
        open.size += bytes.len() as u64;
        open.encoder.write_all(bytes)
    }

    fn end_entry(&mut self, end: &str) -> io::Result<()> {
        self.write(end.as_bytes())?;
        let Some(open) = self.sheet.take() else { return Ok(()) };
        let rest = open.encoder.finish()?;
        let packed = open.packed + rest.len() as u64;
        let (crc, size) = (open.crc.sum(), open.size);
        self.out.extend(rest);
        self.out.extend(b"PK\x07\x08");
        self.out.extend(crc.to_le_bytes());
        self.out.extend(four(packed)?);
        self.out.extend(four(size)?);
        self.entries.push(Entry { name: open.name, offset: open.offset, crc, packed, size });
        Ok(())
    }

    fn position(&self) -> u64 {
        self.taken + self.out.len() as u64
    }

    fn parts(&self) -> [(String, String); 4] {
        let each = |piece: &dyn Fn(u32) -> String| (1..=self.sheets).map(piece).collect::<Vec<_>>().concat();
        let typed = each(&|n| {
            format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{SHEETS}worksheet+xml\"/>")
        });
        let named = each(&|n| format!("<sheet name=\"earayis {n}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"));
        let related = each(&|n| {
            format!("<Relationship Id=\"rId{n}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
        });
        let package = "http://schemas.openxmlformats.org/package/2006";
        let xml = |text: String| format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{text}");
        [
            (
                "[Content_Types].xml".into(),
                xml(format!(
                    "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{SHEETS}sheet.main+xml\"/>{typed}</Types>"
                )),
            ),
            (
                "_rels/.rels".into(),
                xml(format!(
                    "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                )),
            ),
            (
                "xl/workbook.xml".into(),
                xml(format!(
                    "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{RELATIONS}\"><sheets>{named}</sheets></workbook>"
                )),
            ),
            (
                "xl/_rels/workbook.xml.rels".into(),
                xml(format!("<Relationships xmlns=\"{package}/relationships\">{related}</Relationships>")),
            ),
        ]
    }
}

/// What XML 1.0 cannot hold is shown as a question mark.
fn escaped(letter: char) -> std::borrow::Cow<'static, str> {
    match letter {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '\t' | '\n' => letter.to_string().into(),
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "?".into(),
        letter => letter.to_string().into(),
    }
}

/// What a local header and the directory say alike of an entry (APPNOTE 6.3.9 §4.3.7): deflated, sizes follow, UTF-8 name,
/// the first of January 1980, for a file's date tells nothing here.
fn local(name: &str, sums: [u8; 12]) -> io::Result<Vec<u8>> {
    let mut bytes = vec![20, 0, 0x08, 0x08, 8, 0, 0, 0, 0x21, 0];
    bytes.extend(sums);
    bytes.extend(u16::try_from(name.len()).map_err(io::Error::other)?.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(name.as_bytes());
    Ok(bytes)
}

fn central(entry: &Entry) -> io::Result<Vec<u8>> {
    let mut sums = [0; 12];
    sums[..4].copy_from_slice(&entry.crc.to_le_bytes());
    sums[4..8].copy_from_slice(&four(entry.packed)?);
    sums[8..].copy_from_slice(&four(entry.size)?);
    let mut bytes = b"PK\x01\x02\x14\0".to_vec();
    let local = local(&entry.name, sums)?;
    let (head, name) = local.split_at(local.len() - entry.name.len());
    bytes.extend(head);
    // No comment, first disk, no attributes.
    bytes.extend([0; 10]);
    bytes.extend(four(entry.offset)?);
    bytes.extend(name);
    Ok(bytes)
}

fn four(number: u64) -> io::Result<[u8; 4]> {
    u32::try_from(number)
        .map(u32::to_le_bytes)
        .map_err(|_| io::Error::other("a workbook holds less than 4 GiB; choose a shorter period, or CSV"))
}
