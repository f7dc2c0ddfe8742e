//! The statements by which a whole database is held against the log: pages in the order of places and of certificates.

statements! {
    /// The leaves at the places from one up to, and not with, another, in their order.
    LEAVES_AT =
        "select id, certificate_id, act, salt, record, entry, recorded_at, place from leaves
         where place >= $1 and place < $2 order by place";

    /// The log as far as its places are given, and the last place that any leaf has.
    LOG_STATE_AND_LAST_PLACE =
        "select size, root, (select max(place) from leaves) as last_place from log_state where id = 1";

    /// The leaf that waits longest.
    LONGEST_WAITING =
        "select id, certificate_id, act, salt, record, entry, recorded_at, place from leaves
         where place is null order by recorded_at, id limit 1";

    /// A page of certificates, as far as the log tells of them.
    CERTIFICATES_FROM =
        "select id, number, kind, kind_version, issuer, issued_at, standing, standing_since, version from certificates
         where id >= $1 order by id limit $2";

    /// The leaves of a page of certificates, each one's in the order in which they were recorded.
    LEAVES_BETWEEN =
        "select id, certificate_id, act, salt, record, entry, recorded_at, place from leaves
         where certificate_id >= $1 and certificate_id <= $2 order by certificate_id, recorded_at, id";

    /// The released files of a page of certificates.
    DIGESTS_BETWEEN =
        "select certificate_id, sha256 from certificate_digests
         where certificate_id >= $1 and certificate_id <= $2 order by certificate_id, revision";

    /// The acts upon a page of certificates that the log must tell of too, each one's in the order in which they happened.
    ACTS_BETWEEN =
        "select act, subject, occurred_at from audit_events
         where subject >= $1 and subject < $2 and act in ('issue', 'revoke', 'suspend', 'reinstate', 'supersede')
         order by subject, occurred_at, id";

    /// An act that the log must tell of too, and that names what stands before or after every id.
    ACT_OUTSIDE =
        "select act, subject, occurred_at from audit_events
         where (subject < $1 or subject >= $2) and act in ('issue', 'revoke', 'suspend', 'reinstate', 'supersede')
         order by subject, occurred_at, id limit 1";

    /// How many certificates there are.
    CERTIFICATES_COUNTED = "select count(*) from certificates";

    /// Entries whose leaves are lost, and when they were given up.
    LOST_ENTRIES = "select place, entry, given_up_at from lost_entries order by place";

    /// How many leaves have no row, because they are lost and were given up.
    LOST_ENTRIES_COUNTED = "select count(*) from lost_entries";

    /// Gives up the leaf of a published entry.
    INSERT_LOST_ENTRY = "insert into lost_entries (place, entry, given_up_at) values ($1, $2, $3)";
}
