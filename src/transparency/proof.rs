//! Proofs: that a leaf stands in a tree, and that a tree continues another, verified as RFC 9162 §2.1.3.2 and §2.1.4.2 say.

use super::tile::Tile;
use super::tiles::{Tiles, TilesError, split};
use super::tree::Hash;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefused {
    /// Index and size allow no such proof, or one of another length.
    #[error("the proof does not fit the log's size: ask the log for a new one")]
    Shape,
    /// It leads to another root than the checkpoint's.
    #[error("the proof leads to another root than the checkpoint's: what it is about is not in this log")]
    Root,
}

/// That a leaf stands at `index` in the tree of `size` leaves: the hashes beside its way up, from the leaf to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The leaf's place.
    pub index: u64,
    /// The tree's size.
    pub size: u64,
    /// The siblings, the leaf's own first.
    pub hashes: Vec<Hash>,
}

impl InclusionProof {
    /// Accepts the proof only if it leads from `leaf` to `root` (RFC 9162 §2.1.3.2).
    pub fn verify(&self, leaf: Hash, root: Hash) -> Result<(), ProofRefused> {
        if self.index >= self.size {
            return Err(ProofRefused::Shape);
        }
        let (mut place, mut last, mut hash) = (self.index, self.size - 1, leaf);
        for sibling in &self.hashes {
            if last == 0 {
                return Err(ProofRefused::Shape);
            }
            if place & 1 == 1 || place == last {
                hash = Hash::node(*sibling, hash);
                climb_to_right_child(&mut place, &mut last);
            } else {
                hash = Hash::node(hash, *sibling);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        if last != 0 {
            return Err(ProofRefused::Shape);
        }
        if hash == root { Ok(()) } else { Err(ProofRefused::Root) }
    }
}

/// That the tree of `new_size` leaves begins with the whole tree of `old_size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// The smaller tree's size, at least 1.
    pub old_size: u64,
    /// The larger tree's size.
    pub new_size: u64,
    /// As RFC 6962 §2.1.2 orders them.
    pub hashes: Vec<Hash>,
}

impl ConsistencyProof {
    /// Accepts the proof only if it leads to both roots (RFC 9162 §2.1.4.2). Of an empty tree nothing can be proven.
    pub fn verify(&self, old_root: Hash, new_root: Hash) -> Result<(), ProofRefused> {
        if self.old_size == 0 || self.old_size > self.new_size {
            return Err(ProofRefused::Shape);
        }
        if self.old_size == self.new_size {
            let same = self.hashes.is_empty().then_some(old_root == new_root).ok_or(ProofRefused::Shape)?;
            return if same { Ok(()) } else { Err(ProofRefused::Root) };
        }
        // A smaller tree that is one full subtree is itself the first hash, and is not sent.
        let (first, rest) = if self.old_size.is_power_of_two() {
            (old_root, self.hashes.as_slice())
        } else {
            let (first, rest) = self.hashes.split_first().ok_or(ProofRefused::Shape)?;
            (*first, rest)
        };
        let (old, new) = self.climb(first, rest)?;
        if (old, new) == (old_root, new_root) { Ok(()) } else { Err(ProofRefused::Root) }
    }

    /// The root that the tree of `new_root` had when it was of the older size, as the hashes alone prove it.
    ///
    /// None when they do not lead to `new_root`, and of an older tree that is one full subtree, whose root is not sent.
    pub fn older_root(&self, new_root: Hash) -> Option<Hash> {
        if self.old_size.is_power_of_two() || !(1..self.new_size).contains(&self.old_size) {
            return None;
        }
        let (first, rest) = self.hashes.split_first()?;
        let (old, new) = self.climb(*first, rest).ok()?;
        (new == new_root).then_some(old)
    }

