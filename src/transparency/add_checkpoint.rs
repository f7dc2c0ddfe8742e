//! The `add-checkpoint` request (C2SP tlog-witness): how a log shows a witness that it only grew.

use std::fmt;

use super::checkpoint::{Checkpoint, decimal};
use super::tree::Hash;

/// The body of an `add-checkpoint` request (C2SP tlog-witness): what the log grew from, the proof, and its new checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness has cosigned last, as the log believes.
    pub old_size: u64,
    /// The consistency proof from there.
    pub proof: Vec<Hash>,
    /// The signed note.
    pub note: String,
}

/// A consistency proof between trees that 64 bits can count has no more hashes.
const MAX_PROOF: usize = 63;

impl AddCheckpoint {
    /// Reads a request strictly; none when it is malformed.
    pub fn parse(body: &str) -> Option<Self> {
        let (head, note) = body.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old_size = decimal(lines.next()?.strip_prefix("old ")?)?;
        let proof: Vec<_> = lines.map(Hash::from_base64).collect::<Option<_>>()?;
        let fits = proof.len() <= MAX_PROOF && Checkpoint::unverified(note).is_ok();
        fits.then(|| Self { old_size, proof, note: note.to_owned() })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        for hash in &self.proof {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(size: u64) -> String {
        format!("log.example\n{size}\n{}\n\n— log.example AAAAAAA=\n", Hash([3; 32]).to_base64())
    }

    #[test]
    fn a_request_reads_back_and_every_other_spelling_is_refused() {
        let request = AddCheckpoint { old_size: 5, proof: vec![Hash([1; 32]), Hash([2; 32])], note: note(7) };
        let text = request.to_string();
        assert_eq!(AddCheckpoint::parse(&text), Some(request.clone()));
        assert_eq!(AddCheckpoint::parse(&format!("old 0\n\n{}", note(7))).unwrap().proof, []);
        let long = AddCheckpoint { proof: vec![Hash([1; 32]); 64], ..request };
        for wrong in [
            text.replace("old 5", "old 05"),
            text.replace("old 5", "old +5"),
            text.replace("old 5", "new 5"),
            text.replace("old 5\n", "old 5\r\n"),
            text.replacen("AQEB", "AQE", 1),
            text.replacen("\n\n", "\n", 1),
            note(7),
            String::new(),
            long.to_string(),
        ] {
            assert_eq!(AddCheckpoint::parse(&wrong), None, "{wrong}");
        }
    }
}
