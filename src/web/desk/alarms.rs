//! What was unusual at the auditor's agencies; each alarm is acknowledged with words that stay beside it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::agency_name;
use super::{AuditingByPage, Desk, Posted, words};
use crate::alarms::{AgencyAlarmRecord, AlarmsError};
use crate::app::App;
use crate::auth::Auditor;
use crate::catalogue::print;
use crate::clock::Instant;
use crate::routes;
use crate::web::fault::Fault;
use crate::web::frame::{Frame, page};
use crate::web::session::see_other;
use crate::web::verdict::local_time;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/desk/alarms.html")]
struct AlarmsPage {
    frame: Frame,
    desk: Desk,
    mistake: Option<String>,
    alarms: Vec<Raised>,
}

struct Raised {
    id: String,
    what: String,
    agency: String,
    subject: String,
    at: String,
    found: String,
    threshold: String,
    /// When, by whom, and with which words.
    acknowledged: Option<(String, String, String)>,
    /// Whether this auditor may acknowledge it.
    open: bool,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Acknowledgement {
    alarm: String,
    #[serde(default)]
    note: String,
}

/// `GET /desk/alarms`.
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    AuditingByPage(auditor): AuditingByPage,
) -> Result<Response, Fault> {
    shown(&app, &visitor, &auditor, None).await
}

/// `POST /desk/alarms`.
pub(super) async fn acknowledge(
    State(app): State<App>,
    visitor: Visitor,
    Posted(auditor, sent): Posted<Acknowledgement>,
) -> Result<Response, Fault> {
    let id = sent.alarm.parse().map_err(|_| Fault::Malformed)?;
    match app.alarms.acknowledge(&auditor, id, &sent.note).await {
        Ok(true) => Ok(see_other(routes::DESK_ALARMS)),
        Ok(false) => Err(Fault::NotFound),
        Err(AlarmsError::Note) => shown(&app, &visitor, &auditor, Some("alarms-no-note")).await,
        Err(error) => Err(Fault::internal(&error)),
    }
}

async fn shown(app: &App, visitor: &Visitor, auditor: &Auditor, mistake: Option<&str>) -> Result<Response, Fault> {
    let frame = Frame::new(app, visitor, routes::DESK_ALARMS);
    let raised = app.alarms.raised(auditor).await.map_err(|error| Fault::internal(&error))?;
    let code = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = AlarmsPage {
        desk: Desk::new(app, auditor, &frame),
        mistake: mistake.map(|text| frame.t.get(text)),
        alarms: raised.into_iter().map(|alarm| Raised::of(app, auditor, alarm, &frame)).collect(),
        frame,
    };
    Ok(page(code, &template))
}

impl Raised {
    fn of(app: &App, auditor: &Auditor, alarm: AgencyAlarmRecord, frame: &Frame) -> Self {
        let texts = frame.t;
        let agency = alarm.issuer.parse().ok();
        let counted = |count: i64| print::count(count.unsigned_abs(), frame.language());
        let at = |millis| local_time(Instant::from_millis(millis));
        let acknowledged = alarm.acknowledged_at.zip(alarm.acknowledged_by).zip(alarm.note);
        Self {
            id: alarm.id.to_string(),
            what: words::alarm(&alarm.alarm, texts),
            open: acknowledged.is_none()
                && agency.as_ref().map_or(auditor.reach.only().is_none(), |one| auditor.reach.covers(one)),
            agency: agency.map_or_else(|| texts.get("desk-all-agencies"), |voen| agency_name(app, &voen, texts)),
            subject: words::actor(app, &alarm.subject, texts),
            at: at(alarm.raised_at),
            found: counted(alarm.found),
            threshold: counted(alarm.threshold),
            acknowledged: acknowledged.map(|((when, by), note)| (at(when), words::actor(app, &by, texts), note)),
        }
    }
}
