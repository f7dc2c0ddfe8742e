//! Requests to the provider: within limits of time and size, without redirects, to the addresses that the settings lead to.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Certificate, Client, RequestBuilder, StatusCode, Url, redirect, retry};
use serde_json::{Map, Value};

use super::error::IdentityError;
use super::json;

/// The most bytes of any answer.
const MOST_BYTES: usize = 256 << 10;
const FORM: &str = "application/x-www-form-urlencoded";

/// Asks the provider.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    client: Client,
    patience: Duration,
}

impl Exchange {
    /// Trusts the web's roots, or those in `roots` (PEM) alone.
    pub(super) fn new(roots: Option<&[u8]>, patience: Duration) -> Option<Self> {
        // Whoever came first has installed a provider already, and then it stays: its choice is the whole process's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder =
            Client::builder().no_proxy().redirect(redirect::Policy::none()).retry(retry::never()).referer(false);
        if let Some(roots) = roots {
            let roots = Certificate::from_pem_bundle(roots).ok().filter(|roots| !roots.is_empty())?;
            builder = builder.tls_certs_only(roots);
        }
        Some(Self { client: builder.build().ok()?, patience })
    }

    /// The JSON object at an address.
    pub(super) async fn get(&self, url: &Url, token: Option<&str>) -> Result<Map<String, Value>, IdentityError> {
        let request = self.client.get(url.clone());
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        self.ask(request).await
    }

    /// The JSON object that a form is answered with; `client` are a name and secret for HTTP Basic (RFC 6749 §2.3.1).
    pub(super) async fn post(
        &self,
        url: &Url,
        pairs: &[(&str, &str)],
        client: Option<(&str, &str)>,
    ) -> Result<Map<String, Value>, IdentityError> {
        let request = self.client.post(url.clone()).header(CONTENT_TYPE, FORM).body(form(pairs));
        let request = match client {
            Some((name, secret)) => request.basic_auth(encoded(name), Some(encoded(secret))),
            None => request,
        };
        self.ask(request).await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Map<String, Value>, IdentityError> {
        let answer = tokio::time::timeout(self.patience, answer(request.header(ACCEPT, "application/json"))).await;
        answer.unwrap_or(Err(IdentityError::Unreachable("it is too slow")))
    }
}

async fn answer(request: RequestBuilder) -> Result<Map<String, Value>, IdentityError> {
    let mut response = request.send().await.map_err(|_| IdentityError::Unreachable("there is no connection"))?;
    let status = response.status();
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_json = is_json(media_type);
    if status != StatusCode::OK && !(status.is_client_error() && is_json) {
        return Err(IdentityError::Refused { status: status.as_u16(), error: String::new() });
    }
    if !is_json {
        return Err(IdentityError::Garbled("its content type is not application/json"));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|_| IdentityError::Unreachable("it breaks off"))? {
        if body.len() + piece.len() > MOST_BYTES {
            return Err(IdentityError::Garbled("it is longer than allowed"));
        }
        body.extend_from_slice(&piece);
    }
    let object = json::object(&body);
    if status != StatusCode::OK {
        let error = object.as_ref().and_then(|object| object.get("error")).and_then(Value::as_str);
        return Err(IdentityError::Refused { status: status.as_u16(), error: error_code(error.unwrap_or_default()) });
    }
    object.ok_or(IdentityError::Garbled("it is no JSON object that names each thing once"))
}

/// Lists of keys may have a name of their own (RFC 7517 §8.5.2).
fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(name.as_str(), "application/json" | "application/jwk-set+json")
}

/// An error's code, or nothing: whatever else a provider writes there stands in no log of ours.
pub(super) fn error_code(text: &str) -> String {
    let plain = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if plain { text.to_owned() } else { String::new() }
}

/// As HTTP Basic wants name and secret of a client (RFC 6749 §2.3.1, appendix B).
fn encoded(text: &str) -> String {
    form(&[(text, "")]).trim_end_matches('=').to_owned()
}

/// `application/x-www-form-urlencoded`, by the library that reads addresses.
fn form(pairs: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse("http://localhost/") else { return String::new() };
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_secrets_are_encoded_as_forms_are() {
        assert_eq!(encoded("a:b c=ş"), "a%3Ab+c%3D%C5%9F");
        assert_eq!(form(&[("code", "a&b"), ("x", "")]), "code=a%26b&x=");
    }

    #[test]
    fn only_a_code_of_an_error_is_repeated() {
        assert_eq!(error_code("invalid_grant"), "invalid_grant");
        for other in ["Ayşə 7DEM001", "UPPER", &"a".repeat(41)] {
            assert_eq!(error_code(other), "");
        }
    }
}
