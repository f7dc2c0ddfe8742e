//! The provider of the sign-in in the settings file: addresses that nobody on the way can change, all parts or none.

use std::time::Duration;

use toml::Spanned;

use super::check::Reader;
use super::file;
use crate::identity::{ClaimsFrom, ClientSecret, Endpoints, Settings, address};

const PATIENCE: Duration = Duration::from_secs(5);

impl Reader<'_> {
    pub(super) fn sign_in(&mut self, entry: &Spanned<file::SignIn>) -> Option<Settings> {
        let file = entry.get_ref();
        let issuer = self.provider_address("issuer", &file.issuer).map(|_| file.issuer.get_ref().clone());
        let endpoints = self.endpoints(entry);
        let secret = match &file.client_secret_file {
            Some(file) => Some(self.secret("sign_in.client_secret_file", file)?),
            None => None,
        };
        let roots = match &file.root_certificate {
            Some(file) => Some(self.pem("sign_in.root_certificate", file)?),
            None => None,
        };
        let client = self.word("client_id", &file.client_id);
        let scopes = match &file.scopes {
            None => Some("openid".to_owned()),
            Some(scopes) => {
                let asked = scopes.get_ref().split(' ').any(|scope| scope == "openid");
                self.some_or(asked.then(|| scopes.get_ref().clone()), scopes.span(), || {
                    "`sign_in.scopes` must hold `openid`, words between spaces".to_owned()
                })
            }
        };
        let member_claim = match &file.member_claim {
            Some(claim) => self.word("member_claim", claim),
            None => Some("sub".to_owned()),
        };
        let fin_claim = match &file.fin_claim {
            Some(claim) => Some(self.word("fin_claim", claim)?),
            None => None,
        };
        let patience = self.duration("sign_in.answer_timeout_ms", file.answer_timeout_ms.as_ref(), PATIENCE);
        Some(Settings {
            issuer: issuer?,
            client: client?,
            secret: secret.map(|secret| ClientSecret::from(secret.expose().to_owned())),
            shown: file.client_secret_in,
            endpoints: endpoints?,
            scopes: scopes?,
            claims_from: file.claims_from,
            member_claim: member_claim?,
            fin_claim,
            patience: patience?,
            roots,
        })
    }

    /// All parts of the provider, or none, and then it describes itself; the outer `None` is a mistake.
    #[expect(clippy::option_option, reason = "a mistake is not the absence of endpoints")]
    fn endpoints(&mut self, entry: &Spanned<file::SignIn>) -> Option<Option<Endpoints>> {
        let file = entry.get_ref();
        let named = [&file.authorization_endpoint, &file.token_endpoint, &file.jwks_uri];
        let optional = [&file.userinfo_endpoint, &file.end_session_endpoint];
        if named.iter().chain(&optional).all(|part| part.is_none()) {
            return Some(None);
        }
        let [Some(authorization), Some(token), Some(keys)] = named else {
            let sentence = "`sign_in` needs `authorization_endpoint`, `token_endpoint` and `jwks_uri` together, or none of \
                            the provider's addresses: then it describes itself";
            return self.refuse(entry.span(), sentence);
        };
        let userinfo = match &file.userinfo_endpoint {
            Some(place) => Some(self.provider_address("userinfo_endpoint", place)?),
            None if file.claims_from == ClaimsFrom::Userinfo => {
                return self.refuse(entry.span(), "`claims_from = \"userinfo\"` needs `userinfo_endpoint`");
            }
            None => None,
        };
        let end_session = match &file.end_session_endpoint {
            Some(place) => Some(self.provider_address("end_session_endpoint", place)?),
            None => None,
        };
        let authorization = self.provider_address("authorization_endpoint", authorization);
        let token = self.provider_address("token_endpoint", token);
        let keys = self.provider_address("jwks_uri", keys);
        Some(Some(Endpoints { authorization: authorization?, token: token?, keys: keys?, userinfo, end_session }))
    }

    fn provider_address(&mut self, name: &str, value: &Spanned<String>) -> Option<reqwest::Url> {
        let checked = address(value.get_ref());
        let sentence = checked.as_ref().err().map(ToString::to_string).unwrap_or_default();
        self.some_or(checked.ok(), value.span(), || format!("`sign_in.{name}` {sentence}"))
    }

    pub(super) fn pem(&mut self, name: &str, value: &Spanned<String>) -> Option<Vec<u8>> {
        let path = self.existing(name, value)?;
        self.some_or(std::fs::read(&path).ok(), value.span(), || format!("`{name}`: cannot read {}", path.display()))
    }

    /// A name as it stands in tokens and addresses.
    fn word(&mut self, name: &str, value: &Spanned<String>) -> Option<String> {
        let text = value.get_ref();
        let fits = (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        self.some_or(fits.then(|| text.clone()), value.span(), || {
            format!("`sign_in.{name}` must be 1 to 200 visible characters without spaces")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::{mistakes, settings_with};

    const SHOWN: &str = "# [sign_in]\n# issuer = \"https://id.example\"\n# client_id = \"earayis\"";

    fn with(lines: &str) -> String {
        format!("[sign_in]\nissuer = \"https://id.example\"\nclient_id = \"earayis\"\n{lines}")
    }

    #[test]
    fn little_must_be_said() {
        let settings = settings_with(SHOWN, &with("")).sign_in.unwrap();
        assert_eq!((settings.issuer.as_str(), settings.client.as_str()), ("https://id.example", "earayis"));
        assert_eq!((settings.scopes.as_str(), settings.member_claim.as_str()), ("openid", "sub"));
        assert!(settings.endpoints.is_none() && settings.fin_claim.is_none() && settings.secret.is_none());
        assert_eq!(settings.patience, Duration::from_secs(5));
    }

    #[test]
    fn each_mistake_is_told() {
        for (lines, expected) in [
            ("token_endpoint = \"https://id.example/token\"", "`sign_in` needs `authorization_endpoint`"),
            ("scopes = \"profile\"", "`sign_in.scopes` must hold `openid`"),
            ("member_claim = \"two words\"", "`sign_in.member_claim` must be 1 to 200 visible characters"),
            ("answer_timeout_ms = 0", "sign_in.answer_timeout_ms"),
            ("client_secret_file = \"secrets/none\"", "sign_in.client_secret_file"),
            ("claims_from = \"elsewhere\"", "elsewhere"),
        ] {
            let text = crate::config::EXAMPLE.replace(SHOWN, &with(lines));
            let told = mistakes(&text);
            assert!(told.contains(expected), "{told}");
        }
        let plain = crate::config::EXAMPLE.replace(SHOWN, &with("").replace("https", "http"));
        assert!(mistakes(&plain).contains("`sign_in.issuer` must begin with `https://`"));
    }
}
