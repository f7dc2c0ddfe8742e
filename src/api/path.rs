//! The parts of an address: parsed at the door, and a problem when they are none.

use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::problem::Problem;

/// The parts of the path as a `T`.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Sync, T> FromRequestParts<S> for Path<T>
where
    axum::extract::Path<T>: FromRequestParts<S, Rejection = PathRejection>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let parsed = axum::extract::Path::from_request_parts(parts, state).await;
        parsed.map(|axum::extract::Path(parsed)| Self(parsed)).map_err(|_| malformed())
    }
}

/// A part of the path is not what it should be.
pub(super) fn malformed() -> Problem {
    let detail = "a part of the address is not of the form that the description asks for; check it";
    Problem::new(StatusCode::BAD_REQUEST, "malformed-address", "The address cannot be read", detail)
}
