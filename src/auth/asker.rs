//! An organisation that said who it is and was believed.

use crate::catalogue::Voen;

/// Who asks, when it is an organisation; anybody else asks anonymously.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// The organisation's id.
    pub organisation: Voen,
    /// Its name, as its holder-facing record shows it.
    pub name: String,
    /// By what it was known: the name of its API token or of its client certificate's binding. Stands in the records.
    pub by: String,
}
