//! The statements of retention, as portable as all of them.

statements! {
    /// Certificates whose term is over and whose content is there, in the order in which their terms ended; with whether
    /// a hold keeps them.
    TERM_OVER =
        "select c.id, c.kind, c.keep_until,
             (select count(*) from legal_holds h where h.certificate_id = c.id and h.lifted_at is null) as holds
         from certificates c
         where c.erased_at is null and c.keep_until <= $1
             and (c.keep_until > $2 or (c.keep_until = $2 and c.id > $3))
         order by c.keep_until, c.id limit $4";

    /// How many holds keep a certificate: one or none.
    HOLDS = "select count(*) from legal_holds where certificate_id = $1 and lifted_at is null";

    /// Takes the right to change a certificate until this transaction ends.
    HOLD_CERTIFICATE = "update certificates set version = version where id = $1 and erased_at is null";

    /// Places a hold, unless one stands.
    PLACE_HOLD =
        "insert into legal_holds (id, certificate_id, reason, placed_by, placed_at)
         select $1, c.id, $3, $4, $5 from certificates c
         where c.id = $2 and not exists (select 1 from legal_holds h where h.certificate_id = c.id and h.lifted_at is null)";

    /// Lifts the hold that stands.
    LIFT_HOLD =
        "update legal_holds set lifted_by = $2, lifted_at = $3 where certificate_id = $1 and lifted_at is null";
}
