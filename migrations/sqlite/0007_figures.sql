-- What auditors search by and what is counted by day. Nothing here says of whom: a recipient is an HMAC, a district stands
-- in a count only, and an operator is an actor's label without a citizen's look-up value.

alter table certificates add column issued_by text;
alter table certificates add column recipient_hmac blob;

create index certificates_issued on certificates (issued_at, id);
create index certificates_issuer on certificates (issuer, issued_at, id);
create index certificates_kind on certificates (kind, issued_at, id);
create index certificates_issued_by on certificates (issued_by, issued_at, id) where issued_by <> 'holder';
create index certificates_recipient on certificates (recipient_hmac, issued_at, id) where recipient_hmac is not null;

-- In whose matter an act was done: the agency of its certificate, or the organisation that is its subject.
alter table audit_events add column organisation text;

update audit_events set organisation = (select c.issuer from certificates c where c.id = unhex(replace(audit_events.subject, '-', '')));
update audit_events set organisation = subject
where organisation is null and exists (select 1 from organisations o where o.voen = audit_events.subject);
update certificates set issued_by = (
    select case when e.actor like 'holder%' then 'holder' else e.actor end from audit_events e
    where e.act = 'issue'
        and e.subject = lower(
            substr(hex(certificates.id), 1, 8) || '-' || substr(hex(certificates.id), 9, 4) || '-'
            || substr(hex(certificates.id), 13, 4) || '-' || substr(hex(certificates.id), 17, 4) || '-'
            || substr(hex(certificates.id), 21)
        )
);

create index audit_events_occurred on audit_events (occurred_at, id);
create index audit_events_organisation on audit_events (organisation, occurred_at, id) where organisation is not null;
create index audit_events_actor on audit_events (actor, occurred_at, id);

-- Counts by day in Baku. What a measure does not tell apart is the empty text. Each process raises rows of its own
-- `shard`, so that none waits for another's commit; the rows of a day are added up when they are read.
create table daily_figures (
    day text not null check (length(day) = 10),
    measure text not null check (measure in ('issued', 'took', 'verified', 'asked')),
    issuer text not null,
    kind text not null,
    district text not null,
    -- a verdict; how long an issuance took; how a registry answered
    outcome text not null,
    basis text not null,
    -- who verified
    organisation text not null,
    -- which registry source was asked
    source text not null,
    shard integer not null,
    count integer not null check (count > 0),
    primary key (measure, day, issuer, kind, district, outcome, basis, organisation, source, shard)
) strict, without rowid;

insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source, shard, count)
select strftime('%Y-%m-%d', issued_at / 1000 + 14400, 'unixepoch'), 'issued', issuer, kind, '', '', '', '', '', -1, count(*)
from certificates group by 1, issuer, kind;

create index certificates_changed on certificates (standing_since, issuer) where standing <> 0;

-- Which auditors were told a certificate's facts, for what, and from when the holder is shown it.
create table inspections (
    id blob primary key check (length(id) = 16),
    certificate_id blob not null references certificates (id),
    auditor text not null,
    organisation text not null,
    purpose text not null,
    inspected_at integer not null,
    shown_at integer not null check (shown_at >= inspected_at)
) strict;

create index inspections_certificate on inspections (certificate_id);

-- What was unusual at an agency on a day in Baku; each thing once, whichever process noticed it.
create table agency_alarms (
    id blob primary key check (length(id) = 16),
    alarm text not null check (
        alarm in ('above_habit', 'outside_hours', 'operator_share', 'same_person', 'revocations', 'log_lag')
    ),
    -- the agency's VÖEN; empty for what concerns all of them
    issuer text not null,
    -- which operator, or the number of one of the person's certificates
    subject text not null,
    day text not null check (length(day) = 10),
    found integer not null,
    threshold integer not null,
    raised_at integer not null,
    acknowledged_at integer,
    acknowledged_by text,
    note text,
    constraint agency_alarms_once unique (alarm, issuer, subject, day),
    check ((acknowledged_at is null) = (acknowledged_by is null) and (acknowledged_at is null) = (note is null))
) strict;

create index agency_alarms_raised on agency_alarms (raised_at, id);

create index certificates_keep on certificates (keep_until, id) where erased_at is null;

-- Certificates whose content must not be erased, whatever its term, until the hold is lifted.
create table legal_holds (
    id blob primary key check (length(id) = 16),
    certificate_id blob not null references certificates (id),
    reason text not null,
    placed_by text not null,
    placed_at integer not null,
    lifted_by text,
    lifted_at integer,
    check ((lifted_at is null) = (lifted_by is null))
) strict;

create unique index legal_holds_standing on legal_holds (certificate_id) where lifted_at is null;
