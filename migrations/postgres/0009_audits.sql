-- Searches for what is personal, with their purposes; and exports, so that how far one is can be seen, and what differs from
-- it later can be named. Nothing here says of whom: neither a FİN nor a recipient.

create table searches (
    -- its audit event's
    id uuid primary key,
    auditor text not null,
    -- what her organisation is called
    organisation text not null,
    -- the agency whose certificates she audits; null when she audits all
    reach text check (length(reach) = 10),
    sought text not null check (sought in ('person', 'recipient', 'both')),
    -- empty when its term is over, or a certificate that was found was erased: it may name somebody
    purpose text not null,
    found bigint not null check (found >= 0),
    searched_at bigint not null
);

create index searches_searched on searches (searched_at, id);
create index searches_reach on searches (reach, searched_at, id) where reach is not null;

alter table inspections add column search_id uuid references searches (id);

-- What an auditor wrote of somebody goes with what the certificate said of her.
update inspections set purpose = ''
where exists (select 1 from certificates c where c.id = inspections.certificate_id and c.erased_at is not null);

create table exports (
    -- its audit event's
    id uuid primary key,
    actor text not null,
    contents text not null check (contents in ('certificates', 'events')),
    format text not null check (format in ('csv', 'xlsx')),
    filter text not null,
    -- its period
    since bigint not null,
    until bigint not null,
    began_at bigint not null,
    -- how many rows were written, the instant of the last of them, and when that was
    row_count bigint not null check (row_count >= 0),
    reached bigint not null,
    noted_at bigint not null,
    ended_at bigint
);

create index exports_actor on exports (actor, began_at, id);
create index exports_unfinished on exports (noted_at) where ended_at is null;

create table export_pieces (
    export_id uuid not null references exports (id),
    piece bigint not null check (piece >= 0),
    -- of each row in its order: instant, id, and the beginning of the SHA-256 of what never changes of it
    digests bytea not null,
    primary key (export_id, piece)
);
