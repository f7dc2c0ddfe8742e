//! The log's tree as it was fetched: a file for each level, in which every hash has its place, so that the tree only
//! grows at the end. It is believed no further than it hashes to the trusted checkpoint's root, each time it is read.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::transparency::{Hash, Level, ProvenTiles, Tile, TilesError, frontier_at, full_hash_tiles};

const FOLDER: &str = "log";
/// So many proven tiles are kept in memory: those above the one that is being proven.
pub(super) const IN_MEMORY: usize = 64;
const HASH: u64 = 32;
const WIDTH: u64 = 256;

/// The hashes of a log's tree: 32 bytes for each leaf, and a 256th of that for each level above.
#[derive(Debug)]
pub(super) struct KeptTree {
    folder: PathBuf,
}

impl KeptTree {
    /// The tree in a trust folder; there may be none yet.
    pub(super) fn of(trust: &Path) -> Self {
        Self { folder: trust.join(FOLDER) }
    }

    /// Where it is kept.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A tile of hashes; none where not all of it is kept.
    pub(super) fn read(&self, tile: &Tile) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.file(tile) else { return Ok(None) };
        let mut bytes = vec![0; tile.byte_length()];
        let read = File::open(file).and_then(|file| file.read_exact_at(&mut bytes, offset(tile)));
        match read {
            Ok(()) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether all of the tree of `size` leaves under `root` is there as it should be.
    pub(super) fn is_whole(&self, size: u64, root: Hash) -> io::Result<bool> {
        let read = |tile: &Tile| self.read(tile);
        let proven = ProvenTiles::with_room(IN_MEMORY);
        let edge = frontier_at(size, root, read).map(drop);
        let mut outcomes =
            std::iter::once(edge).chain(full_hash_tiles(size).map(|tile| proven.prove(tile, size, root, read)));
        match outcomes.find_map(Result::err) {
            None => Ok(true),
            Some(TilesError::Read { source, .. }) => Err(source),
            Some(_) => Ok(false),
        }
    }

    /// Puts a tile of hashes to its place; [`KeptTree::sync`] makes it durable.
    pub(super) fn write(&self, tile: &Tile, bytes: &[u8]) -> io::Result<()> {
        let Some(file) = self.file(tile) else { return Ok(()) };
        fs::create_dir_all(&self.folder)?;
        File::options().create(true).truncate(false).write(true).open(file)?.write_all_at(bytes, offset(tile))
    }

    /// Makes what was written durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        match fs::read_dir(&self.folder) {
            Ok(files) => {
                for file in files {
                    File::open(file?.path())?.sync_all()?;
                }
                File::open(&self.folder)?.sync_all()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn file(&self, tile: &Tile) -> Option<PathBuf> {
        match tile.level() {
            Level::Hashes(level) => Some(self.folder.join(format!("level-{level}"))),
            Level::Entries => None,
        }
    }
}

fn offset(tile: &Tile) -> u64 {
    tile.index().saturating_mul(WIDTH * HASH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_read_where_all_of_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let tree = KeptTree::of(folder.path());
        let tile = |index, width| Tile::new(Level::Hashes(1), index, width).unwrap();
        assert_eq!(tree.read(&tile(0, 1)).unwrap(), None);
        tree.write(&tile(0, 256), &[7; 8192]).unwrap();
        tree.write(&tile(1, 2), &[9; 64]).unwrap();
        tree.sync().unwrap();
        assert_eq!(tree.read(&tile(1, 2)).unwrap(), Some(vec![9; 64]));
        assert_eq!(tree.read(&tile(1, 1)).unwrap(), Some(vec![9; 32]), "a smaller tree is its beginning");
        assert_eq!(tree.read(&tile(1, 3)).unwrap(), None);
        assert_eq!(tree.read(&tile(0, 256)).unwrap(), Some(vec![7; 8192]));
    }
}
