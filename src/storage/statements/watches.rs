//! The statements of watches, as portable as all of them.

/// A watch with what is told of its certificate.
macro_rules! watched {
    ($rest:literal) => {
        concat!(
            "select w.id, w.certificate_id, w.created_at, w.ends_at, w.from_place, c.number, c.valid_until, c.standing,
                c.standing_reason, c.standing_since, s.number as superseded_by
             from watches w join certificates c on c.id = w.certificate_id
             left join certificates s on s.id = c.superseded_by ",
            $rest
        )
    };
}

statements! {
    /// Opens a watch with the standing and the size of the log as this statement finds them: whatever it does not see
    /// is a change after that standing and gets its place after that size.
    INSERT_WATCH =
        "insert into watches (id, organisation, certificate_id, created_at, standing_since, from_place, ends_at)
         select $1, $2, $3, $4, c.standing_since, s.size, $5 from certificates c cross join log_state s where c.id = $3";

    /// Lets an organisation's open watch of a certificate end at the later of two instants.
    EXTEND_WATCH =
        "update watches set ends_at = case when ends_at < $4 then $4 else ends_at end
         where organisation = $1 and certificate_id = $2 and ends_at > $3 returning id";

    /// An organisation's watch.
    WATCH = watched!("where w.id = $1 and w.organisation = $2");

    /// An organisation's open watches, from one id on.
    WATCHES = watched!("where w.organisation = $1 and w.ends_at > $2 and w.id > $3 order by w.id limit $4");

    /// Ends a watch for good.
    DELETE_WATCH = "delete from watches where id = $1 and organisation = $2";

    /// Forgets watches that ended long ago.
    PURGE_WATCHES = "delete from watches where ends_at <= $1";

    /// How many leaves have places.
    LOG_SIZE = "select size from log_state where id = 1";

    /// The changes at the places from one up to, and not with, another, of certificates that an organisation watched
    /// when they were made; each once, however many watches tell it.
    WATCHED_CHANGES =
        "select l.place, l.certificate_id, l.act, l.recorded_at, c.number, c.standing_reason, c.standing_since,
             s.number as superseded_by
         from leaves l join certificates c on c.id = l.certificate_id left join certificates s on s.id = c.superseded_by
         where l.act in ('revoked', 'suspended', 'reinstated', 'superseded') and l.place >= $2 and l.place < $3
             and l.place >= (select min(o.from_place) from watches o where o.organisation = $1)
             and exists (select 1 from watches w where w.certificate_id = l.certificate_id and w.organisation = $1
                 and l.recorded_at > w.standing_since and l.recorded_at < w.ends_at)
         order by l.place limit $4";
}
