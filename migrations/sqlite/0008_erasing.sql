-- Erasing by four eyes, and what each run did. Nothing here says of whom.

-- What somebody wants erased: exactly the certificates that `erasing_listed` names, and no other.
create table erasing_proposals (
    id blob primary key check (length(id) = 16),
    -- content whose term is over, or one certificate's
    what text not null check (what in ('term', 'certificate')),
    -- the agency whose certificates it is about; null when it is about those of all
    issuer text check (length(issuer) = 10),
    total integer not null check (total >= 0),
    -- of the ids that it lists, in their order
    digest blob not null check (length(digest) = 32),
    note text not null,
    proposed_by text not null,
    -- terms that ended later were not over
    proposed_at integer not null,
    expires_at integer not null,
    decision text check (decision in ('approved', 'refused')),
    decided_by text,
    decided_at integer,
    decision_note text,
    check (
        (decision is null) = (decided_by is null)
        and (decision is null) = (decided_at is null)
        and (decision is null) = (decision_note is null)
    ),
    -- four eyes are those of two people
    constraint erasing_proposals_eyes check (decision is null or decision <> 'approved' or decided_by <> proposed_by)
) strict;

create index erasing_proposals_proposed on erasing_proposals (proposed_at, id);

create table erasing_listed (
    proposal_id blob not null references erasing_proposals (id),
    certificate_id blob not null references certificates (id),
    primary key (proposal_id, certificate_id)
) strict, without rowid;

create table erasing_runs (
    id blob primary key check (length(id) = 16),
    -- what was approved, where four eyes were needed
    proposal_id blob references erasing_proposals (id),
    issuer text check (length(issuer) = 10),
    carried_out_by text not null,
    began_at integer not null,
    -- null until it came to its end
    finished_at integer,
    -- how often its report was brought forward, each time with the erasures that it tells of
    steps integer not null,
    -- the last certificate that it came to
    reached blob check (length(reached) = 16),
    report text not null
) strict;

create unique index erasing_runs_proposal on erasing_runs (proposal_id) where proposal_id is not null;
create index erasing_runs_began on erasing_runs (began_at, id);

-- A restored database asks whether it knew of a hold.
create index legal_holds_certificate on legal_holds (certificate_id);
