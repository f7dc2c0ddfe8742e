//! The auditor behind a page or a form of the desk; a form that another session's page sent is refused.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::{App, Auditing, NotAuditing};
use crate::auth::{Auditor, NotPermitted};
use crate::web::fault::Fault;
use crate::web::forms::{self, Sent};

/// The auditor who asks for a page.
pub(in crate::web) struct AuditingByPage(pub(in crate::web) Auditor);

/// The auditor who sends a form, and its fields. The form must be one of this very session's: what the page of another
/// person, in another tab, sends is refused.
pub(in crate::web) struct Posted<T>(pub(in crate::web) Auditor, pub(in crate::web) T);

/// The token that each of the desk's forms carries beside its own fields.
#[derive(Deserialize)]
pub(in crate::web) struct WithToken {
    pub(in crate::web) form: String,
}

impl FromRequestParts<App> for AuditingByPage {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Auditing(auditor) = Auditing::from_request_parts(parts, app).await?;
        Ok(Self(auditor))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let AuditingByPage(auditor) = AuditingByPage::from_request_parts(&mut parts, app).await?;
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), app).await;
        let body = body.map_err(|rejection| forms::fault(rejection.status()))?;
        let once_more = || Request::from_parts(parts.clone(), Body::from(body.clone()));
        let Sent(WithToken { form }) = Sent::from_request(once_more(), app).await?;
        let Sent(fields) = Sent::from_request(once_more(), app).await?;
        if auditor.form.is(&form) { Ok(Self(auditor, fields)) } else { Err(Fault::OtherSession) }
    }
}

impl From<NotAuditing> for Fault {
    fn from(NotAuditing(reason): NotAuditing) -> Self {
        match reason {
            NotPermitted::SignedOut => Self::SignedOut,
            NotPermitted::WithoutRole => Self::WithoutRole,
            NotPermitted::Storage(error) => Self::internal(&error),
        }
    }
}
