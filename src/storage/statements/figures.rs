//! The statements of daily figures, as portable as all of them.

/// A measure's counts of a period added up by one thing that they tell apart, in one agency's name and of one kind or all.
macro_rules! summed_by {
    ($column:literal) => {
        concat!(
            "select ",
            $column,
            " as name, cast(sum(count) as bigint) as count from daily_figures
             where measure = $1 and day >= $2 and day <= $3
                 and (cast($4 as text) is null or issuer = $4) and (cast($5 as text) is null or kind = $5)
             group by ",
            $column,
            " order by ",
            $column
        )
    };
}

statements! {
    /// Raises a count of this process's.
    RAISE_FIGURE =
        "insert into daily_figures (day, measure, issuer, kind, district, outcome, basis, organisation, source, shard, count)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (measure, day, issuer, kind, district, outcome, basis, organisation, source, shard)
         do update set count = daily_figures.count + excluded.count";

    /// A measure's counts from one day up to, and with, another, by agency, kind, district and outcome, in order.
    DAILY_SUMS =
        "select day, issuer, kind, district, outcome, '' as basis, '' as organisation, '' as source,
             cast(sum(count) as bigint) as count
         from daily_figures where measure = $1 and day >= $2 and day <= $3
         group by day, issuer, kind, district, outcome order by day, issuer, kind, district, outcome";

    SUMMED_BY_DAY = summed_by!("day");
    SUMMED_BY_KIND = summed_by!("kind");
    SUMMED_BY_ISSUER = summed_by!("issuer");
    SUMMED_BY_OUTCOME = summed_by!("outcome");
    SUMMED_BY_BASIS = summed_by!("basis");
    SUMMED_BY_ORGANISATION = summed_by!("organisation");
    SUMMED_BY_ANSWER = summed_by!("source || ' ' || outcome");

    /// What was counted of each agency in a period, by outcome.
    SUMMED_BY_ISSUER_AND_OUTCOME =
        "select issuer, outcome, cast(sum(count) as bigint) as count from daily_figures
         where measure = $1 and day >= $2 and day <= $3 group by issuer, outcome order by issuer, outcome";

    /// The first day of which a measure has a count.
    FIRST_DAY = "select min(day) from daily_figures where measure = $1";

    /// The first and the last day of which a dataset is published.
    PUBLISHED_TO = "select min(day) as first, max(day) as last from published_days where dataset = $1";

    /// Publishes a day, unless it is published.
    PUBLISH_DAY =
        "insert into published_days (dataset, day, lines, published_at) values ($1, $2, $3, $4)
         on conflict (dataset, day) do nothing";

    /// The published days from one up to, and with, another, in order.
    PUBLISHED_DAYS =
        "select day, lines from published_days where dataset = $1 and day >= $2 and day <= $3 order by day";
}
