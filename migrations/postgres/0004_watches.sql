-- Watches: which organisation follows whose status, and until when.
create table watches (
    id uuid primary key,
    organisation text not null,
    certificate_id uuid not null references certificates (id),
    created_at bigint not null,
    -- since when the standing held that was found when it was opened: the changes after that one are told
    standing_since bigint not null,
    -- how many leaves had places then: those changes have later ones
    from_place bigint not null check (from_place >= 0),
    ends_at bigint not null check (ends_at > created_at)
);

create index watches_organisation on watches (organisation, id);
create index watches_certificate on watches (certificate_id, organisation);
create index watches_end on watches (ends_at);

-- Changes of status are few among the leaves.
create index leaves_changes on leaves (place) where act in ('revoked', 'suspended', 'reinstated', 'superseded');
