//! What can be wrong with a log or with the records behind it, each with a name, its place and what to do about it.

use uuid::Uuid;

use super::source::SourceError;
use crate::clock::Instant;
use crate::storage::StorageError;
use crate::transparency::{CheckpointRefused, NoteRefused, Tile, TileFault};

/// The first thing found wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The log shows no checkpoint.
    #[error("checkpoint: there is none: publish the log again from the database by starting the service")]
    NoCheckpoint,
    /// The checkpoint is not the log's.
    #[error("checkpoint: {0}")]
    Checkpoint(CheckpointRefused),
    /// The checkpoint is signed by a former key of the log, and not by the present one.
    #[error(
        "checkpoint: a former key of this log signed it, and the present one did not: start the service, which signs it \
         anew, or name the key that is in use"
    )]
    FormerKey,
    /// The checkpoint that witnesses cosigned is not the log's.
    #[error("checkpoint.witnessed: {0}")]
    WitnessedNote(CheckpointRefused),
    /// A cosignature is false.
    #[error("checkpoint: the cosignature in the name of {witness}: {reason}")]
    Cosignature {
        /// In whose name.
        witness: String,
        /// What is wrong with it.
        reason: NoteRefused,
    },
    /// A witness that must have cosigned has not.
    #[error(
        "checkpoint: {0} has not cosigned it, nor the one beside it that was witnessed last: ask that witness what it saw \
         last, and take nothing of this log for witnessed by it before"
    )]
    NotCosigned(String),
    /// A witness has not cosigned, and what was cosigned before is signed by a key that is not known here.
    #[error(
        "checkpoint: {0} has not cosigned it, and the one that was witnessed last is not signed by this key: if it is of a \
         former key of this log, name that with `--former`; else wait until the witness has cosigned"
    )]
    NotCosignedUnderKey(String),
    /// What is published is proven not to continue what was cosigned.
    #[error(
        "checkpoint: that of {published} entries does not continue the one of {witnessed} entries which {by} cosigned: the \
         log was rewritten; keep both, and show them to the witnesses"
    )]
    Witnessed {
        /// The size that was cosigned.
        witnessed: u64,
        /// The size that is published.
        published: u64,
        /// Who cosigned.
        by: String,
    },
    /// Less is published than was cosigned.
    #[error(
        "checkpoint: it has {published} entries, and {by} cosigned one of {witnessed}: the published log was set back, or a \
         cache on the way shows an older one; look at the service itself, and if it stays so, keep both and restore the \
         newest log and database"
    )]
    SetBack {
        /// The size that was cosigned.
        witnessed: u64,
        /// The size that is published.
        published: u64,
        /// Who cosigned.
        by: String,
    },
    /// A file of the log is not there.
    #[error(
        "{0}: it is missing: stop the service, move the log's `checkpoint` aside, and start it: it publishes every file \
         again from the database"
    )]
    Missing(Tile),
    /// A file of the log is not what the checkpoint signs.
    #[error(
        "{0}; stop the service, move this file and the log's `checkpoint` aside and keep both as evidence, and start it: it \
         publishes them again from the database; then compare the log with a witness or a monitor"
    )]
    Tile(TileFault),
    /// More was published than the database knows.
    #[error(
        "database: the published log has {published} entries and the database only {recorded}: it was restored from an \
         older backup or cut off; restore the newest backup, and see `earayis restore` for what is lost for good"
    )]
    Behind {
        /// What was published.
        published: u64,
        /// What the database has.
        recorded: u64,
    },
    /// A published entry has no leaf.
    #[error(
        "entry {0}: the log has it and the database has no leaf for it: somebody deleted the row, and what it recorded, a \
         revocation perhaps, may have been undone with it; restore the newest backup beside this database and compare"
    )]
    EntryWithoutLeaf(u64),
    /// Leaves were given up after a restore, and whoever checks has not said so.
    #[error(
        "entry {place}: its leaf is lost, as are {count} in all, given up at {given_up_at} when an older backup was \
         restored: what they recorded, revocations perhaps, is not in this database; ask the operator, and say \
         `--lost {count}` when you know of them"
    )]
    Lost {
        /// How many.
        count: usize,
        /// The place of the first.
        place: u64,
        /// When.
        given_up_at: Instant,
    },
    /// A leaf stands at a place whose entry is another.
    #[error(
        "entry {place}: the leaf {leaf} in the database is not the published one: the row was changed or moved; compare with a backup"
    )]
    OtherEntry {
        /// The place.
        place: u64,
        /// The leaf's id.
        leaf: Uuid,
    },
    /// A leaf's columns do not say what its record says.
    #[error("leaf {leaf}: its {column} is not what its entry was made of: the row was changed; compare with a backup")]
    Leaf {
        /// The leaf's id.
        leaf: Uuid,
        /// Which column.
        column: &'static str,
    },
    /// A leaf has a place beyond the log's end.
    #[error(
        "place {place}: a leaf has it, and the log ends at {size}: the row was added or the log's state set back by hand"
    )]
    BeyondTheEnd {
        /// The place.
        place: u64,
        /// The log's size.
        size: u64,
    },
    /// The database's own root is not that of its leaves.
    #[error(
        "log state: the database's root of {0} entries is not the root of its leaves: one of them was changed by hand"
    )]
    Root(u64),
    /// A leaf waits too long.
    #[error(
        "leaf {leaf}: it waits for its place since {since}, so what it records is not in the log: start the service, \
         and look at its messages when it waits still"
    )]
    Late {
        /// The leaf's id.
        leaf: Uuid,
        /// Since when.
        since: Instant,
    },
    /// A certificate has no leaf of its issuance.
    #[error(
        "certificate {0}: it has no leaf of its issuance: the row was added by hand, or its leaf deleted; suspend it, and \
         look into who had access to the database"
    )]
    NeverIssued(String),
    /// A certificate's row does not say what its leaves say.
    #[error(
        "certificate {number}: its {column} is not what its leaves record: the row was changed by hand; compare with a backup"
    )]
    Certificate {
        /// Its number.
        number: String,
        /// Which column.
        column: &'static str,
    },
    /// The standing does not follow from the leaves.
    #[error(
        "certificate {number}: it is {standing}, and its acts in the log lead to {told}: somebody changed its standing by \
         hand; put it right by the act that is missing, and look into who had access"
    )]
    Standing {
        /// Its number.
        number: String,
        /// What the row says.
        standing: &'static str,
        /// What the leaves say.
        told: &'static str,
    },
    /// The leaves cannot follow one another.
    #[error(
        "certificate {number}: the act {act} in its leaves cannot follow those before it: a leaf between them is missing"
    )]
    Order {
        /// Its number.
        number: String,
        /// The act.
        act: &'static str,
    },
    /// A released file's digest has no leaf.
    #[error(
        "certificate {0}: a file counts as released that no leaf records: its digest was added by hand; remove it, and look into who had access"
    )]
    DigestWithoutLeaf(String),
    /// A leaf records a file that does not count as released.
    #[error(
        "certificate {0}: a leaf records a released file whose digest is missing: its holder's file would be unknown; restore it from a backup"
    )]
    LeafWithoutDigest(String),
    /// An act has no leaf.
    #[error(
        "certificate {number}: the act {act} of {at} has no leaf, so the log does not know of it: a leaf was deleted or the event added by hand"
    )]
    ActWithoutLeaf {
        /// Its number.
        number: String,
        /// The act, as the audit trail calls it.
        act: String,
        /// When.
        at: Instant,
    },
    /// A leaf has no audit event.
    #[error(
        "certificate {number}: the log's act {act} of {at} stands in no audit event, so nobody knows who did it: an event was deleted; compare with a backup"
    )]
    LeafWithoutAct {
        /// Its number.
        number: String,
        /// The act, as the log calls it.
        act: &'static str,
        /// When.
        at: Instant,
    },
    /// Something belongs to a certificate that is not there.
    #[error(
        "{what} of the certificate {id}: there is no such certificate: its row was deleted; restore it from a backup"
    )]
    WithoutCertificate {
        /// What there is.
        what: &'static str,
        /// Of which certificate.
        id: String,
    },
    /// A row holds what cannot be.
    #[error(
        "table {table}: a row's {column} holds what cannot be: it was damaged or changed by hand; compare with a backup"
    )]
    Row {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}

