-- Entries that were published and whose leaves no backup holds: what they recorded is lost, and the log keeps them.
create table lost_entries (
    place bigint primary key check (place >= 0),
    entry bytea not null check (length(entry) = 32),
    given_up_at bigint not null
);
