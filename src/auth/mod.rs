//! Who acts, and what they may: everything that is not allowed here is refused.

mod admission;
mod api_token;
mod asker;
mod client_certificate;
mod invitation;
mod member_sessions;
mod role;
mod scope;
mod sessions;

pub use admission::{Admission, Admitted, ConfiguredToken, KnownBy, NotAdmitted, Shown};
pub use api_token::NewApiToken;
pub use asker::Asker;
pub use client_certificate::{CertificateFault, ClientCertificate};
pub use invitation::{InvitationCode, NotInvitationCode};
pub use member_sessions::{Auditor, FormToken, Keeper, MemberSession, MemberSessions, NotPermitted, SignedInMember};
pub use role::{Grant, NotRole, Permission, Reach, Role};
pub use scope::{NotScope, Scope, Scopes};
pub use sessions::Sessions;

use crate::catalogue::{Fin, Voen};

/// Somebody who acts on the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever runs the command line beside the data.
    Operator,
    /// A system of an issuing organisation, by its API token or its client certificate.
    Issuer {
        /// The organisation's id.
        organisation: Voen,
        /// The name of the token, or of the certificate's binding.
        token: String,
    },
    /// A signed-in citizen, for herself alone.
    Holder {
        /// Her identification number.
        fin: Fin,
        /// What the records call her: a look-up value that only this service can make from the FİN.
        pseudonym: String,
    },
    /// A signed-in member of an organisation, such as an auditor.
    Member {
        /// The organisation's id.
        organisation: Voen,
        /// The member's id.
        member: uuid::Uuid,
    },
    /// The service itself.
    Service,
}

impl Actor {
    /// What the records call the actor. It holds no personal data.
    pub fn label(&self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Issuer { organisation, token } => format!("issuer:{organisation}:{token}"),
            Self::Holder { pseudonym, .. } => format!("holder:{pseudonym}"),
            Self::Member { organisation, member } => format!("member:{organisation}:{member}"),
            Self::Service => "service".to_owned(),
        }
    }

    /// The organisation that it acts for.
    pub fn organisation(&self) -> Option<&Voen> {
        match self {
            Self::Issuer { organisation, .. } | Self::Member { organisation, .. } => Some(organisation),
            Self::Operator | Self::Holder { .. } | Self::Service => None,
        }
    }

    /// Whether the actor may have a certificate of `issuer`'s about `fin` issued.
    pub fn may_issue(&self, issuer: &Voen, fin: &Fin) -> bool {
        match self {
            Self::Operator => true,
            Self::Issuer { organisation, .. } => organisation == issuer,
            Self::Holder { fin: own, .. } => own == fin,
            Self::Member { .. } | Self::Service => false,
        }
    }

    /// Whether the actor may change the status of `issuer`'s certificates, and read them.
    pub fn answers_for(&self, issuer: &Voen) -> bool {
        match self {
            Self::Operator => true,
            Self::Issuer { organisation, .. } => organisation == issuer,
            Self::Holder { .. } | Self::Member { .. } | Self::Service => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voen(text: &str) -> Voen {
        text.parse().unwrap()
    }

    fn fin(text: &str) -> Fin {
        text.parse().unwrap()
    }

    #[test]
    fn a_citizen_acts_for_herself_alone() {
        let citizen = Actor::Holder { fin: fin("7DEM001"), pseudonym: "a1".into() };
        assert!(citizen.may_issue(&voen("9900000141"), &fin("7DEM001")));
        assert!(!citizen.may_issue(&voen("9900000141"), &fin("7DEM002")));
        assert!(!citizen.answers_for(&voen("9900000141")));
    }

    #[test]
    fn an_agency_acts_in_its_own_name_alone() {
        let agency = Actor::Issuer { organisation: voen("9900000141"), token: "desk".into() };
        assert!(agency.may_issue(&voen("9900000141"), &fin("7DEM001")));
        assert!(!agency.may_issue(&voen("1401555071"), &fin("7DEM001")));
        assert!(!agency.answers_for(&voen("1401555071")));
    }

    #[test]
    fn labels_hold_no_fin() {
        let citizen = Actor::Holder { fin: fin("7DEM001"), pseudonym: "a1".into() };
        assert_eq!(citizen.label(), "holder:a1");
        assert!(!format!("{citizen:?}").contains("7DEM001"));
    }
}
