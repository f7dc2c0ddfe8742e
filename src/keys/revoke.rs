//! The revocation of a key: one line in the manifest, put into place whole, which a running service takes over.

use std::fmt::Write as _;
use std::path::Path;

use super::manifest::{self, Manifest, State};
use super::reading::read_text;
use super::{KeyError, Kid, Purpose};
use crate::clock::Instant;
use crate::durable;

/// A key that was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it is in use: then nothing is signed for its purpose until another is.
    pub active: bool,
}

/// Writes into the manifest of `dir` that the key `kid` is revoked since `now`, and answers which it is.
///
/// The key keeps its state: as long as no other stands in its place, nobody signs for its purpose. A key that is revoked
/// already stays revoked since when it is.
pub fn revoke(dir: &Path, kid: Kid, now: Instant) -> Result<Revoked, KeyError> {
    let file = dir.join(manifest::FILE);
    let unfit = |problem: &str| KeyError::Unfit { file: file.clone(), problem: problem.to_owned() };
    let text = read_text(&file)?;
    let id = kid.to_string();
    let record = |manifest: Manifest| manifest.keys.into_iter().find(|record| record.id == id);
    let held = record(Manifest::parse(&text, &file)?).ok_or_else(|| unfit("names no key of this `kid`"))?;
    if !matches!(held.purpose, Purpose::Seal | Purpose::Qr | Purpose::Status | Purpose::Receipt) {
        return Err(unfit("is of a key that nothing can revoke: replace it as keys/README.md says"));
    }
    let found = Revoked { purpose: held.purpose, active: held.state == State::Active };
    if held.revoked_at.is_some() {
        return Ok(found);
    }
    let is_its_line = |line: &&str| line.trim_start().starts_with("id") && line.contains(&format!("\"{id}\""));
    let mut revoked = String::new();
    for line in text.lines() {
        revoked.push_str(line);
        revoked.push('\n');
        if is_its_line(&line) {
            // Writing to a String cannot fail.
            let _ = writeln!(revoked, "revoked_at = \"{now}\"");
        }
    }
    // What was written is read again before it counts.
    if record(Manifest::parse(&revoked, &file)?).is_none_or(|record| record.revoked_at.is_none()) {
        return Err(unfit("has a form in which the key's `id` was not found: write `revoked_at` by hand"));
    }
    durable::replace_alike(&file, revoked.as_bytes())
        .map_err(|reason| KeyError::Change { file: file.clone(), reason })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::{InitOptions, KeyRing, SealingAlgorithm, init};
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_key_is_revoked_once_and_signs_no_more_and_no_other_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let now = Instant::parse_rfc3339("2026-11-24T06:00:00Z").unwrap();
        let options = InitOptions {
            now,
            issuer: "Nümunə Agentliyi".to_owned(),
            log_origin: "example.test/log".to_owned(),
            sealing: SealingAlgorithm::P256,
            development: true,
        };
        let made = init(dir.path(), &options, &Random::system()).unwrap();
        let kid = made.qr().kid();
        // The manifest is a link to where another program keeps it, for the service's group alone.
        let (file, elsewhere) = (dir.path().join("ring.toml"), tempfile::tempdir().unwrap());
        let kept = elsewhere.path().join("kept.toml");
        fs::copy(&file, &kept).unwrap();
        fs::set_permissions(&kept, fs::Permissions::from_mode(0o660)).unwrap();
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&kept, &file).unwrap();
        let revoked = Revoked { purpose: Purpose::Qr, active: true };
        assert_eq!(revoke(dir.path(), kid, now.plus_days(1)).unwrap(), revoked);
        assert_eq!(revoke(dir.path(), kid, now.plus_days(2)).unwrap(), revoked);
        assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
        assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o660);
        let ring = KeyRing::load(dir.path(), &Random::system()).unwrap();
        let told: Vec<_> = ring.public_keys().revoked().iter().map(|key| (key.kid, key.revoked_at)).collect();
        assert_eq!(told, [(kid, now.plus_days(1))]);
        assert!(matches!(ring.qr().sign(Purpose::Qr, b""), Err(KeyError::Revoked { purpose: Purpose::Qr })));
        assert!(ring.receipt().sign(Purpose::Receipt, b"").is_ok());
        for wrong in [Kid([0; 8]), made.public_keys().iter().find(|key| key.purpose == Purpose::Root).unwrap().kid()] {
            assert!(matches!(revoke(dir.path(), wrong, now), Err(KeyError::Unfit { .. })), "{wrong}");
        }
    }
}
