//! The state of a key folder at a glance: whoever uses its keys sees that they changed without reading one.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Each file of a folder with its size, the moment of its last change and its place on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderState(Vec<(std::ffi::OsString, [i64; 4])>);

impl FolderState {
    /// The state of `dir` now; that of a folder which cannot be read is like an empty one's.
    ///
    /// What was written in place, put in the place of another or moved changes it, also when the size stays.
    pub fn of(dir: &Path) -> Self {
        let mut files = Vec::new();
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            // Followed where it is a link: mounted secrets change behind one.
            if let Ok(at) = fs::metadata(entry.path()) {
                let state = [at.size().cast_signed(), at.ctime(), at.ctime_nsec(), at.ino().cast_signed()];
                files.push((entry.file_name(), state));
            }
        }
        files.sort();
        Self(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_in_a_folder_changes_its_state() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let mut states = vec![FolderState::of(folder.path())];
        let mut look = |what: &str| {
            let state = FolderState::of(folder.path());
            assert!(!states.contains(&state), "{what}");
            assert_eq!(state, FolderState::of(folder.path()), "nothing changed since {what}");
            states.push(state);
        };
        fs::write(file("a"), "one").unwrap();
        look("a new file");
        fs::write(file("b"), "two").unwrap();
        fs::rename(file("b"), file("a")).unwrap();
        look("another in its place, of the same size");
        fs::rename(file("a"), file("c")).unwrap();
        look("another name");
        fs::write(file("c"), "longer").unwrap();
        look("another size");
        fs::remove_file(file("c")).unwrap();
        assert_eq!(FolderState::of(folder.path()), FolderState::of(&file("nowhere")));
    }
}
