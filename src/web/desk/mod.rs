//! The auditor's desk: every page of it takes an auditor, who is read anew for each request, or is a fault.

mod alarms;
mod asking;
mod certificates;
mod chart;
mod charts;
#[expect(clippy::module_inception, reason = "it is what every page of the desk has around it")]
mod desk;
mod events;
mod exports;
mod figures;
mod filter;
mod life;
mod retention;
mod sample;
mod searches;
mod sign_in;
mod start;
mod words;

use axum::Router;
use axum::routing::{get, post};

pub(super) use asking::{AuditingByPage, Posted};
pub(super) use desk::Desk;
pub(super) use sign_in::{end_former, session_cookie, sign_in_first};

use super::session;
use crate::app::App;
use crate::routes;

/// The desk's routes.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route(routes::DESK, get(start::start))
        .route(routes::DESK_CERTIFICATES, get(certificates::list))
        .route(
            routes::DESK_PERSON,
            post(certificates::personal).get(async || session::see_other(routes::DESK_CERTIFICATES)),
        )
        .route(routes::DESK_CERTIFICATE, get(life::one))
        .route(routes::DESK_CERTIFICATE_FACTS, post(life::facts))
        .route(routes::DESK_EVENTS, get(events::list))
        .route(routes::DESK_SEARCHES, get(searches::list))
        .route(routes::DESK_ALARMS, get(alarms::list).post(alarms::acknowledge))
        .route(routes::DESK_SAMPLE, get(sample::form).post(sample::draw))
        .route(routes::DESK_FIGURES, get(figures::show))
        .route(routes::DESK_EXPORTS, get(exports::list).post(exports::export))
        .route(routes::DESK_MANIFEST, get(exports::manifest).post(exports::prove))
        .route(routes::DESK_RETENTION, get(retention::overview).post(retention::propose))
        .route(routes::DESK_RETENTION_ONE, get(retention::one).post(retention::decide))
        .route(routes::DESK_SIGN_IN, get(sign_in::form).post(sign_in::sign_in))
        .route(routes::DESK_SIGN_OUT, post(sign_in::sign_out).get(async || session::see_other(routes::DESK)))
}
