//! `earayis verify`: the same check as on the page, from a terminal; its exit code is the verdict.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::Failure;
use super::place::Place;
use super::terminal::{data, say};
use super::verify_batch::Batch;
use super::verify_offline::{Offline, knowledge};
use crate::api;
use crate::catalogue::Language;
use crate::routes::VERIFICATIONS;
use crate::verification::offline::OfflinePresented;
use crate::verification::{Basis, Presented};

/// Checks a certificate.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The file
    #[arg(required_unless_present_any = ["code", "number", "qr", "table"], conflicts_with_all = ["code", "number", "qr"])]
    file: Option<PathBuf>,
    /// The verification code
    #[arg(long, conflicts_with_all = ["number", "qr"])]
    code: Option<String>,
    /// The number, which tells the status only
    #[arg(long, conflicts_with = "qr")]
    number: Option<String>,
    /// The text of the QR code, as a scanner gives it
    #[arg(long, value_name = "TEXT")]
    qr: Option<String>,
    /// The service to ask
    #[arg(long, value_name = "URL", help = "The service to ask [default: http://127.0.0.1:8080, the demonstration's]", conflicts_with_all = ["config", "dir"])]
    server: Option<String>,
    /// Print what the API answers
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    batch: Batch,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    offline: Offline,
}

/// Longer than any service may take for an upload and its examination.
const PATIENCE: Duration = Duration::from_mins(2);

impl Verify {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        if let Some((table, out)) = self.batch.tables() {
            return self.batch.run(table, out, self.server.as_deref().unwrap_or("http://127.0.0.1:8080")).await;
        }
        let answer = if self.offline.asked {
            self.offline.verify(self.presented_offline()?)?
        } else if self.place.is_named() {
            self.here().await?
        } else {
            self.elsewhere().await?
        };
        if self.json {
            data(serde_json::to_string_pretty(&answer)?)?;
        } else {
            data(printed(&answer))?;
        }
        Ok(exit_code(&answer))
    }

    /// From a trust folder: nobody is asked.
    fn presented_offline(&self) -> Result<OfflinePresented, Failure> {
        Ok(match (&self.file, &self.code, &self.number, &self.qr) {
            (Some(file), ..) => OfflinePresented::File { bytes: read(file)?, proof: self.offline.proof_of(file)? },
            (_, Some(code), ..) => {
                code.parse::<crate::certificate::Code>()?;
                OfflinePresented::Unanswerable(Basis::Code)
            }
            (_, _, Some(number), _) => {
                number.parse::<crate::certificate::Number>()?;
                OfflinePresented::Unanswerable(Basis::Number)
            }
            (_, _, _, Some(text)) => OfflinePresented::Qr(text.clone()),
            _ => return Err("name a file, a code, a number or the text of a QR code".into()),
        })
    }

    /// Beside the data: the same acts as the service's own.
    async fn here(&self) -> Result<serde_json::Value, Failure> {
        let presented = match (&self.file, &self.code, &self.number, &self.qr) {
            (Some(file), ..) => Presented::File(read(file)?),
            (_, Some(code), ..) => Presented::Code(code.parse()?),
            (_, _, Some(number), _) => Presented::Number(number.parse()?),
            (_, _, _, Some(text)) => Presented::Qr(text.clone()),
            _ => return Err("name a file, a code, a number or the text of a QR code".into()),
        };
        let service = self.place.service().await?;
        let verification = service.app.verifier.verify(presented, None).await;
        service.storage.close().await;
        Ok(serde_json::to_value(api::VerificationAnswer::of(&verification, Language::En))?)
    }

    /// By a service's API. Nothing is asked but that service, and redirects are not followed.
    async fn elsewhere(&self) -> Result<serde_json::Value, Failure> {
        let server = self.server.as_deref().unwrap_or("http://127.0.0.1:8080").trim_end_matches('/');
        let url = format!("{server}{VERIFICATIONS}");
        // Whoever comes second finds the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        let request = client.post(&url).header("accept-language", "en");
        let request = match (&self.file, &self.code, &self.number, &self.qr) {
            (Some(file), ..) => {
                let part = reqwest::multipart::Part::bytes(read(file)?).file_name("file");
                request.multipart(reqwest::multipart::Form::new().part("file", part))
            }
            (_, Some(code), ..) => request.json(&serde_json::json!({ "code": code })),
            (_, _, Some(number), _) => request.json(&serde_json::json!({ "number": number })),
            (_, _, _, text) => request.json(&serde_json::json!({ "qr": text })),
        };
        let unreachable =
            |error| format!("{server} does not answer ({error}); name another service with `--server URL`");
        let answer: serde_json::Value = request.send().await.map_err(unreachable)?.json().await?;
        match answer.get("verdict") {
            Some(_) => Ok(answer),
            None => Err(answer["detail"].as_str().unwrap_or("the service's answer is no verification").into()),
        }
    }
}

fn read(file: &PathBuf) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| format!("{}: cannot be read: {error}", file.display()).into())
}

fn exit_code(answer: &serde_json::Value) -> ExitCode {
    match answer["verdict"].as_str() {
        Some("valid") => ExitCode::SUCCESS,
        Some("indeterminate") | None => ExitCode::from(2),
        Some(_) => ExitCode::FAILURE,
    }
}

/// The verdict first, then what it stands on, then each check.
fn printed(answer: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines =
        vec![format!("{} (basis: {})", text(&answer["verdict"]), text(&answer["basis"])), text(&answer["text"])];
    if let Some(certificate) = answer.get("certificate").filter(|certificate| !certificate.is_null()) {
        if certificate["demonstration"] == true {
            say("SINAQ – HÜQUQİ QÜVVƏSİ YOXDUR: a demonstration without legal force");
        }
        lines.push(String::new());
        lines.push(format!("  number       {}", text(&certificate["number"])));
        lines.push(format!("  kind         {}", text(&certificate["kind"]["title"])));
        if certificate["issuer"].is_object() {
            lines.push(format!("  issuer       {}", text(&certificate["issuer"]["name"])));
        }
        lines.push(format!("  issued       {}", text(&certificate["issued_at"])));
        if certificate["valid_until"].is_string() {
            lines.push(format!("  valid until  {}", text(&certificate["valid_until"])));
        }
        if let Some(facts) = certificate["facts"].as_object() {
            let name =
                ["surname", "given_name", "patronymic"].map(|part| facts.get(part).map(text).unwrap_or_default());
            lines.push(format!("  holder       {}", name.join(" ").trim_end()));
        }
    }
    if let Some(knowledge) = knowledge(answer) {
        lines.extend([String::new(), knowledge]);
    }
    lines.push(String::new());
    for check in answer["checks"].as_array().into_iter().flatten() {
        let (name, result) = (text(&check["name"]), text(&check["result"]));
        lines.push(format!("  {name:<7} {result:<9} {}", text(&check["text"])));
    }
    lines.join("\n")
}
