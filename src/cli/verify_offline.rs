//! `earayis verify --offline`: the same question, answered from a trust folder without asking anybody.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::trust::{DEFAULT_DIR, spoken};
use crate::catalogue::{Catalogue, Language};
use crate::clock::{Clock, Instant};
use crate::random::Random;
use crate::trust::Trust;
use crate::verification::offline::{MAX_AGE_MILLIS, OfflineAnswer, OfflinePresented, OfflineVerifier};

/// How to check offline.
#[derive(Debug, Args)]
pub(super) struct Offline {
    /// Check with what `earayis trust fetch` brought, and ask nobody
    #[arg(id = "offline", long = "offline", conflicts_with_all = ["server", "config", "dir"])]
    pub(super) asked: bool,
    /// The folder that `earayis trust fetch` keeps
    #[arg(long, value_name = "DIR", requires = "offline", default_value = DEFAULT_DIR)]
    trust: PathBuf,
    /// The file's proof from the log [default: FILE.tlog-proof, where it is there]
    #[arg(long, value_name = "FILE", requires_all = ["offline", "file"])]
    proof: Option<PathBuf>,
    /// How old the knowledge may be, such as 90s, 15m, 12h or 7d [default: 24h]
    #[arg(long, value_name = "DURATION", requires = "offline", value_parser = duration)]
    max_age: Option<i64>,
}

impl Offline {
    /// The trust folder.
    pub(super) fn load(&self, now: Instant) -> Result<Trust, Failure> {
        Ok(Trust::load(&self.trust, now)?)
    }

    /// What the API would answer, as far as it can be known here.
    pub(super) fn verify(&self, presented: OfflinePresented) -> Result<serde_json::Value, Failure> {
        let now = Clock::System.now();
        let trust = self.load(now)?;
        let max_age_millis = self.max_age.unwrap_or(MAX_AGE_MILLIS);
        let verification = OfflineVerifier { trust: &trust, max_age_millis, now }.verify(presented)?;
        let id = crate::audit::fresh_id(&Random::system(), now)?;
        let catalogue = Catalogue::built_in().map_err(|_| "the built-in catalogue has mistakes")?;
        Ok(serde_json::to_value(OfflineAnswer::of(&verification, id, &catalogue, Language::En))?)
    }

    /// A file's proof: the one that was named, or the one beside it.
    pub(super) fn proof_of(&self, file: &Path) -> Result<Option<String>, Failure> {
        let beside = || PathBuf::from(format!("{}.tlog-proof", file.display()));
        let place = match &self.proof {
            Some(place) => place.clone(),
            None if beside().exists() => beside(),
            None => return Ok(None),
        };
        let bytes = std::fs::read(&place).map_err(|error| format!("{}: cannot be read: {error}", place.display()))?;
        // What is no text is no proof either, and is told as a proof that is refused.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// What an offline answer stands on, in a line.
pub(super) fn knowledge(answer: &serde_json::Value) -> Option<String> {
    let known = answer.get("knowledge")?;
    let age = |of: &str| known[of]["age_seconds"].as_i64().map(|seconds| spoken(seconds.max(0)));
    let mut parts = vec![format!("keys {} old", age("keys")?)];
    parts.extend(age("status_list").map(|age| format!("status list {age}")));
    if let (Some(age), Some(size)) = (age("checkpoint"), known["checkpoint"]["size"].as_u64()) {
        parts.push(format!("checkpoint of {size} entries {age}"));
    }
    Some(format!("  offline, from {}: {}", known["server"].as_str()?, parts.join(", ")))
}

/// A number of seconds, minutes, hours or days, in milliseconds.
fn duration(text: &str) -> Result<i64, String> {
    let unit = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?.parse::<u32>().ok()?, seconds)));
    match unit {
        Some((number, seconds)) => Ok(i64::from(number) * seconds * 1000),
        None => Err("a duration is a whole number with its unit: 90s, 15m, 12h or 7d".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_number_and_a_unit() {
        for (text, millis) in [("90s", 90_000), ("15m", 900_000), ("12h", 43_200_000), ("7d", 604_800_000), ("0s", 0)] {
            assert_eq!(duration(text), Ok(millis));
        }
        for text in ["", "s", "7", "-1d", "1.5h", "1 h", "1w", "5000000000d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
