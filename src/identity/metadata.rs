//! What a provider says of itself (OpenID Connect Discovery 1.0 §3), believed only when it is the one that was asked.

use reqwest::Url;
use serde_json::{Map, Value};

use super::IdentityError;
use super::settings::{Endpoints, address};

/// A provider as it describes itself, or as the settings do.
#[derive(Debug, Clone)]
pub(super) struct Metadata {
    pub(super) endpoints: Endpoints,
    /// Whether its answers always name it (RFC 9207 §3).
    pub(super) names_itself: bool,
}

/// Where a provider describes itself.
pub(super) fn place(issuer: &str) -> Option<Url> {
    address(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).ok()
}

impl Metadata {
    /// What a document says, if it is that of `issuer` and offers what we use.
    pub(super) fn read(document: &Map<String, Value>, issuer: &str) -> Result<Self, IdentityError> {
        if document.get("issuer").and_then(Value::as_str) != Some(issuer) {
            return Err(IdentityError::Metadata("it is another issuer's"));
        }
        let optional = |name: &str| match document.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_str()
                .and_then(|text| address(text).ok())
                .map(Some)
                .ok_or(IdentityError::Metadata("an address in it is none, or does not begin with https")),
        };
        let needed = |name| optional(name)?.ok_or(IdentityError::Metadata("an address is missing in it"));
        let methods = document.get("code_challenge_methods_supported");
        let s256 = |methods: &Value| methods.as_array().is_some_and(|all| all.iter().any(|method| method == "S256"));
        if methods.is_some_and(|methods| !s256(methods)) {
            return Err(IdentityError::Metadata("it does not offer PKCE with S256"));
        }
        Ok(Self {
            endpoints: Endpoints {
                authorization: needed("authorization_endpoint")?,
                token: needed("token_endpoint")?,
                keys: needed("jwks_uri")?,
                userinfo: optional("userinfo_endpoint")?,
                end_session: optional("end_session_endpoint")?,
            },
            names_itself: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
        })
    }
}
