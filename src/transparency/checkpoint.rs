//! The checkpoint (C2SP tlog-checkpoint): a log's signed word on how many entries it has and what their root is.

use super::note::{NoteRefused, Signer, Verifier, unverified_text};
use super::tree::{Hash, MAX_SIZE};

/// A log's name, size and root at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, which is also its key's: its address without scheme, such as `earayis.example/log`.
    pub origin: String,
    /// How many entries the log has.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointRefused {
    /// The note that carries it is refused.
    #[error(transparent)]
    Note(#[from] NoteRefused),
    /// The note's text is no checkpoint.
    #[error("the note is not a checkpoint: take it again from the log's address ending in /checkpoint")]
    Form,
    /// It is of another log than its key.
    #[error("the checkpoint is of another log than the key: use the key that this log's operator publishes")]
    Origin,
}

impl Checkpoint {
    /// The text that is signed: origin, size and root, a line each.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// The signed note; the signer's name must be the origin.
    pub fn sign(&self, signer: &Signer) -> Result<String, CheckpointRefused> {
        if signer.verifier().name() != self.origin {
            return Err(CheckpointRefused::Origin);
        }
        Ok(signer.sign(&self.text())?)
    }

    /// The checkpoint in a note, if the log's key signed it and it is of that log.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, CheckpointRefused> {
        let checkpoint = Self::parse(verifier.open(note)?)?;
        if checkpoint.origin == verifier.name() { Ok(checkpoint) } else { Err(CheckpointRefused::Origin) }
    }

    /// What a note says whose signatures nobody checked: for comparing what is stored, never for trusting it.
    pub fn unverified(note: &str) -> Result<Self, CheckpointRefused> {
        Self::parse(unverified_text(note)?)
    }

    /// Reads the text; extension lines, which mean nothing to this log, are passed over.
    fn parse(text: &str) -> Result<Self, CheckpointRefused> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(CheckpointRefused::Form)?.split('\n').collect();
        let [origin, size, root, ..] = lines.as_slice() else {
            return Err(CheckpointRefused::Form);
        };
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointRefused::Form);
        }
        Ok(Self {
            origin: (*origin).to_owned(),
            size: decimal(size).filter(|size| *size <= MAX_SIZE).ok_or(CheckpointRefused::Form)?,
            root: Hash::from_base64(root).ok_or(CheckpointRefused::Form)?,
        })
    }
}

/// A number as tlog texts write it: digits alone, and no leading zero.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use ring::signature::Ed25519KeyPair;

    use super::*;

    fn signer(name: &str, seed: u8) -> Signer {
        Signer::new(name, Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "log.example".to_owned(), size: 7, root: Hash([3; 32]) }
    }

    #[test]
    fn a_checkpoint_reads_back_and_only_under_its_key_and_name() {
        let log = signer("log.example", 1);
        let note = checkpoint().sign(&log).unwrap();
        assert!(note.starts_with("log.example\n7\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n\n— log.example "));
        assert_eq!(Checkpoint::open(&note, log.verifier()), Ok(checkpoint()));
        assert_eq!(Checkpoint::unverified(&note), Ok(checkpoint()));
        let other = signer("log.example", 2);
        assert_eq!(Checkpoint::open(&note, other.verifier()), Err(NoteRefused::NotSigned.into()));
        let swapped = note.replace("AwMD", "AwME");
        assert_eq!(Checkpoint::open(&swapped, log.verifier()), Err(NoteRefused::Signature.into()));
    }

    #[test]
    fn a_checkpoint_of_another_origin_is_refused() {
        let log = signer("log.example", 1);
        let foreign = Checkpoint { origin: "other.example".to_owned(), ..checkpoint() };
        assert_eq!(foreign.sign(&log), Err(CheckpointRefused::Origin));
        let note = log.sign(&foreign.text()).unwrap();
        assert_eq!(Checkpoint::open(&note, log.verifier()), Err(CheckpointRefused::Origin));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused_though_it_is_signed() {
        let log = signer("log.example", 1);
        let root = checkpoint().root.to_base64();
        for text in [
            "log.example\n7\n".to_owned(),
            format!("\n7\n{root}\n"),
            format!("log.example\n07\n{root}\n"),
            format!("log.example\n+7\n{root}\n"),
            format!("log.example\n-7\n{root}\n"),
            format!("log.example\n\n{root}\n"),
            format!("log.example\n18446744073709551616\n{root}\n"),
            format!("log.example\n9223372036854775808\n{root}\n"),
            format!("log.example\n7\n{}\n", &root[..40]),
            format!("log.example\n7\n{root}\n\nextension\n"),
        ] {
            let note = log.sign(&text).unwrap();
            assert_eq!(Checkpoint::open(&note, log.verifier()), Err(CheckpointRefused::Form), "{text}");
        }
    }

    #[test]
    fn extension_lines_are_passed_over() {
        let log = signer("log.example", 1);
        let note = log.sign(&format!("{}extension\n", checkpoint().text())).unwrap();
        assert_eq!(Checkpoint::open(&note, log.verifier()), Ok(checkpoint()));
    }
}
