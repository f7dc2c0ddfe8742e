//! From the file to settings: every value is checked, and every mistake found is told at once.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Uri;
use data_encoding::HEXLOWER_PERMISSIVE;
use toml::Spanned;

use super::file::{self, File};
use super::values::is_host_with_port;
use super::{ApiToken, Limits, Log, Mistake, PublicUrl, Secret, Settings, Storage};
use crate::app::LARGEST;

const METRICS_LISTEN: &str = "127.0.0.1:9464";
/// An hour: nobody waits longer, and a larger number is a number of another unit.
const LONGEST_MS: u64 = 3_600_000;

pub(super) fn settings(text: &str, folder: &Path) -> Result<Settings, Vec<Mistake>> {
    let mut reader = Reader { text, folder, mistakes: Vec::new() };
    let file: File = toml::from_str(text).map_err(|error| vec![reader.syntax(&error)])?;
    let settings = reader.settings(file);
    reader.mistakes.sort();
    match settings {
        Some(settings) if reader.mistakes.is_empty() => Ok(settings),
        _ => Err(reader.mistakes),
    }
}

/// Whether the settings are a production service's: they are unless they say otherwise.
pub(super) fn production(text: &str) -> Result<bool, Vec<Mistake>> {
    let reader = Reader { text, folder: Path::new("/"), mistakes: Vec::new() };
    let file: File = toml::from_str(text).map_err(|error| vec![reader.syntax(&error)])?;
    Ok(file.production.unwrap_or(true))
}

