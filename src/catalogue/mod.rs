//! The catalogue: what sorts of certificate there are, each a file, and the types of what they state.

pub mod built_in;
mod check;
pub mod identifiers;
pub mod kind;
pub mod language;
pub mod mistake;
mod parse;
mod parse_field;
pub mod print;
pub mod qr_room;
mod sheet;
pub mod value;

use std::sync::Arc;

use jiff::civil::Date;

pub use check::RESERVED;
pub use identifiers::{Fin, Voen};
pub use kind::{Choice, Field, FieldCode, FieldSort, Issuer, Kind, KindCode, Lifecycle, Section, SourceCode};
pub use language::{Language, Translated};
pub use mistake::Mistake;
pub use value::{Absence, Money, Month, Value};

/// Every version of every kind.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// By place in the list that is offered, then by version.
    kinds: Vec<Arc<Kind>>,
}

impl Catalogue {
    /// The kinds that come with the service. Their letters are not held against a font; see [`Catalogue::parse`].
    pub fn built_in() -> Result<Self, Vec<Mistake>> {
        Self::parse(&built_in::BUILT_IN, &|_| true)
    }

    /// The kinds that `files`, each a name and a text, declare; `drawable` tells whether the certificate's font has a
    /// letter.
    ///
    /// Either all files are sound, or every mistake found in any of them is returned.
    pub fn parse(files: &[(&str, &str)], drawable: &dyn Fn(char) -> bool) -> Result<Self, Vec<Mistake>> {
        let mut kinds: Vec<Arc<Kind>> = Vec::new();
        let mut mistakes = Vec::new();
        for (file, text) in files {
            match parse::kind(file, text, drawable) {
                Ok(kind) => match clash(&kinds, &kind) {
                    Some(reason) => mistakes.push(Mistake { file: (*file).to_owned(), line: 1, reason }),
                    None => kinds.push(Arc::new(kind)),
                },
                Err(found) => mistakes.extend(found),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        kinds.sort_by(|a, b| place(&a.code).cmp(&place(&b.code)).then(a.version.cmp(&b.version)));
        Ok(Self { kinds })
    }

    /// The version of a kind that is issued on `date`, a day in Baku: the one that took effect last.
    pub fn in_force(&self, code: &KindCode, date: Date) -> Option<&Arc<Kind>> {
        self.kinds.iter().filter(|kind| kind.code == *code && kind.effective <= date).max_by_key(|kind| kind.effective)
    }

    /// One version of a kind, in force or not.
    pub fn get(&self, code: &KindCode, version: u32) -> Option<&Arc<Kind>> {
        self.kinds.iter().find(|kind| kind.code == *code && kind.version == version)
    }

    /// The kinds' codes, each once, in the order in which they are offered.
    pub fn codes(&self) -> Vec<&KindCode> {
        let mut codes: Vec<&KindCode> = self.kinds.iter().map(|kind| &kind.code).collect();
        codes.dedup();
        codes
    }

    /// Every version of every kind, in the order in which they are offered.
    pub fn kinds(&self) -> &[Arc<Kind>] {
        &self.kinds
    }
}

/// Why a kind cannot stand beside those read before it.
fn clash(kinds: &[Arc<Kind>], new: &Kind) -> Option<String> {
    for known in kinds.iter().filter(|known| known.code == new.code) {
        if known.version == new.version {
            return Some(format!("version {} of `{}` is declared by another file too", new.version, new.code));
        }
        if (known.version < new.version) != (known.effective < new.effective) {
            return Some(format!(
                "version {} of `{}` takes effect on {}, which does not follow the order of its versions",
                new.version, new.code, new.effective
            ));
        }
    }
    None
}

/// Where a kind stands in the list: those that come with the service first, in their order, the others by code.
fn place(code: &KindCode) -> (usize, &str) {
    let known = built_in::BUILT_IN.iter().position(|(file, _)| file.strip_suffix(".toml") == Some(code.as_str()));
    (known.unwrap_or(built_in::BUILT_IN.len()), code.as_str())
}

#[cfg(test)]
mod tests;
