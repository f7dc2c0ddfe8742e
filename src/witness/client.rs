//! How a log asks a witness for its cosignature, and what it may answer.

use std::time::Duration;

use reqwest::{Certificate, Client, redirect, retry};

use crate::transparency::{AddCheckpoint, NoteRefused, Witness};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer.
const ANSWER_BYTES: usize = 64 << 10;

/// A witness as its log knows it.
#[derive(Debug, Clone)]
pub struct WitnessClient {
    url: String,
    witness: Witness,
    client: Client,
}

/// What a witness answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its cosignature line.
    Cosigned(String),
    /// It cosigned a checkpoint of this size last: ask from there.
    Conflict(u64),
    /// What it was shown does not continue what it cosigned last.
    Unproven,
}

/// Why a witness gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// It cannot be asked.
    #[error("the witness {0} does not answer: {1}")]
    Unreachable(String, reqwest::Error),
    /// It has not answered in time.
    #[error("the witness {0} did not answer in time: see that it runs and can be reached from here")]
    Silent(String),
    /// The roots that the settings name for it are no certificates.
    #[error("`root_certificate` of the witness {0} must be a PEM file of certificates")]
    Roots(String),
    /// It answers otherwise.
    #[error("the witness {witness} answers {status}: see that it knows this log's key, and that its address is right")]
    Status {
        /// Which witness.
        witness: String,
        /// The HTTP status.
        status: u16,
    },
    /// Its answer is none of the protocol's.
    #[error("the witness {0} answers what is not of C2SP tlog-witness")]
    Form(String),
    /// Its cosignature is not one.
    #[error("the cosignature of the witness {0} is refused: {1}")]
    Refused(String, NoteRefused),
}

impl WitnessClient {
    /// The witness behind a submission prefix, known by its key. By https it is reached under the web's roots, or under
    /// those in `roots` (PEM) alone; like every client here it follows no redirect and obeys no proxy of the environment.
    pub fn new(url: &str, witness: Witness, roots: Option<&[u8]>) -> Result<Self, WitnessError> {
        let name = || witness.name().to_owned();
        // Whoever came first has installed a provider already, and then it stays: its choice is the whole process's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder().no_proxy().redirect(redirect::Policy::none()).retry(retry::never());
        if let Some(roots) = roots {
            let roots = Certificate::from_pem_bundle(roots).ok().filter(|roots| !roots.is_empty());
            builder = builder.tls_certs_only(roots.ok_or_else(|| WitnessError::Roots(name()))?);
        }
        let client = builder.referer(false).timeout(PATIENCE).build();
        let client = client.map_err(|error| WitnessError::Unreachable(name(), error))?;
        Ok(Self { url: url.trim_end_matches('/').to_owned(), witness, client })
    }

    /// Its key.
    pub fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Asks it to cosign a checkpoint.
    pub async fn add_checkpoint(&self, request: &AddCheckpoint) -> Result<Answer, WitnessError> {
        let name = || self.witness.name().to_owned();
        let posted = self.client.post(format!("{}/add-checkpoint", self.url)).body(request.to_string()).send().await;
        let answer = posted.map_err(|error| self.unheard(error))?;
        let status = answer.status().as_u16();
        match status {
            200 | 409 => {}
            422 => return Ok(Answer::Unproven),
            status => return Err(WitnessError::Status { witness: name(), status }),
        }
        let text = self.text(answer).await?;
        if status == 409 {
            let size = text.strip_suffix('\n').and_then(|size| size.parse().ok());
            return size.map(Answer::Conflict).ok_or_else(|| WitnessError::Form(name()));
        }
        let line = self.witness.line_for(&request.note, &text);
        line.map(Answer::Cosigned).map_err(|refused| WitnessError::Refused(name(), refused))
    }

    fn unheard(&self, error: reqwest::Error) -> WitnessError {
        let name = self.witness.name().to_owned();
        if error.is_timeout() { WitnessError::Silent(name) } else { WitnessError::Unreachable(name, error) }
    }

    async fn text(&self, mut answer: reqwest::Response) -> Result<String, WitnessError> {
        let name = || self.witness.name().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.unheard(error))? {
            if bytes.len() + chunk.len() > ANSWER_BYTES {
                return Err(WitnessError::Form(name()));
            }
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| WitnessError::Form(name()))
    }
}
