//! How a verification must answer: verdict, basis and all six checks at once, so that none is right by chance.

use serde_json::Value;

/// No file was presented.
pub(crate) const NO_FILE: [&str; 2] = ["bytes not_done not_presented", "seal not_done not_presented"];
/// A certificate of ours, in force, in the log.
pub(crate) const IN_FORCE: [&str; 3] = ["record passed found", "status passed in_force", "log passed included"];
/// Nothing of it is on record.
pub(crate) const NO_RECORD: [&str; 3] =
    ["record failed missing", "status not_done no_record", "log not_done no_record"];
/// No QR was presented.
pub(crate) const NO_QR: &str = "qr not_done not_presented";

/// What is expected of one verification.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) verdict: &'a str,
    pub(crate) basis: &'a str,
    /// Of bytes and seal.
    pub(crate) file: [&'a str; 2],
    /// Of record, status and log.
    pub(crate) record: [&'a str; 3],
    pub(crate) qr: &'a str,
}

impl Expected<'_> {
    /// Whether the answer is this, in every part; otherwise what it is.
    pub(crate) fn compare(&self, what: &str, answer: &Value) -> Result<(), String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let told =
            |check: &Value| format!("{} {} {}", text(&check["name"]), text(&check["result"]), text(&check["reason"]));
        let found: Vec<String> = answer["checks"].as_array().into_iter().flatten().map(told).collect();
        let expected = [&self.file[..], &self.record[..], &[self.qr]].concat();
        let same = answer["verdict"] == self.verdict && answer["basis"] == self.basis && found == expected;
        let sentences = answer["checks"].as_array().into_iter().flatten().all(|check| !text(&check["text"]).is_empty());
        if same && sentences && !text(&answer["text"]).is_empty() {
            return Ok(());
        }
        let (verdict, basis) = (&answer["verdict"], &answer["basis"]);
        let Self { verdict: right, basis: by, .. } = self;
        Err(format!("{what}: {verdict} by {basis} with {found:?}\n  instead of {right} by {by} with {expected:?}"))
    }

    /// Fails unless the answer is this, in every part.
    #[track_caller]
    pub(crate) fn assert(&self, what: &str, answer: &Value) {
        if let Err(difference) = self.compare(what, answer) {
            panic!("{difference}\n{answer:#}");
        }
    }
}

/// Whether nothing of a certificate's content, nor the way to it, is in the answer.
pub(crate) fn discloses_nothing(answer: &Value) -> bool {
    let certificate = &answer["certificate"];
    let text = answer.to_string();
    certificate["facts"].is_null()
        && certificate["id"].is_null()
        && !["7DEM001", "Əliyeva", "Günəş"].iter().any(|word| text.contains(word))
}
