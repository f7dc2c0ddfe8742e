//! Every statement of the service, written once and understood alike by SQLite and PostgreSQL.
//!
//! Portable by habit: `$1`, `on conflict`, `returning`, instants as bound UTC milliseconds; no `now()`, arrays or JSON
//! operators. Where an engine has its own word for the same thing, both spellings stand next to each other at the end.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(in crate::storage) const $name: &str = $sql;)*

        /// Each of these statements by name.
        pub(in crate::storage::statements) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

pub(super) mod agency_alarms;
pub(super) mod auditing;
pub(super) mod exports;
pub(super) mod figures;
pub(super) mod members;
pub(super) mod organisations;
pub(super) mod oversight;
pub(super) mod retention;
pub(super) mod watches;

/// Every statement by name, so that each can be prepared on each engine.
pub(super) fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let own = ALL.iter().chain(agency_alarms::ALL).chain(auditing::ALL).chain(figures::ALL).chain(exports::ALL);
    own.chain(organisations::ALL).chain(members::ALL).chain(oversight::ALL).chain(retention::ALL).chain(watches::ALL)
}

/// The columns of a certificate's record, with the digest of its latest revision.
macro_rules! record_columns {
    () => {
        "c.id, c.number, c.kind, c.kind_version, c.issuer, c.issued_at, c.as_of, c.valid_until, c.keep_until, c.standing,
         c.standing_reason, c.standing_since, c.superseded_by, c.version, c.beginning, c.seal_key_id, c.status_list,
         c.status_index, c.demonstration, c.erased_at, c.holder_hmac,
         (select d.sha256 from certificate_digests d where d.certificate_id = c.id
          order by d.revision desc limit 1) as digest"
    };
}

/// A certificate's record.
macro_rules! record {
    ($rest:literal) => {
        concat!("select ", record_columns!(), " from certificates c ", $rest)
    };
}

/// A certificate's record beside each of its leaves, so that one statement reads all at one moment; one row without a
/// leaf when it has none.
macro_rules! recorded {
    ($more:literal, $rest:literal) => {
        concat!(
            "select ",
            record_columns!(),
            $more,
            ", l.id as leaf_id, l.act, l.salt, l.record, l.entry, l.recorded_at, l.place
             from certificates c left join leaves l on l.certificate_id = c.id ",
            $rest
        )
    };
}

