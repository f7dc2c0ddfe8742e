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
        let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
        let mut witnesses = Vec::new();
        for entry in entries {
            let url = self.registry_url(&entry.url);
            let key = match entry.vkey.get_ref().parse::<crate::transparency::Witness>() {
                Ok(key) if !names.insert(key.name().to_owned()) => {
                    self.refuse(entry.vkey.span(), "two witnesses have one name; list each once")
                }
                Ok(key) if !keys.insert(*key.public_key()) => self.refuse(
                    entry.vkey.span(),
                    "two witnesses have one key, and one organisation would count for both: list it once, under the name \
                     that its `earayis log witness` prints, and ask another organisation for a witness of its own",
                ),
                Ok(key) => Some(key),
                Err(_) => self.refuse(
                    entry.vkey.span(),
                    "`vkey` must be a witness's verifier key, as `earayis log witness` prints it: NAME+ID+KEY",
                ),
            };
            let roots = entry.root_certificate.as_ref().map(|file| self.pem("witness.root_certificate", file));
            let roots = roots.map_or(Some(None), |pem| pem.map(Some));
            if let (Some(url), Some(key), Some(roots)) = (url, key, roots) {
                witnesses.push(Witness { url, key, roots });
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

#[cfg(test)]
mod tests {
    use crate::config::tests::{mistakes, settings_with};
    use crate::config::{EXAMPLE, Log};
    use crate::transparency::Cosigner;

    /// The example with these witnesses, and another line under [log].
    fn with(witnesses: &str, quorum: &str) -> String {
        EXAMPLE.replace("origin = ", &format!("{quorum}origin = ")) + witnesses
    }

    fn log(witnesses: &str, quorum: &str) -> Log {
        settings_with(EXAMPLE, &with(witnesses, quorum)).log
    }

    /// The example's own witness.
    fn entry() -> String {
        let (_, entry) = EXAMPLE.split_once("# [[witness]]").unwrap();
        format!("[[witness]]{}\n", entry.trim_end().replace("\n# ", "\n"))
    }

    #[test]
    fn a_witness_has_an_address_a_key_a_name_and_roots_of_its_own() {
        let entry = entry();
        assert_eq!(log(&entry, "").witness_quorum, 1);
        assert!(log(&entry, "").witnesses[0].roots.is_some());
        let (before, _) = entry.split_once("vkey = \"").unwrap();
        let log_key =
            format!("{before}vkey = \"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\"\n");
        for (witnesses, quorum, sentence) in [
            (entry.replace("https://", "http://"), "", "`url` must begin with `https://`"),
            (log_key, "", "`vkey` must be a witness's verifier key"),
            (entry.repeat(2), "", "two witnesses have one name"),
            (entry.replace("tls/witness.pem", "tls/none.pem"), "", "`witness.root_certificate`"),
            (entry.clone(), "witness_quorum = 2\n", "`log.witness_quorum` must be between 1 and"),
            (String::new(), "witness_quorum = 1\n", "`log.witness_quorum` must be between 1 and"),
        ] {
            let told = mistakes(&with(&witnesses, quorum));
            assert!(told.contains(sentence), "{told}");
        }
    }

    #[test]
    fn one_key_under_two_names_is_no_second_witness() {
        let named = |name: &str, seed: u8| {
            let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
            let vkey = Cosigner::new(name, pair).unwrap().witness().to_string();
            format!("[[witness]]\nurl = \"https://{name}\"\nvkey = \"{vkey}\"\n")
        };
        let two = |second| named("one.example", 1) + &named("two.example", second);
        assert_eq!(log(&two(2), "witness_quorum = 2\n").witnesses.len(), 2);
        let told = mistakes(&with(&two(1), "witness_quorum = 2\n"));
        assert!(told.contains("two witnesses have one key, and one organisation would count for both"), "{told}");
    }
}
