-- Members who sign in: what they may do, by what they are known, their sessions. Whatever would tell outside who a
-- member is stands here only as an HMAC, or encrypted.

-- Whether the organisation audits: its members may be auditors of any agency, or of all.
alter table organisations add column auditor integer not null default 0 check (auditor in (0, 1));

create table member_roles (
    id uuid primary key,
    member_id uuid not null references members (id),
    -- a word of the program's closed set; one that it does not know grants nothing
    role text not null,
    -- the agency whose certificates the role is about; null when it is about those of all
    agency text check (length(agency) = 10),
    granted_at bigint not null,
    revoked_at bigint
);

create unique index member_roles_role on member_roles (member_id, role) where revoked_at is null;

-- By what the provider of the sign-in knows a member. One person is one present member.
create table member_identities (
    id uuid primary key,
    member_id uuid not null references members (id),
    -- by the provider's own name for the person, or by her identification number
    basis text not null check (basis in ('subject', 'fin')),
    identity_hmac bytea not null check (length(identity_hmac) = 32),
    bound_at bigint not null,
    unbound_at bigint
);

create unique index member_identities_person on member_identities (identity_hmac) where unbound_at is null;
create index member_identities_member on member_identities (member_id);

-- Who has the code may bind what she is known by to the member, once.
create table invitations (
    code_hmac bytea primary key,
    member_id uuid not null references members (id),
    created_at bigint not null,
    expires_at bigint not null
);

create index invitations_member on invitations (member_id);
create index invitations_expiry on invitations (expires_at);

create table member_sessions (
    token_hmac bytea primary key,
    member_id uuid not null references members (id),
    -- by which she signed in; null only in a demonstration, where nothing is proven
    identity_id uuid references member_identities (id),
    created_at bigint not null,
    -- when she was last here, to the minute
    seen_at bigint not null,
    ends_at bigint not null
);

create index member_sessions_member on member_sessions (member_id);
create index member_sessions_end on member_sessions (ends_at);

-- Sign-ins under way: what was told to the provider, to be compared with its answer once.
create table sign_ins (
    state_hmac bytea primary key,
    kek_id text not null,
    content bytea not null,
    expires_at bigint not null
);

create index sign_ins_expiry on sign_ins (expires_at);
