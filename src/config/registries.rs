//! The registry entries of the settings file: each kind of source has its own settings, and takes no other's.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use axum::http::{HeaderName, Uri};
use toml::Spanned;

use super::check::Reader;
use super::file::{self, RegistryKind};
use super::values::is_this_machine;
use super::{ClientFiles, Http, Place, Registry};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(5);

impl Reader<'_> {
    pub(super) fn registries(&mut self, entries: Vec<Spanned<file::Registry>>) -> Vec<Registry> {
        let mut names = BTreeSet::new();
        let mut registries = Vec::new();
        for entry in entries {
            let span = entry.span();
            let entry = entry.into_inner();
            let source = entry.source.get_ref().clone();
            if source.is_empty() || !names.insert(source.clone()) {
                self.refuse::<()>(
                    entry.source.span(),
                    "give each registry a `source` of its own, as the kinds name it",
                );
            }
            if let Some(place) = self.place(&entry, span) {
                registries.push(Registry { source, place });
            }
        }
        registries
    }

    fn place(&mut self, entry: &file::Registry, span: Range<usize>) -> Option<Place> {
        match entry.kind {
            RegistryKind::File => {
                if let Some((name, span)) = only_of_http(entry) {
                    return self.refuse(span, format!("`{name}` belongs to a registry of kind `http`; remove it"));
                }
                let Some(path) = &entry.path else {
                    return self.refuse(span, "a registry of kind `file` needs `path`");
                };
                Some(Place::File(self.existing("path", path)?))
            }
            RegistryKind::Http => {
                if let Some(path) = &entry.path {
                    return self.refuse(path.span(), "`path` belongs to a registry of kind `file`; remove it");
                }
                let Some(url) = &entry.url else {
                    return self.refuse(span, "a registry of kind `http` needs `url`");
                };
                Some(Place::Http(self.http(entry, url)?))
            }
        }
    }

    fn http(&mut self, entry: &file::Registry, url: &Spanned<String>) -> Option<Http> {
        let checked = self.registry_url(url);
        let connect_timeout = self.duration("connect_timeout_ms", entry.connect_timeout_ms.as_ref(), CONNECT_TIMEOUT);
        let timeout = self.duration("timeout_ms", entry.timeout_ms.as_ref(), TIMEOUT);
        let mut headers = Vec::new();
        for (name, file) in entry.headers.iter().flat_map(Spanned::get_ref) {
            if HeaderName::try_from(name).is_err() {
                return self.refuse(file.span(), format!("`headers`: `{name}` cannot be the name of a header"));
            }
            headers.push((name.clone(), self.secret("headers", file)?));
        }
        let client = match (&entry.client_certificate, &entry.client_key) {
            (Some(certificate), Some(key)) => Some(ClientFiles {
                certificate: self.existing("client_certificate", certificate)?,
                key: self.existing("client_key", key)?,
            }),
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => {
                return self.refuse(one.span(), "`client_certificate` and `client_key` go together; name both files");
            }
        };
        let root_certificate = match &entry.root_certificate {
            Some(file) => Some(self.existing("root_certificate", file)?),
            None => None,
        };
        Some(Http {
            url: checked?,
            connect_timeout: connect_timeout?,
            timeout: timeout?,
            headers,
            client,
            root_certificate,
        })
    }

    pub(super) fn registry_url(&mut self, value: &Spanned<String>) -> Option<String> {
        let uri: Option<Uri> = value.get_ref().parse().ok();
        let safe = uri.as_ref().is_some_and(|uri| match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(host)) => !host.is_empty(),
            (Some("http"), Some(host)) => is_this_machine(host),
            _ => false,
        });
        let secretless =
            uri.as_ref().and_then(Uri::authority).is_some_and(|authority| !authority.as_str().contains('@'));
        self.some_or((safe && secretless).then(|| value.get_ref().clone()), value.span(), || {
            "`url` must begin with `https://` (`http://` on this machine only) and hold no password".to_owned()
        })
    }
}

fn only_of_http(entry: &file::Registry) -> Option<(&'static str, Range<usize>)> {
    let text = |name, value: &Option<Spanned<String>>| value.as_ref().map(|value| (name, value.span()));
    let number = |name, value: &Option<Spanned<u64>>| value.as_ref().map(|value| (name, value.span()));
    text("url", &entry.url)
        .or_else(|| number("connect_timeout_ms", &entry.connect_timeout_ms))
        .or_else(|| number("timeout_ms", &entry.timeout_ms))
        .or_else(|| entry.headers.as_ref().map(|headers| ("headers", headers.span())))
        .or_else(|| text("client_certificate", &entry.client_certificate))
        .or_else(|| text("client_key", &entry.client_key))
        .or_else(|| text("root_certificate", &entry.root_certificate))
}
