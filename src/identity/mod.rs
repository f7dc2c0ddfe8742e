//! Identity: who somebody is, by the word of one OpenID Connect provider, believed only when every rule holds.
//!
//! The authorization code flow with PKCE (RFC 7636, S256), state, nonce and the answer's issuer (RFC 9207). Only the
//! addresses of the settings are fetched, or those that the provider at the configured issuer describes itself by; no
//! redirect is followed. A provider's keys are read again when a token names an unknown one, at most once a minute.

mod error;
mod exchange;
mod id_token;
mod json;
mod keys;
mod metadata;
mod settings;

use data_encoding::BASE64URL_NOPAD;
use ring::digest;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

pub use error::{Broken, IdentityError};
pub use settings::{ClaimsFrom, ClientSecret, Endpoints, NotAddress, SecretShown, Settings, address};

use crate::catalogue::Fin;
use crate::clock::{Clock, Instant};
use crate::random::{Random, RandomUnavailable};
use exchange::Exchange;
use id_token::{Expected, IdToken};
use keys::Keys;
use metadata::Metadata;

/// How long what the provider says of itself and of its keys is kept: an hour.
const KEPT_MILLIS: i64 = 60 * 60 * 1000;
/// How long unknown keys wait before the list is read again: whoever invents names of keys must not make us ask.
const PAUSE_MILLIS: i64 = 60 * 1000;

/// The provider of the sign-in.
#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    exchange: Exchange,
    clock: Clock,
    metadata: Mutex<Option<(Instant, Metadata)>>,
    keys: Mutex<Option<(Instant, Keys)>>,
}

/// The settings' roots are no certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`root_certificate` under [sign_in] must be a PEM file of certificates")]
pub struct UnusableRoots;

/// What a sign-in under way is known by, to be kept where nobody else reads it until its answer comes.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Pending {
    nonce: String,
    verifier: String,
    began: i64,
    redirect: String,
}

/// What the provider answered by way of the browser.
#[derive(Debug, Clone, Copy)]
pub struct Returned<'a> {
    /// The code that becomes a token, once.
    pub code: &'a str,
    /// By which provider, if it said so (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Who somebody is. `Debug` shows nothing of her.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// By whose word.
    pub issuer: String,
    /// The claim that tells members apart.
    pub member_claim: String,
    /// What it says.
    pub member: String,
    /// Her FİN, where the settings name its claim.
    pub fin: Option<Fin>,
}

