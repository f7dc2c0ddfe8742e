//! Silence: a citizen's FİN, name, address and wages, and a certificate's code, stand nowhere but where they belong.
//!
//! Canaries, values found nowhere else, go through issuing, verifying, refusals, malformed requests and a crash, with
//! the service telling all it can (level `trace`). Then everything it wrote is searched for them in every spelling:
//! telemetry, metrics, the published log, problems, and each file of the database, while it runs and after.

#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, unused_imports, unused_macros, reason = "each target uses its part of what all share")]
mod support;

#[cfg(test)]
#[path = "../support/service.rs"]
#[expect(dead_code, reason = "each target uses its part of what all share")]
mod service;

#[cfg(test)]
mod acts;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod search;

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sqlx::{Connection as _, PgConnection};

    use crate::acts::{self, Said};
    use crate::canaries::{CITIZENS, canaries};
    use crate::desk;
    use crate::malformed;
    use crate::pages;
    use crate::search::{Haystack, Needles};
    use crate::service::{TestService, free_port};
    use crate::support::TestDatabase;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_personal_is_told_in_text_or_kept_in_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        a_life_leaves_no_trace(folder, "sqlite:earayis.db", "text", Vec::new()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_personal_is_told_in_json_or_kept_in_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        a_life_leaves_no_trace(folder, "sqlite:earayis.db", "json", Vec::new()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_personal_is_kept_in_postgresql() {
        let database = TestDatabase::postgres(true).await;
        let Some(files) = database.files else {
            println!("SKIPPED: the server's files are not on this machine");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        // The server's own log stands beside its data.
        let places = vec![files.parent().unwrap().to_owned()];
        a_life_leaves_no_trace(folder, &database.url, "json", places).await;
    }

    async fn a_life_leaves_no_trace(folder: tempfile::TempDir, database: &str, format: &str, places: Vec<PathBuf>) {
        std::fs::write(folder.path().join("citizens.json"), CITIZENS).unwrap();
        let metrics_port = free_port();
        let mut service = TestService::serving(folder.path(), free_port(), database);
        service.change_settings("listen = \"127.0.0.1:0\"", &format!("listen = \"127.0.0.1:{metrics_port}\""));
        let telemetry = format!("format = \"{format}\"\nlevel = \"trace\"");
        service.change_settings("format = \"text\"\nlevel = \"warn\"", &telemetry);
        service.start().await;

        let mut said = Said::default();
        acts::issue_and_verify(&service, &mut said).await;
        acts::verify_by_token(&service, &mut said).await;
        acts::be_refused(&service, &mut said).await;
        malformed::ask_wrongly(&service, &mut said).await;

        let metrics = format!("http://127.0.0.1:{metrics_port}/metrics");
        let metrics = reqwest::get(metrics).await.unwrap().text().await.unwrap();
        assert!(metrics.contains("earayis_issuances_total"), "{metrics}");
        let told = std::fs::read_to_string(&service.telemetry).unwrap();
        assert!(told.contains("TRACE") || told.contains("DEBUG") || told.contains("INFO"), "it told nothing: {told}");
        assert!(!told.contains("panic"), "{told}");

        let needles = Needles::of(canaries().chain(said.codes.iter().cloned()));
        let mut haystack = Haystack::default();
        haystack.add("/metrics", metrics);
        for (what, text) in &said.unwary {
            haystack.add(what, text.clone());
        }
        settle(database).await;
        haystack.add_files(folder.path());
        for place in &places {
            haystack.add_files(place);
        }
        needles.assert_silent(&haystack);

        service.kill();
        let mut after_the_crash = Haystack::default();
        after_the_crash.add_files(folder.path());
        needles.assert_silent(&after_the_crash);
        service.start().await;
        assert_eq!(tokio::task::block_in_place(|| service.stop()).code(), Some(0));
        settle(database).await;
        let mut after_the_end = Haystack::default();
        after_the_end.add_files(folder.path());
        for place in &places {
            after_the_end.add_files(place);
        }
        needles.assert_silent(&after_the_end);

        // What is no secret is found there, so the search looked where the records are.
        assert!(after_the_end.holds(said.numbers.first().unwrap()), "the number of a certificate was not found");
    }

    /// Brings everything that a PostgreSQL server has in memory to its disk.
    async fn settle(database: &str) {
        if database.starts_with("postgres:") {
            let mut connection = PgConnection::connect(database).await.unwrap();
            sqlx::raw_sql("checkpoint").execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_pages_leave_no_trace_either() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("citizens.json"), CITIZENS).unwrap();
        let mut service = TestService::at(folder.path(), free_port());
        service.start().await;
        let mut said = Said::default();
        pages::live_through(&service, &mut said).await;
        desk::be_audited(&service, &mut said).await;

        let told = std::fs::read_to_string(&service.telemetry).unwrap();
        let metrics = told.split_whitespace().find(|word| word.ends_with("/metrics")).unwrap();
        let metrics = reqwest::get(metrics).await.unwrap().text().await.unwrap();
        let needles = Needles::of(canaries().chain(said.codes.iter().cloned()));
        let mut haystack = Haystack::default();
        haystack.add("/metrics", metrics);
        for (what, text) in &said.unwary {
            haystack.add(what, text.clone());
        }
        haystack.add_files(folder.path());
        needles.assert_silent(&haystack);
    }
}