statements! {
    /// Marks the point to which one job of a shared transaction can be taken back.
    SAVEPOINT = "savepoint job";

    /// Keeps what one job of a shared transaction did.
    RELEASE = "release savepoint job";

    /// Takes back what one job of a shared transaction did.
    ROLL_BACK = "rollback to savepoint job";

    /// The least that shows whether the database answers.
    HEALTH = "select size from log_state";

    // certificates

    /// Stores a beginning, unless it is there.
    INSERT_BEGINNING = "insert into beginnings (sha256, bytes) values ($1, $2) on conflict (sha256) do nothing";

    /// The bytes of a beginning.
    BEGINNING = "select bytes from beginnings where sha256 = $1";

    /// Stores a new certificate, in force.
    INSERT_CERTIFICATE =
        "insert into certificates (id, number, kind, kind_version, issuer, issued_at, as_of, valid_until, keep_until,
             standing, standing_since, version, code_hmac, holder_hmac, kek_id, data_key, facts, beginning, own_bytes,
             seal_key_id, status_list, status_index, demonstration, issued_by, recipient_hmac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $6, 1, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
             $22)";

    /// Adds a released file to the issued set.
    INSERT_DIGEST =
        "insert into certificate_digests (sha256, certificate_id, revision, released_at) values ($1, $2, $3, $4)";

    /// The certificate with a number.
    CERTIFICATE_BY_NUMBER = record!("where c.number = $1");

    /// The certificate with an id.
    CERTIFICATE_BY_ID = record!("where c.id = $1");

    /// A holder's certificates, newest first; none that was erased.
    CERTIFICATES_OF = record!("where c.holder_hmac = $1 order by c.id desc");

    /// The certificate with a number and its leaves.
    RECORDED_BY_NUMBER = recorded!("", "where c.number = $1");

    /// The certificate with a code, its leaves and its encrypted facts; none after erasure.
    RECORDED_BY_CODE = recorded!(", c.kek_id, c.data_key, c.facts", "where c.code_hmac = $1");

    /// The certificate to which a released file belongs, its leaves and its encrypted facts.
    RECORDED_BY_DIGEST = recorded!(
        ", c.kek_id, c.data_key, c.facts",
        "where c.id = (select certificate_id from certificate_digests where sha256 = $1)"
    );

    /// A certificate's encrypted facts.
    FACTS = "select kek_id, data_key, facts as sealed from certificates where id = $1 and erased_at is null";

    /// A certificate's encrypted own bytes, its beginning, and the digest of the whole.
    RELEASED_BYTES =
        "select c.kek_id, c.data_key, c.own_bytes as sealed, c.beginning,
             (select d.sha256 from certificate_digests d where d.certificate_id = c.id
              order by d.revision desc limit 1) as digest
         from certificates c where c.id = $1 and c.erased_at is null";

    // standing

    /// Changes a certificate's standing, if nobody did so since the caller read it.
    CHANGE_STANDING =
        "update certificates set standing = $3, standing_reason = $4, standing_since = $5, superseded_by = $6,
             version = version + 1
         where id = $1 and version = $2";

    /// Holds another certificate as the caller read it until this transaction ends.
    HOLD_VERSION = "update certificates set version = version where id = $1 and version = $2";

    // looks, audit events

    /// Who was told a certificate's facts, latest first.
    LOOKS_OF = "select id, certificate_id, looked_at, basis, verifier from looks where certificate_id = $1
         order by looked_at desc, id desc";

    /// The look of this id, if this organisation looked.
    LOOK_BY = "select id, certificate_id, looked_at, basis, verifier from looks where id = $1 and verifier = $2";

    /// An organisation's latest look at a certificate.
    LATEST_LOOK_BY = "select id, certificate_id, looked_at, basis, verifier from looks
         where certificate_id = $1 and verifier = $2 order by looked_at desc, id desc limit 1";

    /// Records who did what to what, and of whose records it is: the organisation given, or the certificate's agency.
    INSERT_AUDIT_EVENT =
        "insert into audit_events (id, actor, act, subject, occurred_at, detail, organisation)
         values ($1, $2, $3, $4, $5, $6, coalesce(cast($8 as text), (select c.issuer from certificates c where c.id = $7)))";

    /// What was done to a subject, in order.
    AUDIT_EVENTS_OF = "select id, actor, act, subject, occurred_at, detail from audit_events where subject = $1
         order by occurred_at, id";

    // the transparency log

    /// Stores a leaf that waits for its place.
    INSERT_LEAF =
        "insert into leaves (id, certificate_id, act, salt, record, entry, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)";

    /// A certificate's leaves, in the order in which they were recorded.
    LEAVES_OF =
        "select id, certificate_id, act, salt, record, entry, recorded_at, place from leaves
         where certificate_id = $1 order by recorded_at, id";

    /// Leaves without a place, oldest id first, so that none waits for ever.
    WAITING_LEAVES =
        "select id, certificate_id, act, salt, record, entry, recorded_at, place from leaves
         where place is null order by id limit $1";

    /// When the leaf that waits longest was recorded.
    OLDEST_WAITING = "select min(recorded_at) from leaves where place is null";

    /// The entries from one place up to, and not with, another, also those whose leaves are lost.
    ENTRIES =
        "select place, entry from leaves where place >= $1 and place < $2
         union all select place, entry from lost_entries where place >= $1 and place < $2 order by place";

    /// The log as far as its places are given.
    LOG_STATE = "select size, root, frontier, checkpoint, updated_at from log_state where id = 1";

    /// Advances the log, if it still has the size from which the caller set out.
    ADVANCE_LOG =
        "update log_state set size = $2, root = $3, frontier = $4, checkpoint = $5, updated_at = $6
         where id = 1 and size = $1";

    /// Gives a waiting leaf its place.
    PLACE_LEAF = "update leaves set place = $2 where id = $1 and place is null";

    // idempotency

    /// Remembers which certificate a key made.
    INSERT_IDEMPOTENCY =
        "insert into idempotency (actor, key_hmac, body_hmac, certificate_id, created_at) values ($1, $2, $3, $4, $5)";

    /// What a key made.
    IDEMPOTENCY = "select body_hmac, certificate_id from idempotency where actor = $1 and key_hmac = $2";

    /// Forgets keys older than their term.
    PURGE_IDEMPOTENCY = "delete from idempotency where created_at < $1";

    // status lists

    /// The status list that takes new certificates.
    OPEN_STATUS_LIST = "select max(number) from status_lists where closed = 0";

    /// How many places of a status list are taken.
    PLACES_TAKEN = "select count(*) from certificates where status_list = $1";

    /// Opens the status list after the last, unless one is open; one statement, so that of two processes one opens it.
    OPEN_NEXT_STATUS_LIST =
        "insert into status_lists (number, closed)
         select coalesce(max(number), 0) + 1, 0 from status_lists having coalesce(min(closed), 1) = 1
         on conflict (number) do nothing";

    /// Every status list there is.
    STATUS_LISTS = "select number from status_lists order by number";

    /// How many changes a status list has seen.
    STATUS_LIST_CHANGES = "select changes from status_lists where number = $1";

    /// Raises the number of changes of the list on which a certificate has its place.
    RAISE_CHANGES =
        "update status_lists set changes = changes + 1
         where number = (select status_list from certificates where id = $1)";

    /// The places of a status list whose certificates are not in force.
    OUT_OF_FORCE = "select status_index, standing from certificates where status_list = $1 and standing <> 0";

    /// Closes a status list for new certificates.
    CLOSE_STATUS_LIST = "update status_lists set closed = 1 where number = $1";

    // erasure

    /// Takes from a certificate everything by which its holder or its facts could be found, unless a hold keeps it.
    ERASE =
        "update certificates set erased_at = $2, code_hmac = null, holder_hmac = null, kek_id = null, data_key = null,
             facts = null, own_bytes = null, recipient_hmac = null
         where id = $1 and erased_at is null
             and not exists (select 1 from legal_holds h where h.certificate_id = $1 and h.lifted_at is null)";

    /// Takes from what was done to a certificate by its holder the part of her look-up value that named her.
    ERASE_ACTOR = "update audit_events set actor = 'holder' where subject = $1 and actor like 'holder:%'";

    // sessions

    /// Opens a session.
    INSERT_SESSION =
        "insert into sessions (token_hmac, kek_id, subject, created_at, expires_at) values ($1, $2, $3, $4, $5)";

    /// A session that has not ended.
    SESSION = "select kek_id, subject, created_at, expires_at from sessions where token_hmac = $1 and expires_at > $2";

    /// Ends a session.
    DELETE_SESSION = "delete from sessions where token_hmac = $1";

    /// Forgets sessions that have ended.
    PURGE_SESSIONS = "delete from sessions where expires_at <= $1";

    // the vault's keys

    /// Remembers a key that this database is written with, unless it is known.
    INSERT_VAULT_KEY = "insert into vault_keys (id, purpose, proof) values ($1, $2, $3) on conflict (id) do nothing";

    /// The keys this database was written with.
    VAULT_KEYS = "select id, purpose, proof from vault_keys order by id";

    /// Certificates whose data key another key than the active one wraps.
    WRAPPED_OTHERWISE =
        "select id, kek_id, data_key from certificates
         where erased_at is null and kek_id <> $1 and id > $2 order by id limit $3";

    /// Puts a newly wrapped data key in the place of the one it was made from.
    REWRAP = "update certificates set kek_id = $3, data_key = $4 where id = $1 and data_key = $2";

    /// Forgets retired keys under which nothing is encrypted any more.
    FORGET_RETIRED_KEYS =
        "delete from vault_keys where purpose = 'kek' and id <> $1
             and not exists (select 1 from certificates c where c.kek_id = vault_keys.id)
             and not exists (select 1 from sessions s where s.kek_id = vault_keys.id)
             and not exists (select 1 from sign_ins i where i.kek_id = vault_keys.id)";

    // figures

    /// What there is, counted.
    FIGURES =
        "select (select count(*) from certificates) as certificates,
             (select count(*) from certificates where erased_at is not null) as erased,
             (select count(*) from leaves) as leaves,
             (select count(*) from leaves where place is null) as waiting_leaves,
             (select count(*) from audit_events) as audit_events,
             (select count(*) from looks) as looks,
             (select count(*) from sessions) as sessions,
             (select count(*) from beginnings) as beginnings";

    // migrations

    /// Where the migrations that ran are remembered.
    CREATE_MIGRATIONS =
        "create table if not exists schema_migrations (number integer primary key, name text not null, sha256 text not null)";

    /// The migrations that ran.
    MIGRATIONS = "select number, name, sha256 from schema_migrations order by number";

    /// Remembers that a migration ran.
    INSERT_MIGRATION = "insert into schema_migrations (number, name, sha256) values ($1, $2, $3)";
}

