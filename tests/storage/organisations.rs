//! Organisations and credentials: what one process changes every other reads at once, and nothing of it happens by half.

use earayis::catalogue::Voen;
use earayis::clock::Instant;
use earayis::random::Random;
use earayis::storage::{MemberRecord, NewAuditEvent, NewCredential, OrganisationRecord, OrganisationRefusal, Storage};
use uuid::Uuid;

use crate::fixtures::{certificate, event, id, look, now, open, ready};
use crate::support::{TestDatabase, on_each_engine};

fn voen(text: &str) -> Voen {
    text.parse().unwrap()
}

fn bank() -> Voen {
    voen("9900310161")
}

fn organisation(of: &Voen) -> OrganisationRecord {
    OrganisationRecord {
        voen: of.clone(),
        name: "“Sınaq Bankı” ASC".into(),
        issuer: false,
        verifier: true,
        auditor: false,
        needs_certificate: false,
        added_at: now(),
        closed_at: None,
    }
}

fn member(name: &str) -> MemberRecord {
    MemberRecord { id: random(), name: name.into(), added_at: now() }
}

fn credential(of: &Voen, member: &MemberRecord, name: &str, sha256: u8) -> NewCredential {
    NewCredential {
        id: random(),
        organisation: of.clone(),
        member: member.id,
        name: name.into(),
        sha256: [sha256; 32],
        scopes: "verify batch".into(),
        since: now(),
        until: now().plus_days(365),
    }
}

fn random() -> Uuid {
    Uuid::from_bytes(Random::system().bytes().unwrap())
}

fn audit(of: &Voen, act: &str) -> NewAuditEvent {
    NewAuditEvent { subject: of.to_string(), ..event(1, act) }
}

/// The acts recorded of an organisation.
async fn acts(storage: &Storage, of: &Voen) -> Vec<String> {
    let mut acts: Vec<_> =
        storage.audit_events_of(of.as_str()).await.unwrap().into_iter().map(|event| event.act).collect();
    acts.sort();
    acts
}

/// A bank with one member.
async fn with_member(storage: &Storage) -> MemberRecord {
    let desk = member("desk");
    storage.add_organisation(&organisation(&bank()), &audit(&bank(), "add_organisation")).await.unwrap();
    storage.add_member(&bank(), &desk, &audit(&bank(), "add_member")).await.unwrap();
    desk
}

