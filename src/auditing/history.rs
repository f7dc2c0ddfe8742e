//! History: what a certificate's status was at an instant that is past, by its audit events where its record has moved on.

use super::{AuditingError, Found, Inquiry};
use crate::audit::Act;
use crate::certificate::{Standing, Status, StatusReason};
use crate::clock::Instant;
use crate::storage::AuditEventRecord;

/// Which status is meant at which instant; none means any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WantedStatus {
    pub(super) status: Option<Status>,
    pub(super) as_of: Instant,
}

impl Inquiry {
    /// A certificate as it stood at the instant, if it had the status then.
    pub(super) async fn as_then(&self, found: Found, wanted: WantedStatus) -> Result<Option<Found>, AuditingError> {
        let then = if found.standing_since <= wanted.as_of || found.issued_at > wanted.as_of {
            found
        } else {
            let events = self.storage.audit_events_of(&found.id.to_string()).await?;
            stood(found, &events, wanted.as_of)
        };
        let meant = wanted.status.is_none_or(|status| then.status_at(wanted.as_of) == status);
        Ok(meant.then_some(then))
    }
}

/// The certificate with the last change of its standing that had been made by then.
fn stood(found: Found, events: &[AuditEventRecord], as_of: Instant) -> Found {
    let changes = events.iter().filter_map(|event| Some((event, standing(&event.act)?)));
    let last = changes.filter(|(event, _)| event.occurred_at <= as_of).max_by_key(|(event, _)| event.occurred_at);
    match last {
        Some((event, standing)) => {
            let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap_or_default();
            let standing_reason = detail["reason"].as_str().and_then(StatusReason::from_slug);
            Found { standing, standing_reason, standing_since: event.occurred_at, ..found }
        }
        None => Found { standing: Standing::InForce, standing_reason: None, standing_since: found.issued_at, ..found },
    }
}

fn standing(act: &str) -> Option<Standing> {
    [
        (Act::Revoke, Standing::Revoked),
        (Act::Suspend, Standing::Suspended),
        (Act::Reinstate, Standing::InForce),
        (Act::Supersede, Standing::Superseded),
    ]
    .into_iter()
    .find_map(|(known, standing)| (known.slug() == act).then_some(standing))
}
