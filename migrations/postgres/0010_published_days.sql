-- The rows of a whole day as they were published: the lines of its CSV, suppressed; empty for a day without any act. They
-- never change again, so that no count can be told from two versions of one file.
create table published_days (
    dataset text not null check (dataset in ('issuances', 'verifications')),
    day text not null check (length(day) = 10),
    lines text not null,
    published_at bigint not null,
    primary key (dataset, day)
);
