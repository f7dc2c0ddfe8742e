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

    /// About whom so many were issued: told by the number of the first of them, which stays the first.
    ISSUED_ABOUT_ONE_PERSON =
        "select issuer, subject, count(*) as found from (
             select issuer, holder_hmac, first_value(number) over
                 (partition by issuer, holder_hmac order by issued_at, id) as subject
             from certificates where issued_at >= $1 and issued_at < $2 and holder_hmac is not null
         ) issued
         group by issuer, holder_hmac, subject having count(*) >= $3 order by issuer, subject";

    /// The longest row of an agency's certificates that were revoked or suspended, and are still, each within so many
    /// milliseconds of the one before.
    WITHDRAWN_IN_A_ROW =
        "select issuer, '' as subject, max(found) as found from (
             select issuer, place, count(*) as found from (
                 select issuer, sum(begins) over
                     (partition by issuer order by standing_since, id rows unbounded preceding) as place
                 from (
                     select issuer, standing_since, id, case when standing_since - lag(standing_since) over
                         (partition by issuer order by standing_since, id) <= $3 then 0 else 1 end as begins
                     from certificates where standing in (1, 2) and standing_since >= $1 and standing_since < $2
                 ) changes
             ) places group by issuer, place
         ) in_a_row group by issuer order by issuer";

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

    /// Acknowledges an alarm of one agency or of any, unless somebody did; and says which agency it is about.
    ACKNOWLEDGE_AGENCY_ALARM =
        "update agency_alarms set acknowledged_at = $2, acknowledged_by = $3, note = $4
         where id = $1 and acknowledged_at is null and (cast($5 as text) is null or issuer = $5)
         returning issuer";
}
