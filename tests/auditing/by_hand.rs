//! Rows changed by somebody with the database's password: whatever it is, the check names it.

use crate::checked::{act, assert_sound, assert_wrong, earayis, issue, told, vkey};
use crate::clients::Acknowledged;
use crate::place::{Place, in_each_place};
use crate::records::{change_by_hand, until_published};
use crate::service::TestService;

const NIL: &str = "00000000-0000-0000-0000-000000000000";
const TABLES: [&str; 5] = ["certificates", "certificate_digests", "leaves", "audit_events", "log_state"];

/// Runs statements as somebody for whom no foreign key holds.
async fn by_force(place: &Place, statements: &str) {
    let free = if is_sqlite(place) { "pragma foreign_keys = off;" } else { "set session_replication_role = replica;" };
    change_by_hand(&place.reading, &format!("{free} {statements}")).await;
}

fn is_sqlite(place: &Place) -> bool {
    place.reading.starts_with("sqlite:")
}

async fn keep(place: &Place) {
    for table in TABLES {
        by_force(place, &format!("create table kept_{table} as select * from {table}")).await;
    }
}

async fn mend(place: &Place) {
    for table in TABLES {
        by_force(place, &format!("delete from {table}; insert into {table} select * from kept_{table}")).await;
    }
}

fn blob(place: &Place, byte: &str, bytes: usize) -> String {
    let hex = byte.repeat(bytes);
    if is_sqlite(place) { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
}

fn uuid(place: &Place, byte: &str) -> String {
    let hex = byte.repeat(16);
    if is_sqlite(place) { format!("x'{hex}'") } else { format!("'{hex}'::uuid") }
}

/// Three certificates: in force, revoked, and suspended and reinstated; all of it published.
async fn three(service: &TestService, place: &Place) -> [Acknowledged; 3] {
    let (valid, revoked, back) =
        (issue(service, "valid").await, issue(service, "revoked").await, issue(service, "back").await);
    act(service, &revoked, "revocation", "facts_wrong").await;
    act(service, &back, "suspension", "misuse_suspected").await;
    act(service, &back, "reinstatement", "cause_removed").await;
    until_published(service, &place.reading).await;
    [valid, revoked, back]
}

/// One change by hand, and what the check must say to it.
struct Change {
    what: &'static str,
    statements: String,
    fault: &'static str,
    named: String,
}

impl From<(&'static str, String, &'static str, &str)> for Change {
    fn from((what, statements, fault, named): (&'static str, String, &'static str, &str)) -> Self {
        Self { what, statements, fault, named: named.to_owned() }
    }
}

/// An id and a hash that nothing has.
struct Names {
    other_id: String,
    other_hash: String,
}

impl Names {
    fn of(place: &Place) -> Self {
        Self { other_id: uuid(place, "c7"), other_hash: blob(place, "c7", 32) }
    }
}

fn id(certificate: &Acknowledged) -> String {
    format!("(select id from certificates where number = '{}')", certificate.number)
}

/// The leaf of a certificate's act.
fn of(certificate: &Acknowledged, act: &str) -> String {
    format!("certificate_id = {} and act = '{act}'", id(certificate))
}

fn in_force(certificate: &Acknowledged) -> String {
    format!(
        "update certificates set standing = 0, standing_reason = null, standing_since = issued_at, version = 1
         where number = '{}'",
        certificate.number
    )
}

fn unrecorded(certificate: &Acknowledged, act: &str) -> String {
    format!("delete from audit_events where act = '{act}' and subject = '{}'", certificate.id)
}

/// An event of an act upon `subject`, with what else the issuance of `like` had.
fn event(place: &Place, like: &Acknowledged, subject: &str, act: &str) -> String {
    format!(
        "insert into audit_events (id, actor, act, subject, occurred_at, detail)
         select {}, actor, '{act}', '{subject}', occurred_at + 1, detail from audit_events
         where act = 'issue' and subject = '{}'",
        Names::of(place).other_id,
        like.id
    )
}

fn added(place: &Place, like: &Acknowledged) -> String {
    let Names { other_id, other_hash } = Names::of(place);
    format!(
        "insert into certificates select {other_id}, '2026-0000-0000', kind, kind_version, issuer, issued_at, as_of,
             valid_until, keep_until, standing, standing_reason, standing_since, superseded_by, version, {other_hash},
             holder_hmac, kek_id, data_key, facts, beginning, own_bytes, seal_key_id, status_list, 1048575,
             demonstration, erased_at, issued_by, recipient_hmac from certificates where number = '{}'",
        like.number
    )
}

/// Certificates, their files and the trail of who did what.
fn upon_certificates(place: &Place, told: &[Acknowledged; 3]) -> Vec<Change> {
    let [valid, revoked, back] = told;
    let Names { other_id, other_hash } = Names::of(place);
    let nil = uuid(place, "00");
    let changes: Vec<(&'static str, String, &'static str, &str)> = vec![
        ("a standing reset", in_force(revoked), "standing-changed", &revoked.number),
        (
            "a leaf deleted",
            format!("delete from leaves where {}", of(valid, "issued")),
            "entry-without-leaf",
            "deleted the row",
        ),
        ("a certificate added", added(place, valid), "never-issued", "2026-0000-0000"),
        ("an act without leaf", event(place, valid, &valid.id, "suspend"), "act-without-leaf", &valid.number),
        (
            "an act upon nothing",
            event(place, valid, "c7c7c7c7-c7c7-c7c7-c7c7-c7c7c7c7c7c7", "issue"),
            "without-certificate",
            "c7c7",
        ),
        ("an act upon what is no id", event(place, valid, "~", "issue"), "without-certificate", "certificate ~"),
        ("an act upon nothing at all", event(place, valid, "", "revoke"), "without-certificate", "an audit event"),
        (
            "an act upon an id with something after it",
            event(place, valid, &format!("{}x", back.id), "revoke"),
            "without-certificate",
            &back.id,
        ),
        ("an act upon the id of zeros", event(place, valid, NIL, "suspend"), "without-certificate", NIL),
        (
            "a certificate of the id of zeros",
            added(place, valid).replace(&uuid(place, "c7"), &uuid(place, "00")),
            "never-issued",
            "2026-0000-0000",
        ),
        (
            "a file of the id of zeros",
            format!("update certificate_digests set certificate_id = {nil} where certificate_id = {}", id(valid)),
            "without-certificate",
            NIL,
        ),
        (
            "a leaf of the id of zeros that waits",
            format!(
                "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at, place)
                     select {other_id}, {nil}, act, salt, record, entry, recorded_at + 86400000, null from leaves where {}",
                of(valid, "issued")
            ),
            "without-certificate",
            NIL,
        ),
        ("an event deleted", unrecorded(back, "suspend"), "leaf-without-act", &back.number),
        (
            "an event of another act",
            format!("update audit_events set act = 'revoke' where act = 'suspend' and subject = '{}'", back.id),
            "leaf-without-act",
            &back.number,
        ),
        (
            "a digest added",
            format!(
                "insert into certificate_digests (sha256, certificate_id, revision, released_at)
                     select {other_hash}, id, 2, issued_at from certificates where number = '{}'",
                valid.number
            ),
            "digest-without-leaf",
            &valid.number,
        ),
        (
            "a digest deleted",
            format!("delete from certificate_digests where certificate_id = {}", id(valid)),
            "leaf-without-digest",
            &valid.number,
        ),
        (
            "a certificate deleted",
            format!("delete from certificates where number = '{}'", valid.number),
            "without-certificate",
            &valid.id,
        ),
        (
            "an issuer changed",
            format!("update certificates set issuer = '9900000141' where number = '{}'", valid.number),
            "certificate-changed",
            "issuer",
        ),
        (
            "a date changed",
            format!("update certificates set issued_at = issued_at - 1 where number = '{}'", valid.number),
            "certificate-changed",
            "issued_at",
        ),
    ];
    changes.into_iter().map(Change::from).collect()
}

/// The leaves and the state of the log.
fn upon_leaves(place: &Place, told: &[Acknowledged; 3]) -> Vec<Change> {
    let [valid, revoked, back] = told;
    let Names { other_id, other_hash } = Names::of(place);
    let changes: Vec<(&'static str, String, &'static str, &str)> = vec![
        (
            "the insider: revocation undone with its leaf and its event",
            format!(
                "delete from leaves where {}; {}; {}",
                of(revoked, "revoked"),
                in_force(revoked),
                unrecorded(revoked, "revoke")
            ),
            "entry-without-leaf",
            "entry ",
        ),
        (
            "the insider, who closes the gap",
            format!(
                "update log_state set size = size - 1; delete from leaves where place = 5; {}",
                unrecorded(back, "reinstate")
            ),
            "database-behind",
            "6 entries",
        ),
        (
            "a leaf's entry changed",
            format!("update leaves set entry = {other_hash} where {}", of(valid, "issued")),
            "other-entry",
            "entry ",
        ),
        (
            "a leaf's salt changed",
            format!("update leaves set salt = {other_hash} where {}", of(valid, "issued")),
            "leaf-changed",
            "salt",
        ),
        (
            "a leaf's act changed",
            format!("update leaves set act = 'suspended' where {}", of(revoked, "revoked")),
            "leaf-changed",
            "act",
        ),
        (
            "a leaf moved to another certificate",
            format!("update leaves set certificate_id = {} where {}", id(back), of(revoked, "revoked")),
            "leaf-changed",
            "certificate_id",
        ),
        (
            "a leaf added beyond the end",
            format!(
                "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at, place)
                     select {other_id}, certificate_id, act, salt, record, entry, recorded_at, 99 from leaves where {}",
                of(revoked, "revoked")
            ),
            "place-beyond-the-end",
            "place 99",
        ),
        (
            "a leaf that never gets its place",
            format!(
                "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at, place)
                     select {other_id}, certificate_id, act, salt, record, entry, recorded_at - 100000, null from leaves
                     where {}",
                of(valid, "issued")
            ),
            "leaf-late",
            "start the service",
        ),
        ("the root changed", format!("update log_state set root = {other_hash}"), "root-changed", "6 entries"),
    ];
    changes.into_iter().map(Change::from).collect()
}

in_each_place! {
    async fn each_change_by_hand_is_named(place: Place) {
        let mut service = place.service();
        service.start().await;
        let told = three(&service, &place).await;
        assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
        let sound = assert_sound(&service);
        assert_eq!((sound["size"].as_u64(), sound["certificates"].as_u64(), sound["acts"].as_u64()), (Some(6), Some(3), Some(6)));
        keep(&place).await;

        for Change { what, statements, fault, named } in upon_certificates(&place, &told).into_iter().chain(upon_leaves(&place, &told)) {
            by_force(&place, &statements).await;
            println!("{what}: {fault}");
            assert_wrong(&service, fault, &named);
            mend(&place).await;
        }
        assert_sound(&service);
    }

    async fn a_sound_log_is_found_sound_from_outside_and_beside_a_running_service(place: Place) {
        let mut service = place.service();
        service.start().await;
        three(&service, &place).await;
        assert_sound(&service);
        let key = vkey(&service);
        let folder = place.folder().join("log");
        for (by, where_) in [("--server", service.url.as_str()), ("--folder", folder.to_str().unwrap())] {
            let checked = tokio::task::block_in_place(|| earayis(&["log", "check", by, where_, "--log", &key]));
            let words = String::from_utf8_lossy(&checked.stdout);
            assert!(checked.status.success() && words.contains("6 entries, signed by its key"), "{words}");
            let other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
            let checked = tokio::task::block_in_place(|| earayis(&["log", "check", "--json", by, where_, "--log", other]));
            let (code, told) = told(&checked);
            assert_eq!((code, told["fault"].as_str()), (1, Some("checkpoint")), "{told}");
        }
        let nowhere = earayis(&["log", "check", "--json", "--server", "http://127.0.0.1:1", "--log", &key]);
        assert_eq!(nowhere.status.code(), Some(2), "{}", String::from_utf8_lossy(&nowhere.stdout));
    }
}