impl Provider {
    /// The provider of these settings; asks nothing yet.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, UnusableRoots> {
        let exchange = Exchange::new(settings.roots.as_deref(), settings.patience).ok_or(UnusableRoots)?;
        Ok(Self { settings, exchange, clock, metadata: Mutex::new(None), keys: Mutex::new(None) })
    }

    /// The provider's name for itself.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether it says who has which FİN.
    pub fn knows_fin(&self) -> bool {
        self.settings.fin_claim.is_some()
    }

    /// Whether it answers, and lists keys by which its word can be believed: all that a sign-in needs before anybody comes.
    pub async fn look(&self) -> Result<(), IdentityError> {
        let metadata = self.metadata().await?;
        let set = self.exchange.get(&metadata.endpoints.keys, None).await?;
        let keys = Keys::read(&set).ok_or(IdentityError::Garbled("its list of keys is none"))?;
        if keys.is_empty() { Err(IdentityError::Garbled("its list of keys has none that can be used")) } else { Ok(()) }
    }

    /// Begins a sign-in: the address to send the browser to, and what to keep until it comes back to `redirect`.
    pub async fn begin(
        &self,
        state: &str,
        redirect: &str,
        random: &Random,
    ) -> Result<(String, Pending), IdentityError> {
        let metadata = self.metadata().await?;
        let pending = Pending {
            nonce: secret(random)?,
            verifier: secret(random)?,
            began: self.clock.now().millis(),
            redirect: redirect.to_owned(),
        };
        let challenge = digest::digest(&digest::SHA256, pending.verifier.as_bytes());
        let mut address = metadata.endpoints.authorization;
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.settings.client),
            ("redirect_uri", redirect),
            ("scope", &self.settings.scopes),
            ("state", state),
            ("nonce", &pending.nonce),
            ("code_challenge", &BASE64URL_NOPAD.encode(challenge.as_ref())),
            ("code_challenge_method", "S256"),
        ]);
        Ok((address.into(), pending))
    }

    /// Ends a sign-in: who came back, if every rule holds.
    pub async fn finish(&self, pending: &Pending, returned: Returned<'_>) -> Result<Person, IdentityError> {
        let metadata = self.metadata().await?;
        match returned.issuer {
            Some(issuer) if issuer != self.settings.issuer => return Err(Broken::MixedUp.into()),
            None if metadata.names_itself => return Err(Broken::MixedUp.into()),
            _ => {}
        }
        let tokens = self.redeem(&metadata, pending, returned.code).await?;
        let text = |name: &'static str| tokens.get(name).and_then(Value::as_str);
        let missing = IdentityError::Garbled("it holds no bearer token and ID token");
        let bearer = text("token_type").is_some_and(|sort| sort.eq_ignore_ascii_case("bearer"));
        let (Some(id_token), Some(access_token), true) = (text("id_token"), text("access_token"), bearer) else {
            return Err(missing);
        };
        let token = IdToken::read(id_token)?;
        let keys = self.keys_for(&metadata, &token).await?;
        let claims = token.claims(
            &keys,
            Expected {
                issuer: &self.settings.issuer,
                client: &self.settings.client,
                nonce: &pending.nonce,
                access_token,
                began: Instant::from_millis(pending.began),
                now: self.clock.now(),
            },
        )?;
        match self.settings.claims_from {
            ClaimsFrom::IdToken => self.person(&claims, &claims),
            ClaimsFrom::Userinfo => self.person(&claims, &self.userinfo(&metadata, &claims, access_token).await?),
        }
    }

    /// Where the browser is sent to sign out at the provider too, and comes back to `redirect`. Nothing in it says who.
    pub async fn end_session(&self, redirect: &str) -> Result<Option<String>, IdentityError> {
        let Some(mut address) = self.metadata().await?.endpoints.end_session else { return Ok(None) };
        let pairs = [("client_id", self.settings.client.as_str()), ("post_logout_redirect_uri", redirect)];
        address.query_pairs_mut().extend_pairs(pairs);
        Ok(Some(address.into()))
    }

    async fn redeem(
        &self,
        metadata: &Metadata,
        pending: &Pending,
        code: &str,
    ) -> Result<Map<String, Value>, IdentityError> {
        let Settings { client, secret, shown, .. } = &self.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", pending.redirect.as_str()),
            ("code_verifier", pending.verifier.as_str()),
        ];
        let basic = match (secret, shown) {
            (Some(secret), SecretShown::Basic) => Some((client.as_str(), secret.reveal())),
            (Some(secret), SecretShown::Post) => {
                form.extend([("client_id", client.as_str()), ("client_secret", secret.reveal())]);
                None
            }
            (None, _) => {
                form.push(("client_id", client));
                None
            }
        };
        self.exchange.post(&metadata.endpoints.token, &form, basic).await
    }

    /// What the userinfo endpoint says, if it speaks of the same person (OpenID Connect Core 1.0 §5.3.2).
    async fn userinfo(
        &self,
        metadata: &Metadata,
        claims: &Map<String, Value>,
        access_token: &str,
    ) -> Result<Map<String, Value>, IdentityError> {
        let place = metadata.endpoints.userinfo.as_ref();
        let place = place.ok_or(IdentityError::Metadata("it has no userinfo endpoint, and the settings ask for it"))?;
        let info = self.exchange.get(place, Some(access_token)).await?;
        if id_token::subject(&info)? == id_token::subject(claims)? {
            Ok(info)
        } else {
            Err(Broken::OtherSubject.into())
        }
    }

    /// The person that `claims` tell of; her `sub` is always the ID token's.
    fn person(&self, token: &Map<String, Value>, claims: &Map<String, Value>) -> Result<Person, IdentityError> {
        let claim = |name: &str| {
            let value = if name == "sub" { token.get(name) } else { claims.get(name) };
            let text = value.and_then(Value::as_str);
            text.filter(|text| (1..=255).contains(&text.len())).ok_or(IdentityError::Token(Broken::Claim))
        };
        let Settings { issuer, member_claim, fin_claim, .. } = &self.settings;
        let fin = match fin_claim {
            None => None,
            Some(name) => Some(claim(name)?.parse::<Fin>().map_err(|_| Broken::Claim)?),
        };
        let member = claim(member_claim)?.to_owned();
        Ok(Person { issuer: issuer.clone(), member_claim: member_claim.clone(), member, fin })
    }

    async fn metadata(&self) -> Result<Metadata, IdentityError> {
        if let Some(endpoints) = &self.settings.endpoints {
            return Ok(Metadata { endpoints: endpoints.clone(), names_itself: false });
        }
        let mut kept = self.metadata.lock().await;
        let now = self.clock.now();
        if let Some((since, metadata)) = &*kept
            && is_fresh(*since, now, KEPT_MILLIS)
        {
            return Ok(metadata.clone());
        }
        let place =
            metadata::place(&self.settings.issuer).ok_or(IdentityError::Metadata("its issuer is no address"))?;
        let metadata = Metadata::read(&self.exchange.get(&place, None).await?, &self.settings.issuer)?;
        *kept = Some((now, metadata.clone()));
        Ok(metadata)
    }

    /// The keys, read again when the token names one that is not among them: a provider changes its keys.
    async fn keys_for(&self, metadata: &Metadata, token: &IdToken<'_>) -> Result<Keys, IdentityError> {
        let mut kept = self.keys.lock().await;
        let now = self.clock.now();
        if let Some((since, keys)) = &*kept {
            let serves = is_fresh(*since, now, KEPT_MILLIS) && keys.know(token.algorithm, token.kid.as_deref());
            if serves || is_fresh(*since, now, PAUSE_MILLIS) {
                return Ok(keys.clone());
            }
        }
        let set = self.exchange.get(&metadata.endpoints.keys, None).await?;
        let keys = Keys::read(&set).ok_or(IdentityError::Garbled("its list of keys is none"))?;
        *kept = Some((now, keys.clone()));
        Ok(keys)
    }
}

/// A clock that went back makes nothing fresh.
fn is_fresh(since: Instant, now: Instant, lasts: i64) -> bool {
    (0..lasts).contains(&(now.millis() - since.millis()))
}

/// 256 random bits in 43 characters, as PKCE wants a verifier (RFC 7636 §4.1).
pub fn secret(random: &Random) -> Result<String, RandomUnavailable> {
    Ok(BASE64URL_NOPAD.encode(&random.bytes::<32>()?))
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pending(…)")
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}
