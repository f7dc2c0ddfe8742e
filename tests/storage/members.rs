//! Members: a role, an identity and a session hold exactly as long as they should, in whatever process they are read.

use earayis::catalogue::Voen;
use earayis::clock::Instant;
use earayis::random::Random;
use earayis::storage::{
    MemberRecord, NewAuditEvent, NewMemberRole, OrganisationRecord, OrganisationRefusal, PersonKey, Storage,
};
use uuid::Uuid;

use crate::fixtures::{event, execute, now, open, ready};
use crate::support::{TestDatabase, on_each_engine};

const ISSUER: &str = "https://id.example";

fn agency() -> Voen {
    "9900400111".parse().unwrap()
}

fn random() -> Uuid {
    Uuid::from_bytes(Random::system().bytes().unwrap())
}

fn audit(act: &str) -> NewAuditEvent {
    NewAuditEvent { id: random(), subject: agency().to_string(), occurred_at: now(), ..event(1, act) }
}

fn subject(value: &str) -> PersonKey<'_> {
    PersonKey::Subject { issuer: ISSUER, claim: "sub", value }
}

/// An auditing agency with a member.
async fn member(storage: &Storage, name: &str) -> Uuid {
    let organisation = OrganisationRecord {
        voen: agency(),
        name: "Sınaq Audit Agentliyi".into(),
        issuer: false,
        verifier: false,
        auditor: true,
        needs_certificate: false,
        added_at: now(),
        closed_at: None,
    };
    if storage.organisation(&agency()).await.unwrap().is_none() {
        storage.add_organisation(&organisation, &audit("add_organisation")).await.unwrap();
    }
    let member = MemberRecord { id: random(), name: name.into(), added_at: now() };
    storage.add_member(&agency(), &member, &audit("add_member")).await.unwrap();
    member.id
}

fn role(member: Uuid) -> NewMemberRole {
    NewMemberRole { id: random(), member, role: "auditor".into(), agency: None, granted_at: now() }
}

/// Whether a session of this token is found, one minute later.
async fn found(storage: &Storage, token: &str) -> bool {
    at(storage, token, 60_000).await
}

async fn at(storage: &Storage, token: &str, later: i64) -> bool {
    let now = now().plus_millis(later);
    storage.member_session(token, now, now.plus_millis(-1_800_000)).await.unwrap().is_some()
}

async fn session(storage: &Storage, member: Uuid, identity: Option<Uuid>, token: &str) {
    let ends_at = now().plus_millis(36_000_000);
    storage.open_member_session(token, member, identity, ends_at, &audit("sign_in")).await.unwrap();
}

fn last_instant() -> Instant {
    now().plus_days(7)
}

