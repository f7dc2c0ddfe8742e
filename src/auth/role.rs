//! What a member may do: a closed set of roles, what each permits and about which agency; whatever is not said is refused.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::Voen;

/// What a member is to the service. Approvers and issuers of an agency are to join them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Follows every act on the certificates of an agency, or of all.
    Auditor,
    /// Does what an auditor does, and proposes what is to be erased, or decides on what another proposed.
    Keeper,
}

/// Something that a page or a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// To see issuance and every act of it, and to take figures home.
    Audit,
    /// To propose what is to be erased, and to decide on what another person proposed.
    Erase,
}

/// Which agency's certificates a role is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Those of this one.
    Agency(Voen),
    /// Those of every agency.
    All,
}

/// A role as a member has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// About which certificates.
    pub reach: Reach,
}

/// The text names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the roles are `auditor` and `keeper`")]
pub struct NotRole;

impl Role {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Auditor, Self::Keeper];

    /// Its word in the records and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Auditor => "auditor",
            Self::Keeper => "keeper",
        }
    }

    /// Whether it permits this.
    pub fn permits(self, permission: Permission) -> bool {
        match (self, permission) {
            (Self::Auditor | Self::Keeper, Permission::Audit) | (Self::Keeper, Permission::Erase) => true,
            (Self::Auditor, Permission::Erase) => false,
        }
    }
}

impl FromStr for Role {
    type Err = NotRole;

    fn from_str(text: &str) -> Result<Self, NotRole> {
        Self::ALL.into_iter().find(|role| role.slug() == text).ok_or(NotRole)
    }
}

impl Reach {
    /// Whether the certificates of `agency` are within it.
    pub fn covers(&self, agency: &Voen) -> bool {
        self.only().is_none_or(|only| only == agency)
    }

    /// The one agency that it is about; none when it is about all.
    pub fn only(&self) -> Option<&Voen> {
        match self {
            Self::Agency(agency) => Some(agency),
            Self::All => None,
        }
    }
}

/// The agency's VÖEN, or `all`, as the records of what was done have it.
impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.only().map_or("all", Voen::as_str))
    }
}

impl Grant {
    /// The grant that the records' words mean; an unknown word grants nothing.
    pub(super) fn parse(role: &str, agency: Option<Voen>) -> Option<Self> {
        Some(Self { role: role.parse().ok()?, reach: agency.map_or(Reach::All, Reach::Agency) })
    }

    /// Whether a member of this organisation may have it: an issuing agency audits itself, an auditing one whomever.
    pub fn fits(&self, organisation: &Voen, issuer: bool, auditor: bool) -> bool {
        let itself = issuer && self.reach.only() == Some(organisation);
        match self.role {
            Role::Auditor | Role::Keeper => auditor || itself,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voen(text: &str) -> Voen {
        text.parse().unwrap()
    }

    #[test]
    fn one_agency_is_not_another_and_all_are_all() {
        let (own, other) = (voen("9900110121"), voen("9900120191"));
        assert!(Reach::Agency(own.clone()).covers(&own) && !Reach::Agency(own.clone()).covers(&other));
        assert!(Reach::All.covers(&own) && Reach::All.covers(&other));
        assert_eq!(Reach::Agency(own.clone()).to_string(), "9900110121");
        assert_eq!(Reach::All.to_string(), "all");
    }

    #[test]
    fn an_agency_audits_itself_alone_and_an_auditing_one_whomever() {
        let (own, other) = (voen("9900110121"), voen("9900120191"));
        let auditor = |reach: &Reach| Grant { role: Role::Auditor, reach: reach.clone() };
        let (itself, another) = (auditor(&Reach::Agency(own.clone())), auditor(&Reach::Agency(other)));
        assert!(itself.fits(&own, true, false));
        assert!(!another.fits(&own, true, false) && !auditor(&Reach::All).fits(&own, true, false));
        assert!(!itself.fits(&own, false, false), "a bank");
        for grant in [itself, another, auditor(&Reach::All)] {
            assert!(grant.fits(&own, false, true));
        }
    }

    #[test]
    fn an_auditor_sees_and_a_keeper_also_decides_on_erasing() {
        let permitted = |role: Role| [Permission::Audit, Permission::Erase].map(|permission| role.permits(permission));
        assert_eq!((permitted(Role::Auditor), permitted(Role::Keeper)), ([true, false], [true, true]));
        for role in Role::ALL {
            assert_eq!(role.slug().parse(), Ok(role));
        }
    }

    #[test]
    fn an_unknown_word_grants_nothing() {
        assert_eq!(Grant::parse("auditor", None), Some(Grant { role: Role::Auditor, reach: Reach::All }));
        for word in ["", "Auditor", "auditor ", "owner"] {
            assert_eq!(Grant::parse(word, None), None, "{word}");
        }
    }
}
