//! What a witness remembers of each log, and what it cosigns: nothing before it is durable, and nothing that forks.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};

use self::evidence::{Evidence, is_fork};
use crate::clock::Clock;
use crate::durable;
use crate::transparency::{
    AddCheckpoint, Checkpoint, CheckpointRefused, ConsistencyProof, Cosigner, Hash, NoteRefused, Verifier,
    with_cosignatures,
};

mod evidence;

const CHECKPOINT: &str = "checkpoint";
const LOCK: &str = ".lock";

/// A witness at work.
pub struct Witnessing {
    cosigner: Cosigner,
    /// The keys of the logs it knows, by origin.
    logs: BTreeMap<String, Vec<Verifier>>,
    folder: PathBuf,
    clock: Clock,
    /// Compare and remember are one step.
    turn: Mutex<()>,
    /// Held as long as it lives, so that no second process remembers otherwise.
    _lock: File,
}

/// Why a witness cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WitnessingError {
    /// Its folder cannot be used.
    #[error("{}: {reason}; a witness needs a folder that it alone may write to", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Another witness uses it.
    #[error("{}: another witness uses this folder: stop it first, or name another folder", .0.display())]
    InUse(PathBuf),
}

/// Why a checkpoint is not cosigned, each with its HTTP status in C2SP tlog-witness.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// 400: the request is malformed, or its old size is above the new one.
    #[error("the request is not as C2SP tlog-witness writes it")]
    Malformed,
    /// 404: the log is unknown.
    #[error("this witness does not know the log: its operator names the log's key with `--log`")]
    UnknownLog,
    /// 403: no key of the log signed it, or a signature in such a key's name is false.
    #[error("the checkpoint is not signed by a key of its log: {0}")]
    NotSigned(CheckpointRefused),
    /// 409: the old size is not the one that was cosigned last.
    #[error("the checkpoint that was cosigned last has {0} entries")]
    Conflict(u64),
    /// 422: nothing shows that the new checkpoint continues the one that was cosigned last.
    #[error("the proof does not show that the checkpoint continues the one that was cosigned last")]
    Unproven,
    /// 422: the log's key signed two histories.
    #[error("the checkpoint does not continue the one that was cosigned last: the log's key signed two histories")]
    Forked,
    /// 500: what is remembered cannot be read or written; nothing was cosigned.
    #[error("what this witness remembers cannot be read or written: {0}")]
    Memory(#[from] io::Error),
}

/// The SHA-256 of a log's origin in hexadecimal, under which a witness shows what it cosigned.
pub fn origin_hash(origin: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, origin.as_bytes()).as_ref())
}

