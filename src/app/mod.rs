//! The acts, as the edges reach them: one value, shared by every request.

mod asking;
mod auditing;
mod client;
mod look_up;
mod peer;
mod reader;
mod sandbox;
mod stopping;
mod turns;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use asking::{Asking, Known, KnownAsker, Needed, Unwelcome, needed, recognise};
pub use auditing::{Auditing, AuditingByCall, NotAuditing, NotCalling, cookie, member_cookie};
pub use client::Client;
pub use look_up::{budget_fields, limited_fields};
pub use peer::Peer;
pub use reader::{Reader, preferred};
pub use sandbox::{Expected, Sample, SampleFile, Sandbox};
pub use stopping::Stopping;
pub use turns::{Turn, Turns};
pub use uploads::{LARGEST, NoRoom, NotReceived, Upload, Uploads, discard};

use crate::alarms::Alarms;
use crate::auditing::Inquiry;
use crate::auth::{Admission, MemberSessions, Sessions};
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::door::Door;
use crate::erasure::Erasure;
use crate::issuance::Issuance;
use crate::open_data::OpenData;
use crate::publication::StatusLists;
use crate::random::Random;
use crate::revocation::Revocation;
use crate::sign_in::SignIn;
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
    /// What is unusual at an agency.
    pub alarms: Alarms,
    /// Answers auditors.
    pub auditing: Inquiry,
    /// Erases content.
    pub erasure: Erasure,
    /// Publishes figures.
    pub open_data: Arc<OpenData>,
    /// Signs the status lists.
    pub status_lists: Arc<StatusLists>,
    /// Reads the published log.
    pub log: LogReader,
    /// Decides who a request comes from.
    pub admission: Admission,
    /// The citizens' sessions.
    pub sessions: Sessions,
    /// The members' sessions.
    pub member_sessions: MemberSessions,
    /// Signs people in and out.
    pub sign_in: SignIn,
    /// The public keys, as `/.well-known/jwks.json` shows them.
    pub jwks: watch::Receiver<Arc<serde_json::Value>>,
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
    /// The turns of unknown files to be examined.
    pub turns: Turns,
    /// How long a look-up may take, shorter than its request: then it is answered that nothing could be found out.
    pub patience: Duration,
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
    /// The fictional members who audit, in the order in which they are offered.
    pub auditors: Vec<DemonstrationMember>,
    /// Something to present for every answer.
    pub sandbox: Sandbox,
}

/// A fictional member of an organisation.
#[derive(Debug, Clone)]
pub struct DemonstrationMember {
    /// The member's id.
    pub id: uuid::Uuid,
    /// What she is called.
    pub name: String,
    /// Her organisation's id.
    pub voen: crate::catalogue::Voen,
    /// What her organisation is called.
    pub organisation: String,
    /// The agency that she audits; none when she audits all.
    pub agency: Option<crate::catalogue::Voen>,
    /// Whether she proposes what is to be erased, and decides on it, too.
    pub keeper: bool,
}

/// A fictional citizen.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who she is, as sign-in knows her.
    pub holder: crate::certificate::Holder,
    /// Why she exists: what her record shows.
    pub note: String,
}
