//! A random sample for a review that anybody can draw again: the seed is printed, and the same seed finds the same.
//!
//! Of all certificates that are meant, those are taken whose SHA-256(`earayis/sample/v1\n` ‖ seed ‖ `\n` ‖ id) are least.
//! Chance decides by the seed alone, nobody by choosing; and who knows the seed and the ids draws it without this program.

use std::collections::BTreeMap;

use ring::digest::{Context, SHA256};

use super::{AuditingError, Found, Inquiry, Place, Wanted, within};
use crate::audit::Act;
use crate::auth::Auditor;
use crate::clock::Instant;

/// What decides a sample: 1 to 40 letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed(String);

/// Some of the certificates that were meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Of how many.
    pub of: u64,
    /// Of those issued before this instant.
    pub until: Instant,
    /// Those that were drawn, in the order of the draw.
    pub drawn: Vec<Found>,
}

/// Of more certificates no sample is drawn in one go.
const MOST: u64 = 1_000_000;
const ROWS: u32 = 1_000;

impl Seed {
    /// The seed, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn lot(&self, found: &Found) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        for part in [&b"earayis/sample/v1\n"[..], self.0.as_bytes(), b"\n", found.id.to_string().as_bytes()] {
            context.update(part);
        }
        let mut lot = [0; 32];
        lot.copy_from_slice(context.finish().as_ref());
        lot
    }
}

impl Inquiry {
    /// A seed that nobody chose.
    pub fn fresh_seed(&self) -> Result<Seed, AuditingError> {
        Ok(Seed(data_encoding::HEXLOWER.encode(&self.random.bytes::<8>()?)))
    }

    /// Draws at most `size` of the certificates that are meant, of those issued before [`Sample::until`]: none joins them
    /// later, and the same seed, filter and instant draw the same. All of it is recorded.
    pub async fn sample(
        &self,
        auditor: &Auditor,
        (wanted, filter): (Wanted, &str),
        seed: &Seed,
        size: usize,
    ) -> Result<Sample, AuditingError> {
        let until = wanted.until.min(self.settled()).max(wanted.since);
        let wanted = Wanted { until, ..wanted };
        let mut drawn: BTreeMap<[u8; 32], Found> = BTreeMap::new();
        let (mut of, mut after) = (0, Place::START);
        if let Some(wanted) = within(auditor, wanted) {
            loop {
                let rows = self.storage.search(&wanted, after, ROWS).await?;
                let Some(last) = rows.last() else { break };
                (of, after) = (of + rows.len() as u64, last.place());
                if of > MOST {
                    return Err(AuditingError::TooMany(MOST));
                }
                for found in rows {
                    drawn.insert(seed.lot(&found), found);
                    if drawn.len() > size {
                        drawn.pop_last();
                    }
                }
            }
        }
        let detail = serde_json::json!({
            "seed": seed.as_str(), "until": until.to_string(), "filter": filter, "size": size, "of": of,
            "drawn": drawn.len(),
        });
        self.record(auditor, Act::DrawSample, "sample", &detail).await?;
        Ok(Sample { of, until, drawn: drawn.into_values().collect() })
    }
}
