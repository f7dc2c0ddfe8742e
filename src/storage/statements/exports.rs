//! The statements of exports under way and of what was in them, as portable as all of them.

statements! {
    /// Begins an export.
    BEGIN_EXPORT =
        "insert into exports (id, actor, contents, format, filter, since, until, began_at, row_count, reached, noted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $7, $8)";

    /// Keeps what proves a piece of an export.
    INSERT_EXPORT_PIECE = "insert into export_pieces (export_id, piece, digests) values ($1, $2, $3)";

    /// Notes how far an export is.
    NOTE_EXPORT =
        "update exports set row_count = row_count + $2, reached = $3, noted_at = $4 where id = $1 and ended_at is null";

    /// Ends an export.
    END_EXPORT = "update exports set ended_at = $2, noted_at = $2 where id = $1 and ended_at is null";

    /// Forgets what proves an export that broke off.
    DELETE_EXPORT_PIECES =
        "delete from export_pieces where export_id in (select e.id from exports e where e.ended_at is null and e.id = $1)";

    /// Forgets an export that broke off.
    DELETE_EXPORT = "delete from exports where id = $1 and ended_at is null";

    /// An actor's exports that have not ended, latest first.
    UNFINISHED_EXPORTS =
        "select id, contents, format, filter, since, until, began_at, row_count, reached, noted_at from exports
         where actor = $1 and ended_at is null order by began_at desc, id desc limit 20";

    /// Exports that broke off long ago.
    ABANDONED_EXPORTS = "select id from exports where ended_at is null and noted_at < $1 limit 100";

    /// What proves a piece of an export.
    EXPORT_PIECE = "select digests from export_pieces where export_id = $1 and piece = $2";
}
