//! What an operator decides about the provider of the sign-in, checked: only addresses that nobody on the way can change.

use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// How to sign people in by OpenID Connect.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The provider's name for itself: `iss`.
    pub issuer: String,
    /// Our name at the provider.
    pub client: String,
    /// Our secret there; without one we are a public client, and PKCE alone protects the code.
    pub secret: Option<ClientSecret>,
    /// How the secret is shown.
    pub shown: SecretShown,
    /// Where the provider's parts are, when they stand in the settings; else its discovery document says.
    pub endpoints: Option<Endpoints>,
    /// The scopes that are asked for, `openid` among them.
    pub scopes: String,
    /// Where the claims below stand.
    pub claims_from: ClaimsFrom,
    /// The claim that tells members apart, such as `sub`.
    pub member_claim: String,
    /// The claim that holds the FİN, if there is one.
    pub fin_claim: Option<String>,
    /// How long the provider may take for one answer.
    pub patience: Duration,
    /// PEM: the only roots to trust for its TLS; without them, the web's.
    pub roots: Option<Vec<u8>>,
}

/// Our secret at the provider. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct ClientSecret(String);

/// How a client shows its secret (OpenID Connect Core 1.0 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretShown {
    /// In the header `Authorization`.
    #[default]
    Basic,
    /// In the form.
    Post,
}

/// Where the claims stand that the settings name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimsFrom {
    /// In the ID token.
    #[default]
    IdToken,
    /// At the userinfo endpoint.
    Userinfo,
}

/// The addresses of a provider's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where people sign in.
    pub authorization: Url,
    /// Where a code becomes a token.
    pub token: Url,
    /// Where its keys are.
    pub keys: Url,
    /// Where the claims are, when the settings say that they are there.
    pub userinfo: Option<Url>,
    /// Where people sign out, if it has that.
    pub end_session: Option<Url>,
}

/// The text is no address that a provider may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must begin with `https://` (`http://` on this machine only) and hold no password and no fragment")]
pub struct NotAddress;

impl From<String> for ClientSecret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl ClientSecret {
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// An address that only its owner can answer at: `https`, or a port of this very machine.
pub fn address(text: &str) -> Result<Url, NotAddress> {
    let url = Url::parse(text).map_err(|_| NotAddress)?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let this_machine =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let sealed = url.scheme() == "https" || (url.scheme() == "http" && this_machine);
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if sealed && plain { Ok(url) } else { Err(NotAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_nobody_on_the_way_can_change_are_taken() {
        for good in ["https://id.example", "https://id.example/realm?x=1", "http://127.0.0.1:4400", "http://[::1]:1/"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in ["http://id.example", "https://a:b@id.example", "https://id.example/#x", "ftp://127.0.0.1", "id", ""]
        {
            assert_eq!(address(bad), Err(NotAddress), "{bad}");
        }
    }

    #[test]
    fn the_secret_is_never_printed() {
        assert_eq!(format!("{:?}", ClientSecret::from("s3cr3t".to_owned())), "ClientSecret(…)");
    }
}
