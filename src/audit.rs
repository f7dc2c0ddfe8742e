//! Audit events: who did what to what, and when, without personal data.

use uuid::Uuid;

use crate::clock::Instant;
use crate::random::{Random, RandomUnavailable};
use crate::storage::NewAuditEvent;

/// What an actor did. Each is stored by its slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A certificate was issued.
    Issue,
    /// A certificate was withdrawn.
    Revoke,
    /// A certificate was taken out of force for now.
    Suspend,
    /// A suspended certificate was put back into force.
    Reinstate,
    /// A certificate was replaced by another.
    Supersede,
    /// A certificate's content was erased.
    Erase,
    /// The content whose term was over was erased.
    RunErasure,
    /// Somebody listed what is to be erased.
    ProposeErasing,
    /// Another person approved exactly that list.
    ApproveErasing,
    /// It was refused.
    RefuseErasing,
    /// A certificate's content is kept beyond its term.
    PlaceHold,
    /// It is not any more.
    LiftHold,
    /// A sealed file was handed out again.
    Download,
    /// A registry answered for another person than asked.
    RefuseOtherPerson,
    /// Something unusual was noticed.
    RaiseAlarm,
    /// A verifying organisation began to follow a certificate's status, or follows it for longer.
    Watch,
    /// It ceased to.
    EndWatch,
    /// Published entries whose leaves no backup holds were given up.
    GiveUpEntries,
    /// An organisation was added.
    AddOrganisation,
    /// An organisation's name, roles or need of a certificate changed.
    ChangeOrganisation,
    /// An organisation was closed, and its credentials ended.
    CloseOrganisation,
    /// A closed organisation was opened again.
    ReopenOrganisation,
    /// An organisation got a member.
    AddMember,
    /// A member was removed, and the credentials it answered for ended.
    RemoveMember,
    /// An API token was made.
    IssueToken,
    /// An API token was ended.
    RevokeToken,
    /// A client certificate was bound to an organisation.
    BindCertificate,
    /// A client certificate's binding was ended.
    RevokeCertificate,
    /// An auditor searched for a person.
    SearchPerson,
    /// An auditor searched for an organisation for which certificates are.
    SearchRecipient,
    /// An auditor's own program read a page of certificates or events.
    ReadByCall,
    /// An auditor found a certificate by whom it is about.
    FindByPerson,
    /// An auditor followed a certificate's life.
    FollowLife,
    /// An auditor read what a certificate states; its holder is shown it at once.
    Inspect,
    /// An auditor read what a certificate states; its holder is shown it later.
    InspectUnshown,
    /// An auditor acknowledged an alarm of an agency's.
    AcknowledgeAlarm,
    /// An auditor drew a sample.
    DrawSample,
    /// An auditor began an export.
    Export,
    /// An export was made to its end.
    FinishExport,
    /// An auditor had an export compared with the records.
    ProveExport,
    /// A member was given a role.
    GrantRole,
    /// A role was taken from a member.
    RevokeRole,
    /// A member was invited to bind what she is known by.
    InviteMember,
    /// What a person is known by was bound to a member.
    BindMember,
    /// It was ended, with the member's sessions.
    UnbindMember,
    /// A member signed in.
    SignIn,
    /// A member signed out.
    SignOut,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 47] = [
        Self::Issue,
        Self::Revoke,
        Self::Suspend,
        Self::Reinstate,
        Self::Supersede,
        Self::Erase,
        Self::RunErasure,
        Self::ProposeErasing,
        Self::ApproveErasing,
        Self::RefuseErasing,
        Self::PlaceHold,
        Self::LiftHold,
        Self::Download,
        Self::RefuseOtherPerson,
        Self::RaiseAlarm,
        Self::Watch,
        Self::EndWatch,
        Self::GiveUpEntries,
        Self::AddOrganisation,
        Self::ChangeOrganisation,
        Self::CloseOrganisation,
        Self::ReopenOrganisation,
        Self::AddMember,
        Self::RemoveMember,
        Self::IssueToken,
        Self::RevokeToken,
        Self::BindCertificate,
        Self::RevokeCertificate,
        Self::SearchPerson,
        Self::SearchRecipient,
        Self::ReadByCall,
        Self::FindByPerson,
        Self::FollowLife,
        Self::Inspect,
        Self::InspectUnshown,
        Self::AcknowledgeAlarm,
        Self::DrawSample,
        Self::Export,
        Self::FinishExport,
        Self::ProveExport,
        Self::GrantRole,
        Self::RevokeRole,
        Self::InviteMember,
        Self::BindMember,
        Self::UnbindMember,
        Self::SignIn,
        Self::SignOut,
    ];

    /// Its name in the records.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::Supersede => "supersede",
            Self::Erase => "erase",
            Self::RunErasure => "run_erasure",
            Self::ProposeErasing => "propose_erasing",
            Self::ApproveErasing => "approve_erasing",
            Self::RefuseErasing => "refuse_erasing",
            Self::PlaceHold => "place_hold",
            Self::LiftHold => "lift_hold",
            Self::Download => "download",
            Self::RefuseOtherPerson => "refuse_other_person",
            Self::RaiseAlarm => "raise_alarm",
            Self::Watch => "watch",
            Self::EndWatch => "end_watch",
            Self::GiveUpEntries => "give_up_entries",
            Self::AddOrganisation => "add_organisation",
            Self::ChangeOrganisation => "change_organisation",
            Self::CloseOrganisation => "close_organisation",
            Self::ReopenOrganisation => "reopen_organisation",
            Self::AddMember => "add_member",
            Self::RemoveMember => "remove_member",
            Self::IssueToken => "issue_token",
            Self::RevokeToken => "revoke_token",
            Self::BindCertificate => "bind_certificate",
            Self::RevokeCertificate => "revoke_certificate",
            Self::SearchPerson => "search_person",
            Self::SearchRecipient => "search_recipient",
            Self::ReadByCall => "read_by_call",
            Self::FindByPerson => "find_by_person",
            Self::FollowLife => "follow_life",
            Self::Inspect => "inspect",
            Self::InspectUnshown => "inspect_unshown",
            Self::AcknowledgeAlarm => "acknowledge_alarm",
            Self::DrawSample => "draw_sample",
            Self::Export => "export",
            Self::FinishExport => "finish_export",
            Self::ProveExport => "prove_export",
            Self::GrantRole => "grant_role",
            Self::RevokeRole => "revoke_role",
            Self::InviteMember => "invite_member",
            Self::BindMember => "bind_member",
            Self::UnbindMember => "unbind_member",
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
        }
    }
}

/// An event ready to be stored in the transaction of the act it tells of. Where the subject is neither a certificate nor an
/// organisation, [`NewAuditEvent::of`] says whose records it is of, or no agency's auditor sees it.
///
/// `actor` is the label of whoever acts; `detail` must hold no personal data: codes of kinds, reasons and numbers only.
pub fn event(
    random: &Random,
    actor: String,
    act: Act,
    subject: &str,
    occurred_at: Instant,
    detail: &serde_json::Value,
) -> Result<NewAuditEvent, RandomUnavailable> {
    Ok(NewAuditEvent {
        id: fresh_id(random, occurred_at)?,
        actor,
        act: act.slug().to_owned(),
        subject: subject.to_owned(),
        occurred_at,
        detail: detail.to_string(),
        organisation: None,
    })
}

/// A `UUIDv7` (RFC 9562 §5.7) of this instant.
pub fn fresh_id(random: &Random, at: Instant) -> Result<Uuid, RandomUnavailable> {
    let millis = u64::try_from(at.millis()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()?).into_uuid())
}
