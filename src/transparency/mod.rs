//! The transparency log: entries, tree, tiles, proofs and checkpoints as C2SP and RFC 6962 have them, without storage or clock.
//!
//! A [`Record`] becomes an [`Entry`], an entry a leaf of the tree; [`grow`] turns new entries into the files a log
//! publishes, [`Checkpoint`] signs the tree's size and root, and [`TlogProof`] carries one record's evidence to anybody.

pub mod add_checkpoint;
pub mod checkpoint;
pub mod cosignature;
pub mod entry;
pub mod growth;
pub mod note;
pub mod proof;
pub mod proven;
pub mod tie;
pub mod tile;
pub mod tlog_proof;
pub mod tree;
pub mod whole;

mod tiles;

pub use add_checkpoint::AddCheckpoint;
pub use checkpoint::{Checkpoint, CheckpointRefused};
pub use cosignature::{Cosigner, Witness, with_cosignatures, witnessed_at};
pub use entry::{Act, Entry, Record, Salt};
pub use growth::{Growth, frontier_at, grow};
pub use note::{NoteRefused, Signer, Verifier};
pub use proof::{
    ConsistencyProof, InclusionProof, ProofRefused, build_consistency, build_inclusion, proven_root_at, root_at,
};
pub use proven::ProvenTiles;
pub use tie::Tie;
pub use tile::{Level, Tile, full_hash_tiles, full_hash_tiles_counted, tiles_between};
pub use tiles::TilesError;
pub use tlog_proof::{Proven, TlogProof, TlogProofRefused};
pub use tree::{Frontier, Hash};
pub use whole::{RecomputedLog, TileFault, WholeLog};
