//! The command line: data to standard output, talk to standard error.

mod backup;
mod certificates;
mod demo;
mod doctor;
mod keys;
mod kinds;
mod log;
mod organisations;
mod place;
mod receipt;
mod retention;
mod serve;
mod terminal;
mod trust;
mod verify;
mod verify_batch;
mod verify_offline;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use place::Place;

/// Issues electronic certificates, records every issuance, and tells anyone whether one is genuine and still holds.
#[derive(Debug, Parser)]
#[command(name = "earayis", version, propagate_version = true, max_term_width = 100)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything in one, embedded: fictional agencies, citizens and registries
    Demo(demo::Demo),
    /// Run the service
    Serve(serve::Serve),
    /// Issue a certificate
    Issue(certificates::Issue),
    /// Withdraw a certificate for good
    Revoke(certificates::Reasoned),
    /// Take a certificate out of force for now
    Suspend(certificates::Reasoned),
    /// Put a suspended certificate back into force
    Reinstate(certificates::Reasoned),
    /// Replace a certificate by a newer one of the same holder and kind
    Supersede(certificates::Supersede),
    /// Erase a certificate's content: its file still verifies, without facts
    Erase(certificates::Erase),
    /// What is over its term: plan and run the erasing, hold and lift
    #[command(subcommand)]
    Retention(retention::Retention),
    /// Check a certificate: exit code 0 for valid, 1 for any other verdict, 2 when it could not be found out
    Verify(verify::Verify),
    /// Receipts: check whether one is genuine, and what it said
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// Trust: what offline checks stand on
    #[command(subcommand)]
    Trust(trust::Trust),
    /// The catalogue: list, check and preview kinds
    #[command(subcommand)]
    Kinds(kinds::Kinds),
    /// The keys: make and list them
    #[command(subcommand)]
    Keys(keys::Keys),
    /// The transparency log: its checkpoint and key, and the proof of a certificate
    #[command(subcommand)]
    Log(log::Log),
    /// Organisations: list, add, change, close and reopen verifiers and issuers
    #[command(subcommand)]
    Organisations(organisations::Organisations),
    /// The members of an organisation, who answer for its credentials: list, add and remove them
    #[command(subcommand)]
    Members(organisations::Members),
    /// The API tokens of an organisation: issue, list and revoke them
    #[command(subcommand)]
    Tokens(organisations::Tokens),
    /// The client certificates of an organisation (mutual TLS): bind, list and revoke them
    #[command(subcommand)]
    ClientCertificates(organisations::ClientCertificates),
    /// Copy database and log of a running service, all of one moment, verified
    Backup(backup::Backup),
    /// Put a backup into place, or go on with an older one: what was published and erased since stays so
    Restore(backup::Restore),
    /// Say what is wrong with this installation, and what to do about it
    Doctor(Place),
    /// Take one unknown file apart under limits; the service calls this by itself
    #[command(name = "examine-bytes", hide = true)]
    ExamineBytes,
}

/// Why a command did not do what it was asked, as it is told to whoever typed it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The most threads that draw, hash and read files beside those that serve requests: further work waits for its turn,
/// and needs no memory before.
const BLOCKING_THREADS: usize = 32;

/// Runs the command of the process's own arguments.
pub fn main() -> ExitCode {
    let command = CommandLine::parse().command;
    if matches!(command, Command::ExamineBytes) {
        return crate::examination::run_child();
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = match runtime.enable_all().max_blocking_threads(BLOCKING_THREADS).build() {
        Ok(runtime) => runtime,
        Err(error) => return terminal::fail(&error),
    };
    match runtime.block_on(run(command)) {
        Ok(code) => code,
        Err(error) => terminal::fail(error.as_ref()),
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::Issue(issue) => issue.run().await,
        Command::Revoke(act) => act.run(certificates::StatusVerb::Revoke).await,
        Command::Suspend(act) => act.run(certificates::StatusVerb::Suspend).await,
        Command::Reinstate(act) => act.run(certificates::StatusVerb::Reinstate).await,
        Command::Supersede(act) => act.run().await,
        Command::Erase(erase) => erase.run().await,
        Command::Retention(retention) => retention.run().await,
        Command::Verify(verify) => verify.run().await,
        Command::Receipt(receipt) => receipt.run().await,
        Command::Trust(trust) => trust.run().await,
        Command::Kinds(kinds) => kinds.run(),
        Command::Keys(keys) => keys.run().await,
        Command::Log(log) => log.run().await,
        Command::Organisations(organisations) => organisations.run().await,
        Command::Members(members) => members.run().await,
        Command::Tokens(tokens) => tokens.run().await,
        Command::ClientCertificates(certificates) => certificates.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Restore(restore) => restore.run().await,
        Command::Doctor(place) => doctor::run(&place).await,
        Command::ExamineBytes => Ok(ExitCode::FAILURE),
    }
}