/// Why a check came to no good end.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Something is wrong.
    #[error(transparent)]
    Wrong(Box<Fault>),
    /// The log could not be read: nothing is known.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The tiles that a proof was made of are not those under the checkpoint: nothing is known.
    #[error(
        "whether the log of {new} entries continues that of {old} was not found out: the tiles that were read for it are \
         not those under its checkpoint; look again, and check the whole log with `earayis log check` if it stays so"
    )]
    Unfounded {
        /// The older size.
        old: u64,
        /// The newer size.
        new: u64,
    },
    /// The database did not answer: nothing is known.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<Fault> for CheckError {
    fn from(fault: Fault) -> Self {
        Self::Wrong(Box::new(fault))
    }
}

impl From<TileFault> for CheckError {
    fn from(fault: TileFault) -> Self {
        Fault::Tile(fault).into()
    }
}

impl From<StorageError> for CheckError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Damaged { table, column } => Fault::Row { table, column }.into(),
            other => Self::Storage(other),
        }
    }
}

impl Fault {
    /// Its name for machines; it never changes.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::NoCheckpoint => "no-checkpoint",
            Self::Checkpoint(_) => "checkpoint",
            Self::FormerKey => "former-key",
            Self::WitnessedNote(_) => "witnessed-checkpoint",
            Self::Cosignature { .. } => "cosignature",
            Self::NotCosigned(_) => "not-cosigned",
            Self::NotCosignedUnderKey(_) => "not-cosigned-under-this-key",
            Self::SetBack { .. } => "set-back",
            Self::Witnessed { .. } => "witnessed-otherwise",
            Self::Missing(_) => "tile-missing",
            Self::Tile(TileFault::Damaged(_)) => "tile-damaged",
            Self::Tile(TileFault::Hashes(_) | TileFault::Entries(_)) => "tile-changed",
            Self::Tile(TileFault::Root(_)) => "log-rewritten",
            Self::Behind { .. } => "database-behind",
            Self::EntryWithoutLeaf(_) => "entry-without-leaf",
            Self::Lost { .. } => "leaves-lost",
            Self::OtherEntry { .. } => "other-entry",
            Self::Leaf { .. } => "leaf-changed",
            Self::BeyondTheEnd { .. } => "place-beyond-the-end",
            Self::Root(_) => "root-changed",
            Self::Late { .. } => "leaf-late",
            Self::NeverIssued(_) => "never-issued",
            Self::Certificate { .. } => "certificate-changed",
            Self::Standing { .. } => "standing-changed",
            Self::Order { .. } => "acts-out-of-order",
            Self::DigestWithoutLeaf(_) => "digest-without-leaf",
            Self::LeafWithoutDigest(_) => "leaf-without-digest",
            Self::ActWithoutLeaf { .. } => "act-without-leaf",
            Self::LeafWithoutAct { .. } => "leaf-without-act",
            Self::WithoutCertificate { .. } => "without-certificate",
            Self::Row { .. } => "row-damaged",
        }
    }
}
