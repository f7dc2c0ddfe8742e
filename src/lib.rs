//! earayis issues electronic certificates, records every issuance, and tells anyone whether one is genuine and still holds.

// ground
pub mod clock;
pub mod random;
pub mod routes;

// the domain: no async, no SQL, no HTTP, no files, no clock of its own
pub mod catalogue;
pub mod certificate;
pub mod transparency;

// the instruments: each does one job and knows nothing of the service
pub mod examination;
pub mod keys;
pub mod log_store;
pub mod pdf;
pub mod qr;
pub mod registry;
pub mod seal;

// the storage
pub mod storage;

// the acts: what the service does
pub mod audit;
pub mod auth;
pub mod issuance;
pub mod revocation;
pub mod sequencer;
pub mod verification;

// the edges
pub mod api;
pub mod app;
pub mod web;

// the wiring
pub mod cli;
pub mod config;
pub mod server;
pub mod telemetry;
