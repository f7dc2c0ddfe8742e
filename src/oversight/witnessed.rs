//! What the witnesses say of a published checkpoint: each cosigned it, or an earlier one that it is proven to continue.

use super::consistency::{Continuity, continuity};
use super::fault::{CheckError, Fault};
use super::keys::LogKeys;
use super::source::LogSource;
use crate::transparency::cosignature::Seconds;
use crate::transparency::{Checkpoint, CheckpointRefused, NoteRefused, Witness};

/// Who cosigned, and what is still to be proven for it to count.
pub(super) struct Witnessed {
    cosigned: Vec<(String, Seconds)>,
    /// The earlier checkpoint that some cosigned instead, and who they are.
    earlier: Option<(Checkpoint, Vec<String>)>,
}

/// The newest checkpoint that enough witnesses cosigned, as it stands beside the published one.
enum Earlier {
    Nothing,
    /// It is signed by no key of the log that is known here, so that nothing can be said of it.
    Unknown,
    Known(String, Checkpoint),
}

impl Witnessed {
    /// What each of `witnesses` cosigned: the published `note` or, as it is cosigned a moment after it is published,
    /// the `earlier` one beside it.
    pub(super) fn read(
        keys: &LogKeys,
        witnesses: &[Witness],
        note: &str,
        published: &Checkpoint,
        earlier: Option<Vec<u8>>,
    ) -> Result<Self, Fault> {
        let (mut cosigned, mut missing) = (Vec::new(), Vec::new());
        for witness in witnesses {
            match signed_at(witness, note)? {
                Some(at) => cosigned.push((witness.name().to_owned(), at)),
                None => missing.push(witness),
            }
        }
        if missing.is_empty() {
            return Ok(Self { cosigned, earlier: None });
        }
        let earlier = Earlier::read(keys, earlier)?;
        let mut by = Vec::new();
        for witness in missing {
            let name = witness.name().to_owned();
            let at = match &earlier {
                Earlier::Nothing => None,
                Earlier::Unknown => return Err(Fault::NotCosignedUnderKey(name)),
                Earlier::Known(note, _) => signed_at(witness, note)?,
            };
            cosigned.push((name.clone(), at.ok_or_else(|| Fault::NotCosigned(name.clone()))?));
            by.push(name);
        }
        let Earlier::Known(_, earlier) = earlier else { return Ok(Self { cosigned, earlier: None }) };
        if earlier.size > published.size {
            let by = by.join(", ");
            return Err(Fault::SetBack { witnessed: earlier.size, published: published.size, by });
        }
        Ok(Self { cosigned, earlier: Some((earlier, by)) })
    }

    /// Proves that the published checkpoint continues the earlier one, if that is what counts. Comes after all tiles
    /// were proven: until then it would not be known whether the log or a changed tile is to blame.
    pub(super) async fn proven(
        self,
        source: &LogSource,
        published: &Checkpoint,
    ) -> Result<Vec<(String, Seconds)>, CheckError> {
        let Some((earlier, by)) = self.earlier else { return Ok(self.cosigned) };
        match continuity(source, &earlier, published).await? {
            Continuity::Continues => Ok(self.cosigned),
            Continuity::Forked => {
                let (witnessed, published) = (earlier.size, published.size);
                Err(Fault::Witnessed { witnessed, published, by: by.join(", ") }.into())
            }
            Continuity::Unfounded => Err(CheckError::Unfounded { old: earlier.size, new: published.size }),
        }
    }
}

impl Earlier {
    fn read(keys: &LogKeys, note: Option<Vec<u8>>) -> Result<Self, Fault> {
        let Some(note) = note else { return Ok(Self::Nothing) };
        let note = String::from_utf8(note).map_err(|_| Fault::WitnessedNote(NoteRefused::Form.into()))?;
        match keys.earlier(&note) {
            Ok(checkpoint) => Ok(Self::Known(note, checkpoint)),
            Err(CheckpointRefused::Note(NoteRefused::NotSigned)) => Ok(Self::Unknown),
            Err(refused) => Err(Fault::WitnessedNote(refused)),
        }
    }
}

fn signed_at(witness: &Witness, note: &str) -> Result<Option<Seconds>, Fault> {
    let refused = |reason| Fault::Cosignature { witness: witness.name().to_owned(), reason };
    witness.cosigned(note).map_err(refused)
}