on_each_engine! {
    async fn an_organisation_is_added_once_and_read_by_every_process(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        storage.add_organisation(&organisation(&bank()), &audit(&bank(), "add_organisation")).await.unwrap();
        assert_eq!(other.organisation(&bank()).await.unwrap(), Some(organisation(&bank())));
        let again = other.add_organisation(&organisation(&bank()), &audit(&bank(), "add_organisation")).await;
        assert!(matches!(again, Err(OrganisationRefusal::Exists)), "{again:?}");
        let changed = OrganisationRecord { needs_certificate: true, issuer: true, name: "Bank".into(), ..organisation(&bank()) };
        other.change_organisation(&changed, &audit(&bank(), "change_organisation")).await.unwrap();
        assert_eq!(storage.organisations().await.unwrap(), [changed]);
        let nobody = organisation(&voen("9900300221"));
        let refused = storage.change_organisation(&nobody, &audit(&nobody.voen, "change_organisation")).await;
        assert!(matches!(refused, Err(OrganisationRefusal::NoOrganisation)), "{refused:?}");
        assert_eq!(acts(&storage, &bank()).await, ["add_organisation", "change_organisation"]);
        assert_eq!(acts(&storage, &nobody.voen).await.len(), 0, "a refused act leaves no event");
    }

    async fn a_token_is_found_by_its_digest_until_it_is_revoked_by_whatever_process(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        let desk = with_member(&storage).await;
        storage.add_api_token(&credential(&bank(), &desk, "core", 7), &audit(&bank(), "issue_token")).await.unwrap();
        let token = other.api_token(&[7; 32]).await.unwrap().unwrap();
        assert_eq!(token.organisation, organisation(&bank()));
        assert_eq!((token.name.as_str(), token.member.as_str(), token.scopes.as_str()), ("core", "desk", "verify batch"));
        assert_eq!((token.created_at, token.expires_at, token.revoked_at), (now(), now().plus_days(365), None));
        assert_eq!(other.api_token(&[8; 32]).await.unwrap(), None);

        let at = now().plus_millis(5);
        other.revoke_api_token(&bank(), "core", at, &audit(&bank(), "revoke_token")).await.unwrap();
        assert_eq!(storage.api_token(&[7; 32]).await.unwrap().unwrap().revoked_at, Some(at));
        let again = storage.revoke_api_token(&bank(), "core", at, &audit(&bank(), "revoke_token")).await;
        assert!(matches!(again, Err(OrganisationRefusal::NoCredential)), "{again:?}");
        assert_eq!(acts(&storage, &bank()).await, ["add_member", "add_organisation", "issue_token", "revoke_token"]);
    }

    async fn one_live_token_has_a_name_and_one_certificate_has_one_organisation_for_ever(database: TestDatabase) {
        let storage = ready(&database).await;
        let desk = with_member(&storage).await;
        let issue = async |token: NewCredential| storage.add_api_token(&token, &audit(&bank(), "issue_token")).await;
        issue(credential(&bank(), &desk, "core", 1)).await.unwrap();
        let taken = issue(credential(&bank(), &desk, "core", 2)).await;
        assert!(matches!(taken, Err(OrganisationRefusal::NameTaken)), "{taken:?}");
        storage.revoke_api_token(&bank(), "core", now(), &audit(&bank(), "revoke_token")).await.unwrap();
        issue(credential(&bank(), &desk, "core", 2)).await.unwrap();

        let bind = async |bound: NewCredential| {
            storage.bind_client_certificate(&bound, &audit(&bound.organisation, "bind_certificate")).await
        };
        bind(credential(&bank(), &desk, "gateway", 9)).await.unwrap();
        storage.revoke_client_certificate(&bank(), "gateway", now(), &audit(&bank(), "revoke_certificate")).await.unwrap();
        let again = bind(credential(&bank(), &desk, "gateway", 9)).await;
        assert!(matches!(again, Err(OrganisationRefusal::CertificateTaken)), "{again:?}");

        let other = voen("9900300221");
        storage.add_organisation(&organisation(&other), &audit(&other, "add_organisation")).await.unwrap();
        let stranger = bind(credential(&other, &desk, "gateway", 10)).await;
        assert!(matches!(stranger, Err(OrganisationRefusal::NoMember)), "{stranger:?}");
        let theirs = member("desk");
        storage.add_member(&other, &theirs, &audit(&other, "add_member")).await.unwrap();
        let stolen = bind(credential(&other, &theirs, "gateway", 9)).await;
        assert!(matches!(stolen, Err(OrganisationRefusal::CertificateTaken)), "{stolen:?}");
        assert_eq!(storage.client_certificate(&[9; 32]).await.unwrap().unwrap().organisation.voen, bank());
        assert_eq!(storage.client_certificates_of(&other).await.unwrap().len(), 0);
    }

    async fn with_a_member_goes_what_it_answered_for(database: TestDatabase) {
        let storage = ready(&database).await;
        let (desk, system) = (with_member(&storage).await, member("system"));
        storage.add_member(&bank(), &system, &audit(&bank(), "add_member")).await.unwrap();
        let taken = storage.add_member(&bank(), &member("system"), &audit(&bank(), "add_member")).await;
        assert!(matches!(taken, Err(OrganisationRefusal::NameTaken)), "{taken:?}");
        storage.add_api_token(&credential(&bank(), &desk, "a", 1), &audit(&bank(), "issue_token")).await.unwrap();
        storage.add_api_token(&credential(&bank(), &system, "b", 2), &audit(&bank(), "issue_token")).await.unwrap();
        let bound = credential(&bank(), &desk, "c", 3);
        storage.bind_client_certificate(&bound, &audit(&bank(), "bind_certificate")).await.unwrap();

        storage.remove_member(&bank(), desk.id, now(), &audit(&bank(), "remove_member")).await.unwrap();
        assert_eq!(storage.api_token(&[1; 32]).await.unwrap().unwrap().revoked_at, Some(now()));
        assert_eq!(storage.api_token(&[2; 32]).await.unwrap().unwrap().revoked_at, None);
        assert_eq!(storage.client_certificate(&[3; 32]).await.unwrap().unwrap().revoked_at, Some(now()));
        assert_eq!(storage.members_of(&bank()).await.unwrap(), [system]);
        let late = storage.add_api_token(&credential(&bank(), &desk, "d", 4), &audit(&bank(), "issue_token")).await;
        assert!(matches!(late, Err(OrganisationRefusal::NoMember)), "{late:?}");
        storage.add_member(&bank(), &member("desk"), &audit(&bank(), "add_member")).await.unwrap();
    }

    async fn a_closed_organisation_has_no_credential_left_also_when_it_opens_again(database: TestDatabase) {
        let storage = ready(&database).await;
        let desk = with_member(&storage).await;
        storage.add_api_token(&credential(&bank(), &desk, "core", 1), &audit(&bank(), "issue_token")).await.unwrap();
        let bound = credential(&bank(), &desk, "gateway", 2);
        storage.bind_client_certificate(&bound, &audit(&bank(), "bind_certificate")).await.unwrap();
        storage.close_organisation(&bank(), now(), &audit(&bank(), "close_organisation")).await.unwrap();

        let token = storage.api_token(&[1; 32]).await.unwrap().unwrap();
        assert_eq!((token.organisation.closed_at, token.revoked_at), (Some(now()), Some(now())));
        let late = storage.add_api_token(&credential(&bank(), &desk, "late", 3), &audit(&bank(), "issue_token")).await;
        assert!(matches!(late, Err(OrganisationRefusal::NoOrganisation)), "{late:?}");
        let late = storage.add_member(&bank(), &member("late"), &audit(&bank(), "add_member")).await;
        assert!(matches!(late, Err(OrganisationRefusal::NoOrganisation)), "{late:?}");

        storage.reopen_organisation(&bank(), &audit(&bank(), "reopen_organisation")).await.unwrap();
        let token = storage.api_token(&[1; 32]).await.unwrap().unwrap();
        assert_eq!((token.organisation.closed_at, token.revoked_at), (None, Some(now())));
        assert_eq!(storage.client_certificate(&[2; 32]).await.unwrap().unwrap().revoked_at, Some(now()));
        storage.add_api_token(&credential(&bank(), &desk, "core", 4), &audit(&bank(), "issue_token")).await.unwrap();
    }

    async fn the_last_day_of_use_never_goes_back(database: TestDatabase) {
        let storage = ready(&database).await;
        let desk = with_member(&storage).await;
        let token = credential(&bank(), &desk, "core", 1);
        storage.add_api_token(&token, &audit(&bank(), "issue_token")).await.unwrap();
        let used = async |day: Instant| {
            storage.note_token_use(token.id, day).await.unwrap();
            storage.api_tokens_of(&bank()).await.unwrap()[0].used_on
        };
        assert_eq!(used(now().plus_days(1)).await, Some(now().plus_days(1)));
        assert_eq!(used(now()).await, Some(now().plus_days(1)));
        assert_eq!(used(now().plus_days(2)).await, Some(now().plus_days(2)));
    }

    async fn those_who_looked_have_names(database: TestDatabase) {
        let storage = ready(&database).await;
        storage.store_issuance(certificate(1)).await.unwrap();
        storage.record_look(look(1)).await.unwrap();
        assert_eq!(storage.names_of_lookers(id(1)).await.unwrap(), []);
        let looker = voen(&look(1).verifier.unwrap());
        storage.add_organisation(&organisation(&looker), &audit(&looker, "add_organisation")).await.unwrap();
        storage.record_look(look(1)).await.unwrap();
        assert_eq!(
            storage.names_of_lookers(id(1)).await.unwrap(),
            [(looker.to_string(), organisation(&looker).name)]
        );
    }
}