on_each_engine! {
    async fn a_session_tells_the_roles_of_this_moment_and_ends_with_what_it_stands_on(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        let ayten = member(&storage, "Aytən").await;
        let identity = random();
        storage.bind_member(&agency(), ayten, identity, subject("a"), now(), &audit("bind_member")).await.unwrap();
        storage.grant_role(&agency(), &role(ayten), &audit("grant_role")).await.unwrap();
        let again = storage.grant_role(&agency(), &role(ayten), &audit("grant_role")).await;
        assert!(matches!(again, Err(OrganisationRefusal::RoleHeld)), "{again:?}");

        session(&storage, ayten, Some(identity), "one").await;
        let read = other.member_session("one", now(), now().plus_millis(-1)).await.unwrap().unwrap();
        assert_eq!((read.member, read.name.as_str(), read.auditor), (ayten, "Aytən", true));
        assert_eq!(read.roles, [("auditor".to_owned(), None)]);
        assert!(!found(&other, "two").await);

        assert!(at(&other, "one", 1_799_999).await && !at(&other, "one", 1_800_000).await, "idle");
        other.note_member_seen("one", now().plus_millis(1_700_000)).await.unwrap();
        assert!(at(&storage, "one", 1_800_000).await);
        other.note_member_seen("one", now().plus_millis(35_999_999)).await.unwrap();
        assert!(at(&storage, "one", 35_999_999).await && !at(&storage, "one", 36_000_000).await, "its end");

        storage.revoke_role(&agency(), ayten, "auditor", now(), &audit("revoke_role")).await.unwrap();
        assert!(!found(&other, "one").await, "with the role");
        let gone = storage.revoke_role(&agency(), ayten, "auditor", now(), &audit("revoke_role")).await;
        assert!(matches!(gone, Err(OrganisationRefusal::RoleNotHeld)), "{gone:?}");

        session(&storage, ayten, Some(identity), "three").await;
        let without = storage.member_session("three", now(), now().plus_millis(-1)).await.unwrap().unwrap();
        assert_eq!(without.roles, []);
        other.unbind_member(&agency(), ayten, now(), &audit("unbind_member")).await.unwrap();
        assert!(!found(&storage, "three").await, "with the identity");
        // One that was opened by an identity that ended meanwhile was never good.
        session(&storage, ayten, Some(identity), "four").await;
        assert!(!found(&storage, "four").await);

        session(&storage, ayten, None, "five").await;
        assert!(found(&storage, "five").await);
        storage.close_organisation(&agency(), now(), &audit("close_organisation")).await.unwrap();
        storage.reopen_organisation(&agency(), &audit("reopen_organisation")).await.unwrap();
        assert!(!found(&storage, "five").await, "with the organisation, for good");

        session(&storage, ayten, None, "six").await;
        storage.delete_member_session("six", &audit("sign_out")).await.unwrap();
        assert!(!found(&storage, "six").await);
        session(&storage, ayten, None, "seven").await;
        storage.remove_member(&agency(), ayten, now(), &audit("remove_member")).await.unwrap();
        assert!(!found(&storage, "seven").await, "with the member");
        session(&storage, ayten, None, "eight").await;
        assert!(!found(&storage, "eight").await, "nobody signs in as a member who was removed");
        assert_eq!(storage.purge_member_sessions(now().plus_days(1), now()).await.unwrap(), 1);
        let acts = storage.audit_events_of(agency().as_str()).await.unwrap();
        assert_eq!(acts.iter().filter(|event| event.act == "sign_out").count(), 1);
        assert_eq!(acts.iter().filter(|event| event.act == "sign_in").count(), 7);
    }

    async fn a_person_is_one_member_and_an_invitation_is_accepted_once(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        let (ayten, rauf) = (member(&storage, "Aytən").await, member(&storage, "Rauf").await);
        storage.invite_member(&agency(), ayten, "OLD", last_instant(), &audit("invite_member")).await.unwrap();
        storage.invite_member(&agency(), ayten, "CODE", last_instant(), &audit("invite_member")).await.unwrap();
        let accept = async |storage: &Storage, code: &str, value: &str, at: Instant| {
            storage.accept_invitation(code, random(), subject(value), at, |_| Ok(audit("bind_member"))).await
        };
        assert_eq!(accept(&other, "OLD", "a", now()).await.unwrap(), None);
        assert_eq!(accept(&other, "CODE", "a", last_instant()).await.unwrap(), None, "too late");
        let known = accept(&other, "CODE", "a", now()).await.unwrap().unwrap();
        assert_eq!((known.member, &known.organisation), (ayten, &agency()));
        assert_eq!(accept(&other, "CODE", "b", now()).await.unwrap(), None, "used");
        assert_eq!(storage.member_known_by(subject("a")).await.unwrap(), Some(known));
        for another in [
            subject("b"),
            PersonKey::Subject { issuer: "https://other.example", claim: "sub", value: "a" },
            PersonKey::Subject { issuer: ISSUER, claim: "email", value: "a" },
            PersonKey::Fin(&"7DEM001".parse().unwrap()),
        ] {
            assert_eq!(storage.member_known_by(another).await.unwrap(), None, "{another:?}");
        }
        storage.invite_member(&agency(), rauf, "NEXT", last_instant(), &audit("invite_member")).await.unwrap();
        let taken = accept(&other, "NEXT", "a", now()).await;
        assert!(matches!(taken, Err(OrganisationRefusal::PersonTaken)), "{taken:?}");
        assert!(accept(&other, "NEXT", "b", now()).await.unwrap().is_some(), "what was refused changed nothing");

        let fin = "7DEM001".parse().unwrap();
        let bind = async |member, key| {
            storage.bind_member(&agency(), member, random(), key, now(), &audit("bind_member")).await
        };
        bind(rauf, PersonKey::Fin(&fin)).await.unwrap();
        assert!(matches!(bind(ayten, PersonKey::Fin(&fin)).await, Err(OrganisationRefusal::PersonTaken)));
        storage.remove_member(&agency(), rauf, now(), &audit("remove_member")).await.unwrap();
        assert_eq!(storage.member_known_by(PersonKey::Fin(&fin)).await.unwrap(), None);
        bind(ayten, PersonKey::Fin(&fin)).await.unwrap();
        let listed = storage.members_with_roles(&agency()).await.unwrap();
        assert_eq!(listed.iter().map(|one| (one.member.id, one.bound)).collect::<Vec<_>>(), [(ayten, true)]);
    }

    async fn a_reopened_organisation_has_its_members_and_nothing_by_which_they_could_act(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        let (ayten, rauf) = (member(&storage, "Aytən").await, member(&storage, "Rauf").await);
        storage.grant_role(&agency(), &role(ayten), &audit("grant_role")).await.unwrap();
        let identity = random();
        storage
            .bind_member(&agency(), ayten, identity, subject("a"), now(), &audit("bind_member"))
            .await
            .unwrap();
        session(&storage, ayten, Some(identity), "one").await;
        storage.invite_member(&agency(), rauf, "CODE", last_instant(), &audit("invite_member")).await.unwrap();
        let accept = async || {
            other.accept_invitation("CODE", random(), subject("b"), now(), |_| Ok(audit("bind_member"))).await.unwrap()
        };
        storage.close_organisation(&agency(), now(), &audit("close_organisation")).await.unwrap();
        assert_eq!(accept().await, None, "an invitation ends with the closing");
        // What came in between all the same, and what an earlier program left, ends with the opening.
        let left = "update member_identities set unbound_at = null; update member_roles set revoked_at = null";
        execute(&database, left).await;
        storage.reopen_organisation(&agency(), &audit("reopen_organisation")).await.unwrap();
        assert_eq!(other.member_known_by(subject("a")).await.unwrap(), None);
        assert!(!found(&other, "one").await);
        assert_eq!(accept().await, None);
        let listed = other.members_with_roles(&agency()).await.unwrap();
        let listed: Vec<_> = listed.iter().map(|one| (one.member.id, one.roles.len(), one.bound)).collect();
        assert_eq!(listed, [(ayten, 0, false), (rauf, 0, false)]);
        // Each of them is made anew by somebody.
        storage
            .bind_member(&agency(), ayten, random(), subject("a"), now(), &audit("bind_member"))
            .await
            .unwrap();
        storage.grant_role(&agency(), &role(ayten), &audit("grant_role")).await.unwrap();
        assert!(other.member_known_by(subject("a")).await.unwrap().is_some());
    }

    async fn a_sign_in_under_way_is_taken_once(database: TestDatabase) {
        let (storage, other) = (ready(&database).await, open(&database).await);
        storage.begin_sign_in("state", b"what was told", last_instant()).await.unwrap();
        storage.begin_sign_in("late", b"what was told", now()).await.unwrap();
        assert_eq!(other.take_sign_in("another", now()).await.unwrap(), None);
        assert_eq!(other.take_sign_in("late", now()).await.unwrap(), None);
        assert_eq!(other.take_sign_in("state", now()).await.unwrap().unwrap(), b"what was told");
        assert_eq!(storage.take_sign_in("state", now()).await.unwrap(), None);
    }
}
