//! The tlog-proof (C2SP tlog-proof): one text by which anybody checks, offline, that the log holds a record.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;

use super::checkpoint::{Checkpoint, CheckpointRefused, decimal};
use super::entry::{Entry, NotRecord, Record, Salt};
use super::note::{NoteRefused, Verifier, unverified_text};
use super::proof::{InclusionProof, ProofRefused};
use super::tree::Hash;

/// The first line of every tlog-proof.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// The way up a tree that 64 bits can count has no more siblings.
const MAX_HASHES: usize = 64;

/// A record with its salt, its place, the hashes up to the root, and the checkpoint that signs that root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    salt: Salt,
    record: Record,
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: String,
}

/// What a verified tlog-proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// What the log recorded.
    pub record: Record,
    /// Where.
    pub index: u64,
    /// Under which checkpoint.
    pub checkpoint: Checkpoint,
}

/// Why a tlog-proof is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofRefused {
    /// The text is no tlog-proof of this log.
    #[error("the text is not a tlog-proof with a certificate's record: ask for the certificate's proof again")]
    Form,
    /// Its `extra` line holds no salt and record.
    #[error(transparent)]
    Record(#[from] NotRecord),
    /// Its checkpoint is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointRefused),
    /// Its hashes do not lead from the record to the checkpoint's root.
    #[error(transparent)]
    Inclusion(#[from] ProofRefused),
}

impl From<NoteRefused> for TlogProofRefused {
    fn from(refused: NoteRefused) -> Self {
        Self::Checkpoint(refused.into())
    }
}

impl TlogProof {
    /// Joins the parts; `checkpoint` is the signed note of the tree that `inclusion` is about.
    pub fn new(salt: Salt, record: Record, inclusion: InclusionProof, checkpoint: String) -> Self {
        Self { salt, record, index: inclusion.index, hashes: inclusion.hashes, checkpoint }
    }

    /// Checks the checkpoint's signature and name, and that its root holds exactly this record at this place.
    pub fn verify(&self, verifier: &Verifier) -> Result<Proven, TlogProofRefused> {
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier)?;
        let proof = InclusionProof { index: self.index, size: checkpoint.size, hashes: self.hashes.clone() };
        proof.verify(self.leaf_hash(), checkpoint.root)?;
        Ok(Proven { record: self.record.clone(), index: self.index, checkpoint })
    }

    /// The hash of the leaf it is about.
    pub(super) fn leaf_hash(&self) -> Hash {
        Entry::of(&self.salt, &self.record).leaf_hash()
    }

    /// The full subtrees to the left of the way up, as this proof, which was verified as `proven`, names them: each
    /// one's first leaf, its height and its root.
    pub(super) fn left_siblings(&self, proven: &Proven) -> Vec<(u64, u32, Hash)> {
        let (mut place, mut last, mut height) = (self.index, proven.checkpoint.size.saturating_sub(1), 0);
        let mut left = Vec::new();
        for sibling in &self.hashes {
            if place & 1 == 1 || place == last {
                // Where a node is its level's last and a left child, it has no sibling there (RFC 9162 §2.1.3.2).
                let passed = if place == 0 { 0 } else { place.trailing_zeros() };
                (place, last, height) = (place >> passed, last >> passed, height + passed);
                left.push((place.saturating_sub(1) << height, height, *sibling));
            }
            (place, last, height) = (place >> 1, last >> 1, height + 1);
        }
        left
    }
}

/// The text, as files named `.tlog-proof` hold it.
impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra = [self.salt.as_slice(), &self.record.to_cbor()].concat();
        write!(f, "{HEADER}\nextra {}\nindex {}\n", BASE64.encode(&extra), self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofRefused;

    /// Reads the text strictly; nothing in it is to be believed before [`TlogProof::verify`].
    fn from_str(text: &str) -> Result<Self, TlogProofRefused> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(TlogProofRefused::Form)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(TlogProofRefused::Form);
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or(TlogProofRefused::Form)?;
        let extra = BASE64.decode(extra.as_bytes()).map_err(|_| TlogProofRefused::Form)?;
        let (salt, record) = extra.split_first_chunk::<32>().ok_or(TlogProofRefused::Form)?;
        let index =
            lines.next().and_then(|line| decimal(line.strip_prefix("index ")?)).ok_or(TlogProofRefused::Form)?;
        let hashes: Vec<Hash> =
            lines.take(MAX_HASHES + 1).map(Hash::from_base64).collect::<Option<_>>().ok_or(TlogProofRefused::Form)?;
        if hashes.len() > MAX_HASHES {
            return Err(TlogProofRefused::Form);
        }
        unverified_text(checkpoint)?;
        let record = Record::from_cbor(record)?;
        Ok(Self { salt: *salt, record, index, hashes, checkpoint: checkpoint.to_owned() })
    }
}
