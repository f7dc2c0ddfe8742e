//! What a member may do and by what she is known: given and taken by whoever keeps the organisations, each time recorded.

use super::{Name, OrganisationError, Organisations};
use crate::audit::{self, Act};
use crate::auth::{Actor, Grant, InvitationCode, Role};
use crate::catalogue::{Fin, Voen};
use crate::clock::Instant;
use crate::storage::{NewMemberRole, OrganisationRefusal, PersonKey};

/// For how many days an invitation waits.
pub const INVITATION_DAYS: i64 = 7;

/// An invitation that was just made. Its code is not kept, and cannot be shown again.
#[derive(Debug)]
pub struct Invitation {
    /// The code.
    pub code: InvitationCode,
    /// Until when it may be accepted.
    pub expires_at: Instant,
}

impl Organisations {
    /// Gives a member a role. It holds from her next sign-in.
    pub async fn grant_role(
        &self,
        voen: &Voen,
        name: &Name,
        grant: &Grant,
        actor: &Actor,
    ) -> Result<(), OrganisationError> {
        let organisation = self.storage.organisation(voen).await?.ok_or(OrganisationRefusal::NoOrganisation)?;
        if !grant.fits(voen, organisation.issuer, organisation.auditor) {
            return Err(OrganisationError::RoleOfAnother);
        }
        let member = self.member(voen, name).await?.id;
        let (role, agency) = (grant.role.slug(), grant.reach.only().cloned());
        let detail = serde_json::json!({ "member": member, "role": role, "of": grant.reach.to_string() });
        let event = self.event(actor, Act::GrantRole, voen, &detail)?;
        let granted_at = event.occurred_at;
        let id = audit::fresh_id(&self.random, granted_at)?;
        let role = NewMemberRole { id, member, role: role.to_owned(), agency, granted_at };
        Ok(self.storage.grant_role(voen, &role, &event).await?)
    }

    /// Takes a role from a member: her sessions end, and her very next request is refused.
    pub async fn revoke_role(
        &self,
        voen: &Voen,
        name: &Name,
        role: Role,
        actor: &Actor,
    ) -> Result<(), OrganisationError> {
        let member = self.member(voen, name).await?.id;
        let detail = serde_json::json!({ "member": member, "role": role.slug() });
        let event = self.event(actor, Act::RevokeRole, voen, &detail)?;
        Ok(self.storage.revoke_role(voen, member, role.slug(), event.occurred_at, &event).await?)
    }

    /// Makes an invitation for a member; one that was made before is good no more.
    pub async fn invite_member(
        &self,
        voen: &Voen,
        name: &Name,
        actor: &Actor,
    ) -> Result<Invitation, OrganisationError> {
        let member = self.member(voen, name).await?.id;
        let code = InvitationCode::generate(&self.random)?;
        let event = self.event(actor, Act::InviteMember, voen, &serde_json::json!({ "member": member }))?;
        let expires_at = event.occurred_at.plus_days(INVITATION_DAYS);
        self.storage.invite_member(voen, member, code.as_str(), expires_at, &event).await?;
        Ok(Invitation { code, expires_at })
    }

    /// Binds whoever the provider says has this FİN to a member. The records hold an HMAC of it only.
    pub async fn bind_member(
        &self,
        voen: &Voen,
        name: &Name,
        fin: &Fin,
        actor: &Actor,
    ) -> Result<(), OrganisationError> {
        let member = self.member(voen, name).await?.id;
        let detail = serde_json::json!({ "member": member, "by": "fin" });
        let event = self.event(actor, Act::BindMember, voen, &detail)?;
        let id = audit::fresh_id(&self.random, event.occurred_at)?;
        Ok(self.storage.bind_member(voen, member, id, PersonKey::Fin(fin), event.occurred_at, &event).await?)
    }

    /// Ends whatever a member is known by, with her sessions and invitations.
    pub async fn unbind_member(&self, voen: &Voen, name: &Name, actor: &Actor) -> Result<(), OrganisationError> {
        let member = self.member(voen, name).await?.id;
        let event = self.event(actor, Act::UnbindMember, voen, &serde_json::json!({ "member": member }))?;
        Ok(self.storage.unbind_member(voen, member, event.occurred_at, &event).await?)
    }
}
