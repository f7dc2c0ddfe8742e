//! Erasing by four eyes: a proposal lists exactly the certificates that it is about, and is decided on once, by another.

mod runs;

use ring::digest::{Context, SHA256};
use uuid::Uuid;

use crate::catalogue::{KindCode, Voen};
use crate::certificate::Number;
use crate::clock::Instant;

use super::Storage;
use super::audit::NewAuditEvent;
use super::database::{Transaction, execute, read, within};
use super::error::{StorageError, damaged};
use super::statements::retention as sql;

pub use runs::{ErasingRunRecord, ListedId, NewErasingRun};

/// What a proposal is to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposed {
    /// All content whose term is over.
    Term,
    /// One certificate's content.
    Certificate(Uuid),
}

/// A proposal about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewErasingProposal {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// What it is to list.
    pub what: Proposed,
    /// The agency whose certificates it is about; none for those of all.
    pub issuer: Option<Voen>,
    /// What says why; it names nobody.
    pub note: String,
    /// Who makes it.
    pub proposed_by: String,
    /// When; terms that end later are not over.
    pub proposed_at: Instant,
    /// From when on it can be neither approved nor carried out.
    pub expires_at: Instant,
}

/// What a proposal lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How many certificates.
    pub total: u64,
    /// SHA-256 of `earayis/erasing/v1`, a line feed, and the ids, 16 bytes each, in their order.
    pub digest: [u8; 32],
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasingProposalRecord {
    /// Its id.
    pub id: Uuid,
    /// Whether it is about one certificate.
    pub single: bool,
    /// The agency whose certificates it is about; none for those of all.
    pub issuer: Option<Voen>,
    /// What it lists.
    pub listed: Listed,
    /// What says why.
    pub note: String,
    /// Who made it.
    pub proposed_by: String,
    /// When; terms that ended later are not over.
    pub proposed_at: Instant,
    /// From when on it can be neither approved nor carried out.
    pub expires_at: Instant,
    /// What was decided; none while nothing was.
    pub decision: Option<ErasingDecision>,
    /// When the run of it began.
    pub began_at: Option<Instant>,
    /// When that came to its end.
    pub finished_at: Option<Instant>,
}

/// What was decided on a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasingDecision {
    /// Whether it may be carried out.
    pub approved: bool,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Instant,
    /// With which words.
    pub note: String,
}

/// A certificate that a proposal lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCertificate {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: Number,
    /// Its agency.
    pub issuer: Voen,
    /// Its kind.
    pub kind: KindCode,
    /// When it was issued.
    pub issued_at: Instant,
    /// When its term ends or ended.
    pub keep_until: Instant,
    /// Whether its content is erased.
    pub erased: bool,
    /// Whether a hold keeps it.
    pub held: bool,
}

/// The most that one proposal lists: nobody else writes while it is listed, and issuing waits no longer than seconds. What
/// is left is for the next one.
const MOST_LISTED: i64 = 50_000;
/// How many ids are read at once.
const ROWS: i64 = 5_000;

impl Storage {
    /// Stores a proposal with all that it lists, and the event that tells of it; none when there is nothing to list.
    pub async fn propose_erasing<E: From<StorageError>>(
        &self,
        new: &NewErasingProposal,
        audit: impl FnOnce(&Listed) -> Result<NewAuditEvent, E> + Send,
    ) -> Result<Option<Listed>, E> {
        let mut transaction = self.database().begin().await?;
        insert(&mut transaction, new).await?;
        let listed = list(&mut transaction, new).await?;
        if listed.total == 0 {
            return Ok(None);
        }
        audit(&listed)?.store(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Some(listed))
    }

    /// The proposal of this id.
    pub async fn erasing_proposal(&self, id: Uuid) -> Result<Option<ErasingProposalRecord>, StorageError> {
        let row: Option<Row> =
            read!(self.database(), |pool| sqlx::query_as(sql::PROPOSAL).bind(id).fetch_optional(pool))?;
        row.map(Row::record).transpose()
    }

