//! Every problem as the very functions make it that answer it, kept by `UPDATE_SNAPSHOTS=1`; and each example's place.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use axum::http::StatusCode;

use super::{ANSWERS, Answered, PROBLEM, PROBLEMS, Told, operations};
use crate::api::problem::{self, Problem, not_changed, not_issued, not_presented, unreadable};
use crate::api::{audit, batch, path, watch};
use crate::app::NoRoom;
use crate::auth::{CertificateFault, NotAdmitted, NotPermitted, Scope};
use crate::catalogue::{Catalogue, Language};
use crate::certificate::status::TransitionError;
use crate::certificate::{ConditionUnmet, NotCode, Standing};
use crate::clock::Instant;
use crate::door::{Budget, Limited};
use crate::issuance::{IssueError, RegistryError};
use crate::random::RandomUnavailable;
use crate::revocation::RevocationError;
use crate::verification::NotPresented;
use crate::watch::WatchError;

const ALL: &[&str] = &[];
const VERIFY: &[&str] = &["verify"];
const ISSUE: &[&str] = &["issue"];
const CHANGE: &[&str] = &["revoke", "suspend", "reinstate", "supersede"];
const AUDIT: &[&str] = &["audited_certificates", "audited_events"];
const WITH_BODY: &[&str] = &["verify", "issue", "revoke", "suspend", "reinstate", "supersede"];
const WITH_PARTS: &[&str] = &[
    "fetch",
    "pdf",
    "revoke",
    "suspend",
    "reinstate",
    "supersede",
    "schema",
    "proof",
    "sandbox_sample",
    "sandbox_file",
];

/// Every problem with the operations that answer it.
fn answered() -> Vec<(&'static [&'static str], Problem)> {
    let mut problems = vec![
        (ALL, Problem::not_found()),
        (ALL, Problem::internal(&IssueError::Interrupted)),
        (ALL, problem::took_too_long()),
        (ALL, problem::method_not_allowed()),
        (WITH_PARTS, path::malformed()),
        (VERIFY, Problem::busy(NoRoom)),
        (VERIFY, problem::asks_too_often(&limited(), Language::En)),
        (VERIFY, unreadable(StatusCode::PAYLOAD_TOO_LARGE, "")),
        (WITH_BODY, unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, "")),
        (WITH_BODY, unreadable(StatusCode::BAD_REQUEST, "EOF at line 1 column 9")),
        (WITH_BODY, unreadable(StatusCode::UNPROCESSABLE_ENTITY, "unknown field `x` at line 1 column 9")),
    ];
    problems.extend(refused().iter().map(|reason| (ALL, Problem::from(reason))));
    problems.extend(presented().map(|error| (VERIFY, not_presented(error, Language::En))));
    problems.extend(issued().into_iter().map(|error| (ISSUE, not_issued(&error, Language::En))));
    problems.extend(watched());
    problems.extend([
        (AUDIT, audit::unknown(Language::En)),
        (AUDIT, Problem::from(&NotPermitted::SignedOut)),
        (AUDIT, Problem::from(&NotAdmitted::WithoutRole)),
    ]);
    problems.extend(changed().into_iter().map(|error| (CHANGE, not_changed(&error))));
    problems
}

fn watched() -> Vec<(&'static [&'static str], Problem)> {
    vec![
        (&["verify_batch"], batch::not_a_batch(1001)),
        (&["watch"], watch::too_long()),
        (&["watch"], watch::not_watched(&WatchError::NotHeld)),
        (&["watch"], watch::not_watched(&WatchError::LookTooOld)),
        (&["watches", "watch_changes"], watch::no_page()),
        (&["watch_changes"], watch::not_watched(&WatchError::CursorAhead)),
    ]
}

/// A network that used up its budget.
fn limited() -> Limited {
    let budget = Budget { policy: "anonymous", quota: 120, window: 120, remaining: 0, reset: 30 };
    Limited { budget, wait: Duration::from_secs(30) }
}

/// Whatever is not good about a credential.
fn refused() -> [NotAdmitted; 15] {
    [
        NotAdmitted::Anonymous,
        NotAdmitted::UnknownToken,
        NotAdmitted::ExpiredToken,
        NotAdmitted::RevokedToken,
        NotAdmitted::ClosedOrganisation,
        NotAdmitted::UnknownCertificate,
        NotAdmitted::RevokedCertificate,
        NotAdmitted::Certificate(CertificateFault::Unreadable),
        NotAdmitted::Certificate(CertificateFault::Usage),
        NotAdmitted::Certificate(CertificateFault::Early),
        NotAdmitted::Certificate(CertificateFault::Expired),
        NotAdmitted::CertificateOfAnother,
        NotAdmitted::CertificateNeeded,
        NotAdmitted::MissingScope(Scope::Verify),
        NotAdmitted::Storage(RandomUnavailable.into()),
    ]
}

/// `NotPresented::Nothing` is the page's own: the API is told what it gets.
fn presented() -> [NotPresented; 4] {
    let number = "x".parse::<crate::certificate::Number>().unwrap_err();
    [
        NotPresented::Code(NotCode::Check),
        NotPresented::Code(NotCode::Form),
        NotPresented::Number(number),
        NotPresented::Digest,
    ]
}