/// Records that somebody was told a certificate's facts, `rows` times, one at least. A look at a certificate that has no
/// facts any more is left out; those that were recorded come back. `hold` is [`HOLD_POSTGRES`] or [`HOLD_SQLITE`].
///
/// `cross join`, since SQLite keeps that order: it would else walk through all certificates to find the few of several
/// looks.
pub(super) fn insert_looks(rows: usize, hold: &str) -> String {
    let rows: Vec<_> = (0..rows)
        .map(|row| {
            let first = 5 * row + 1;
            format!("(${first}, ${}, ${}, ${}, ${})", first + 1, first + 2, first + 3, first + 4)
        })
        .collect();
    format!(
        "insert into looks (id, certificate_id, looked_at, basis, verifier)
         select l.column1, l.column2, l.column3, l.column4, l.column5
         from (values {}) as l cross join certificates c where c.id = l.column2 and c.erased_at is null {hold}
         returning id",
        rows.join(", ")
    )
}
/// What is looked at is erased by nobody else before this transaction ends; PostgreSQL.
pub(super) const HOLD_POSTGRES: &str = "for share of c";
/// SQLite has one writer at a time anyway.
pub(super) const HOLD_SQLITE: &str = "";

/// The bytes the whole database takes, in SQLite.
pub(super) const DATABASE_BYTES_SQLITE: &str =
    "select page_count * page_size from pragma_page_count(), pragma_page_size()";
