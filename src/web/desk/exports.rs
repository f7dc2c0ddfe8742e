//! Exports: the rows of a search or of the audit events as a file, each with a manifest that proves it whole later.

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::filter::{Filter, Unreadable};
use super::{AuditingByPage, Desk, Posted};
use crate::app::App;
use crate::auditing::{Export, Format, Manifest, Place};
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
    proof: Option<String>,
    exports: Vec<Made>,
}

/// An export that ended.
struct Made {
    at: String,
    of: String,
    format: String,
    filter: String,
    rows: u64,
    sha256: String,
    manifest: String,
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
            Err(Unreadable(text)) => return shown(&app, &visitor, &auditor, Some(text), None).await,
        },
        "events" => match asked.filter.events(now) {
            Ok(wanted) => app.auditing.export_events(&auditor, wanted, &query, format).await,
            Err(Unreadable(text)) => return shown(&app, &visitor, &auditor, Some(text), None).await,
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
    let uri = format!("/?{}", manifest.filter).parse().map_err(|_| Fault::NotFound)?;
    let query: axum::extract::Query<Filter> = axum::extract::Query::try_from_uri(&uri).map_err(|_| Fault::NotFound)?;
    let wanted = query.0.certificates(Instant::from_millis(manifest.until)).map_err(|_| Fault::NotFound)?;
    let proof = app.auditing.prove(&manifest, &wanted).await.map_err(|error| Fault::internal(&error))?;
    let told = match proof {
        Some(true) => "exports-proved",
        Some(false) => "exports-differs",
        None => "exports-unprovable",
    };
    shown(&app, &visitor, &auditor, None, Some(told)).await
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
    proof: Option<&str>,
) -> Result<Response, Fault> {
    let frame = Frame::new(app, visitor, routes::DESK_EXPORTS);
    let own = Filter { operator: auditor.member.actor().label(), act: "finish_export".to_owned(), ..Filter::default() };
    let wanted = own.events(app.clock.now()).map_err(|_| Fault::Internal)?;
    let events = app.auditing.events(auditor, wanted, Place::START).await;
    let events = events.map_err(|error| Fault::internal(&error))?.rows;
    let made = |event: &crate::auditing::AuditEventRecord| {
        let manifest: Manifest = serde_json::from_str(&event.detail).ok()?;
        Some(Made {
            at: local_time(event.occurred_at),
            manifest: routes::DESK_MANIFEST.replace("{id}", &manifest.export.to_string()),
            of: manifest.of,
            format: manifest.format,
            filter: manifest.filter,
            rows: manifest.rows,
            sha256: manifest.sha256,
        })
    };
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = ExportsPage {
        desk: Desk::new(app, auditor, &frame),
        mistake: mistake.map(|text| frame.t.get(text)),
        proof: proof.map(|text| frame.t.get(text)),
        exports: events.iter().filter_map(made).collect(),
        frame,
    };
    Ok(page(code, &template))
}