fn issued() -> Vec<IssueError> {
    let catalogue = Catalogue::built_in().unwrap();
    let routed = catalogue.kinds().iter().find(|kind| kind.code.as_str() == "mehkumluq").unwrap();
    let refusal = catalogue.kinds().iter().find_map(|kind| kind.condition.as_ref()).unwrap().refusal.clone();
    let registry = [
        RegistryError::Unreachable,
        RegistryError::Slow,
        RegistryError::Refused { status: 500 },
        RegistryError::Garbled { what: "no JSON" },
        RegistryError::NoSuchPerson,
        RegistryError::Incomplete { what: "surname" },
        RegistryError::AnotherPerson,
        RegistryError::AnotherName,
        RegistryError::CircuitOpen { until: Instant::from_millis(0) },
        RegistryError::UnknownSource("wages".parse().unwrap()),
        RegistryError::NoRandom,
    ];
    let mut errors = vec![
        IssueError::UnknownKind,
        IssueError::UnknownPurpose,
        IssueError::NotPermitted,
        IssueError::NeedsApproval { issuer: routed.issuer.clone(), working_days: 1 },
        IssueError::KeyReused,
        IssueError::Condition(ConditionUnmet { refusal, shown: Vec::new() }),
        IssueError::Undrawable("name"),
        IssueError::TermOver,
        IssueError::Erased,
    ];
    errors.extend(registry.map(IssueError::Registry));
    errors
}

fn changed() -> Vec<RevocationError> {
    let refused = [
        TransitionError::Final(Standing::Revoked),
        TransitionError::NotSuspended,
        TransitionError::AlreadySuspended,
        TransitionError::Expired,
    ];
    let others = [RevocationError::NotSuccessor, RevocationError::Conflict];
    refused.map(RevocationError::Transition).into_iter().chain(others).collect()
}

#[test]
fn the_examples_are_what_is_answered() {
    let told = |(operations, problem): (&[&str], Problem)| Told {
        operations: operations.iter().map(|id| (*id).to_owned()).collect(),
        problem: serde_json::to_value(problem).unwrap(),
    };
    let answered: Vec<Told> = answered().into_iter().map(told).collect();
    let slugs: BTreeSet<&str> = answered.iter().map(Told::slug).collect();
    assert_eq!(slugs.len(), answered.len(), "each once");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/examples/problems.json");
        std::fs::write(file, format!("{}\n", serde_json::to_string_pretty(&answered).unwrap())).unwrap();
        return;
    }
    let kept: Vec<Told> = serde_json::from_str(PROBLEMS).unwrap();
    assert!(kept == answered, "renew templates/examples with `UPDATE_SNAPSHOTS=1 .ci/test --lib examples`");
}

/// Whoever adds a problem shows it.
#[test]
fn every_slug_in_the_source_has_an_example() {
    let answered: BTreeSet<String> = answered()
        .into_iter()
        .map(|(_, problem)| problem.kind.trim_start_matches("urn:earayis:problem:").to_owned())
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<_> = std::fs::read_dir(root.join("api")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.extend(
        ["auth/admission.rs", "issuance/error.rs", "registry/error.rs", "certificate/status.rs"]
            .map(|file| root.join(file)),
    );
    let mut unknown = BTreeSet::new();
    for file in files.into_iter().filter(|file| file.is_file()) {
        let text = std::fs::read_to_string(file).unwrap();
        unknown.extend(hyphenated(&text).filter(|literal| !answered.contains(*literal)).map(str::to_owned));
    }
    for other in NO_SLUGS {
        assert!(unknown.remove(*other), "{other} stands nowhere any more");
    }
    assert!(unknown.is_empty(), "show these in src/api/examples/tests.rs, or name them in NO_SLUGS: {unknown:?}");
}

/// Literals of the same form that are none.
const NO_SLUGS: &[&str] =
    &["accept-encoding", "idempotency-key", "if-none-match", "is-yeri", "nothing-to-verify", "no-cache", "no-store"];

/// The string literals of lower-case words joined by hyphens.
fn hyphenated(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2).filter(|literal| {
        literal.contains('-')
            && literal.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
    })
}

#[test]
fn every_answer_finds_its_place() {
    let description = crate::api::description();
    let examples: Vec<Answered> = serde_json::from_str(ANSWERS).unwrap();
    for example in examples {
        let answer = &description["paths"][&example.path][&example.method]["responses"][example.status.to_string()];
        let found = &answer["content"][&example.media_type]["examples"][&example.name]["value"];
        assert_eq!(*found, example.answer, "{} {}: {}", example.method, example.path, example.name);
    }
}

#[test]
fn every_problem_finds_its_place_and_those_of_the_service_stand_everywhere() {
    let mut description = crate::api::description();
    let text = description["paths"].to_string();
    let problems: Vec<Told> = serde_json::from_str(PROBLEMS).unwrap();
    for told in problems {
        // The one that no operation answers, since it is about there being none.
        let found = text.contains(&format!("\"{}\":{{\"summary\"", told.slug()));
        assert!(found || told.slug() == "method-not-allowed", "{} is described nowhere", told.slug());
    }
    for operation in operations(&mut description) {
        let examples = &operation["responses"]["504"]["content"][PROBLEM]["examples"];
        assert_eq!(examples["took-too-long"]["value"]["status"], 504, "{}", operation["operationId"]);
    }
}

/// A name that two operations share leads a reader and a generator of clients astray.
#[test]
fn every_operation_has_a_name_of_its_own() {
    let mut description = crate::api::description();
    let mut ids: Vec<String> = operations(&mut description).map(|one| one["operationId"].to_string()).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
}
