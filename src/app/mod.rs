//! The acts, as the edges reach them: one value, shared by every request.

mod asking;
mod client;
mod look_up;
mod peer;
mod reader;
mod sandbox;
mod stopping;
mod uploads;

use std::sync::Arc;

pub use asking::{Asking, Known, KnownAsker, Needed, Unwelcome, needed, recognise};
pub use client::Client;
pub use look_up::{budget_fields, limited_fields};
pub use peer::Peer;
pub use reader::{Reader, preferred};
pub use sandbox::{Expected, Sample, SampleFile, Sandbox};
pub use stopping::Stopping;
pub use uploads::{NoRoom, NotReceived, Upload, Uploads, discard};

use crate::auth::{Admission, Sessions};
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::door::Door;
use crate::issuance::Issuance;
use crate::publication::StatusLists;
use crate::random::Random;
use crate::revocation::Revocation;
use crate::verification::{LogReader, Verifier};
use crate::watch::Watching;

/// What a request may reach.
#[derive(Clone)]
pub struct App {
    /// The kinds.
    pub catalogue: Arc<Catalogue>,
    /// Issues certificates and finds issued ones again.
    pub issuance: Arc<Issuance>,
    /// Verifies them.
    pub verifier: Arc<Verifier>,
    /// Lets look-ups in.
    pub door: Arc<Door>,
    /// Changes their status.
    pub revocation: Arc<Revocation>,
    /// Follows it for verifying organisations.
    pub watching: Watching,
    /// Signs the status lists.
    pub status_lists: Arc<StatusLists>,
    /// Reads the published log.
    pub log: LogReader,
    /// Decides who a request comes from.
    pub admission: Admission,
    /// The citizens' sessions.
    pub sessions: Sessions,
    /// The public keys, as `/.well-known/jwks.json` shows them.
    pub jwks: Arc<serde_json::Value>,
    /// What a demonstration adds; none in a real service.
    pub demonstration: Option<Arc<Demonstration>>,
    /// Whether what this service issues has no legal force, as each of its pages then says.
    pub without_force: bool,
    /// The service's origin, such as `https://arayis.example`.
    pub public_url: Arc<str>,
    /// The most bytes an uploaded file may have.
    pub upload_bytes: usize,
    /// The memory that all of them share.
    pub uploads: Uploads,
    /// Tells long answers when the service is to stop.
    pub stopping: Stopping,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// What only a demonstration has: fictional people who may sign in without proof, and samples to verify.
#[derive(Debug, Clone)]
pub struct Demonstration {
    /// The fictional citizens, in the order in which they are offered.
    pub people: Vec<Person>,
    /// Something to present for every answer.
    pub sandbox: Sandbox,
}

/// A fictional citizen.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who she is, as sign-in knows her.
    pub holder: crate::certificate::Holder,
    /// Why she exists: what her record shows.
    pub note: String,
}
