//! The settings file as it is written: its names and its defaults, each value with its place in the text.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Role;
use crate::door::ForwardingHeader;
use crate::identity::{ClaimsFrom, SecretShown};
use crate::telemetry;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) listen: Spanned<String>,
    pub(super) public_url: Spanned<String>,
    #[serde(default)]
    pub(super) former_hosts: Vec<Spanned<String>>,
    pub(super) production: Option<bool>,
    pub(super) storage: Storage,
    pub(super) log: Log,
    #[serde(default)]
    pub(super) witness: Vec<Witness>,
    pub(super) keys: Directory,
    pub(super) kinds: Option<Directory>,
    #[serde(default)]
    pub(super) registry: Vec<Spanned<Registry>>,
    #[serde(default)]
    pub(super) api_token: Vec<ApiToken>,
    pub(super) metrics: Option<Metrics>,
    #[serde(default)]
    pub(super) telemetry: telemetry::Settings,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) alarms: Alarms,
    #[serde(default)]
    pub(super) proxies: Proxies,
    pub(super) tls: Option<Spanned<Tls>>,
    pub(super) sign_in: Option<Spanned<SignIn>>,
    #[serde(default)]
    pub(super) open_data: OpenData,
    #[serde(default)]
    pub(super) agency_alarms: AgencyAlarms,
    #[serde(default)]
    pub(super) retention: Retention,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Retention {
    pub(super) four_eyes: Option<bool>,
    pub(super) proposal_days: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgencyAlarms {
    pub(super) habit_times: Option<Spanned<i64>>,
    pub(super) habit_least: Option<Spanned<i64>>,
    pub(super) opens: Option<Spanned<i64>>,
    pub(super) closes: Option<Spanned<i64>>,
    pub(super) outside_hours: Option<Spanned<i64>>,
    pub(super) operator_share: Option<Spanned<i64>>,
    pub(super) operator_least: Option<Spanned<i64>>,
    pub(super) same_person: Option<Spanned<i64>>,
    pub(super) revocations: Option<Spanned<i64>>,
    pub(super) revocations_pause_minutes: Option<Spanned<i64>>,
    pub(super) log_lag_seconds: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenData {
    pub(super) publisher: Option<Spanned<String>>,
    pub(super) licence: Option<Spanned<String>>,
    pub(super) ranking: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Storage {
    pub(super) url: Spanned<String>,
    pub(super) password_file: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Log {
    pub(super) directory: Spanned<String>,
    pub(super) origin: Spanned<String>,
    pub(super) witness_quorum: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Witness {
    pub(super) url: Spanned<String>,
    pub(super) vkey: Spanned<String>,
    pub(super) root_certificate: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Directory {
    pub(super) directory: Spanned<String>,
}

/// Both kinds of source in one shape: an enum would lose the places in the text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Registry {
    pub(super) source: Spanned<String>,
    pub(super) kind: RegistryKind,
    pub(super) path: Option<Spanned<String>>,
    pub(super) url: Option<Spanned<String>>,
    pub(super) connect_timeout_ms: Option<Spanned<u64>>,
    pub(super) timeout_ms: Option<Spanned<u64>>,
    pub(super) headers: Option<Spanned<BTreeMap<String, Spanned<String>>>>,
    pub(super) client_certificate: Option<Spanned<String>>,
    pub(super) client_key: Option<Spanned<String>>,
    pub(super) root_certificate: Option<Spanned<String>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum RegistryKind {
    File,
    Http,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiToken {
    pub(super) name: Spanned<String>,
    pub(super) organisation: Spanned<String>,
    pub(super) role: Role,
    pub(super) sha256: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metrics {
    pub(super) listen: Spanned<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) upload_bytes: Option<Spanned<u64>>,
    pub(super) request_timeout_ms: Option<Spanned<u64>>,
    pub(super) anonymous_per_minute: Option<Spanned<u32>>,
    pub(super) anonymous_burst: Option<Spanned<u32>>,
    pub(super) organisation_per_second: Option<Spanned<u32>>,
    pub(super) organisation_burst: Option<Spanned<u32>>,
    pub(super) number_per_minute: Option<Spanned<u32>>,
    pub(super) number_burst: Option<Spanned<u32>>,
    pub(super) misses_per_minute: Option<Spanned<u32>>,
    pub(super) misses_burst: Option<Spanned<u32>>,
    pub(super) upload_weight: Option<Spanned<u32>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Alarms {
    pub(super) window_minutes: Option<Spanned<u32>>,
    pub(super) misses: Option<Spanned<u32>>,
    pub(super) organisation_misses: Option<Spanned<u32>>,
    pub(super) habit_times: Option<Spanned<u32>>,
    pub(super) habit_least: Option<Spanned<u32>>,
    pub(super) sides: Option<Spanned<u32>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Proxies {
    #[serde(default)]
    pub(super) trusted: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) header: ForwardingHeader,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tls {
    pub(super) certificate: Spanned<String>,
    pub(super) key: Spanned<String>,
    pub(super) client_roots: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    pub(super) issuer: Spanned<String>,
    pub(super) client_id: Spanned<String>,
    pub(super) client_secret_file: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) client_secret_in: SecretShown,
    pub(super) authorization_endpoint: Option<Spanned<String>>,
    pub(super) token_endpoint: Option<Spanned<String>>,
    pub(super) jwks_uri: Option<Spanned<String>>,
    pub(super) userinfo_endpoint: Option<Spanned<String>>,
    pub(super) end_session_endpoint: Option<Spanned<String>>,
    pub(super) scopes: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) claims_from: ClaimsFrom,
    pub(super) member_claim: Option<Spanned<String>>,
    pub(super) fin_claim: Option<Spanned<String>>,
    pub(super) answer_timeout_ms: Option<Spanned<u64>>,
    pub(super) root_certificate: Option<Spanned<String>>,
}
