//! The search: each canary in each spelling in which something might write it, through every byte there is.

use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};
use memchr::memmem;

/// Files in which the values belong: the registry itself.
const REGISTRY: &str = "citizens.json";

/// Everything that was written, with where.
#[derive(Default)]
pub(crate) struct Haystack {
    places: Vec<(String, Vec<u8>)>,
}

/// What must not be found.
pub(crate) struct Needles(Vec<(String, &'static str, Vec<u8>)>);

impl Haystack {
    pub(crate) fn add(&mut self, place: &str, bytes: impl Into<Vec<u8>>) {
        self.places.push((place.to_owned(), bytes.into()));
    }

    /// Every file under `folder` but the registry.
    pub(crate) fn add_files(&mut self, folder: &Path) {
        let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(next) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name().is_none_or(|name| name != REGISTRY)
                    // A server may remove or make a file at any moment, and a socket is none.
                    && let Ok(bytes) = std::fs::read(&path)
                {
                    self.add(&path.display().to_string(), bytes);
                }
            }
        }
    }

    pub(crate) fn holds(&self, text: &str) -> bool {
        self.places.iter().any(|(_, bytes)| memmem::find(bytes, text.as_bytes()).is_some())
    }
}

impl Needles {
    pub(crate) fn of(values: impl Iterator<Item = String>) -> Self {
        Self(values.flat_map(|value| spellings(&value)).collect())
    }

    pub(crate) fn assert_silent(&self, haystack: &Haystack) {
        assert!(haystack.places.len() > 3, "there is nothing to search");
        let mut found = Vec::new();
        for (place, bytes) in &haystack.places {
            for (value, spelling, needle) in &self.0 {
                if let Some(at) = memmem::find(bytes, needle) {
                    let around = &bytes[at.saturating_sub(60)..(at + needle.len() + 20).min(bytes.len())];
                    found.push(format!("{value} ({spelling}) in {place}: …{}…", String::from_utf8_lossy(around)));
                }
            }
        }
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }
}

/// A value as text, in other alphabets and cases, and as encodings and careless printing make of it.
fn spellings(value: &str) -> Vec<(String, &'static str, Vec<u8>)> {
    let mut spellings = Vec::new();
    let mut add = |spelling, bytes: Vec<u8>| spellings.push((value.to_owned(), spelling, bytes));
    let bytes = value.as_bytes();
    add("as it is", bytes.to_vec());
    add("lower case", value.to_lowercase().into_bytes());
    add("upper case", value.to_uppercase().into_bytes());
    add("upper case of Azerbaijani", value.replace('i', "İ").to_uppercase().into_bytes());
    add("UTF-16 little-endian", value.encode_utf16().flat_map(u16::to_le_bytes).collect());
    add("UTF-16 big-endian", value.encode_utf16().flat_map(u16::to_be_bytes).collect());
    add("hexadecimal", HEXLOWER.encode(bytes).into_bytes());
    add("hexadecimal", HEXUPPER.encode(bytes).into_bytes());
    add("percent encoding", percent(value).into_bytes());
    add("JSON escapes", escaped(value).into_bytes());
    add("a list of bytes", listed(bytes).into_bytes());
    for skipped in 0..3 {
        // What precedes it decides how the bits fall; the first and last symbols share bits with neighbours.
        let padded = [vec![0; skipped], bytes.to_vec()].concat();
        let encoded = BASE64.encode(&padded[..padded.len() / 3 * 3]);
        let inner = encoded[[0, 2, 3][skipped]..].to_owned();
        add("base64", inner.clone().into_bytes());
        add("base64 for URLs", inner.replace('+', "-").replace('/', "_").into_bytes());
    }
    spellings.retain(|(_, _, needle)| needle.len() >= 6);
    spellings
}

fn percent(value: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    value.bytes().map(escape).collect()
}

fn escaped(value: &str) -> String {
    let escape = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    value.encode_utf16().map(escape).collect()
}

fn listed(bytes: &[u8]) -> String {
    bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_spelling_is_found_wherever_it_stands() {
    let value = "Zümrüdqanad";
    let needles = Needles::of(std::iter::once(value.to_owned()));
    let upper = HEXUPPER.encode(value.as_bytes());
    let written = [
        format!("name={value};"),
        "ZÜMRÜDQANAD".to_owned(),
        format!("{:?}", value.as_bytes()),
        upper,
        "Z%C3%BCmr%C3%BCdqanad".to_owned(),
        r"Z\u00fcmr\u00fcdqanad".to_owned(),
        BASE64.encode(format!("{{\"name\":\"{value}\"}}").as_bytes()),
        BASE64.encode(format!("{{\"names\":\"{value}\"}}").as_bytes()),
        BASE64.encode(format!("{{\"surname\":\"{value}\"}}").as_bytes()),
    ];
    for text in written {
        let mut haystack = Haystack::default();
        (0..4).for_each(|number| haystack.add(&format!("empty {number}"), ""));
        haystack.add("here", text.clone());
        assert!(std::panic::catch_unwind(|| needles.assert_silent(&haystack)).is_err(), "{text} was not found");
    }
    let wide = value.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    assert!(needles.0.iter().any(|(_, _, needle)| *needle == wide));
}
