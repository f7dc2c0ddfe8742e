//! Who asks: an organisation by what its request shows, or anybody; what is shown and not good is never taken for nothing.
//!
//! Only `Authorization` and the TLS connection show anything. Headers by which a proxy, or anybody who pretends to be
//! one, speaks for a client (`Forwarded`, `X-Forwarded-*`, `X-Client-Cert` and their like) are not read.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::{App, Peer};
use crate::auth::{Admitted, Asker, NotAdmitted, Scope, Shown};

/// The organisation that asks, or nobody in particular. One that says who it is needs the scope `verify`.
#[derive(Debug, Clone)]
pub struct Asking(pub Option<Asker>);

/// An organisation that may do what `S` needs, such as `KnownAsker<needed::Batch>`; everybody else is refused.
#[derive(Debug, Clone)]
pub struct KnownAsker<S>(pub Asker, pub PhantomData<S>);

/// An organisation, whatever it may do, with all that is known of its credential.
#[derive(Debug, Clone)]
pub struct Known(pub Admitted);

/// A request whose credential is not good, or is missing where one is needed.
#[derive(Debug)]
pub struct Unwelcome(pub NotAdmitted);

/// The scope that a handler needs, named by a type so that it cannot be forgotten.
pub trait Needed {
    /// The scope.
    const SCOPE: Scope;
}

/// The scopes as types.
pub mod needed {
    use super::{Needed, Scope};

    macro_rules! scopes {
        ($($name:ident),*) => {$(
            #[doc = concat!("Needs the scope of this name, [`Scope::", stringify!($name), "`].")]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Needed for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )*};
    }

    scopes!(Verify, Batch, Watch, Issue, Revoke);
}

impl FromRequestParts<App> for Asking {
    type Rejection = Unwelcome;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Unwelcome> {
        let admitted = recognise(parts, app).await?;
        Ok(Self(admitted.map(|admitted| admitted.permitted(Scope::Verify)).transpose()?))
    }
}

impl<S: Needed> FromRequestParts<App> for KnownAsker<S> {
    type Rejection = Unwelcome;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Unwelcome> {
        let Known(admitted) = Known::from_request_parts(parts, app).await?;
        Ok(Self(admitted.permitted(S::SCOPE)?, PhantomData))
    }
}

impl FromRequestParts<App> for Known {
    type Rejection = Unwelcome;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Unwelcome> {
        Ok(Self(recognise(parts, app).await?.ok_or(NotAdmitted::Anonymous)?))
    }
}

impl From<NotAdmitted> for Unwelcome {
    fn from(reason: NotAdmitted) -> Self {
        Self(reason)
    }
}

/// Who was recognised earlier in the same request.
#[derive(Clone)]
struct Recognised(Option<Admitted>);

/// Whoever a request comes from, whatever it may do; for what stands before the handlers, such as limits.
///
/// The records are read once a request: what is asked later in the same one hears the same answer.
pub async fn recognise(parts: &mut Parts, app: &App) -> Result<Option<Admitted>, NotAdmitted> {
    if let Some(Recognised(admitted)) = parts.extensions.get() {
        return Ok(admitted.clone());
    }
    let certificate = parts.extensions.get::<Peer>().and_then(|peer| peer.certificate.clone());
    let shown = Shown { token: bearer(parts)?, certificate: certificate.as_deref() };
    let admitted = app.admission.admit(shown).await?;
    parts.extensions.insert(Recognised(admitted.clone()));
    Ok(admitted)
}

/// The token of the one `Authorization: Bearer TOKEN` (RFC 6750 §2.1); none without that header.
fn bearer(parts: &Parts) -> Result<Option<&str>, NotAdmitted> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else { return Ok(None) };
    let credentials = header.to_str().ok().and_then(|value| value.trim().split_once(' '));
    let token = credentials.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    match token {
        Some(token) if !token.is_empty() && headers.next().is_none() => Ok(Some(token)),
        _ => Err(NotAdmitted::Anonymous),
    }
}
