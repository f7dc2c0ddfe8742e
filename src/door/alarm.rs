//! An alarm: one line of telemetry, one count, one audit event, and in none of them an address or anything personal.

use super::Door;
use super::network::Network;
use crate::audit::{self, Act};
use crate::auth::Actor;
use crate::catalogue::Voen;
use crate::certificate::Number;

/// Something unusual that an auditor should look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Alarm {
    /// One network tries codes or numbers that do not exist.
    NetworkMisses { network: Network, misses: u32 },
    /// An organisation does.
    OrganisationMisses { organisation: Voen, misses: u32 },
    /// An organisation asks far more than it used to.
    AboveHabit { organisation: Voen, asked: u64, habit: u64 },
    /// Many sides ask about one certificate: its code may be in the open.
    ManySides { number: Number, sides: u32 },
}

impl Alarm {
    /// Its stable name in telemetry, metrics and records.
    fn slug(&self) -> &'static str {
        match self {
            Self::NetworkMisses { .. } => "network_misses",
            Self::OrganisationMisses { .. } => "organisation_misses",
            Self::AboveHabit { .. } => "above_habit",
            Self::ManySides { .. } => "many_sides",
        }
    }

    fn sentence(&self) -> &'static str {
        match self {
            Self::NetworkMisses { .. } => "many look-ups from one network find nothing: somebody may be trying numbers",
            Self::OrganisationMisses { .. } => "many look-ups of one organisation find nothing",
            Self::AboveHabit { .. } => "an organisation looks up far more than it used to",
            Self::ManySides { .. } => "many sides look up one certificate: its code may be in the open",
        }
    }

    /// What belongs to it. A network is told by its surroundings only.
    fn detail(&self) -> serde_json::Value {
        match self {
            Self::NetworkMisses { network, misses } => {
                serde_json::json!({ "network": network.to_string(), "misses": misses })
            }
            Self::OrganisationMisses { organisation, misses } => {
                serde_json::json!({ "organisation": organisation.as_str(), "misses": misses })
            }
            Self::AboveHabit { organisation, asked, habit } => {
                serde_json::json!({ "organisation": organisation.as_str(), "asked": asked, "habit": habit })
            }
            Self::ManySides { number, sides } => {
                serde_json::json!({ "number": number.to_string(), "sides": sides })
            }
        }
    }
}

impl Door {
    /// Raises an alarm. It is recorded beside the answer, which waits for nothing and fails by nothing of it.
    pub(super) fn raise(&self, alarm: &Alarm) {
        let (slug, detail) = (alarm.slug(), alarm.detail());
        tracing::warn!(alarm = slug, %detail, "{}", alarm.sentence());
        metrics::counter!("earayis_alarms_total", "alarm" => slug).increment(1);
        let (now, actor) = (self.clock.now(), Actor::Service.label());
        let storage = self.storage.clone();
        let event = audit::event(&self.random, actor, Act::RaiseAlarm, slug, now, &detail);
        tokio::spawn(async move {
            let recorded = match event {
                Ok(event) => storage.record_audit(event).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = recorded {
                tracing::error!(alarm = slug, error, "an alarm could not be recorded");
            }
        });
    }
}
