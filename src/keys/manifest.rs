//! The manifest of a key ring, `ring.toml`: which keys there are, what for, since when and in which files.

use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use super::{KeyError, Purpose};
use crate::clock::Instant;

/// The manifest's file name.
pub(super) const FILE: &str = "ring.toml";

/// Everything `ring.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Whether the keys are for development: certificates under them are marked as having no legal force.
    pub(super) development: bool,
    /// The origin of the transparency log, which is the name of its key.
    pub(super) log_origin: String,
    /// The keys.
    #[serde(rename = "key")]
    pub(super) keys: Vec<KeyRecord>,
}

/// One key of the ring.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRecord {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// Its `kid`; the key id of the log's vkey in hexadecimal; the version of a symmetric key.
    pub(super) id: String,
    /// The private or symmetric key's file. A retired key, and a root kept elsewhere, may have none.
    pub(super) private_key: Option<String>,
    /// The certificate's file, with those between it and the root.
    pub(super) certificate: Option<String>,
    /// The file of the root's statement about the log's key.
    pub(super) statement: Option<String>,
    pub(super) not_before: Instant,
    pub(super) not_after: Instant,
    pub(super) revoked_at: Option<Instant>,
    pub(super) state: State,
}

/// Whether a key is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It makes new signatures or wraps new keys.
    Active,
    /// It only serves to check or unwrap what it made.
    Retired,
}

impl Manifest {
    /// Parses the text of `file`.
    pub(super) fn parse(text: &str, file: &Path) -> Result<Self, KeyError> {
        let unfit = |problem: String| KeyError::Unfit { file: file.to_owned(), problem };
        let manifest: Self = toml::from_str(text)
            .map_err(|error| unfit(format!("is not a manifest of keys ({}): correct it", error.message())))?;
        let named = |record: &KeyRecord| {
            [&record.private_key, &record.certificate, &record.statement]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
        };
        for name in manifest.keys.iter().flat_map(named) {
            if name.contains(['/', '\\']) || name.starts_with('.') {
                return Err(unfit(format!("names the file `{name}`: the files of a ring stand beside its manifest")));
            }
        }
        Ok(manifest)
    }

    /// The text of the manifest. Every value is from an alphabet that TOML's basic strings hold unescaped.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!(
            "# What each key is for: keys/README.md. Private keys are beside this file.\n\
             development = {}\nlog_origin = \"{}\"\n",
            self.development, self.log_origin
        );
        for key in &self.keys {
            let state = if key.state == State::Active { "active" } else { "retired" };
            let optional = [
                ("private_key", key.private_key.clone()),
                ("certificate", key.certificate.clone()),
                ("statement", key.statement.clone()),
                ("revoked_at", key.revoked_at.map(|at| at.to_string())),
            ];
            // Writing to a String cannot fail.
            let _ =
                write!(text, "\n[[key]]\npurpose = \"{}\"\nid = \"{}\"\nstate = \"{state}\"\n", key.purpose, key.id);
            let _ = write!(text, "not_before = \"{}\"\nnot_after = \"{}\"\n", key.not_before, key.not_after);
            for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
                let _ = writeln!(text, "{name} = \"{value}\"");
            }
        }
        text
    }
}
