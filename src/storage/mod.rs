//! The storage: every record of the service in SQLite or PostgreSQL, personal content encrypted.
//!
//! What a writing method confirms is durable. Several processes may use one database at once: they meet only in its
//! constraints and in updates that are conditional on what the caller read. Every statement is in `statements`, and a
//! method runs it on whichever engine there is.

mod agency_alarms;
mod audit;
mod beginnings;
mod certificates;
mod content;
mod credentials;
mod database;
mod erasing;
mod erasure;
mod error;
mod exports;
mod figures;
mod idempotency;
mod inspections;
mod issuance;
mod leaves;
mod looks;
mod lost;
mod member_sessions;
mod members;
mod migrations;
mod organisations;
mod oversight;
#[cfg(test)]
mod plans;
mod published;
mod queue;
mod readers;
mod recorded;
mod retention;
mod rotation;
mod search;
mod sessions;
mod standing;
mod statements;
mod statistics;
mod status_lists;
mod sums;
mod vault;
mod watches;

use std::sync::Arc;

use sqlx::{Executor as _, SqlSafeStr as _};

pub use agency_alarms::{AgencyAlarmRecord, NewAgencyAlarm, Notable};
pub use audit::{AuditEventRecord, NewAuditEvent};
pub use certificates::CertificateRecord;
pub use content::{HolderKey, StoredContent};
pub use credentials::{ApiTokenRecord, ClientCertificateRecord, NewCredential};
pub use database::Durability;
pub use erasing::{
    ErasingDecision, ErasingProposalRecord, ErasingRunRecord, Listed, ListedCertificate, ListedId, NewErasingProposal,
    NewErasingRun, Proposed,
};
pub use erasure::{Content, Keeping};
pub use error::StorageError;
pub use exports::{ExportRecord, ExportedRow, NewExport};
pub use figures::{Counted, DailyFigure, Measure, Took};
pub use idempotency::{Idempotent, NewIdempotency};
pub use inspections::{Inspection, PersonalSearch};
pub use issuance::{IssuanceError, NewCertificate};
pub use leaves::{LeafRecord, LogState, NewLeaf};
pub use looks::Look;
pub use lost::LostEntry;
pub use member_sessions::MemberSessionRecord;
pub use members::{KnownMember, MemberWithRoles, NewMemberRole, PersonKey};
pub use organisations::{MemberRecord, OrganisationRecord, OrganisationRefusal};
pub use oversight::{ActOnRecord, CertificateOnRecord, LogReach, RecordsPage};
pub use published::PublishedDay;
pub use recorded::Recorded;
pub use retention::{KeptContent, OverByKind, StandingHold, TermOver};
pub use search::{Found, OutOfForce, Place, Wanted, WantedEvents};
pub use sessions::Session;
pub use standing::{ChangeError, StandingChange, Successor};
pub use statistics::Statistics;
pub use sums::{Dimension, Period};
pub use vault::{Vault, VaultError, VaultKey};
pub use watches::{NewWatch, WatchRecord, WatchedChange, WatchedChanges};

use beginnings::KnownBeginnings;
use database::{Database, read};
use figures::Shard;
use queue::Queue;
use status_lists::OpenList;

/// The way to every record of the service. A clone is the same storage.
#[derive(Clone)]
pub struct Storage(Arc<Inner>);

struct Inner {
    database: Arc<Database>,
    vault: Vault,
    queue: Queue,
    known_beginnings: KnownBeginnings,
    open_list: OpenList,
}

impl Storage {
    /// Opens `sqlite:PATH` or `postgres://…`, makes what is missing, and refuses a database that would forget what it
    /// confirms, that a later program laid out, or that was written with other keys than the vault's.
    ///
    /// Must be called inside a tokio runtime, in which the writing task then runs.
    pub async fn open(
        url: &str,
        password: Option<&str>,
        durability: Durability,
        vault: Vault,
    ) -> Result<Self, StorageError> {
        let database = Arc::new(Database::connect(url, password, durability).await?);
        migrations::migrate(&database).await?;
        rotation::recognise(&database, &vault).await?;
        let shard = Shard::draw(vault.random())?;
        Ok(Self(Arc::new(Inner {
            queue: Queue::start(Arc::clone(&database), shard),
            database,
            vault,
            known_beginnings: KnownBeginnings::default(),
            open_list: OpenList::default(),
        })))
    }

    /// Finishes the writes under way, takes no more, and closes every connection.
    pub async fn close(&self) {
        self.0.queue.close().await;
        self.0.database.close().await;
    }

    /// Whether the database answers.
    pub async fn health(&self) -> Result<(), StorageError> {
        let _: i64 = read!(self.database(), |pool| sqlx::query_scalar(statements::HEALTH).fetch_one(pool))?;
        Ok(())
    }

    /// The names of this program's statements that do not fit the database's schema; none when it is whole.
    pub async fn unfit_statements(&self) -> Result<Vec<&'static str>, StorageError> {
        let mut unfit = Vec::new();
        for (name, statement) in statements::all() {
            let prepared =
                read!(self.database(), |pool| async { pool.prepare(statement.into_sql_str()).await.map(drop) });
            match prepared {
                Ok(()) => {}
                Err(sqlx::Error::Database(_)) => unfit.push(*name),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(unfit)
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn vault(&self) -> &Vault {
        &self.0.vault
    }

    fn queue(&self) -> &Queue {
        &self.0.queue
    }

    fn known_beginnings(&self) -> &KnownBeginnings {
        &self.0.known_beginnings
    }

    fn open_list(&self) -> &OpenList {
        &self.0.open_list
    }
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Storage").field("vault", &self.0.vault).finish_non_exhaustive()
    }
}
