//! `earayis doctor`: what is wrong with this installation, each finding with what to do about it.

use std::process::ExitCode;

use super::Failure;
use super::place::Place;
use super::terminal::{data, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::Finding;
use crate::random::Random;
use crate::sequencer::Heard;
use crate::server::{Service, assemble};
use crate::storage::StorageError;

/// How grave a finding is.
enum Grade {
    Good,
    Mind,
    Wrong,
}

/// Fewer days than this, and a certificate or token must be renewed soon.
const DAYS_TO_RENEW: i64 = 30;

pub(super) async fn run(place: &Place) -> Result<ExitCode, Failure> {
    let mut findings = Vec::new();
    match place.settings() {
        Ok(settings) => examine(&settings, &mut findings).await,
        Err(error) => findings.push((Grade::Wrong, format!("settings: {error}"))),
    }
    let mut worst = ExitCode::SUCCESS;
    for (grade, text) in &findings {
        let mark = match grade {
            Grade::Good => "good ",
            Grade::Mind => "mind ",
            Grade::Wrong => "WRONG",
        };
        data(format!("{mark}  {text}"))?;
        if matches!(grade, Grade::Wrong) {
            worst = ExitCode::FAILURE;
        }
    }
    say(if worst == ExitCode::SUCCESS { "nothing is wrong" } else { "put right what is marked WRONG, then ask again" });
    Ok(worst)
}

async fn examine(settings: &Settings, findings: &mut Vec<(Grade, String)>) {
    findings.push((Grade::Good, format!("settings: {}", settings.public_url)));
    if settings.hides_its_clients() {
        let advice = "settings: the service listens on this machine only and trusts no proxy: everybody who comes \
                      through one counts as one network; name it under [proxies]";
        findings.push((Grade::Mind, advice.to_owned()));
    }
    let service = match assemble(settings, None, Clock::System, Random::system()).await {
        Ok(service) => service,
        Err(error) => {
            findings.push((Grade::Wrong, error.to_string()));
            return;
        }
    };
    keys(&service, findings);
    storage(&service, findings).await;
    if let Err(error) = credentials(&service, findings).await {
        findings.push((Grade::Wrong, format!("organisations: {error}")));
    }
    log(&service, findings).await;
    sign_in(&service, findings).await;
    service.storage.close().await;
}

fn keys(service: &Service, findings: &mut Vec<(Grade, String)>) {
    for finding in service.ring.findings(service.app.clock.now()) {
        let grade = if matches!(finding, Finding::Revoked { .. }) { Grade::Wrong } else { Grade::Mind };
        findings.push((grade, format!("keys: {finding}")));
    }
    if service.ring.is_development() {
        findings.push((Grade::Mind, "keys: for development; nothing sealed with them has legal force".to_owned()));
    }
    let days = service.app.issuance.sealer.borrow().certificate().days_left(service.app.clock.now());
    let grade = if days < DAYS_TO_RENEW { Grade::Mind } else { Grade::Good };
    findings.push((grade, format!("keys: the sealing certificate holds {days} more days")));
}

async fn storage(service: &Service, findings: &mut Vec<(Grade, String)>) {
    match service.storage.statistics().await {
        Ok(figures) => findings.push((
            Grade::Good,
            format!(
                "storage: {} certificates, {} leaves ({} waiting), {} bytes a certificate",
                figures.certificates,
                figures.leaves,
                figures.waiting_leaves,
                figures.bytes_per_certificate()
            ),
        )),
        Err(error) => findings.push((Grade::Wrong, format!("storage: {error}"))),
    }
    match service.storage.unfit_statements().await {
        Ok(unfit) if unfit.is_empty() => {}
        Ok(unfit) => {
            findings.push((Grade::Wrong, format!("storage: the tables are not this program's: {}", unfit.join(", "))));
        }
        Err(error) => findings.push((Grade::Wrong, format!("storage: {error}"))),
    }
    if let Err(error) = service.erasure.check_ledger().await {
        findings.push((Grade::Wrong, format!("erasures: {error}")));
    }
}

/// Which tokens and client certificates of organisations end soon.
async fn credentials(service: &Service, findings: &mut Vec<(Grade, String)>) -> Result<(), StorageError> {
    let now = service.app.clock.now();
    let soon = now.plus_days(DAYS_TO_RENEW);
    for organisation in service.storage.organisations().await? {
        let (voen, name) = (&organisation.voen, &organisation.name);
        let tokens = service.storage.api_tokens_of(voen).await?.into_iter();
        let tokens = tokens.map(|token| ("token", token.name, token.expires_at, token.revoked_at));
        let certificates = service.storage.client_certificates_of(voen).await?.into_iter();
        let certificates =
            certificates.map(|bound| ("client certificate", bound.name, bound.not_after, bound.revoked_at));
        for (what, called, until, revoked_at) in tokens.chain(certificates) {
            if revoked_at.is_none() && until > now && until < soon {
                let day = until.baku_date();
                findings.push((
                    Grade::Mind,
                    format!("organisations: the {what} `{called}` of {name} ({voen}) ends on {day}"),
                ));
            }
        }
    }
    Ok(())
}

/// How many leaves have a place by the log's own count, and are not there. Published tiles alone would not show it.
async fn missing_leaves(service: &Service) -> Result<i64, StorageError> {
    let size = service.storage.log_state().await?.size;
    let figures = service.storage.statistics().await?;
    let lost = service.storage.lost_entries_counted().await?;
    Ok(i64::try_from(size).unwrap_or(i64::MAX).saturating_sub(figures.leaves - figures.waiting_leaves + lost))
}

async fn log(service: &Service, findings: &mut Vec<(Grade, String)>) {
    match missing_leaves(service).await {
        // A running service may have placed some more between the two counts.
        Ok(..=0) => {}
        Ok(missing) => findings.push((
            Grade::Wrong,
            format!(
                "log: {missing} leaves that the log counts are missing from the database: somebody deleted rows; restore the \
                 newest backup, and compare both with a witness"
            ),
        )),
        Err(error) => findings.push((Grade::Wrong, format!("log: {error}"))),
    }
    match given_up(service).await {
        Ok(None) => {}
        Ok(Some(finding)) => findings.push((Grade::Mind, finding)),
        Err(error) => findings.push((Grade::Wrong, format!("log: {error}"))),
    }
    match service.log_agrees().await {
        Ok(()) => findings.push((Grade::Good, "log: database and published log agree".to_owned())),
        Err(error) => findings.push((Grade::Wrong, format!("log: {error}"))),
    }
    witnesses(service, findings).await;
}

/// Leaves that are lost since an older backup was restored: nobody may forget them.
async fn given_up(service: &Service) -> Result<Option<String>, StorageError> {
    let lost = service.storage.lost_entries().await?;
    let Some(first) = lost.first() else { return Ok(None) };
    let (count, place, at) = (lost.len(), first.place, first.given_up_at);
    Ok(Some(format!(
        "log: {count} leaves, from the place {place} on, were given up at {at} when an older backup was restored: what they \
         recorded, issuances and revocations, is not in this database; do again what was done since that backup, as far as \
         the agencies know it, and tell auditors to check with `earayis log check --lost {count}`"
    )))
}

/// Older than this, and no witness has answered for as long.
const WITNESSED_SECONDS: i64 = 3600;

async fn witnesses(service: &Service, findings: &mut Vec<(Grade, String)>) {
    if service.sequencer.witnesses.is_empty() {
        let alone = "log: no witness is configured: restoring database and log together to an older state would go \
                     unseen; let a second organisation run `earayis log witness` or `earayis log monitor`";
        findings.push((Grade::Mind, alone.to_owned()));
        return;
    }
    let finding = match service.sequencer.last_witnessed().await {
        Ok(Some((size, at))) => {
            let age = service.app.clock.now().seconds().saturating_sub_unsigned(at);
            let grade = if age > WITNESSED_SECONDS { Grade::Mind } else { Grade::Good };
            (grade, format!("log: witnessed at {size} leaves, {age} seconds ago"))
        }
        Ok(None) => (Grade::Mind, "log: its witnesses have not cosigned any checkpoint yet".to_owned()),
        Err(error) => (Grade::Wrong, format!("log: the witnessed checkpoint: {error}")),
    };
    findings.push(finding);
    match service.sequencer.hear_witnesses().await {
        Ok(heard) => findings.extend(heard.into_iter().map(|(name, heard)| witness(&name, &heard))),
        Err(error) => findings.push((Grade::Wrong, format!("log: the witnesses were not asked: {error}"))),
    }
}

/// What one witness says when it is asked now.
fn witness(name: &str, heard: &Heard) -> (Grade, String) {
    match heard {
        Heard::Cosigned(size) => (Grade::Good, format!("witness {name}: answers, and cosigned {size} leaves now")),
        Heard::Ahead => (Grade::Good, format!("witness {name}: answers, and has seen more from the running service")),
        Heard::Nothing(error) => (
            Grade::Mind,
            format!(
                "witness {name}: {error}; the service goes on without it: look at its `url` and `vkey` under [[witness]], and \
                 ask the organisation that runs it"
            ),
        ),
        Heard::Contradiction(error) => (Grade::Wrong, format!("witness {name}: {error}")),
    }
}

/// The provider by which members sign in.
async fn sign_in(service: &Service, findings: &mut Vec<(Grade, String)>) {
    let Some(provider) = &service.app.sign_in.provider else {
        let nobody = "sign-in: no provider is configured, so that nobody opens the desk: name it under [sign_in]";
        findings.push((Grade::Mind, nobody.to_owned()));
        return;
    };
    let issuer = provider.issuer();
    findings.push(match provider.look().await {
        Ok(()) => (Grade::Good, format!("sign-in: {issuer} answers and lists its keys")),
        Err(error) => (
            Grade::Wrong,
            format!("sign-in: {issuer}: {error}; until then nobody signs in: look at [sign_in] and at the way there"),
        ),
    });
}
