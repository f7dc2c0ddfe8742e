//! A hundred pictures as banks get them: nine tenths of what another reader reads are read, and the others cleanly not.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use earayis::examination::{Examination, Examiner, Limits};
use futures_util::StreamExt;

use crate::issued::issued;
use crate::python;
use crate::service::PROGRAM;
use crate::shared::RUNTIME;

const OF_EACH_KIND: &str = "10";

/// How many of a kind there are, and how many each reader read.
#[derive(Default)]
struct Count {
    all: usize,
    theirs: usize,
    ours: usize,
    both: usize,
}

#[test]
fn a_hundred_pictures_are_read_or_cleanly_not() {
    let issued = issued();
    let folder = tempfile::tempdir().unwrap();
    let certificates = [("one", &issued.one), ("twin", &issued.twin), ("other", &issued.other)];
    let paths = certificates.map(|(name, certificate)| {
        let path = folder.path().join(name);
        std::fs::write(&path, &certificate.bytes).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let text_of = |path: &str| {
        let nth = paths.iter().position(|known| known == path).unwrap();
        certificates[nth].1.qr.clone()
    };
    let arguments = [folder.path().to_str().unwrap(), "1", OF_EACH_KIND, &paths[0], &paths[1], &paths[2]];
    let made = python("distort.py", &arguments);
    let pictures: Vec<(&str, &str, String)> = made
        .lines()
        .map(|line| {
            let [name, kind, certificate] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            (name, kind, text_of(certificate))
        })
        .collect();
    assert_eq!(pictures.len(), 100);

    // How busy the machine is, is not what is measured here.
    let limits = Limits { wall: Duration::from_mins(1), ..Limits::default() };
    let examiner = Examiner::new(PROGRAM.into(), limits);
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    RUNTIME.block_on(async {
        let each = pictures.iter().map(async |(name, kind, text)| {
            let path = folder.path().join(name);
            let theirs = read_by_zbar(&path).contains(text);
            let found = examiner.examine(&std::fs::read(&path).unwrap(), &[]).await.unwrap();
            let Examination::Picture(codes) = found else { panic!("{name} broke the examiner: {found:?}") };
            assert!(codes.iter().all(|code| code == text), "{name} was read wrongly: {codes:?}");
            (*kind, theirs, !codes.is_empty())
        });
        let mut each = futures_util::stream::iter(each).buffered(2);
        while let Some((kind, theirs, ours)) = each.next().await {
            let count = counts.entry(kind).or_default();
            count.all += 1;
            count.theirs += usize::from(theirs);
            count.ours += usize::from(ours);
            count.both += usize::from(theirs && ours);
        }
    });
    let mut table = format!("{:<14}{:>5}{:>9}{:>6}{:>6}\n", "kind", "all", "zbarimg", "ours", "both");
    for (kind, count) in &counts {
        let Count { all, theirs, ours, both } = count;
        writeln!(table, "{kind:<14}{all:>5}{theirs:>9}{ours:>6}{both:>6}").unwrap();
    }
    println!("{table}");
    let (theirs, both) = counts.values().fold((0, 0), |sum, count| (sum.0 + count.theirs, sum.1 + count.both));
    assert!(theirs >= 50, "too hard for anybody, which shows nothing:\n{table}");
    assert!(10 * both >= 9 * theirs, "{both} of the {theirs} that zbarimg reads:\n{table}");
}

fn read_by_zbar(picture: &Path) -> String {
    let options = ["-q", "--raw", "-Sdisable", "-Sqrcode.enable"];
    let output = Command::new("zbarimg").args(options).arg(picture).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
