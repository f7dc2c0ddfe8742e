//! Exports: the rows of a search or of the audit events as a file, each with a manifest that proves it whole later.

use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::filter::advice;
use super::{AuditingByPage, Desk, Posted};
use crate::app::App;
use crate::auditing::{Differs, Export, Filter, Format, Manifest, NAMED, Place, Proof, SETTLING_MILLIS, Unfinished};
use crate::auth::Auditor;
use crate::clock::Instant;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::verdict::local_time;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/exports.html")]
struct ExportsPage {
    frame: Frame,
    desk: Desk,
    mistake: Option<String>,
    /// What came of the proof that was asked for.
    proof: Option<Told>,
    /// Up to when an export that begins now goes.
    settled: String,
    unfinished: Vec<UnderWay>,
    exports: Vec<Made>,
}

/// What came of a proof: the words, and each row that differs.
struct Told {
    words: String,
    differences: Vec<Row>,
}

/// A row that differs: how, when it was issued or happened, and its id with the page of a certificate.
struct Row {
    how: String,
    at: String,
    id: String,
    link: Option<String>,
}

/// An export that has not ended.
struct UnderWay {
    at: String,
    of: String,
    format: String,
    filter: String,
    rows: i64,
    /// How far back it has come, and how far it goes.
    reached: String,
    since: Option<String>,
    broken_off: bool,
}

/// An export that ended.
struct Made {
    at: String,
    of: String,
    format: String,
    filter: String,
    rows: u64,
    until: String,
    sha256: String,
    manifest: String,
    /// When it was last proved, and what came of it.
    proved: Option<String>,
}

/// What is to be exported.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(flatten)]
    filter: Filter,
    of: String,
    format: String,
}

/// Nothing beside what each form of the desk carries.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// How long a page waits for a proof.
const PATIENCE: Duration = Duration::from_secs(15);

/// `GET /desk/exports`.
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
) -> Result<Response, Fault> {
    shown(&app, &visitor, &auditor, None, None).await
}

/// `POST /desk/exports`: the file, while it is made. Its manifest stands in the list when it has ended.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Posted(auditor, asked): Posted<Asked>,
) -> Result<Response, Fault> {
    let now = app.clock.now();
    let format = match asked.format.as_str() {
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        _ => return Err(Fault::Malformed),
    };
    let query = asked.filter.query();
    let begun = match asked.of.as_str() {
        "certificates" => match asked.filter.certificates(now) {
            Ok(wanted) => app.auditing.export(&auditor, wanted, &query, format).await,
            Err(unreadable) => return shown(&app, &visitor, &auditor, Some(advice(unreadable)), None).await,
        },
        "events" => match asked.filter.events(now) {
            Ok(wanted) => app.auditing.export_events(&auditor, wanted, &query, format).await,
            Err(unreadable) => return shown(&app, &visitor, &auditor, Some(advice(unreadable)), None).await,
        },
        _ => return Err(Fault::Malformed),
    };
    Ok(file(begun.map_err(|error| Fault::internal(&error))?, &asked.of, format))
}

/// `GET /desk/exports/{id}/manifest.json`.
pub(super) async fn manifest(
    State(app): State<App>,
    AuditingByPage(auditor): AuditingByPage,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let manifest = find(&app, &auditor, &id).await?;
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| Fault::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text).into_response())
}

/// `POST /desk/exports/{id}/manifest.json`: whether the records have the same rows still.
pub(super) async fn prove(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(auditor, Nothing {}): Posted<Nothing>,
) -> Result<Response, Fault> {
    let manifest = find(&app, &auditor, &id).await?;
    let proving = app.auditing.prove_and_record(&auditor, manifest.clone());
    let proof = match tokio::time::timeout(PATIENCE, proving).await {
        Ok(proof) => Some(proof.map_err(|error| Fault::internal(&error))?.map_err(|error| Fault::internal(&error))?),
        // It goes on, and the list says what came of it.
        Err(_) => None,
    };
    shown(&app, &visitor, &auditor, None, Some((&manifest, proof))).await
}

async fn find(app: &App, auditor: &Auditor, id: &str) -> Result<Manifest, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NotFound)?;
    let manifest = app.auditing.manifest(auditor, id).await.map_err(|error| Fault::internal(&error))?;
    manifest.ok_or(Fault::NotFound)
}

