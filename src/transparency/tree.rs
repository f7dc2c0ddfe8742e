//! The Merkle tree of RFC 6962 §2.1 by its right edge: enough to append a leaf and to tell the root, whatever the size.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use ring::digest::{Context, SHA256};

/// A tree never holds more leaves than a database's signed 64-bit column can count.
pub(super) const MAX_SIZE: u64 = i64::MAX.cast_unsigned();

/// A SHA-256 hash of the tree: of a leaf, an inner node or the root.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// SHA-256(00 ‖ content): the hash of a leaf.
    pub fn leaf(content: &[u8]) -> Self {
        sha256(&[&[0], content])
    }

    /// SHA-256(01 ‖ left ‖ right): the hash of an inner node.
    pub fn node(left: Self, right: Self) -> Self {
        sha256(&[&[1], &left.0, &right.0])
    }

    /// SHA-256 of nothing: the root of the empty tree.
    pub fn empty() -> Self {
        sha256(&[])
    }

    /// The 44 symbols of RFC 4648 §4 base64, as checkpoints and proofs write it.
    pub fn to_base64(self) -> String {
        BASE64.encode(&self.0)
    }

    /// Reads [`Hash::to_base64`] and nothing else.
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// The right edge of a tree: the roots of its full subtrees, one for each bit set in its size, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    edge: Vec<Hash>,
}

/// These bytes are no frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored frontier of the log is malformed: restore it, or read it again from the published tiles")]
pub struct NotFrontier;

impl Frontier {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf at the right; its place was [`Frontier::size`].
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                hash = Hash::node(left, hash);
            }
        }
        self.edge.push(hash);
        self.size += 1;
    }

    /// The root; the empty tree's is SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        self.edge.iter().rev().copied().reduce(|right, left| Hash::node(left, right)).unwrap_or_else(Hash::empty)
    }

    /// Size as eight big-endian bytes, then the edge's hashes, the largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        for hash in &self.edge {
            bytes.extend_from_slice(&hash.0);
        }
        bytes
    }

    /// Reads [`Frontier::to_bytes`]; the size decides how many hashes there are.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotFrontier> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(NotFrontier)?;
        let (hashes, odd) = rest.as_chunks::<32>();
        let size = u64::from_be_bytes(*size);
        if !odd.is_empty() || size > MAX_SIZE {
            return Err(NotFrontier);
        }
        Self::from_edge(size, hashes.iter().copied().map(Hash).collect()).ok_or(NotFrontier)
    }

    /// A frontier of these subtrees, if they are as many as the size has bits set.
    pub(super) fn from_edge(size: u64, edge: Vec<Hash>) -> Option<Self> {
        (edge.len() == size.count_ones() as usize).then_some(Self { size, edge })
    }

    /// The roots of the full subtrees, the largest first.
    pub(super) fn edge(&self) -> &[Hash] {
        &self.edge
    }
}

/// SHA-256 of the parts, one after the other.
pub(super) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut digest = Context::new(&SHA256);
    for part in parts {
        digest.update(part);
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.finish().as_ref());
    Hash(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(hash: Hash) -> String {
        format!("{hash:?}")
    }

    /// The eight leaves and the roots that the implementations of RFC 6962 check one another with.
    const REFERENCE: [(&str, &str); 8] = [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    #[test]
    fn the_reference_tree_of_rfc_6962_has_the_reference_roots() {
        let mut tree = Frontier::new();
        assert_eq!(hex(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (content, root) in REFERENCE {
            tree.append(Hash::leaf(&HEXLOWER.decode(content.as_bytes()).unwrap()));
            assert_eq!(hex(tree.root()), root);
        }
        assert_eq!(tree.size(), 8);
    }

    #[test]
    fn a_frontier_reads_back_and_goes_on_as_before() {
        let mut tree = Frontier::new();
        for n in 0..600_u32 {
            let mut read = Frontier::from_bytes(&tree.to_bytes()).unwrap();
            assert_eq!(read, tree);
            read.append(Hash::leaf(&n.to_be_bytes()));
            tree.append(Hash::leaf(&n.to_be_bytes()));
            assert_eq!(read.root(), tree.root());
        }
    }

    #[test]
    fn a_malformed_frontier_is_refused() {
        let mut tree = Frontier::new();
        (0..5_u8).for_each(|n| tree.append(Hash::leaf(&[n])));
        let right = tree.to_bytes();
        for length in 0..right.len() {
            assert_eq!(Frontier::from_bytes(&right[..length]), Err(NotFrontier));
        }
        assert_eq!(Frontier::from_bytes(&[right.as_slice(), &[0; 32]].concat()), Err(NotFrontier));
        assert_eq!(
            Frontier::from_bytes(&[&[0x80, 0, 0, 0, 0, 0, 0, 0], [0; 32].as_slice()].concat()),
            Err(NotFrontier)
        );
    }

    #[test]
    fn a_hash_has_one_spelling_in_base64() {
        let text = Hash::empty().to_base64();
        assert_eq!(text, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(Hash::from_base64(&text), Some(Hash::empty()));
        for wrong in ["", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV="]
        {
            assert_eq!(Hash::from_base64(wrong), None);
        }
    }
}
