//! The statements by which auditors search, as portable as all of them.

/// Certificates by everything that can be searched for, newest first, after one that was seen; `$leading` names what
/// narrows most, so that its index is used.
macro_rules! search {
    ($leading:literal) => {
        concat!(
            "select c.id, c.number, c.kind, c.kind_version, c.issuer, c.issued_at, c.valid_until, c.standing,
                c.standing_reason, c.standing_since, c.issued_by, c.erased_at,
                (select min(l.place) from leaves l where l.certificate_id = c.id and l.act = 'issued') as place
             from certificates c where ",
            $leading,
            " and (cast($1 as text) is null or c.issuer = $1) and (cast($2 as text) is null or c.kind = $2)
                and c.issued_at >= $3 and c.issued_at < $4
                and (cast($5 as integer) = -1 or (cast($5 as integer) in (1, 3) and c.standing = $5)
                    or (cast($5 as integer) in (0, 2) and c.standing = $5
                        and (c.valid_until is null or c.valid_until > $6))
                    or (cast($5 as integer) = 4 and c.standing in (0, 2) and c.valid_until <= $6))
                and (cast($7 as text) is null or c.issued_by = $7)
                and (cast($8 as bytea) is null or c.holder_hmac = $8)
                and (cast($9 as bytea) is null or c.recipient_hmac = $9)
                and (cast($10 as text) is null or c.number = $10)
                and (c.issued_at < $11 or (c.issued_at = $11 and c.id < $12))
             order by c.issued_at desc, c.id desc limit $13"
        )
    };
}

/// Audit events by everything that can be searched for, latest first, after one that was seen: those of one organisation's
/// records, and of nobody's records what `$2` did. What was stored before events had their organisation in full is of
/// nobody's records: whoever audits all agencies finds it, and whoever did it.
macro_rules! events {
    ($leading:literal) => {
        concat!(
            "select e.id, e.actor, e.act, e.subject, e.occurred_at, e.detail from audit_events e where ",
            $leading,
            " and (cast($1 as text) is null or e.organisation = $1 or (e.organisation is null and e.actor = $2))
                and (cast($3 as text) is null or e.actor = $3
                    or (cast($3 as text) = 'holder' and e.actor like 'holder:%'))
                and (cast($4 as text) is null or e.act = $4)
                and (cast($5 as text) is null or e.subject = $5) and e.occurred_at >= $6 and e.occurred_at < $7
                and (e.occurred_at < $8 or (e.occurred_at = $8 and e.id < $9))
             order by e.occurred_at desc, e.id desc limit $10"
        )
    };
}

/// Searches for what is personal, latest first, after one that was seen.
macro_rules! searches {
    ($leading:literal) => {
        concat!(
            "select s.id, s.auditor, s.organisation, s.reach, s.sought, s.purpose, s.found, s.searched_at
             from searches s where ",
            $leading,
            " and (cast($1 as text) is null or s.reach = $1)
                and (s.searched_at < $2 or (s.searched_at = $2 and s.id < $3))
             order by s.searched_at desc, s.id desc limit $4"
        )
    };
}

statements! {
    /// Certificates of a period.
    SEARCH = search!("1 = 1");

    /// Certificates of one agency.
    SEARCH_BY_ISSUER = search!("c.issuer = $1");

    /// Certificates of one kind.
    SEARCH_BY_KIND = search!("c.kind = $2");

    /// Certificates that one operator issued; a citizen is none.
    SEARCH_BY_OPERATOR = search!("c.issued_by = $7 and c.issued_by <> 'holder'");

    /// Certificates of one person.
    SEARCH_BY_HOLDER = search!("c.holder_hmac = $8");

    /// Certificates for one recipient.
    SEARCH_BY_RECIPIENT = search!("c.recipient_hmac = $9");

    /// The certificate of one number.
    SEARCH_BY_NUMBER = search!("c.number = $10");

    /// Audit events of a period.
    EVENTS = events!("1 = 1");

    /// Audit events of one organisation's records, and what one actor did to nobody's: each by its own index.
    EVENTS_BY_ORGANISATION = concat!(
        "select * from (",
        events!("e.organisation = $1"),
        ") as of_records union all select * from (",
        events!("e.organisation is null and e.actor = $2"),
        ") as of_hers order by occurred_at desc, id desc limit $10"
    );

    /// Audit events of one actor's; citizens are none.
    EVENTS_BY_ACTOR = events!("e.actor = $3");

    /// What was done to one subject.
    EVENTS_BY_SUBJECT = events!("e.subject = $5");

    /// Records that an auditor was told a certificate's facts, or found it by a search.
    INSERT_INSPECTION =
        "insert into inspections (id, certificate_id, auditor, organisation, purpose, inspected_at, shown_at, search_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// Takes the purposes away that were written of an erased certificate.
    ERASE_INSPECTED_PURPOSES = "update inspections set purpose = '' where certificate_id = $1";

    /// And those of the searches by which it was found.
    ERASE_SEARCHED_PURPOSES =
        "update searches set purpose = ''
         where id in (select i.search_id from inspections i where i.certificate_id = $1 and i.search_id is not null)";

    /// And that of one search, whose finds were erased before it was recorded.
    ERASE_SEARCH_PURPOSE = "update searches set purpose = '' where id = $1";

    /// Records a search for what is personal.
    INSERT_SEARCH =
        "insert into searches (id, auditor, organisation, reach, sought, purpose, found, searched_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// Searches for what is personal, latest first, after one that was seen.
    SEARCHES = searches!("1 = 1");

    /// Those of auditors of one agency.
    SEARCHES_OF = searches!("s.reach = $1");

    /// Takes away the purposes of searches whose term is over.
    FORGET_PURPOSES = "update searches set purpose = '' where searched_at < $1 and purpose <> ''";

    /// Which auditors were told a certificate's facts, latest first, as far as it is shown by now.
    INSPECTIONS_OF =
        "select id, certificate_id, auditor, organisation, purpose, inspected_at, shown_at from inspections
         where certificate_id = $1 and shown_at <= $2 order by inspected_at desc, id desc";

    /// How many certificates are out of force by agency, kind, standing and reason, of changes made in a period.
    OUT_OF_FORCE_BY_REASON =
        "select issuer, kind, standing, coalesce(standing_reason, '') as reason, count(*) as count from certificates
         where standing <> 0 and standing_since >= $1 and standing_since < $2
             and (cast($3 as text) is null or issuer = $3)
         group by issuer, kind, standing, coalesce(standing_reason, '')
         order by issuer, kind, standing, coalesce(standing_reason, '')";
}
