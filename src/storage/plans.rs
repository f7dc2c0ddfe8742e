//! How SQLite means to find what statements ask for: by an index, however many certificates and events there are.

use sqlx::AssertSqlSafe;

use super::database::{Database, Durability};
use super::statements::{HOLD_SQLITE, auditing, insert_looks};

/// The steps of a statement's plan, in a database that knows nothing of how many rows there are.
async fn plan_of(statement: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("plan.db").display());
    let database = Database::connect(&url, None, Durability::Asserted).await.unwrap();
    super::migrations::migrate(&database).await.unwrap();
    let Database::Sqlite { writer, .. } = &database else { unreachable!("it is SQLite") };
    let explained = AssertSqlSafe(format!("explain query plan {statement}"));
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).fetch_all(writer).await.unwrap();
    plan.into_iter().map(|(.., step)| step).collect()
}

/// An agency's auditor reads her agency's events, however many others there are.
#[tokio::test]
async fn events_of_an_organisation_are_found_by_an_index() {
    for statement in [
        auditing::EVENTS_BY_ORGANISATION,
        auditing::EVENTS_BY_ACTOR,
        auditing::EVENTS_BY_SUBJECT,
        auditing::SEARCHES_OF,
    ] {
        let steps = plan_of(statement).await;
        assert!(steps.iter().any(|step| step.contains("USING INDEX")), "{steps:?}");
        assert!(!steps.iter().any(|step| step == "SCAN e" || step == "SCAN s"), "{statement}: {steps:?}");
    }
}

/// Looks that share a commit cost what each costs alone, and not a walk through every certificate.
#[tokio::test]
async fn what_is_looked_at_is_found_by_an_index_however_many_looks_there_are() {
    for looks in [1, 2, 16] {
        let steps = plan_of(&insert_looks(looks, HOLD_SQLITE)).await;
        let found = steps.iter().any(|step| step.starts_with("SEARCH c USING INDEX"));
        assert!(found && !steps.iter().any(|step| step.starts_with("SCAN c ")), "{looks} looks: {steps:?}");
    }
}