impl Witnessing {
    /// A witness for the logs with these keys, that remembers in `folder`.
    pub fn begin(
        cosigner: Cosigner,
        logs: impl IntoIterator<Item = Verifier>,
        folder: &Path,
        clock: Clock,
    ) -> Result<Self, WitnessingError> {
        let failed = |reason| WitnessingError::Folder { folder: folder.to_owned(), reason };
        durable::make_folder(folder).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => WitnessingError::InUse(folder.to_owned()),
            fs::TryLockError::Error(reason) => failed(reason),
        })?;
        let mut known: BTreeMap<String, Vec<Verifier>> = BTreeMap::new();
        for log in logs {
            durable::make_folder(&folder.join(origin_hash(log.name()))).map_err(failed)?;
            known.entry(log.name().to_owned()).or_default().push(log);
        }
        Ok(Self { cosigner, logs: known, folder: folder.to_owned(), clock, turn: Mutex::new(()), _lock: lock })
    }

    /// Cosigns a checkpoint that continues what was cosigned before; durable when it returns. Answers the signature line.
    pub fn add_checkpoint(&self, body: &str) -> Result<String, Refusal> {
        let request = AddCheckpoint::parse(body).ok_or(Refusal::Malformed)?;
        let new = self.signed(&request.note)?;
        if request.old_size > new.size {
            return Err(Refusal::Malformed);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.folder.join(origin_hash(&new.origin));
        let held = self.held(&folder)?;
        let forked = match &held {
            Some((note, held)) => self.keep_evidence(&folder, (note, held), &request, &new)?,
            None => false,
        };
        let (old_size, old_root) = held.as_ref().map_or((0, Hash::empty()), |(_, held)| (held.size, held.root));
        if request.old_size != old_size {
            return Err(Refusal::Conflict(old_size));
        }
        if !continues((old_size, old_root), &new, &request.proof) {
            return Err(if forked { Refusal::Forked } else { Refusal::Unproven });
        }
        let line = self.cosign(&request.note)?;
        let remembered = with_cosignatures(&self.own_words(&request.note), &[line.trim_end().to_owned()]);
        durable::replace(&folder.join(CHECKPOINT), remembered.as_bytes())?;
        durable::sync_folder(&folder)?;
        Evidence::of(&folder).settle((&remembered, &new))?;
        Ok(line)
    }

    /// Keeps what a request shows against what is held, if it does. Answers whether it is a fork.
    ///
    /// A fork is one whatever size the request begins from, so that also whoever merely reports it leaves it here.
    fn keep_evidence(
        &self,
        folder: &Path,
        (note, held): (&str, &Checkpoint),
        request: &AddCheckpoint,
        new: &Checkpoint,
    ) -> io::Result<bool> {
        let (evidence, forked) = (Evidence::of(folder), is_fork(held, request, new));
        let same = (new.size, new.root) == (held.size, held.root);
        let asked_from_here = request.old_size == held.size && held.size > 0;
        let offered = || AddCheckpoint { note: self.own_words(&request.note), ..request.clone() };
        let is_new = if forked {
            evidence.keep_fork((note, held), &offered(), new)?
        } else if asked_from_here && !same && !continues((held.size, held.root), new, &request.proof) {
            evidence.keep_unproven((note, held), &offered(), new)?
        } else {
            false
        };
        if is_new {
            let (size, held) = (new.size, held.size);
            tracing::error!(alarm = "witness", forked, size, held, "a log's checkpoint does not continue the held one");
        }
        Ok(forked)
    }

    /// The checkpoint of the log with that hash of its origin that was cosigned last.
    pub fn checkpoint(&self, hash: &str) -> io::Result<Option<String>> {
        if !self.logs.keys().any(|origin| origin_hash(origin) == hash) {
            return Ok(None);
        }
        Ok(self.held(&self.folder.join(hash))?.map(|(note, _)| note))
    }

    /// The checkpoint in a note that a key of its log signed; a false signature in such a key's name spoils it.
    fn signed(&self, note: &str) -> Result<Checkpoint, Refusal> {
        let claimed = Checkpoint::unverified(note).map_err(|_| Refusal::Malformed)?;
        let keys = self.logs.get(&claimed.origin).ok_or(Refusal::UnknownLog)?;
        let mut signed = Err(Refusal::NotSigned(NoteRefused::NotSigned.into()));
        for key in keys {
            match Checkpoint::open(note, key) {
                Ok(checkpoint) => signed = Ok(checkpoint),
                Err(CheckpointRefused::Note(NoteRefused::NotSigned)) => {}
                Err(refused) => return Err(Refusal::NotSigned(refused)),
            }
        }
        signed
    }

    /// What was cosigned last, believed only as this witness itself cosigned it.
    fn held(&self, folder: &Path) -> io::Result<Option<(String, Checkpoint)>> {
        let path = folder.join(CHECKPOINT);
        let Some(bytes) = durable::read(&path)? else { return Ok(None) };
        let damaged = || io::Error::other(format!("{} is damaged: restore it from a backup", path.display()));
        let note = String::from_utf8(bytes).map_err(|_| damaged())?;
        match (self.cosigner.witness().cosigned(&note), Checkpoint::unverified(&note)) {
            (Ok(Some(_)), Ok(checkpoint)) => Ok(Some((note, checkpoint))),
            _ => Err(damaged()),
        }
    }

    fn cosign(&self, note: &str) -> Result<String, Refusal> {
        let seconds = u64::try_from(self.clock.now().seconds()).unwrap_or(1).max(1);
        self.cosigner.cosign(note, seconds).map_err(|_| Refusal::Malformed)
    }

    /// The checkpoint with its log's signatures alone: not with those that nobody here checked.
    fn own_words(&self, note: &str) -> String {
        let Some(text) = note.rfind("\n\n").map(|end| &note[..end + 2]) else { return note.to_owned() };
        let logs = self.logs.values().flatten().filter_map(|key| {
            let own = format!("— {} ", key.name());
            note[text.len()..]
                .lines()
                .find(|line| line.starts_with(&own) && key.open(&format!("{text}{line}\n")).is_ok())
        });
        logs.fold(text.to_owned(), |note, line| note + line + "\n")
    }
}

fn continues(old: (u64, Hash), new: &Checkpoint, proof: &[Hash]) -> bool {
    let (old_size, old_root) = old;
    if new.size == 0 && new.root != Hash::empty() {
        return false;
    }
    if old_size == 0 {
        return proof.is_empty();
    }
    let proof = ConsistencyProof { old_size, new_size: new.size, hashes: proof.to_vec() };
    proof.verify(old_root, new.root).is_ok()
}

#[cfg(test)]
mod tests;
