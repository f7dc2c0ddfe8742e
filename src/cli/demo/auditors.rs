//! The demonstration's auditors: a fictional auditing agency and an issuing one, each with members who follow the record.

use super::Failure;
use crate::app::DemonstrationMember;
use crate::auth::{Actor, Grant, Reach, Role};
use crate::catalogue::Voen;
use crate::organisations::{Name, Profile};
use crate::server::Service;

/// The auditing agency.
const AUDITING: &str = "9900400111";
/// The issuing agency that audits itself: the one that answers for the certificate of employment.
const ISSUING: &str = "9900100161";
/// Another issuing agency.
const ANOTHER: &str = "9900110121";

/// An organisation with its name, whether it audits, its member, her role, and the agency that it is about, or all.
type Introduced = (&'static str, &'static str, bool, &'static str, Role, Option<&'static str>);

const AUDITORS: [Introduced; 5] = [
    (AUDITING, AUDITING_NAME, true, "Aytən Sınaqlı", Role::Auditor, None),
    (ISSUING, "", false, "Rauf Nümunəli", Role::Auditor, Some(ISSUING)),
    (ANOTHER, "", false, "Ləman Misallı", Role::Auditor, Some(ANOTHER)),
    // Four eyes are those of two people.
    (AUDITING, AUDITING_NAME, true, "Nigar Mühafizli", Role::Keeper, None),
    (AUDITING, AUDITING_NAME, true, "Elşən Nəzarətli", Role::Keeper, None),
];
const AUDITING_NAME: &str = "Sınaq Audit Agentliyi";

/// Adds what is missing, and answers whom the desk offers to sign in as.
pub(super) async fn introduce(service: &Service) -> Result<Vec<DemonstrationMember>, Failure> {
    let mut offered = Vec::new();
    for (voen, name, auditor, member, role, agency) in AUDITORS {
        let voen: Voen = voen.parse()?;
        let agency = agency.map(str::parse::<Voen>).transpose()?;
        let organisations = &service.organisations;
        let known = service.storage.organisation(&voen).await?;
        let organisation = if let Some(known) = known {
            known.name
        } else {
            let own = service.app.catalogue.kinds().iter().find(|kind| kind.issuer.voen == voen);
            let name: Name = own.map_or(name, |kind| &kind.issuer.name.az).parse()?;
            let called = name.to_string();
            let profile = Profile { name, issuer: !auditor, verifier: false, auditor, needs_certificate: false };
            organisations.add(&voen, profile, &Actor::Service).await?;
            called
        };
        let member: Name = member.parse()?;
        let find = async || -> Result<_, Failure> {
            let members = service.storage.members_with_roles(&voen).await?;
            Ok(members.into_iter().find(|one| one.member.name == member.as_str()))
        };
        if find().await?.is_none() {
            organisations.add_member(&voen, &member, &Actor::Service).await?;
        }
        let Some(found) = find().await? else { continue };
        if found.roles.is_empty() {
            let reach = agency.clone().map_or(Reach::All, Reach::Agency);
            let grant = Grant { role, reach };
            organisations.grant_role(&voen, &member, &grant, &Actor::Service).await?;
        }
        let (id, name, keeper) = (found.member.id, member.to_string(), role == Role::Keeper);
        offered.push(DemonstrationMember { id, name, voen, organisation, agency, keeper });
    }
    Ok(offered)
}
