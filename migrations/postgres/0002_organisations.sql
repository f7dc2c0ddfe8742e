-- Who uses the service as an organisation, and by what it is known. No secret stands here: of a token only its SHA-256.

create table organisations (
    voen text primary key check (length(voen) = 10),
    name text not null,
    issuer integer not null check (issuer in (0, 1)),
    verifier integer not null check (verifier in (0, 1)),
    -- whether a token alone is not enough
    needs_certificate integer not null check (needs_certificate in (0, 1)),
    added_at bigint not null,
    closed_at bigint
);

-- Who answers for an organisation's credentials.
create table members (
    id uuid primary key,
    organisation text not null references organisations (voen),
    name text not null,
    added_at bigint not null,
    removed_at bigint
);

create unique index members_name on members (organisation, name) where removed_at is null;

create table api_tokens (
    id uuid primary key,
    organisation text not null references organisations (voen),
    member_id uuid not null references members (id),
    name text not null,
    sha256 bytea not null check (length(sha256) = 32),
    -- words between spaces, as OAuth writes them (RFC 6749 §3.3)
    scopes text not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    -- the beginning of the last day on which it was used
    used_on bigint,
    constraint api_tokens_sha256_key unique (sha256)
);

create unique index api_tokens_name on api_tokens (organisation, name) where revoked_at is null;
create index api_tokens_member on api_tokens (member_id);

create table client_certificates (
    id uuid primary key,
    organisation text not null references organisations (voen),
    member_id uuid not null references members (id),
    name text not null,
    -- of the whole certificate in DER: bound once, to one organisation, for ever
    sha256 bytea not null check (length(sha256) = 32),
    -- what it may do alone, without a token
    scopes text not null,
    bound_at bigint not null,
    not_after bigint not null,
    revoked_at bigint,
    constraint client_certificates_sha256_key unique (sha256)
);

create unique index client_certificates_name on client_certificates (organisation, name) where revoked_at is null;
create index client_certificates_member on client_certificates (member_id);
