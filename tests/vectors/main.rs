//! Published vectors against our own code: whatever they call valid is accepted, whatever they call invalid is refused.

#[cfg(test)]
mod status_lists;
#[cfg(test)]
mod wycheproof;

/// A file of the published vectors, where somebody has put them beside the repository; none prints SKIPPED.
#[cfg(test)]
fn vectors(file: &str) -> Option<String> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("EARAYIS_VECTORS").map(std::path::PathBuf::from);
    let beside = [here.join("../shared/vectors"), here.join("../../shared/vectors")];
    let found = named.into_iter().chain(beside).find_map(|folder| std::fs::read_to_string(folder.join(file)).ok());
    if found.is_none() {
        println!("SKIPPED: {file} is not beside this repository");
    }
    found
}
