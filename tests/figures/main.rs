//! Figures, search and open data from outside: what an auditor finds and takes home, and what anybody may know.

#[cfg(test)]
mod alarms;
#[cfg(test)]
mod attack;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod four_eyes;
#[cfg(test)]
mod open_data;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod rules;
#[cfg(test)]
#[path = "../support/service.rs"]
#[expect(dead_code, reason = "each target drives the service in its own way")]
mod service;
#[cfg(test)]
mod words;

#[cfg(test)]
mod asked {
    use std::process::Command;

    use crate::service::TestService;

    /// An answer: its status and its text.
    pub(crate) type Answer = (u16, String);

    /// A page of the desk as this auditor sees it.
    pub(crate) async fn page(service: &TestService, cookie: &str, path: &str) -> Answer {
        let answer = service.request("GET", path).header("cookie", cookie).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The token that this auditor's forms carry.
    pub(crate) async fn form_token(service: &TestService, cookie: &str) -> String {
        let (_, text) = page(service, cookie, "/desk").await;
        let (_, after) = text.split_once("name=\"form\" value=\"").unwrap();
        after.split_once('"').unwrap().0.to_owned()
    }

    /// Sends a form of the desk with its token.
    pub(crate) async fn send(
        service: &TestService,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Response {
        let token = form_token(service, cookie).await;
        let fields = fields.iter().copied().chain([("form", token.as_str())]);
        let body: Vec<_> = fields.map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let request = service.request("POST", path).header("cookie", cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body.join("&")).send().await.unwrap()
    }

    /// Sends a form, and answers what came as text.
    pub(crate) async fn form(service: &TestService, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = send(service, cookie, path, fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Changes the records by hand, past the service.
    pub(crate) async fn by_hand(service: &TestService, statements: &str) {
        use sqlx::Connection as _;

        let database = format!("sqlite:{}", service.dir.join("earayis.db").display());
        let options: sqlx::sqlite::SqliteConnectOptions = database.parse().unwrap();
        let options = options.foreign_keys(false).busy_timeout(std::time::Duration::from_secs(20));
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Lets ten minutes pass for everything that is recorded, so that it has settled.
    pub(crate) async fn settle(service: &TestService) {
        let past = "update certificates set issued_at = issued_at - 600000, standing_since = standing_since - 600000;
             update audit_events set occurred_at = occurred_at - 600000;";
        by_hand(service, past).await;
    }

    /// Runs a Python program with arguments; answers what it printed.
    pub(crate) fn python(program: &str, arguments: &[&str]) -> String {
        let python =
            std::env::var("EARAYIS_PYTHON").expect("run the tests by `.ci/test`: it installs Python's packages");
        let output = Command::new(python).arg("-c").arg(program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}
