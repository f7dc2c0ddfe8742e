//! The registry sources: they alone can make an extract, without which nothing is sealed.

mod breaker;
mod error;
mod extract;
mod file;
mod http;
mod name;
mod reply;
mod settings;

use std::collections::BTreeMap;

use tokio::time::Instant as Stopwatch;

pub use error::RegistryError;
pub use extract::{Extract, Question};
pub use file::{Citizen, FileSource, MalformedFile};
pub use http::HttpSource;
pub use settings::{HttpSettings, Pem, Secret, UnusableSource};

use crate::catalogue::SourceCode;
use crate::clock::Instant;

/// Counts questions by `source` and `outcome`: `answered`, or a [`RegistryError::slug`].
const QUESTIONS: &str = "earayis_registry_questions_total";
/// How many seconds a question took, whatever came of it, by `source`.
const SECONDS: &str = "earayis_registry_question_seconds";

/// The set of registry sources, each under the name by which kinds refer to it.
#[derive(Debug, Default)]
pub struct Registry {
    sources: BTreeMap<SourceCode, RegistrySource>,
}

/// One authentic source: a file of fictional citizens, or an agency's service over HTTP.
#[derive(Debug)]
pub enum RegistrySource {
    /// Reads a file; one file answers for any number of sources.
    File(std::sync::Arc<FileSource>),
    /// Asks a service.
    Http(Box<HttpSource>),
}

impl Registry {
    /// The given sources and no others.
    pub fn new(sources: BTreeMap<SourceCode, RegistrySource>) -> Self {
        Self { sources }
    }

    /// The sources that can be asked, so that a kind naming another is found out at start.
    pub fn sources(&self) -> impl Iterator<Item = &SourceCode> {
        self.sources.keys()
    }

    /// Asks one source about one person.
    ///
    /// The extract speaks of the person asked about, or there is none: another FİN or another birth date than asked
    /// is [`RegistryError::AnotherPerson`], another name alone is [`RegistryError::AnotherName`].
    /// `now` is the present; it dates a file's answer, judges a service's and moves the circuit breaker.
    pub async fn ask(&self, source: &SourceCode, question: &Question, now: Instant) -> Result<Extract, RegistryError> {
        let Some((source, registry_source)) = self.sources.get_key_value(source) else {
            return Err(RegistryError::UnknownSource(source.clone()));
        };
        let began = Stopwatch::now();
        let extract = match registry_source {
            RegistrySource::File(file) => file.ask(source, question, now),
            RegistrySource::Http(http) => http.ask(source, question, now).await,
        };
        let outcome = extract.as_ref().map_or_else(RegistryError::slug, |_| "answered");
        metrics::counter!(QUESTIONS, "source" => source.to_string(), "outcome" => outcome).increment(1);
        metrics::histogram!(SECONDS, "source" => source.to_string()).record(began.elapsed().as_secs_f64());
        extract
    }
}
