//! Who acts, and what they may: everything that is not allowed here is refused.

mod sessions;

use ring::digest;

pub use sessions::Sessions;

use crate::catalogue::{Fin, Voen};

/// Somebody who acts on the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever runs the command line beside the data.
    Operator,
    /// A system of an issuing organisation, by its API token.
    Issuer {
        /// The organisation's id.
        organisation: Voen,
        /// The token's name in the configuration.
        token: String,
    },
    /// A signed-in citizen, for herself alone.
    Holder {
        /// Her identification number.
        fin: Fin,
        /// What the records call her: a look-up value that only this service can make from the FİN.
        pseudonym: String,
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
            Self::Service => "service".to_owned(),
        }
    }

    /// Whether the actor may have a certificate of `issuer`'s about `fin` issued.
    pub fn may_issue(&self, issuer: &Voen, fin: &Fin) -> bool {
        match self {
            Self::Operator => true,
            Self::Issuer { organisation, .. } => organisation == issuer,
            Self::Holder { fin: own, .. } => own == fin,
            Self::Service => false,
        }
    }

    /// Whether the actor may change the status of `issuer`'s certificates, and read them.
    pub fn answers_for(&self, issuer: &Voen) -> bool {
        match self {
            Self::Operator => true,
            Self::Issuer { organisation, .. } => organisation == issuer,
            Self::Holder { .. } | Self::Service => false,
        }
    }
}

/// The API tokens of the configuration: known by their SHA-256 only, so that the file holds no secret.
#[derive(Debug, Clone, Default)]
pub struct ApiTokens(Vec<ApiToken>);

/// One token of an issuing organisation.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// Its name, which stands in the records.
    pub name: String,
    /// The organisation it acts for.
    pub organisation: Voen,
    /// SHA-256 of the token's text.
    pub sha256: [u8; 32],
}

impl ApiTokens {
    /// The tokens that are accepted; any other is refused.
    pub fn new(tokens: Vec<ApiToken>) -> Self {
        Self(tokens)
    }

    /// The actor behind a bearer token (RFC 6750 §2.1), if it is one of ours.
    ///
    /// Digests are compared, so that timing tells nothing of a token's text.
    pub fn authenticate(&self, bearer: &str) -> Option<Actor> {
        let presented = digest::digest(&digest::SHA256, bearer.as_bytes());
        let token = self.0.iter().find(|token| token.sha256 == presented.as_ref())?;
        Some(Actor::Issuer { organisation: token.organisation.clone(), token: token.name.clone() })
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
    fn only_a_known_token_authenticates() {
        let sha256 = digest::digest(&digest::SHA256, b"right").as_ref().try_into().unwrap();
        let tokens = ApiTokens::new(vec![ApiToken { name: "desk".into(), organisation: voen("9900000141"), sha256 }]);
        assert!(tokens.authenticate("right").is_some());
        assert!(tokens.authenticate("wrong").is_none());
        assert!(tokens.authenticate("").is_none());
    }

    #[test]
    fn labels_hold_no_fin() {
        let citizen = Actor::Holder { fin: fin("7DEM001"), pseudonym: "a1".into() };
        assert_eq!(citizen.label(), "holder:a1");
        assert!(!format!("{citizen:?}").contains("7DEM001"));
    }
}