/// The bytes the whole database takes, in PostgreSQL.
pub(super) const DATABASE_BYTES_POSTGRES: &str = "select pg_database_size(current_database())";

/// Copies the whole database, as of one moment, into a new file; SQLite.
pub(super) const COPY_SQLITE: &str = "vacuum into $1";

/// Empties the write-ahead log into the database, where `secure_delete` has overwritten what was freed; SQLite.
pub(super) const OVERWRITE_FREED_SQLITE: &str = "pragma wal_checkpoint(truncate)";
/// Gives freed space to the next writers; PostgreSQL.
pub(super) const OVERWRITE_FREED_POSTGRES: [&str; 5] =
    ["vacuum certificates", "vacuum idempotency", "vacuum inspections", "vacuum searches", "vacuum audit_events"];

/// What durability rests on: journal, flushing, references, overwriting of freed pages; SQLite.
pub(super) const DURABILITY_SQLITE: &str =
    "select (select journal_mode from pragma_journal_mode()), (select synchronous from pragma_synchronous()),
         (select foreign_keys from pragma_foreign_keys()), (select secure_delete from pragma_secure_delete())";
/// What durability rests on: flushing, waiting for it, full pages, and whether this is a standby; PostgreSQL.
pub(super) const DURABILITY_POSTGRES: &str =
    "select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
         pg_is_in_recovery()";

/// Lets one process at a time migrate a PostgreSQL database; in SQLite `begin immediate` does.
pub(super) const MIGRATION_TURN_POSTGRES: &str = "select pg_advisory_xact_lock(7306086895843897186)";

/// Begins a transaction that sees one moment; PostgreSQL. In SQLite every one does.
pub(super) const LOOK_POSTGRES: &str = "begin isolation level repeatable read read only";
