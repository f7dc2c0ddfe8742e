//! The organisation behind a visitor's browser, by the client certificate of its connection; a bad one is told as a page.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::fault::Fault;
use crate::app::{App, Asking, Unwelcome};
use crate::auth::{Asker, NotAdmitted};

/// The organisation that asks by a page, or nobody in particular.
pub(super) struct AskingByPage(pub(super) Option<Asker>);

impl FromRequestParts<App> for AskingByPage {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Asking(asker) = Asking::from_request_parts(parts, app).await?;
        Ok(Self(asker))
    }
}

impl From<Unwelcome> for Fault {
    fn from(Unwelcome(reason): Unwelcome) -> Self {
        match reason {
            NotAdmitted::Storage(error) => Self::internal(&error),
            _ => Self::Unwelcome,
        }
    }
}
