//! The status of a certificate at an instant, and the only ways from one to another.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;

/// Whether a certificate holds. Revoked and superseded are final; expiry follows from the date alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In force.
    Valid,
    /// Not in force for now.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// Replaced by another of the same holder and kind.
    Superseded,
    /// Past its term.
    Expired,
}

impl Status {
    /// Its name for machines.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
        }
    }
}

/// What was last done to a certificate's standing; unlike [`Status`] it does not know the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nothing, or it was reinstated.
    InForce,
    /// Suspended.
    Suspended,
    /// Revoked.
    Revoked,
    /// Superseded.
    Superseded,
}

/// An act that changes a certificate's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusAct {
    /// Withdraw for good.
    Revoke,
    /// Take out of force for now.
    Suspend,
    /// Put back into force.
    Reinstate,
    /// Replace by another.
    Supersede,
}

/// Why an act may not be done to a certificate as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// Revoked and superseded certificates stay so.
    #[error("the certificate is {} for good; its status cannot change any more", slug(*.0))]
    Final(Standing),
    /// Only a suspended certificate can be reinstated.
    #[error("only a suspended certificate can be reinstated")]
    NotSuspended,
    /// It is suspended already.
    #[error("the certificate is suspended already")]
    AlreadySuspended,
    /// An expired certificate can still be revoked, and nothing else.
    #[error("the certificate has expired; it can only be revoked")]
    Expired,
}

impl TransitionError {
    /// The cause's name in problems.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Final(_) => "status-final",
            Self::NotSuspended => "not-suspended",
            Self::AlreadySuspended => "already-suspended",
            Self::Expired => "expired",
        }
    }
}

/// The word for a final standing.
fn slug(standing: Standing) -> &'static str {
    match standing {
        Standing::InForce => "in force",
        Standing::Suspended => "suspended",
        Standing::Revoked => "revoked",
        Standing::Superseded => "superseded",
    }
}

impl Standing {
    /// The standing after `act` at `now`, for a certificate whose term ends at `valid_until`.
    pub fn after(self, act: StatusAct, valid_until: Option<Instant>, now: Instant) -> Result<Self, TransitionError> {
        let expired = valid_until.is_some_and(|end| now >= end);
        match (self, act) {
            (Self::Revoked | Self::Superseded, _) => Err(TransitionError::Final(self)),
            (_, StatusAct::Revoke) => Ok(Self::Revoked),
            _ if expired => Err(TransitionError::Expired),
            (_, StatusAct::Supersede) => Ok(Self::Superseded),
            (Self::Suspended, StatusAct::Suspend) => Err(TransitionError::AlreadySuspended),
            (Self::InForce, StatusAct::Suspend) => Ok(Self::Suspended),
            (Self::Suspended, StatusAct::Reinstate) => Ok(Self::InForce),
            (Self::InForce, StatusAct::Reinstate) => Err(TransitionError::NotSuspended),
        }
    }

    /// The status at `now`. Revoked goes before superseded, that before expired, that before suspended.
    pub fn status_at(self, valid_until: Option<Instant>, now: Instant) -> Status {
        match self {
            Self::Revoked => Status::Revoked,
            Self::Superseded => Status::Superseded,
            _ if valid_until.is_some_and(|end| now >= end) => Status::Expired,
            Self::Suspended => Status::Suspended,
            Self::InForce => Status::Valid,
        }
    }
}

/// Why a certificate was suspended or revoked: a closed set that may be told to a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusReason {
    /// A fact it states was wrong.
    FactsWrong,
    /// What it states is no longer so.
    FactsChanged,
    /// The holder asked for it.
    HolderRequest,
    /// It was issued by mistake.
    IssuedInError,
    /// A court or an authority ordered it.
    OfficialOrder,
    /// Misuse is suspected and looked into.
    MisuseSuspected,
    /// A newer certificate takes its place.
    Superseded,
    /// The cause of a suspension is gone.
    CauseRemoved,
}

impl StatusReason {
    /// Every reason, for help texts and forms.
    pub const ALL: [Self; 8] = [
        Self::FactsWrong,
        Self::FactsChanged,
        Self::HolderRequest,
        Self::IssuedInError,
        Self::OfficialOrder,
        Self::MisuseSuspected,
        Self::Superseded,
        Self::CauseRemoved,
    ];

    /// The reason's name on the wire, such as `facts_wrong`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::FactsWrong => "facts_wrong",
            Self::FactsChanged => "facts_changed",
            Self::HolderRequest => "holder_request",
            Self::IssuedInError => "issued_in_error",
            Self::OfficialOrder => "official_order",
            Self::MisuseSuspected => "misuse_suspected",
            Self::Superseded => "superseded",
            Self::CauseRemoved => "cause_removed",
        }
    }

    /// The reason with this name on the wire.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{InForce, Revoked, Superseded, Suspended};
    use StatusAct::{Reinstate, Revoke, Supersede, Suspend};

    const NOW: i64 = 1000;

    fn after(standing: Standing, act: StatusAct, end: Option<i64>) -> Result<Standing, TransitionError> {
        standing.after(act, end.map(Instant::from_millis), Instant::from_millis(NOW))
    }

    #[test]
    fn every_transition_is_decided() {
        for act in [Revoke, Suspend, Reinstate, Supersede] {
            assert_eq!(after(Revoked, act, None), Err(TransitionError::Final(Revoked)));
            assert_eq!(after(Superseded, act, None), Err(TransitionError::Final(Superseded)));
        }
        assert_eq!(after(InForce, Revoke, None), Ok(Revoked));
        assert_eq!(after(InForce, Suspend, None), Ok(Suspended));
        assert_eq!(after(InForce, Reinstate, None), Err(TransitionError::NotSuspended));
        assert_eq!(after(InForce, Supersede, None), Ok(Superseded));
        assert_eq!(after(Suspended, Revoke, None), Ok(Revoked));
        assert_eq!(after(Suspended, Suspend, None), Err(TransitionError::AlreadySuspended));
        assert_eq!(after(Suspended, Reinstate, None), Ok(InForce));
        assert_eq!(after(Suspended, Supersede, None), Ok(Superseded));
    }

    #[test]
    fn an_expired_certificate_can_only_be_revoked() {
        assert_eq!(after(InForce, Revoke, Some(NOW)), Ok(Revoked));
        for act in [Suspend, Reinstate, Supersede] {
            assert_eq!(after(Suspended, act, Some(NOW)), Err(TransitionError::Expired));
        }
    }

    #[test]
    fn the_end_of_validity_is_exclusive_and_precedence_holds() {
        let at =
            |standing: Standing, end| standing.status_at(Some(Instant::from_millis(end)), Instant::from_millis(NOW));
        assert_eq!(at(InForce, NOW + 1), Status::Valid);
        assert_eq!(at(InForce, NOW), Status::Expired);
        assert_eq!(at(Suspended, NOW + 1), Status::Suspended);
        assert_eq!(at(Suspended, NOW), Status::Expired);
        assert_eq!(at(Superseded, NOW), Status::Superseded);
        assert_eq!(at(Revoked, NOW), Status::Revoked);
        assert_eq!(InForce.status_at(None, Instant::from_millis(NOW)), Status::Valid);
    }

    #[test]
    fn reasons_have_names_that_lead_back() {
        for reason in StatusReason::ALL {
            assert_eq!(StatusReason::from_slug(reason.slug()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.slug());
        }
        assert_eq!(StatusReason::from_slug("because"), None);
    }
}
