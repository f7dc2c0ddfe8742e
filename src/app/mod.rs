//! The acts, as the edges reach them: one value, shared by every request.

mod reader;
mod uploads;

use std::sync::Arc;

pub use reader::{Reader, preferred};
pub use uploads::{NoRoom, NotReceived, Upload, Uploads};

use crate::auth::{ApiTokens, Sessions};
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::issuance::Issuance;
use crate::random::Random;
use crate::revocation::Revocation;
use crate::verification::{LogReader, Verifier};

/// What a request may reach.
#[derive(Clone)]
pub struct App {
    /// The kinds.
    pub catalogue: Arc<Catalogue>,
    /// Issues certificates and finds issued ones again.
    pub issuance: Arc<Issuance>,
    /// Verifies them.
    pub verifier: Arc<Verifier>,
    /// Changes their status.
    pub revocation: Arc<Revocation>,
    /// Reads the published log.
    pub log: LogReader,
    /// The issuers' tokens.
    pub tokens: ApiTokens,
    /// The citizens' sessions.
    pub sessions: Sessions,
    /// The public keys, as `/.well-known/jwks.json` shows them.
    pub jwks: Arc<serde_json::Value>,
    /// What a demonstration adds; none in a real service.
    pub demonstration: Option<Arc<Demonstration>>,
    /// The service's origin, such as `https://arayis.example`.
    pub public_url: Arc<str>,
    /// The most bytes an uploaded file may have.
    pub upload_bytes: usize,
    /// The memory that all of them share.
    pub uploads: Uploads,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// What only a demonstration has: fictional people who may sign in without proof.
#[derive(Debug, Clone)]
pub struct Demonstration {
    /// The fictional citizens, in the order in which they are offered.
    pub people: Vec<Person>,
}

/// A fictional citizen.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who she is, as sign-in knows her.
    pub holder: crate::certificate::Holder,
    /// Why she exists: what her record shows.
    pub note: String,
}