/// Reads value by value; what is not returned, or left out of a list, is noted as a mistake.
pub(super) struct Reader<'a> {
    text: &'a str,
    folder: &'a Path,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn settings(&mut self, file: File) -> Option<Settings> {
        let production = file.production.unwrap_or(true);
        let listen = self.address("listen", &file.listen);
        let door = self.door(&file);
        let metrics = self.metrics(file.metrics.as_ref(), listen);
        let public_url = self.public_url(&file.public_url, production);
        let former_hosts = file.former_hosts.iter().map(|host| self.former_host(host)).collect::<Vec<_>>();
        let storage = self.storage(&file.storage);
        let directory = self.folder("log.directory", &file.log.directory);
        let origin = self.origin(&file.log.origin);
        let (witnesses, witness_quorum) = self.witnesses(&file.witness, file.log.witness_quorum.as_ref());
        let keys = self.folder("keys.directory", &file.keys.directory);
        let kinds = file.kinds.map(|kinds| self.folder("kinds.directory", &kinds.directory));
        let registries = self.registries(file.registry);
        let api_tokens = self.api_tokens(file.api_token);
        let limits = self.limits(&file.limits);
        let sign_in = file.sign_in.as_ref().map(|entry| self.sign_in(entry));
        let agency_alarms = self.agency_alarms(&file.agency_alarms);
        let open_data = self.open_data(&file.open_data, public_url.as_ref());
        let retention = self.retention(&file.retention);
        let tls = file.tls.as_ref().map(|tls| self.tls(tls, public_url.as_ref()));
        Some(Settings {
            listen: listen?,
            public_url: public_url?,
            former_hosts: former_hosts.into_iter().collect::<Option<_>>()?,
            production,
            storage: storage?,
            log: Log { directory: directory?, origin: origin?, witnesses, witness_quorum },
            keys: keys?,
            kinds: match kinds {
                Some(kinds) => Some(kinds?),
                None => None,
            },
            registries,
            api_tokens,
            metrics: metrics?,
            telemetry: file.telemetry,
            limits: limits?,
            door: door?,
            sign_in: match sign_in {
                Some(sign_in) => Some(sign_in?),
                None => None,
            },
            open_data: open_data?,
            agency_alarms: agency_alarms?,
            retention: retention?,
            tls: match tls {
                Some(tls) => Some(tls?),
                None => None,
            },
        })
    }

    fn address(&mut self, name: &str, value: &Spanned<String>) -> Option<SocketAddr> {
        let address = value.get_ref().parse().ok();
        self.some_or(address, value.span(), || {
            format!("`{name}` must be an IP address and a port, such as `127.0.0.1:8080`")
        })
    }

    fn metrics(&mut self, value: Option<&file::Metrics>, listen: Option<SocketAddr>) -> Option<SocketAddr> {
        let Some(file::Metrics { listen: value }) = value else {
            return METRICS_LISTEN.parse().ok();
        };
        let metrics = self.address("metrics.listen", value)?;
        let meets = |listen: SocketAddr| {
            metrics.port() != 0
                && metrics.port() == listen.port()
                && (metrics.ip() == listen.ip() || metrics.ip().is_unspecified() || listen.ip().is_unspecified())
        };
        if listen.is_some_and(meets) {
            return self
                .refuse(value.span(), "`metrics.listen` must differ from `listen`: metrics are not for the public");
        }
        Some(metrics)
    }

    fn public_url(&mut self, value: &Spanned<String>, production: bool) -> Option<PublicUrl> {
        let url = match value.get_ref().parse::<PublicUrl>() {
            Ok(url) => url,
            Err(reason) => return self.refuse(value.span(), format!("`public_url` {reason}")),
        };
        if production && !url.is_secure() {
            return self.refuse(
                value.span(),
                "`public_url` must begin with `https://` in production; for a demonstration set `production = false`",
            );
        }
        Some(url)
    }

    fn former_host(&mut self, value: &Spanned<String>) -> Option<String> {
        let host = Some(value.get_ref().to_ascii_lowercase()).filter(|host| is_host_with_port(host));
        self.some_or(host, value.span(), || {
            "`former_hosts` must list host names such as `old.earayis.example`, without scheme or path".to_owned()
        })
    }

    fn storage(&mut self, storage: &file::Storage) -> Option<Storage> {
        let url = storage.url.get_ref();
        let password = match &storage.password_file {
            Some(file) => Some(self.secret("storage.password_file", file)?),
            None => None,
        };
        if let Some(path) = url.strip_prefix("sqlite:") {
            if let Some(file) = &storage.password_file {
                return self.refuse(
                    file.span(),
                    "`storage.password_file` is for PostgreSQL; SQLite has no password, remove it",
                );
            }
            return self.sqlite(path.strip_prefix("//").unwrap_or(path), storage.url.span());
        }
        if !url.starts_with("postgres://") {
            return self.refuse(storage.url.span(), "`storage.url` must begin with `sqlite:` or `postgres://`");
        }
        let uri: Option<Uri> = url.parse().ok();
        let Some(authority) = uri.as_ref().and_then(Uri::authority) else {
            return self.refuse(storage.url.span(), "`storage.url` must read `postgres://USER@HOST/DATABASE`");
        };
        let holds_password = authority.as_str().rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
            || uri.as_ref().and_then(Uri::query).is_some_and(|query| query.contains("password="));
        if holds_password {
            return self.refuse(
                storage.url.span(),
                "`storage.url` must not hold the password; write it to a file and name that in `storage.password_file`",
            );
        }
        if password.is_some() && !authority.as_str().contains('@') {
            return self.refuse(
                storage.url.span(),
                "`storage.url` must name the user whose password it is: `postgres://USER@HOST/DATABASE`",
            );
        }
        Some(Storage { url: url.clone(), password })
    }

    fn sqlite(&mut self, path: &str, span: Range<usize>) -> Option<Storage> {
        if path.is_empty() || path.contains([':', '?', '#', '%']) {
            return self
                .refuse(span, "`storage.url` must name a file, such as `sqlite:data/earayis.db`, without options");
        }
        let path = self.folder.join(path);
        if !path.parent().is_some_and(Path::is_dir) {
            let folder = path.parent().unwrap_or(&path).display().to_string();
            return self.refuse(span, format!("`storage.url`: there is no folder {folder}; create it"));
        }
        // The driver decodes percents and splits at a question mark; folders may have either in their names.
        let path = path.display().to_string().replace('%', "%25").replace('?', "%3F");
        Some(Storage { url: format!("sqlite:{path}"), password: None })
    }

    /// An origin that a checkpoint's first line can be, and a key's name at that (C2SP signed-note).
    fn origin(&mut self, value: &Spanned<String>) -> Option<String> {
        let text = value.get_ref();
        let fits = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
        self.some_or(fits.then(|| text.clone()), value.span(), || {
            "`log.origin` must be a name without spaces or `+`, such as `earayis.example/log`".to_owned()
        })
    }

    fn api_tokens(&mut self, entries: Vec<file::ApiToken>) -> Vec<ApiToken> {
        let (mut names, mut digests) = (BTreeSet::new(), BTreeSet::new());
        let mut tokens = Vec::new();
        for entry in entries {
            let name = entry.name.get_ref().clone();
            if name.is_empty() || !names.insert(name.clone()) {
                self.refuse::<()>(entry.name.span(), "give each API token a `name` of its own");
            }
            let organisation = match entry.organisation.get_ref().parse() {
                Ok(voen) => Some(voen),
                Err(reason) => self.refuse(entry.organisation.span(), format!("`organisation` is no VÖEN: {reason}")),
            };
            let sha256 = HEXLOWER_PERMISSIVE.decode(entry.sha256.get_ref().as_bytes()).ok();
            let sha256 = sha256.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let sha256 = self.some_or(sha256, entry.sha256.span(), || {
                "`sha256` must be 64 hexadecimal digits: printf %s TOKEN | sha256sum".to_owned()
            });
            if sha256.is_some_and(|digest| !digests.insert(digest)) {
                self.refuse::<()>(entry.sha256.span(), "two API tokens are the same; make one for each system");
            }
            if let (Some(organisation), Some(sha256)) = (organisation, sha256) {
                tokens.push(ApiToken { name, organisation, role: entry.role, sha256 });
            }
        }
        tokens
    }

    fn limits(&mut self, limits: &file::Limits) -> Option<Limits> {
        let usual = Limits::default();
        let upload_bytes = match &limits.upload_bytes {
            None => Some(usual.upload_bytes),
            Some(value) => {
                let bytes = usize::try_from(*value.get_ref()).ok().filter(|bytes| (1024..=LARGEST).contains(bytes));
                self.some_or(bytes, value.span(), || {
                    format!("`limits.upload_bytes` must be between 1024 (1 KiB) and {LARGEST} (128 MiB)")
                })
            }
        };
        let request_timeout =
            self.duration("limits.request_timeout_ms", limits.request_timeout_ms.as_ref(), usual.request_timeout);
        Some(Limits { upload_bytes: upload_bytes?, request_timeout: request_timeout? })
    }

    pub(super) fn duration(&mut self, name: &str, value: Option<&Spanned<u64>>, usual: Duration) -> Option<Duration> {
        let Some(value) = value else { return Some(usual) };
        let millis = Some(*value.get_ref()).filter(|millis| (1..=LONGEST_MS).contains(millis));
        self.some_or(millis.map(Duration::from_millis), value.span(), || {
            format!("`{name}` must be between 1 and {LONGEST_MS} milliseconds")
        })
    }

    pub(super) fn secret(&mut self, name: &str, value: &Spanned<String>) -> Option<Secret> {
        let path = self.existing(name, value)?;
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(reason) => {
                let sentence = format!("`{name}`: cannot read {}: {reason}", path.display());
                return self.refuse(value.span(), sentence);
            }
        };
        self.some_or(Secret::from_file_text(&text), value.span(), || {
            format!("`{name}`: {} is empty; write the secret into it", path.display())
        })
    }

    fn folder(&mut self, name: &str, value: &Spanned<String>) -> Option<PathBuf> {
        let path = self.folder.join(value.get_ref());
        self.some_or(path.is_dir().then(|| path.clone()), value.span(), || {
            format!("`{name}`: there is no folder {}; create it or name another", path.display())
        })
    }

    pub(super) fn existing(&mut self, name: &str, value: &Spanned<String>) -> Option<PathBuf> {
        let path = self.folder.join(value.get_ref());
        self.some_or(path.exists().then(|| path.clone()), value.span(), || {
            format!("`{name}`: there is no file {}; create it or name another", path.display())
        })
    }

    pub(super) fn some_or<T>(
        &mut self,
        value: Option<T>,
        at: Range<usize>,
        sentence: impl FnOnce() -> String,
    ) -> Option<T> {
        match value {
            Some(value) => Some(value),
            None => self.refuse(at, sentence()),
        }
    }

    pub(super) fn refuse<T>(&mut self, at: Range<usize>, sentence: impl Into<String>) -> Option<T> {
        self.mistakes.push(Mistake { line: line_of(self.text, at.start), sentence: sentence.into() });
        None
    }

    /// What the parser found, in the words of this file.
    fn syntax(&self, error: &toml::de::Error) -> Mistake {
        let said = error.message().trim();
        let (what, expected) = said.split_once(", expected ").unwrap_or((said, ""));
        let choices = expected.strip_prefix("one of ").unwrap_or(expected);
        let sentence = if let Some(name) = what.strip_prefix("unknown field ") {
            format!("there is no setting {name}; there is {choices}")
        } else if let Some(name) = what.strip_prefix("unknown variant ") {
            format!("{name} cannot stand here; choose {choices}")
        } else if let Some(name) = what.strip_prefix("missing field ") {
            format!("the setting {name} is missing; add it")
        } else {
            format!("this is not the TOML expected here: {said}")
        };
        Mistake { line: line_of(self.text, error.span().map_or(0, |span| span.start)), sentence }
    }
}

/// The line, counted from 1, in which the byte at `offset` stands.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
