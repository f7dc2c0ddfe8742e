//! Forms as they arrive: read within their limits, or a fault that a person can understand.

use axum::Form;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::fault::Fault;
use crate::app::{App, NotReceived, Upload};
use crate::door::Side;

/// A form of fields.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        match Form::<T>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(fault(rejection.status())),
        }
    }
}

/// The file of a form, whole, and the room in memory that it takes until it was checked.
pub(super) struct SentFile(pub(super) Vec<u8>, pub(super) Upload);

impl SentFile {
    /// Receives it from `side`.
    pub(super) async fn receive(app: &App, side: Side<'_>, request: Request) -> Result<Self, Fault> {
        let form = Multipart::from_request(request, app).await.map_err(|rejection| fault(rejection.status()))?;
        match app.uploads.receive(side.sharer(), form).await {
            Ok((bytes, upload)) => Ok(Self(bytes, upload)),
            Err(NotReceived::Form(error)) => Err(fault(error.status())),
            Err(NotReceived::NoRoom(_)) => Err(Fault::Busy),
            Err(NotReceived::NoFile) => Err(Fault::Malformed),
        }
    }
}

/// The fault of a form that was not read, by the status of the refusal.
pub(super) fn fault(status: StatusCode) -> Fault {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Fault::TooLarge } else { Fault::Malformed }
}
