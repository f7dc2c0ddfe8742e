-- Watches: which organisation follows whose status, and until when.
create table watches (
    id blob primary key check (length(id) = 16),
    organisation text not null,
    certificate_id blob not null references certificates (id),
    created_at integer not null,
    -- since when the standing held that was found when it was opened: the changes after that one are told
    standing_since integer not null,
    -- how many leaves had places then: those changes have later ones
    from_place integer not null check (from_place >= 0),
    ends_at integer not null check (ends_at > created_at)
) strict;

create index watches_organisation on watches (organisation, id);
create index watches_certificate on watches (certificate_id, organisation);
create index watches_end on watches (ends_at);

-- Changes of status are few among the leaves.
create index leaves_changes on leaves (place) where act in ('revoked', 'suspended', 'reinstated', 'superseded');
