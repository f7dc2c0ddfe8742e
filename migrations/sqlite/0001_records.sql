-- Every record of the service. Instants are UTC milliseconds, uuids and digests blobs,
-- and what is personal stands here only encrypted (facts, own_bytes, subject) or as an HMAC.

-- What all certificates of one kind's version share; named by its SHA-256, immutable, stored once.
create table beginnings (
    sha256 blob primary key check (length(sha256) = 32),
    bytes blob not null
) strict;

create table status_lists (
    number integer primary key check (number > 0),
    closed integer not null check (closed in (0, 1))
) strict;

create table certificates (
    id blob primary key check (length(id) = 16),
    number text not null,
    kind text not null,
    kind_version integer not null,
    issuer text not null,
    issued_at integer not null,
    as_of integer not null,
    valid_until integer,
    keep_until integer not null,
    -- 0 in force, 1 revoked, 2 suspended, 3 superseded, as a status list counts them
    standing integer not null check (standing between 0 and 3),
    standing_reason text,
    standing_since integer not null,
    superseded_by blob references certificates (id),
    version integer not null,
    code_hmac blob,
    holder_hmac blob,
    kek_id text,
    data_key blob,
    facts blob,
    beginning blob not null references beginnings (sha256),
    own_bytes blob,
    seal_key_id text not null,
    status_list integer not null references status_lists (number),
    status_index integer not null check (status_index between 0 and 1048575),
    demonstration integer not null check (demonstration in (0, 1)),
    erased_at integer,
    constraint certificates_number_key unique (number),
    constraint certificates_code_key unique (code_hmac),
    constraint certificates_place_key unique (status_list, status_index),
    -- an erased certificate has nothing left by which its holder or its facts could be found
    constraint certificates_erasure check (
        (erased_at is null) = (data_key is not null)
        and (erased_at is null) = (kek_id is not null)
        and (erased_at is null) = (code_hmac is not null)
        and (erased_at is null) = (holder_hmac is not null)
        and (erased_at is null) = (facts is not null)
        and (erased_at is null) = (own_bytes is not null)
    )
) strict;

create index certificates_holder on certificates (holder_hmac) where holder_hmac is not null;

-- The issued set: the SHA-256 of every file that was ever released.
create table certificate_digests (
    sha256 blob primary key check (length(sha256) = 32),
    certificate_id blob not null references certificates (id),
    revision integer not null check (revision > 0),
    released_at integer not null,
    constraint certificate_digests_revision_key unique (certificate_id, revision)
) strict, without rowid;

-- Leaves of the transparency log; one whose place is null waits for the sequencer.
create table leaves (
    id blob primary key check (length(id) = 16),
    certificate_id blob not null references certificates (id),
    act text not null check (act in ('issued', 'revoked', 'suspended', 'reinstated', 'superseded', 'restamped')),
    salt blob not null check (length(salt) = 32),
    record blob not null,
    entry blob not null check (length(entry) = 32),
    recorded_at integer not null,
    place integer unique check (place >= 0)
) strict;

create index leaves_certificate on leaves (certificate_id);
create index leaves_waiting on leaves (id) where place is null;

-- One row: the log as far as its places are given. Size 0 has the empty tree's root, SHA-256 of nothing.
create table log_state (
    id integer primary key check (id = 1),
    size integer not null check (size >= 0),
    root blob not null check (length(root) = 32),
    frontier blob not null,
    checkpoint text not null,
    updated_at integer not null
) strict;

insert into log_state (id, size, root, frontier, checkpoint, updated_at)
values (1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'', '', 0);

create table audit_events (
    id blob primary key check (length(id) = 16),
    actor text not null,
    act text not null,
    subject text not null,
    occurred_at integer not null,
    detail text not null
) strict;

create index audit_events_subject on audit_events (subject);

create table idempotency (
    actor text not null,
    key_hmac blob not null,
    body_hmac blob not null,
    certificate_id blob not null references certificates (id),
    created_at integer not null,
    primary key (actor, key_hmac)
) strict, without rowid;

create index idempotency_created on idempotency (created_at);
create index idempotency_certificate on idempotency (certificate_id);

-- Who was told a certificate's facts.
create table looks (
    id blob primary key check (length(id) = 16),
    certificate_id blob not null references certificates (id),
    looked_at integer not null,
    basis text not null check (basis in ('file', 'qr', 'code')),
    verifier text
) strict;

create index looks_certificate on looks (certificate_id);

create table sessions (
    token_hmac blob primary key,
    kek_id text not null,
    subject blob not null,
    created_at integer not null,
    expires_at integer not null
) strict, without rowid;

create index sessions_expiry on sessions (expires_at);

-- The keys this database was written with, each with a value that only that key gives.
create table vault_keys (
    id text primary key,
    purpose text not null check (purpose in ('kek', 'lookup')),
    proof blob not null
) strict;
