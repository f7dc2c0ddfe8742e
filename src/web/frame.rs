//! What every page shares: its language, its links, the demonstration's mark; and how a page becomes an answer.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::texts::Texts;
use super::visitor::Visitor;
use crate::app::App;
use crate::catalogue::Language;
use crate::routes;

/// The frame around a page.
#[expect(clippy::struct_excessive_bools, reason = "four answers about a page, none of which follows from another")]
pub(super) struct Frame {
    /// The texts in the reader's language.
    pub(super) t: Texts,
    /// Whether this is a demonstration, with its catalogue, its sign-in and its sandbox.
    pub(super) demonstration: bool,
    /// The service's host, with its port, as the reader must see it in the address.
    pub(super) host: String,
    /// The hosts whose QR are ours, between spaces.
    pub(super) hosts: String,
    /// The most megabytes of an uploaded file.
    pub(super) megabytes: usize,
    /// Whether what the service issues has no legal force, be it a demonstration or not.
    pub(super) without_force: bool,
    /// Whether somebody is signed in.
    pub(super) signed_in: bool,
    /// The page's own path, one of ours: where the links to other languages lead.
    path: String,
    keep_language: bool,
}

impl Frame {
    /// The frame of the page at `path`, which is a path of ours and never a text from outside.
    pub(super) fn new(app: &App, visitor: &Visitor, path: &str) -> Self {
        Self {
            t: Texts(visitor.language),
            demonstration: app.demonstration.is_some(),
            without_force: app.without_force,
            host: host(&app.public_url).to_owned(),
            hosts: app.verifier.hosts.join(" "),
            megabytes: app.upload_bytes / 1_000_000,
            signed_in: false,
            path: path.to_owned(),
            keep_language: visitor.chosen,
        }
    }

    /// The same page for somebody who is signed in.
    pub(super) fn for_holder(self) -> Self {
        Self { signed_in: true, ..self }
    }

    /// The reader's language.
    pub(super) fn language(&self) -> Language {
        self.t.0
    }

    /// A link to a path of ours that keeps the language when the address chose it.
    pub(super) fn to(&self, path: &str) -> String {
        if self.keep_language { format!("{path}?lang={}", self.language().tag()) } else { path.to_owned() }
    }

    fn in_language(&self, language: Language) -> String {
        format!("{}?lang={}", self.path, language.tag())
    }

    /// Each language with its name in itself, its link, and whether it is the page's own.
    pub(super) fn languages(&self) -> [(&'static str, &'static str, String, bool); 3] {
        Language::ALL.map(|language| {
            let name = match language {
                Language::Az => "Azərbaycanca",
                Language::En => "English",
                Language::Ru => "Русский",
            };
            (language.tag(), name, self.in_language(language), language == self.language())
        })
    }

    /// Whether the page stands at this path.
    pub(super) fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    /// A link to the verification page.
    pub(super) fn verify(&self) -> String {
        self.to(routes::VERIFY)
    }
}

fn host(public_url: &str) -> &str {
    public_url.split_once("://").map_or(public_url, |(_, host)| host)
}

/// A page as an answer. Every page may speak of a person, so none is stored anywhere.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a template could not be filled");
            (StatusCode::INTERNAL_SERVER_ERROR, [(header::CACHE_CONTROL, "no-store")]).into_response()
        }
    }
}
