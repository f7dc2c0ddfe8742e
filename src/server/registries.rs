//! The registry sources of the settings, opened: their files read, their connections prepared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::catalogue::SourceCode;
use crate::config::{self, Place};
use crate::random::Random;
use crate::registry::{
    FileSource, HttpSettings, HttpSource, MalformedFile, Pem, Registry, RegistrySource, Secret, UnusableSource,
};

/// Why a registry source cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryMistake {
    /// Its name is none.
    #[error("`source = \"{0}\"` is no name of a registry source: use lower-case Latin letters, digits and hyphens")]
    Name(String),
    /// A file of it cannot be read.
    #[error("{}: cannot be read: {reason}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Its file does not hold what it should.
    #[error("{}: {mistake}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong in it.
        mistake: MalformedFile,
    },
    /// Its connection cannot be prepared.
    #[error("registry source `{source_code}`: {mistake}")]
    Http {
        /// The source.
        source_code: SourceCode,
        /// What is wrong with its settings.
        mistake: UnusableSource,
    },
}

/// Opens every source; one file that serves several sources is read once.
pub(super) fn open(settings: &[config::Registry], random: &Random) -> Result<Registry, RegistryMistake> {
    let mut files: BTreeMap<&Path, Arc<FileSource>> = BTreeMap::new();
    let mut sources = BTreeMap::new();
    for registry in settings {
        let code: SourceCode = registry.source.parse().map_err(|_| RegistryMistake::Name(registry.source.clone()))?;
        let source = match &registry.place {
            Place::File(path) => {
                let file = match files.get(path.as_path()) {
                    Some(file) => Arc::clone(file),
                    None => Arc::new(file_source(path)?),
                };
                files.insert(path, Arc::clone(&file));
                RegistrySource::File(file)
            }
            Place::Http(http) => RegistrySource::Http(Box::new(http_source(&code, http, random)?)),
        };
        sources.insert(code, source);
    }
    Ok(Registry::new(sources))
}

pub(crate) fn file_source(file: &Path) -> Result<FileSource, RegistryMistake> {
    let text = String::from_utf8_lossy(&read(file)?).into_owned();
    FileSource::parse(&text).map_err(|mistake| RegistryMistake::File { file: file.to_owned(), mistake })
}

fn http_source(code: &SourceCode, http: &config::Http, random: &Random) -> Result<HttpSource, RegistryMistake> {
    let millis = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let headers = http.headers.iter().map(|(name, value)| (name.clone(), Secret::from(value.expose().to_owned())));
    let settings = HttpSettings {
        headers: headers.collect(),
        client_certificate: http.client.as_ref().map(|files| files.certificate.clone()),
        root_certificate: http.root_certificate.clone(),
        connect_timeout_ms: millis(http.connect_timeout),
        total_timeout_ms: millis(http.timeout),
        ..HttpSettings::to(http.url.clone())
    };
    let client_certificate = match &http.client {
        Some(files) => Some([read(&files.certificate)?, read(&files.key)?].join(&b'\n')),
        None => None,
    };
    let root_certificate = http.root_certificate.as_deref().map(read).transpose()?;
    let pem = Pem { client_certificate, root_certificate };
    HttpSource::new(settings, &pem, random.clone())
        .map_err(|mistake| RegistryMistake::Http { source_code: code.clone(), mistake })
}

fn read(file: &Path) -> Result<Vec<u8>, RegistryMistake> {
    std::fs::read(file).map_err(|reason| RegistryMistake::Read { file: file.to_owned(), reason })
}