fn file(export: Export, of: &str, format: Format) -> Response {
    let (ending, media_type) = match format {
        Format::Csv => ("csv", "text/csv; charset=utf-8; header=present"),
        Format::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    };
    let Export { id, pieces } = export;
    let stream = futures_util::stream::unfold(pieces, |mut pieces| async move {
        let piece = pieces.recv().await?;
        Some((piece.map(Bytes::from), pieces))
    });
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{of}-{id}.{ending}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (HeaderName::from_static("x-earayis-export"), id.to_string()),
    ];
    (headers, Body::from_stream(stream)).into_response()
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    auditor: &Auditor,
    mistake: Option<&str>,
    proof: Option<(&Manifest, Option<Proof>)>,
) -> Result<Response, Fault> {
    let frame = Frame::new(app, visitor, routes::DESK_EXPORTS);
    let own = Filter { operator: auditor.member.actor().label(), act: "finish_export".to_owned(), ..Filter::default() };
    let wanted = own.events(app.clock.now()).map_err(|_| Fault::Internal)?;
    let events = app.auditing.events(auditor, wanted, Place::START).await;
    let events = events.map_err(|error| Fault::internal(&error))?.rows;
    let unfinished = app.auditing.unfinished(auditor).await.map_err(|error| Fault::internal(&error))?;
    let mut exports = Vec::new();
    for event in &events {
        let Ok(manifest) = serde_json::from_str::<Manifest>(&event.detail) else { continue };
        let proved = app.auditing.proved(manifest.export).await.map_err(|error| Fault::internal(&error))?;
        exports.push(made(event.occurred_at, manifest, proved, &frame));
    }
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let settled = local_time(app.auditing.settled());
    let settling = (SETTLING_MILLIS / 60_000).to_string();
    let template = ExportsPage {
        desk: Desk::new(app, auditor, &frame),
        mistake: mistake.map(|text| frame.t.get(text)),
        proof: proof.map(|(manifest, proof)| told(manifest, proof.as_ref(), &frame)),
        settled: format!("{} {settled}.", frame.t.with("exports-settled", "minutes", settling)),
        unfinished: unfinished.into_iter().map(UnderWay::of).collect(),
        exports,
        frame,
    };
    Ok(page(code, &template))
}

fn made(at: Instant, manifest: Manifest, proved: Option<(Instant, Proof)>, frame: &Frame) -> Made {
    let outcome = |proof: &Proof| if proof.whole { "exports-was-whole" } else { "exports-was-not" };
    Made {
        proved: proved.map(|(at, proof)| format!("{} {}", local_time(at), frame.t.get(outcome(&proof)))),
        at: local_time(at),
        manifest: routes::DESK_MANIFEST.replace("{id}", &manifest.export.to_string()),
        until: local_time(Instant::from_millis(manifest.until)),
        of: manifest.of,
        format: manifest.format,
        filter: manifest.filter,
        rows: manifest.rows,
        sha256: manifest.sha256,
    }
}

impl UnderWay {
    fn of(Unfinished { record, broken_off }: Unfinished) -> Self {
        let since = Some(record.since).filter(|since| *since > 0);
        Self {
            at: local_time(Instant::from_millis(record.began_at)),
            of: record.contents,
            format: record.format,
            filter: record.filter,
            rows: record.row_count,
            reached: local_time(Instant::from_millis(record.reached)),
            since: since.map(|since| local_time(Instant::from_millis(since))),
            broken_off,
        }
    }
}

fn told(manifest: &Manifest, proof: Option<&Proof>, frame: &Frame) -> Told {
    let Some(proof) = proof else {
        return Told { words: frame.t.get("exports-proving"), differences: Vec::new() };
    };
    let text = if proof.whole {
        "exports-proved"
    } else if proof.differences.is_empty() {
        "exports-differs-unnamed"
    } else {
        "exports-differs"
    };
    let row = |difference: &crate::auditing::Difference| Row {
        how: frame.t.get(match difference.what {
            Differs::Removed => "exports-removed",
            Differs::Added => "exports-added",
            Differs::Changed => "exports-changed",
        }),
        at: local_time(difference.at),
        id: difference.id.to_string(),
        link: (manifest.of == "certificates" && difference.what != Differs::Removed)
            .then(|| frame.to(&routes::DESK_CERTIFICATE.replace("{id}", &difference.id.to_string()))),
    };
    let mut words = frame.t.get(text);
    if proof.differences.len() >= NAMED {
        words = format!("{words} {}", frame.t.with("exports-first", "rows", NAMED.to_string()));
    }
    Told { words, differences: proof.differences.iter().map(row).collect() }
}