    /// The latest proposals about one agency, or about any.
    pub async fn erasing_proposals(
        &self,
        issuer: Option<&Voen>,
        limit: u32,
    ) -> Result<Vec<ErasingProposalRecord>, StorageError> {
        let rows: Vec<Row> = read!(self.database(), |pool| sqlx::query_as(sql::PROPOSALS)
            .bind(issuer.map(Voen::as_str))
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        rows.into_iter().map(Row::record).collect()
    }

    /// How many certificates of each agency's kinds a proposal lists: VÖEN, code of the kind, count.
    pub async fn listed_by_kind(&self, proposal: Uuid) -> Result<Vec<(String, String, i64)>, StorageError> {
        Ok(read!(self.database(), |pool| sqlx::query_as(sql::LISTED_BY_KIND).bind(proposal).fetch_all(pool))?)
    }

    /// At most `limit` certificates that a proposal lists, in the order of their ids, behind `after`.
    pub async fn listed_in_full(
        &self,
        proposal: Uuid,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<ListedCertificate>, StorageError> {
        let rows: Vec<ListedRow> = read!(self.database(), |pool| sqlx::query_as(sql::LISTED_IN_FULL)
            .bind(proposal)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(pool))?;
        rows.into_iter().map(ListedRow::certificate).collect()
    }

    /// Decides on a proposal that lists what `digest` says; answers whether this call did: not when somebody had, its time
    /// is over, or whoever made it would approve it.
    pub async fn decide_erasing(
        &self,
        id: Uuid,
        digest: &[u8; 32],
        decision: &ErasingDecision,
        audit: &NewAuditEvent,
    ) -> Result<bool, StorageError> {
        let ErasingDecision { approved, by, at, note } = decision;
        let word = if *approved { APPROVED } else { "refused" };
        let mut transaction = self.database().begin().await?;
        let sql = sql::DECIDE_PROPOSAL;
        let decided = execute!(&mut transaction, sql, id, word, by, at.millis(), note, digest.as_slice())? == 1;
        if decided {
            audit.store(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(decided)
    }
}

const APPROVED: &str = "approved";

async fn insert(transaction: &mut Transaction, new: &NewErasingProposal) -> Result<(), StorageError> {
    let NewErasingProposal { id, what, issuer, note, proposed_by, proposed_at, expires_at } = new;
    let what = match what {
        Proposed::Term => "term",
        Proposed::Certificate(_) => "certificate",
    };
    let (at, nothing) = (proposed_at.millis(), [0_u8; 32]);
    let (sql, issuer) = (sql::INSERT_PROPOSAL, issuer.as_ref().map(Voen::as_str));
    let until = expires_at.millis();
    execute!(transaction, sql, id, what, issuer, nothing.as_slice(), note, proposed_by, at, until)?;
    Ok(())
}

/// Lists what the proposal is about, and binds it to that.
async fn list(transaction: &mut Transaction, new: &NewErasingProposal) -> Result<Listed, StorageError> {
    let listed = match new.what {
        Proposed::Term => {
            let (at, issuer) = (new.proposed_at.millis(), new.issuer.as_ref().map(Voen::as_str));
            execute!(&mut *transaction, sql::LIST_OVER, new.id, at, issuer, MOST_LISTED)?
        }
        Proposed::Certificate(one) => execute!(&mut *transaction, sql::LIST_ONE, new.id, one)?,
    };
    let mut digest = ListDigest::new();
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, String, String)> = within!(&mut *transaction, |connection| sqlx::query_as(sql::LISTED)
            .bind(new.id)
            .bind(after)
            .bind(ROWS)
            .fetch_all(connection))?;
        let Some((last, ..)) = rows.last() else { break };
        after = *last;
        for (id, ..) in &rows {
            digest.add(*id);
        }
    }
    let listed = Listed { total: listed, digest: digest.finish() };
    let total = i64::try_from(listed.total).unwrap_or(i64::MAX);
    execute!(transaction, sql::BIND_PROPOSAL, new.id, total, listed.digest.as_slice())?;
    Ok(listed)
}

/// The digest of what a proposal lists.
pub(super) struct ListDigest(Context);

impl ListDigest {
    pub(super) fn new() -> Self {
        let mut context = Context::new(&SHA256);
        context.update(b"earayis/erasing/v1\n");
        Self(context)
    }

    pub(super) fn add(&mut self, id: Uuid) {
        self.0.update(id.as_bytes());
    }

    pub(super) fn finish(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    what: String,
    issuer: Option<String>,
    total: i64,
    digest: Vec<u8>,
    note: String,
    proposed_by: String,
    proposed_at: i64,
    expires_at: i64,
    decision: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    decision_note: Option<String>,
    began_at: Option<i64>,
    finished_at: Option<i64>,
}

impl Row {
    fn record(self) -> Result<ErasingProposalRecord, StorageError> {
        let wrong = |column| damaged("erasing_proposals", column);
        let decided = self.decision.zip(self.decided_by).zip(self.decided_at).zip(self.decision_note);
        Ok(ErasingProposalRecord {
            id: self.id,
            single: self.what == "certificate",
            issuer: self.issuer.map(|issuer| issuer.parse()).transpose().map_err(|_| wrong("issuer"))?,
            listed: Listed {
                total: self.total.unsigned_abs(),
                digest: self.digest.try_into().map_err(|_| wrong("digest"))?,
            },
            note: self.note,
            proposed_by: self.proposed_by,
            proposed_at: Instant::from_millis(self.proposed_at),
            expires_at: Instant::from_millis(self.expires_at),
            decision: decided.map(|(((word, by), at), note)| ErasingDecision {
                approved: word == APPROVED,
                by,
                at: Instant::from_millis(at),
                note,
            }),
            began_at: self.began_at.map(Instant::from_millis),
            finished_at: self.finished_at.map(Instant::from_millis),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: Uuid,
    number: String,
    issuer: String,
    kind: String,
    issued_at: i64,
    keep_until: i64,
    erased_at: Option<i64>,
    holds: i64,
}

impl ListedRow {
    fn certificate(self) -> Result<ListedCertificate, StorageError> {
        Ok(ListedCertificate {
            id: self.id,
            number: self.number.parse().map_err(|_| damaged("certificates", "number"))?,
            issuer: self.issuer.parse().map_err(|_| damaged("certificates", "issuer"))?,
            kind: self.kind.parse().map_err(|_| damaged("certificates", "kind"))?,
            issued_at: Instant::from_millis(self.issued_at),
            keep_until: Instant::from_millis(self.keep_until),
            erased: self.erased_at.is_some(),
            held: self.holds > 0,
        })
    }
}
