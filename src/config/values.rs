//! Values of settings that cannot be wrong once they exist: a secret that is never printed, an origin that is one.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;

/// A password, token or header that an operator keeps in a file; neither `Debug` nor `Display` shows it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// What a file holds, without the line end that editors leave; `None` when nothing is left.
    pub fn from_file_text(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The secret itself, for whom it is meant.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The origin by which people reach the service: `https://HOST[:PORT]`, or `http` on this machine only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    secure: bool,
    authority: String,
}

/// The text is not an origin that a QR code can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublicUrl {
    /// There is something else in it, or not enough.
    #[error("must be an origin such as `https://earayis.example`: a scheme and a host, and nothing after them")]
    NotAnOrigin,
    /// Anybody on the way could read and change what passes.
    #[error("must begin with `https://`; `http://` is for 127.0.0.1 and localhost only")]
    Insecure,
}

impl PublicUrl {
    /// Whether it is `https`.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Host and, where it is not the scheme's own, port: `earayis.example`, `127.0.0.1:8080`.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

impl FromStr for PublicUrl {
    type Err = NotPublicUrl;

    /// Accepts capitals and one slash at the end; keeps neither.
    fn from_str(text: &str) -> Result<Self, NotPublicUrl> {
        let uri: Uri = text.to_ascii_lowercase().parse().map_err(|_| NotPublicUrl::NotAnOrigin)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(NotPublicUrl::NotAnOrigin);
        };
        let nothing_after = uri.path() == "/" && uri.query().is_none() && !text.contains('#');
        if !nothing_after || !is_host(authority.host()) || authority.as_str().contains('@') {
            return Err(NotPublicUrl::NotAnOrigin);
        }
        let secure = match scheme {
            "https" => true,
            "http" if is_this_machine(authority.host()) => false,
            "http" => return Err(NotPublicUrl::Insecure),
            _ => return Err(NotPublicUrl::NotAnOrigin),
        };
        let usual_port = if secure { 443 } else { 80 };
        let authority = match authority.port() {
            Some(port) if port.as_str().parse() != Ok(usual_port) => {
                let port: u16 = port.as_str().parse().map_err(|_| NotPublicUrl::NotAnOrigin)?;
                format!("{}:{port}", authority.host())
            }
            None if authority.as_str() != authority.host() => return Err(NotPublicUrl::NotAnOrigin),
            _ => authority.host().to_owned(),
        };
        Ok(Self { secure, authority })
    }
}

/// A DNS name or IPv4 address in lower case: nothing that a QR code's alphanumeric mode could not hold.
pub(super) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// A host, with its port where that is not the usual one, as QR codes in circulation may have it.
pub(super) fn is_host_with_port(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let fits = |port: &str| digits(port) && port.parse::<u16>().is_ok_and(|number| number > 0);
    is_host(host) && port.is_none_or(fits)
}

/// Whether `host` never leaves this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_in_its_plainest_form() {
        for (written, kept) in [
            ("https://earayis.example", "https://earayis.example"),
            ("HTTPS://Earayis.Example:443/", "https://earayis.example"),
            ("https://earayis.example:8443", "https://earayis.example:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost/", "http://localhost"),
        ] {
            assert_eq!(written.parse::<PublicUrl>().unwrap().to_string(), kept);
        }
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        for text in [
            "",
            "earayis.example",
            "https://",
            "https:///v",
            "https://earayis.example/v",
            "https://earayis.example?x",
            "https://earayis.example/#x",
            "https://user@earayis.example",
            "https://[::1]:8080",
            "https://earayis..example",
            "https://earayis.example:",
            "https://earayis.example:99999",
            "https://earayış.example",
            "ftp://earayis.example",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotPublicUrl::NotAnOrigin), "{text}");
        }
        for text in ["http://earayis.example", "http://127.0.0.1.example", "http://0.0.0.0:8080"] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotPublicUrl::Insecure), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let secret = Secret::from_file_text("correct horse\n").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.expose(), "correct horse");
        assert!(Secret::from_file_text("\r\n").is_none());
    }
}
