-- Entries that were published and whose leaves no backup holds: what they recorded is lost, and the log keeps them.
create table lost_entries (
    place integer primary key check (place >= 0),
    entry blob not null check (length(entry) = 32),
    given_up_at integer not null
) strict;
