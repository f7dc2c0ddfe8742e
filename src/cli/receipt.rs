//! `earayis receipt check`: whether a receipt is genuine and what it said, asked of a service, beside its data, or offline.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::Failure;
use super::place::Place;
use super::terminal::data;
use super::trust::DEFAULT_DIR;
use crate::api::ReceiptAnswer;
use crate::catalogue::Language;
use crate::clock::Clock;
use crate::routes::RECEIPT_CHECK;
use crate::trust::Trust;
use crate::verification::{offline, receipt};

/// The commands of receipts.
#[derive(Debug, Subcommand)]
pub(super) enum Receipt {
    /// Check a receipt: exit code 0 when it holds, 1 when it does not, 2 when it could not be found out
    Check(Check),
}

/// Checks a receipt.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The receipt's file, or its text
    #[arg(value_name = "FILE|TEXT")]
    receipt: String,
    /// The service to ask
    #[arg(long, value_name = "URL", help = "The service to ask [default: http://127.0.0.1:8080, the demonstration's]", conflicts_with_all = ["config", "dir"])]
    server: Option<String>,
    /// Check with what `earayis trust fetch` brought, and ask nobody
    #[arg(long, conflicts_with_all = ["server", "config", "dir"])]
    offline: bool,
    /// The folder that `earayis trust fetch` keeps
    #[arg(long, value_name = "DIR", requires = "offline", default_value = DEFAULT_DIR)]
    trust: PathBuf,
    /// Print what the API answers
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

const PATIENCE: Duration = Duration::from_mins(1);

impl Receipt {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let Self::Check(check) = self;
        let text = check.text()?;
        let answer = if check.offline {
            check.offline(&text)?
        } else if check.place.is_named() {
            check.here(&text).await?
        } else {
            check.elsewhere(&text).await?
        };
        data(if check.json { serde_json::to_string_pretty(&answer)? } else { printed(&answer) })?;
        Ok(if answer["holds"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Check {
    /// A receipt's text has two full stops and no file has its name.
    fn text(&self) -> Result<String, Failure> {
        let file = Path::new(&self.receipt);
        if !file.exists() && self.receipt.matches('.').count() == 2 && !self.receipt.contains('/') {
            return Ok(self.receipt.clone());
        }
        let bytes = std::fs::read(file).map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn offline(&self, text: &str) -> Result<Value, Failure> {
        let now = Clock::System.now();
        let trust = Trust::load(&self.trust, now)?;
        let checked = receipt::check(text, &trust.keys, &offline::hosts(&trust), now);
        Ok(serde_json::to_value(ReceiptAnswer::of(checked, now, Language::En))?)
    }

    async fn here(&self, text: &str) -> Result<Value, Failure> {
        let service = self.place.unchecked().await?;
        let checked = service.app.verifier.check_receipt(text);
        service.storage.close().await;
        Ok(serde_json::to_value(ReceiptAnswer::of(checked, Clock::System.now(), Language::En))?)
    }

    async fn elsewhere(&self, text: &str) -> Result<Value, Failure> {
        let server = self.server.as_deref().unwrap_or("http://127.0.0.1:8080").trim_end_matches('/');
        // Whoever comes second finds the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        let request = client.post(format!("{server}{RECEIPT_CHECK}")).header("accept-language", "en");
        let unreachable =
            |error| format!("{server} does not answer ({error}); name another service with `--server URL`");
        let answer: Value =
            request.json(&serde_json::json!({ "receipt": text })).send().await.map_err(unreachable)?.json().await?;
        match answer.get("holds") {
            Some(_) => Ok(answer),
            None => Err(answer["detail"].as_str().unwrap_or("the service's answer is no check of a receipt").into()),
        }
    }
}

/// Whether it holds first, then what it said.
fn printed(answer: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines =
        vec![format!("{}: {}", if answer["holds"] == true { "holds" } else { "refused" }, text(&answer["text"]))];
    let said = &answer["receipt"];
    if said.is_object() {
        lines.push(String::new());
        for (name, member) in [
            ("verdict", "verdict"),
            ("basis", "basis"),
            ("at", "verified_at"),
            ("for", "organisation"),
            ("number", "number"),
            ("sha256", "sha256"),
            ("by", "issuer"),
            ("id", "verification"),
        ] {
            if said[member].is_string() {
                lines.push(format!("  {name:<8} {}", text(&said[member])));
            }
        }
        let retired = if answer["key"]["retired"] == true { ", retired since" } else { "" };
        lines.push(format!("  {:<8} {}{retired}", "key", text(&answer["key"]["kid"])));
        lines.push(String::new());
        for check in said["checks"].as_array().into_iter().flatten() {
            let (name, result) = (text(&check["name"]), text(&check["result"]));
            lines.push(format!("  {name:<7} {result:<9} {}", text(&check["reason"])));
        }
    }
    lines.join("\n")
}
