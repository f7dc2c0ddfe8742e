//! `/v-worker.js`: the service worker that keeps the empty verification page at hand; its text changes whenever that page does.

use askama::Template as _;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use ring::digest;

use super::assets;
use super::fault::Fault;
use super::frame::Frame;
use super::verify::VerifyPage;
use super::visitor::Visitor;
use crate::app::App;
use crate::catalogue::Language;
use crate::routes;

const WORKER: &str = include_str!("../../templates/assets/scripts/worker.js");

/// `GET /v-worker.js`: looked for anew at each visit, so that a new version of the page replaces what is kept of the old.
pub(super) async fn worker(State(app): State<App>) -> Result<Response, Fault> {
    let script = script(&app).map_err(|error| Fault::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, script).into_response())
}

/// The worker with what it keeps: the page as a stranger gets it in each language, and the files it needs.
fn script(app: &App) -> Result<String, askama::Error> {
    let mut pages = digest::Context::new(&digest::SHA256);
    for language in Language::ALL {
        let stranger = Visitor { language, chosen: true, ..Visitor::default() };
        let page = VerifyPage::empty(app, Frame::new(app, &stranger, routes::VERIFY));
        pages.update(page.render()?.as_bytes());
    }
    let addresses = Language::ALL.map(|language| format!("{}?lang={}", routes::VERIFY, language.tag()));
    let kept: Vec<String> = addresses.into_iter().chain(assets::kept_offline()).collect();
    let version = HEXLOWER.encode(&pages.finish().as_ref()[..8]);
    // Addresses of ours need no escaping.
    Ok(WORKER.replace("{version}", &version).replace("'{shell}'", &format!("'{}'", kept.join("', '"))))
}
