//! The statements of retention and erasing, as portable as all of them.

/// The columns of a proposal with its run, and where the rest of the statement begins.
macro_rules! proposal {
    ($rest:literal) => {
        concat!(
            "select p.id, p.what, p.issuer, p.total, p.digest, p.note, p.proposed_by, p.proposed_at,
                p.expires_at, p.decision, p.decided_by, p.decided_at, p.decision_note, r.began_at, r.finished_at
             from erasing_proposals p left join erasing_runs r on r.proposal_id = p.id ",
            $rest
        )
    };
}

/// The columns of a run, and where the rest of the statement begins.
macro_rules! run {
    ($rest:literal) => {
        concat!(
            "select id, proposal_id, issuer, carried_out_by, began_at, finished_at, steps, reached, report
             from erasing_runs ",
            $rest
        )
    };
}

statements! {
    // what is over its term, and what is held

    /// Certificates whose term is over and whose content is there, in the order in which their terms ended; with whether
    /// a hold keeps them.
    TERM_OVER =
        "select c.id, c.issuer, c.kind, c.keep_until,
             (select count(*) from legal_holds h where h.certificate_id = c.id and h.lifted_at is null) as holds
         from certificates c
         where c.erased_at is null and c.keep_until <= $1
             and (c.keep_until > $2 or (c.keep_until = $2 and c.id > $3))
         order by c.keep_until, c.id limit $4";

    /// How many certificates' terms are over by agency and kind, and of how many a hold keeps the content all the same.
    OVER_BY_KIND =
        "select c.issuer, c.kind, count(*) as ended, count(h.id) as held
         from certificates c left join legal_holds h on h.certificate_id = c.id and h.lifted_at is null
         where c.erased_at is null and c.keep_until <= $1 and (cast($2 as text) is null or c.issuer = $2)
         group by c.issuer, c.kind order by c.issuer, c.kind";

    /// The holds that stand, latest first.
    HOLDS =
        "select c.id, c.number, c.issuer, c.kind, c.keep_until, h.reason, h.placed_by, h.placed_at
         from legal_holds h join certificates c on c.id = h.certificate_id
         where h.lifted_at is null and (cast($1 as text) is null or c.issuer = $1)
         order by h.placed_at desc, h.id desc limit $2";

    /// Takes the right to change a certificate until this transaction ends.
    HOLD_CERTIFICATE = "update certificates set version = version where id = $1 and erased_at is null";

    /// Since when a hold keeps a certificate.
    HELD_SINCE = "select placed_at from legal_holds where certificate_id = $1 and lifted_at is null";

    /// Places a hold, unless one stands.
    PLACE_HOLD =
        "insert into legal_holds (id, certificate_id, reason, placed_by, placed_at)
         select $1, c.id, $3, $4, $5 from certificates c
         where c.id = $2 and not exists (select 1 from legal_holds h where h.certificate_id = c.id and h.lifted_at is null)";

    /// Lifts the hold that stands.
    LIFT_HOLD =
        "update legal_holds set lifted_by = $2, lifted_at = $3 where certificate_id = $1 and lifted_at is null";

    /// Whether anything was ever erased: one or none.
    EVER_ERASED =
        "select count(*) from (select 1 as one from certificates where erased_at is not null limit 1) e";

    // proposals

    /// Begins a proposal, of which nothing is listed yet.
    INSERT_PROPOSAL =
        "insert into erasing_proposals (id, what, issuer, total, digest, note, proposed_by, proposed_at, expires_at)
         values ($1, $2, $3, 0, $4, $5, $6, $7, $8)";

    /// Lists certificates whose term is over and that no hold keeps, at most `$4`, those that are over longest.
    LIST_OVER =
        "insert into erasing_listed (proposal_id, certificate_id)
         select $1, c.id from certificates c
         where c.erased_at is null and c.keep_until <= $2 and (cast($3 as text) is null or c.issuer = $3)
             and not exists (select 1 from legal_holds h where h.certificate_id = c.id and h.lifted_at is null)
         order by c.keep_until, c.id limit $4";

    /// Lists one certificate that no hold keeps.
    LIST_ONE =
        "insert into erasing_listed (proposal_id, certificate_id)
         select $1, c.id from certificates c
         where c.id = $2 and c.erased_at is null
             and not exists (select 1 from legal_holds h where h.certificate_id = c.id and h.lifted_at is null)";

    /// What a proposal lists, behind one that was seen, in the order of the ids.
    LISTED =
        "select l.certificate_id, c.issuer, c.kind from erasing_listed l join certificates c on c.id = l.certificate_id
         where l.proposal_id = $1 and l.certificate_id > $2 order by l.certificate_id limit $3";

    /// The same as a reader sees it.
    LISTED_IN_FULL =
        "select c.id, c.number, c.issuer, c.kind, c.issued_at, c.keep_until, c.erased_at,
             (select count(*) from legal_holds h where h.certificate_id = c.id and h.lifted_at is null) as holds
         from erasing_listed l join certificates c on c.id = l.certificate_id
         where l.proposal_id = $1 and l.certificate_id > $2 order by l.certificate_id limit $3";

    /// How many of each agency's kinds a proposal lists.
    LISTED_BY_KIND =
        "select c.issuer, c.kind, count(*) as listed from erasing_listed l join certificates c on c.id = l.certificate_id
         where l.proposal_id = $1 group by c.issuer, c.kind order by c.issuer, c.kind";

    /// Binds a proposal to what it lists.
    BIND_PROPOSAL = "update erasing_proposals set total = $2, digest = $3 where id = $1";

    /// A proposal with its run.
    PROPOSAL = proposal!("where p.id = $1");

    /// The latest proposals about one agency, or about any.
    PROPOSALS = proposal!(
        "where (cast($1 as text) is null or p.issuer = $1) order by p.proposed_at desc, p.id desc limit $2"
    );

    /// Decides on a proposal, unless somebody did, its time is over, it lists something else, or whoever made it approves.
    DECIDE_PROPOSAL =
        "update erasing_proposals set decision = $2, decided_by = $3, decided_at = $4, decision_note = $5
         where id = $1 and digest = $6 and decision is null and expires_at > $4
             and ($2 <> 'approved' or proposed_by <> $3)";

    // runs

    /// Begins a run; a proposal has one.
    INSERT_RUN =
        "insert into erasing_runs (id, proposal_id, issuer, carried_out_by, began_at, steps, report)
         values ($1, $2, $3, $4, $5, 0, $6) on conflict do nothing";

    /// A run.
    RUN = run!("where id = $1");

    /// The run of a proposal.
    RUN_OF_PROPOSAL = run!("where proposal_id = $1");

    /// The latest runs.
    RUNS = run!("order by began_at desc, id desc limit $1");

    /// Brings a run's report forward, if nobody else did since the caller read it.
    ADVANCE_RUN =
        "update erasing_runs set steps = steps + 1, reached = $3, report = $4
         where id = $1 and steps = $2 and finished_at is null";

    /// Ends a run.
    FINISH_RUN = "update erasing_runs set finished_at = $3 where id = $1 and steps = $2 and finished_at is null";
}

/// Of these many certificates those whose content is there: since when a hold keeps each, and when a hold was last placed.
pub(in crate::storage) fn kept_among(ids: usize) -> String {
    let places: Vec<_> = (1..=ids).map(|place| format!("${place}")).collect();
    format!(
        "select c.id,
             (select h.placed_at from legal_holds h where h.certificate_id = c.id and h.lifted_at is null) as held_since,
             (select max(h.placed_at) from legal_holds h where h.certificate_id = c.id) as last_held
         from certificates c where c.erased_at is null and c.id in ({})",
        places.join(", ")
    )
}
