//! The holder: the person of whom a certificate speaks, and when two records name the same one.

use std::fmt;

use jiff::civil::Date;

use crate::catalogue::Fin;

/// A person as a registry names her. `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// The identification number, which never changes.
    pub fin: Fin,
    /// The surname, in NFC.
    pub surname: String,
    /// The given name, in NFC.
    pub given_name: String,
    /// The father's name with *oğlu* or *qızı*; not everybody has one.
    pub patronymic: Option<String>,
    /// The date of birth.
    pub birth_date: Date,
}

impl Holder {
    /// Surname, given name and patronymic, as a certificate prints them.
    pub fn full_name(&self) -> String {
        let mut name = format!("{} {}", self.surname, self.given_name);
        if let Some(patronymic) = &self.patronymic {
            name.push(' ');
            name.push_str(patronymic);
        }
        name
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(…)")
    }
}
