-- Every record of the service. Instants are UTC milliseconds, digests and secrets bytea,
-- and what is personal stands here only encrypted (facts, own_bytes, subject) or as an HMAC.

-- What all certificates of one kind's version share; named by its SHA-256, immutable, stored once.
create table beginnings (
    sha256 bytea primary key check (length(sha256) = 32),
    bytes bytea not null
);

create table status_lists (
    number bigint primary key check (number > 0),
    closed integer not null check (closed in (0, 1))
);

create table certificates (
    id uuid primary key,
    number text not null,
    kind text not null,
    kind_version integer not null,
    issuer text not null,
    issued_at bigint not null,
    as_of bigint not null,
    valid_until bigint,
    keep_until bigint not null,
    -- 0 in force, 1 revoked, 2 suspended, 3 superseded, as a status list counts them
    standing integer not null check (standing between 0 and 3),
    standing_reason text,
    standing_since bigint not null,
    superseded_by uuid references certificates (id),
    version integer not null,
    code_hmac bytea,
    holder_hmac bytea,
    kek_id text,
    data_key bytea,
    facts bytea,
    beginning bytea not null references beginnings (sha256),
    own_bytes bytea,
    seal_key_id text not null,
    status_list bigint not null references status_lists (number),
    status_index bigint not null check (status_index between 0 and 1048575),
    demonstration integer not null check (demonstration in (0, 1)),
    erased_at bigint,
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
);

-- encrypted bytes do not compress
alter table certificates alter column facts set storage external, alter column own_bytes set storage external;

create index certificates_holder on certificates (holder_hmac) where holder_hmac is not null;

-- The issued set: the SHA-256 of every file that was ever released.
create table certificate_digests (
    sha256 bytea primary key check (length(sha256) = 32),
    certificate_id uuid not null references certificates (id),
    revision integer not null check (revision > 0),
    released_at bigint not null,
    constraint certificate_digests_revision_key unique (certificate_id, revision)
);

-- Leaves of the transparency log; one whose place is null waits for the sequencer.
create table leaves (
    id uuid primary key,
    certificate_id uuid not null references certificates (id),
    act text not null check (act in ('issued', 'revoked', 'suspended', 'reinstated', 'superseded', 'restamped')),
    salt bytea not null check (length(salt) = 32),
    record bytea not null,
    entry bytea not null check (length(entry) = 32),
    recorded_at bigint not null,
    place bigint unique check (place >= 0)
);

create index leaves_certificate on leaves (certificate_id);
create index leaves_waiting on leaves (id) where place is null;

-- One row: the log as far as its places are given. Size 0 has the empty tree's root, SHA-256 of nothing.
create table log_state (
    id integer primary key check (id = 1),
    size bigint not null check (size >= 0),
    root bytea not null check (length(root) = 32),
    frontier bytea not null,
    checkpoint text not null,
    updated_at bigint not null
);

insert into log_state (id, size, root, frontier, checkpoint, updated_at)
values (1, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x', '', 0);

create table audit_events (
    id uuid primary key,
    actor text not null,
    act text not null,
    subject text not null,
    occurred_at bigint not null,
    detail text not null
);

create index audit_events_subject on audit_events (subject);

create table idempotency (
    actor text not null,
    key_hmac bytea not null,
    body_hmac bytea not null,
    certificate_id uuid not null references certificates (id),
    created_at bigint not null,
    primary key (actor, key_hmac)
);

create index idempotency_created on idempotency (created_at);
create index idempotency_certificate on idempotency (certificate_id);

-- Who was told a certificate's facts.
create table looks (
    id uuid primary key,
    certificate_id uuid not null references certificates (id),
    looked_at bigint not null,
    basis text not null check (basis in ('file', 'qr', 'code')),
    verifier text
);

create index looks_certificate on looks (certificate_id);

create table sessions (
    token_hmac bytea primary key,
    kek_id text not null,
    subject bytea not null,
    created_at bigint not null,
    expires_at bigint not null
);

create index sessions_expiry on sessions (expires_at);

-- The keys this database was written with, each with a value that only that key gives.
create table vault_keys (
    id text primary key,
    purpose text not null check (purpose in ('kek', 'lookup')),
    proof bytea not null
);