    /// Both roots to which the hashes lead.
    fn climb(&self, first: Hash, rest: &[Hash]) -> Result<(Hash, Hash), ProofRefused> {
        let full = (self.old_size - 1).trailing_ones();
        let (mut place, mut last) = ((self.old_size - 1) >> full, (self.new_size - 1) >> full);
        let (mut old, mut new) = (first, first);
        for hash in rest {
            if last == 0 {
                return Err(ProofRefused::Shape);
            }
            if place & 1 == 1 || place == last {
                old = Hash::node(*hash, old);
                new = Hash::node(*hash, new);
                climb_to_right_child(&mut place, &mut last);
            } else {
                new = Hash::node(new, *hash);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        if last == 0 { Ok((old, new)) } else { Err(ProofRefused::Shape) }
    }
}

/// The proof of the leaf at `index`, from published tiles, verified against the checkpoint's `root` before it is returned.
pub fn build_inclusion<E>(
    read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    index: u64,
    size: u64,
    root: Hash,
) -> Result<InclusionProof, TilesError<E>> {
    if index >= size {
        return Err(TilesError::NoSuchPlace);
    }
    let mut tiles = Tiles::new(size, read);
    let mut hashes = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            hashes.push(tiles.range(middle, end)?);
            end = middle;
        } else {
            hashes.push(tiles.range(start, middle)?);
            start = middle;
        }
    }
    hashes.reverse();
    let proof = InclusionProof { index, size, hashes };
    let leaf = tiles.range(index, index + 1)?;
    proof.verify(leaf, root).map_err(|_| TilesError::Disagree { size })?;
    Ok(proof)
}

/// The root that a log of `size` leaves had when it was of `old_size`, from its published tiles. Nothing proves it yet.
pub fn root_at<E>(
    read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    old_size: u64,
    size: u64,
) -> Result<Hash, TilesError<E>> {
    match old_size {
        0 => Ok(Hash::empty()),
        _ if old_size > size => Err(TilesError::NoSuchPlace),
        _ => Tiles::new(size, read).range(0, old_size),
    }
}

/// The proof that the tree of `new` continues that of `old` (each a size and its root), from published tiles, verified
/// against both roots before it is returned.
pub fn build_consistency<E>(
    read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    old: (u64, Hash),
    new: (u64, Hash),
) -> Result<ConsistencyProof, TilesError<E>> {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == 0 || old_size > new_size {
        return Err(TilesError::NoSuchPlace);
    }
    let mut tiles = Tiles::new(new_size, read);
    let mut hashes = Vec::new();
    let (mut start, mut end) = (0, new_size);
    while end != old_size {
        let middle = start + split(end - start);
        if old_size <= middle {
            hashes.push(tiles.range(middle, end)?);
            end = middle;
        } else {
            hashes.push(tiles.range(start, middle)?);
            start = middle;
        }
    }
    // The verifier knows the old tree's root already when that tree is one full subtree from the first leaf.
    if start > 0 {
        hashes.push(tiles.range(start, end)?);
    }
    hashes.reverse();
    let proof = ConsistencyProof { old_size, new_size, hashes };
    proof.verify(old_root, new_root).map_err(|_| TilesError::Disagree { size: new_size })?;
    Ok(proof)
}

/// The root that the tree of `new` (its size and root) had when it was of `old_size`, at least 1, proven from its
/// published tiles: whatever other root of that size somebody signed, that was another history.
pub fn proven_root_at<E>(
    mut read: impl FnMut(&Tile) -> Result<Option<Vec<u8>>, E>,
    old_size: u64,
    new: (u64, Hash),
) -> Result<Hash, TilesError<E>> {
    let old_root = root_at(&mut read, old_size, new.0)?;
    build_consistency(read, (old_size, old_root), new)?;
    Ok(old_root)
}

/// Where a node is its level's last and a left child, it has no sibling there: it climbs until it is a right child.
fn climb_to_right_child(place: &mut u64, last: &mut u64) {
    while *place & 1 == 0 && *place != 0 {
        (*place, *last) = (*place >> 1, *last >> 1);
    }
}
