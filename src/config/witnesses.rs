//! The witnesses of the log in the settings: each with an address and a key, and how many of them are enough.

use std::collections::BTreeSet;

use toml::Spanned;

use super::check::Reader;
use super::{Witness, file};

impl Reader<'_> {
    /// The witnesses and the quorum, which is one unless told otherwise.
    pub(super) fn witnesses(
        &mut self,
        entries: &[file::Witness],
        quorum: Option<&Spanned<usize>>,
    ) -> (Vec<Witness>, usize) {
        let mut names = BTreeSet::new();
        let mut witnesses = Vec::new();
        for entry in entries {
            let url = self.registry_url(&entry.url);
            let key = match entry.vkey.get_ref().parse::<crate::transparency::Witness>() {
                Ok(key) if names.insert(key.name().to_owned()) => Some(key),
                Ok(_) => self.refuse(entry.vkey.span(), "two witnesses have one name; list each once"),
                Err(_) => self.refuse(
                    entry.vkey.span(),
                    "`vkey` must be a witness's verifier key, as `earayis log witness` prints it: NAME+ID+KEY",
                ),
            };
            if let (Some(url), Some(key)) = (url, key) {
                witnesses.push(Witness { url, key });
            }
        }
        let Some(value) = quorum else { return (witnesses, 1) };
        let fits = (1..=entries.len()).contains(value.get_ref());
        if !fits {
            self.refuse::<()>(
                value.span(),
                "`log.witness_quorum` must be between 1 and the number of [[witness]] entries",
            );
        }
        (witnesses, *value.get_ref())
    }
}
