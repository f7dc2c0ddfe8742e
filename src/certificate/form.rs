//! The form a content takes: the variant that fits it, whether the kind's condition is met, and until when it holds.

use super::content::{Content, Fact};
use crate::catalogue::kind::{Predicate, Variant};
use crate::catalogue::{Absence, Kind, Money, Translated, Value};
use crate::clock::Instant;

/// The kind's condition is not met: nothing is issued, and the holder is told why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the kind's condition is not met")]
pub struct ConditionUnmet {
    /// What the holder is told.
    pub refusal: Translated,
    /// What the holder is shown beside it, such as her debts.
    pub shown: Vec<Fact>,
}

/// Whether a certificate of this content may be issued at all.
pub fn condition(kind: &Kind, content: &Content) -> Result<(), ConditionUnmet> {
    let Some(condition) = &kind.condition else { return Ok(()) };
    if holds(&condition.require, content) {
        return Ok(());
    }
    let shown = content.facts().iter().filter(|fact| condition.shows.contains(&fact.field)).cloned().collect();
    Err(ConditionUnmet { refusal: condition.refusal.clone(), shown })
}

/// The form the page takes; none when it states all its fields.
pub fn variant<'k>(kind: &'k Kind, content: &Content) -> Option<&'k Variant> {
    kind.variants.iter().find(|variant| holds(&variant.when, content))
}

/// Whether a predicate is true of the content. What is absent or not there is never zero, never a choice, and a
/// table neither empty nor not empty, unless it does not arise.
pub fn holds(predicate: &Predicate, content: &Content) -> bool {
    match (predicate, content.value(predicate.field())) {
        (Predicate::Empty(_), Some(Value::Table(rows))) => rows.is_empty(),
        (Predicate::Empty(_), Some(Value::Absent(Absence::NotApplicable))) => true,
        (Predicate::NotEmpty(_), Some(Value::Table(rows))) => !rows.is_empty(),
        (Predicate::Is(_, choice), Some(Value::Choice(code))) => choice == code,
        (Predicate::Zero(_), Some(Value::Money(amount))) => *amount == Money::from_qepik(0),
        _ => false,
    }
}

/// The exclusive end of a certificate's validity, a midnight in Baku; none when it does not expire.
///
/// It is the end of the kind's days after the day of issue, or of the day that the certificate must never hold past,
/// whichever comes first. An end that is not after `issued_at` means that there is nothing left to certify.
pub fn valid_until(kind: &Kind, content: &Content, issued_at: Instant) -> Option<Instant> {
    let by_days = kind.validity.days.map(|days| issued_at.end_of_day_in_baku(days));
    let by_date = match kind.validity.never_past.as_ref().and_then(|field| content.value(field)) {
        Some(Value::Date(last)) => Some(Instant::start_of(*last).end_of_day_in_baku(0)),
        _ => None,
    };
    [by_days, by_date].into_iter().flatten().min()
}
