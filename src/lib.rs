//! earayis issues electronic certificates, records every issuance, and tells anyone whether one is genuine and still holds.
//!
//! # The idea
//!
//! A certificate is a sealed PDF file that states something about a citizen in the name of a state agency. It is
//! **genuine because it was issued**: the SHA-256 of its bytes stands in the issued set, and no signature check ever
//! grants a verdict. What was issued is a row in the database, an entry in a public Merkle log that nobody can quietly
//! rewrite, and a place in a status list; a [`verification`] binds bytes, seal, record with present status, and the
//! log's proof, and names each of these checks apart.
//!
//! # The way of a certificate
//!
//! 1. [`issuance`] asks a [`registry`] source. Only `registry` can make an [`registry::Extract`], and
//!    [`seal::Sealer::seal`] takes one by type: nobody issues what no registry said.
//! 2. [`certificate::fit`] turns the answers into a [`certificate::Content`] that fits the [`catalogue::Kind`]: typed,
//!    plausible, drawable, its condition met.
//! 3. [`pdf`] draws, [`qr`] signs the facts that can be checked offline, [`seal`] seals, all in memory.
//! 4. [`storage`] makes certificate, digest, list place, leaf, audit event and idempotency durable in one transaction;
//!    issuances under way share a commit. Only then does anything leave the process.
//! 5. [`sequencer`] gives the leaf its place, signs the next checkpoint, publishes tiles in [`log_store`] and asks each
//!    [`witness`] for its cosignature; [`oversight`] lets anybody hold the whole log against its root, and the database
//!    against the log.
//! 6. [`verification`] answers by file, QR, code or number, and records each look that disclosed facts; whoever looked
//!    may follow the status from there ([`watch`]).
//! 7. [`publication`] signs status lists, [`trust`] brings them with keys and checkpoint to whoever checks offline.
//! 8. [`auditing`] answers auditors within their reach, [`alarms`] tells them what is unusual at an agency, and
//!    [`open_data`] publishes daily figures from which no small count can be told.
//!
//! # The layers
//!
//! | layer | modules | may import |
//! | --- | --- | --- |
//! | ground | [`clock`], [`random`], [`routes`] | crates only |
//! | domain | [`catalogue`], [`certificate`], [`transparency`] | ground; `certificate` also `catalogue`. No async, SQL, HTTP, files, no clock of its own |
//! | instruments | [`qr`], [`pdf`], [`seal`], [`keys`], [`registry`], `durable`, [`log_store`], [`examination`], [`status_list`], [`trust`], [`identity`], [`witness`] | the above; each does one job and knows nothing of the service |
//! | storage | [`storage`] | ground, domain; alone names `sqlx` |
//! | acts | [`alarms`], [`audit`], [`auditing`], [`auth`], [`door`], [`issuance`], [`verification`], [`revocation`], [`erasure`], [`organisations`], [`open_data`], [`oversight`], [`sign_in`], [`publication`], [`sequencer`], [`watch`] | the above; `audit` and `auth` serve the others, which never import one another |
//! | edges | [`app`], [`api`], [`web`] | ground, domain, acts; `api` and `web` never import one another |
//! | wiring | [`config`], [`telemetry`], [`server`], [`cli`] | everything; alone reads the environment and settings |
//!
//! `tests/laws` reads the imports and holds this table.
//!
//! # What must always hold
//!
//! - Only `valid` on the basis `file` calls a document genuine, and any error is not `valid`.
//! - No verdict without reading the status from the primary database in that same request.
//! - Unknown bytes never meet a parser in this process: [`examination`] runs one under limits, and its death is an answer.
//! - Nothing is looked up for anybody outside without a pass of the [`door`], not even a number in a file's text, and a
//!   stranger's misses stand in no correct code's way.
//! - Of what all share (connections, memory for uploads, examiners) no side holds more than its part.
//! - An auditor finds a person, or reads what a certificate states, only after purpose and act are durable; the holder is
//!   shown it; an erasure takes the purpose too. What is published is made of suppressed figures alone.
//! - An export ends where the records have settled: no row under way can make it false later, and one that differs is named.
//! - Facts leave only after the look is durable. A FİN, a name, a code or a fact has a type whose `Debug` prints nothing.
//! - Who asks is known by a token or a client certificate alone, or by a session's cookie on pages for members and
//!   citizens, read anew for each request; what is shown and not good is refused, and never taken for nobody.
//! - A key that was retired or revoked signs no more within a minute, without a new start; and offline a file is `valid`
//!   only if its entry stands in the tree that was fetched.
//! - A member may do what her roles permit at this very request, and nothing else: every page and call of the desk takes
//!   an [`auth::Auditor`], which only a session whose member has the role gives, and to a call of her own program also a
//!   credential with the scope `audit` for which she answers.
//! - Several processes meet only in the database. A crash at any point loses nothing that anybody was told of.
//! - What was published is never taken back: where log, database, clock and witnesses disagree, nothing is signed.
//! - Time and chance are arguments ([`clock::Clock`], [`random::Random`]).
//!
//! Deliberately absent: a repository trait over the two engines (every statement stands once in `storage::statements`),
//! a cache of statuses, and any fetching of an address that somebody presented.

// ground
pub mod clock;
pub mod random;
pub mod routes;

// the domain
pub mod catalogue;
pub mod certificate;
pub mod transparency;

// the instruments
pub(crate) mod durable;
pub mod examination;
pub mod identity;
pub mod keys;
pub mod log_store;
pub mod pdf;
pub mod qr;
pub mod registry;
pub mod seal;
pub mod status_list;
pub mod trust;
pub mod witness;

// the storage
pub mod storage;

// the acts
pub mod alarms;
pub mod audit;
pub mod auditing;
pub mod auth;
pub mod door;
pub mod erasure;
pub mod issuance;
pub mod open_data;
pub mod organisations;
pub mod oversight;
pub mod publication;
pub mod revocation;
pub mod sequencer;
pub mod sign_in;
pub mod verification;
pub mod watch;

// the edges
pub mod api;
pub mod app;
pub mod web;

// the wiring
pub mod cli;
pub mod config;
pub mod server;
pub mod telemetry;
