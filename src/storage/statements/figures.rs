//! The statements of daily figures, as portable as all of them.

statements! {
    /// Raises a count of this process's.
    RAISE_FIGURE =
        "insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source, shard, count)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (measure, day, issuer, kind, district, outcome, basis, organisation, source, shard)
         do update set count = daily_figures.count + excluded.count";

    /// A measure's counts from one day up to, and with, another, in one agency's name or all of them, in order.
    DAILY_FIGURES =
        "select day, issuer, kind, district, outcome, basis, organisation, source, cast(sum(count) as bigint) as count
         from daily_figures
         where measure = $1 and day >= $2 and day <= $3 and (cast($4 as text) is null or issuer = $4)
         group by day, issuer, kind, district, outcome, basis, organisation, source
         order by day, issuer, kind, district, outcome, basis, organisation, source";

    /// The same without basis, organisation and source, in nobody's name in particular.
    DAILY_SUMS =
        "select day, issuer, kind, district, outcome, '' as basis, '' as organisation, '' as source,
             cast(sum(count) as bigint) as count
         from daily_figures where measure = $1 and day >= $2 and day <= $3
         group by day, issuer, kind, district, outcome order by day, issuer, kind, district, outcome";

    /// The first day of which a measure has a count.
    FIRST_DAY = "select min(day) from daily_figures where measure = $1";
}
