//! The statements of the agencies' alarms, as portable as all of them. A day in Baku begins four hours before UTC's.

statements! {
    /// Who issued how many in an agency's name since an instant, citizens apart.
    ISSUED_BY_OPERATOR =
        "select issuer, coalesce(issued_by, '') as subject, count(*) as found from certificates
         where issued_at >= $1 and issued_at < $2 group by issuer, coalesce(issued_by, '')
         order by issuer, coalesce(issued_by, '')";

    /// How many were issued by others than citizens outside of the hours from one up to another.
    ISSUED_OUTSIDE_HOURS =
        "select issuer, '' as subject, count(*) as found from certificates
         where issued_at >= $1 and issued_at < $2 and issued_by <> 'holder'
             and ((issued_at + 14400000) % 86400000 < $3 or (issued_at + 14400000) % 86400000 >= $4)
         group by issuer order by issuer";

    /// About whom so many were issued: told by the number of one of them.
    ISSUED_ABOUT_ONE_PERSON =
        "select issuer, max(number) as subject, count(*) as found from certificates
         where issued_at >= $1 and issued_at < $2 and holder_hmac is not null
         group by issuer, holder_hmac having count(*) >= $3 order by issuer, max(number)";

    /// How many certificates of an agency went out of force, and are still.
    WENT_OUT_OF_FORCE =
        "select issuer, '' as subject, count(*) as found from certificates
         where standing <> 0 and standing_since >= $1 and standing_since < $2 group by issuer order by issuer";

    /// Raises an alarm, unless it was raised before.
    RAISE_AGENCY_ALARM =
        "insert into agency_alarms (id, alarm, issuer, subject, day, found, threshold, raised_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (alarm, issuer, subject, day) do nothing";

    /// Alarms of one agency or all, what concerns all among them, latest first, behind one that was seen.
    AGENCY_ALARMS =
        "select id, alarm, issuer, subject, day, found, threshold, raised_at, acknowledged_at, acknowledged_by, note
         from agency_alarms
         where (cast($1 as text) is null or issuer in ($1, '')) and (raised_at < $2 or (raised_at = $2 and id < $3))
         order by raised_at desc, id desc limit $4";

    /// Acknowledges an alarm of one agency or of any, unless somebody did.
    ACKNOWLEDGE_AGENCY_ALARM =
        "update agency_alarms set acknowledged_at = $2, acknowledged_by = $3, note = $4
         where id = $1 and acknowledged_at is null and (cast($5 as text) is null or issuer = $5)";
}
