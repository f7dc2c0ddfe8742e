//! Migrations: the same numbers and names on both engines, each run once, by one process at a time, and never changed.

use data_encoding::HEXLOWER;
use ring::digest;

use super::database::{Database, Transaction, execute, within};
use super::error::StorageError;
use super::statements as sql;

/// One step of the schema, spelled for each engine.
struct Migration {
    number: i32,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "records",
        sqlite: include_str!("../../migrations/sqlite/0001_records.sql"),
        postgres: include_str!("../../migrations/postgres/0001_records.sql"),
    },
    Migration {
        number: 2,
        name: "organisations",
        sqlite: include_str!("../../migrations/sqlite/0002_organisations.sql"),
        postgres: include_str!("../../migrations/postgres/0002_organisations.sql"),
    },
    Migration {
        number: 3,
        name: "status_lists",
        sqlite: include_str!("../../migrations/sqlite/0003_status_lists.sql"),
        postgres: include_str!("../../migrations/postgres/0003_status_lists.sql"),
    },
    Migration {
        number: 4,
        name: "watches",
        sqlite: include_str!("../../migrations/sqlite/0004_watches.sql"),
        postgres: include_str!("../../migrations/postgres/0004_watches.sql"),
    },
    Migration {
        number: 5,
        name: "lost_entries",
        sqlite: include_str!("../../migrations/sqlite/0005_lost_entries.sql"),
        postgres: include_str!("../../migrations/postgres/0005_lost_entries.sql"),
    },
    Migration {
        number: 6,
        name: "members",
        sqlite: include_str!("../../migrations/sqlite/0006_members.sql"),
        postgres: include_str!("../../migrations/postgres/0006_members.sql"),
    },
    Migration {
        number: 7,
        name: "figures",
        sqlite: include_str!("../../migrations/sqlite/0007_figures.sql"),
        postgres: include_str!("../../migrations/postgres/0007_figures.sql"),
    },
    Migration {
        number: 8,
        name: "erasing",
        sqlite: include_str!("../../migrations/sqlite/0008_erasing.sql"),
        postgres: include_str!("../../migrations/postgres/0008_erasing.sql"),
    },
    Migration {
        number: 9,
        name: "audits",
        sqlite: include_str!("../../migrations/sqlite/0009_audits.sql"),
        postgres: include_str!("../../migrations/postgres/0009_audits.sql"),
    },
    Migration {
        number: 10,
        name: "published_days",
        sqlite: include_str!("../../migrations/sqlite/0010_published_days.sql"),
        postgres: include_str!("../../migrations/postgres/0010_published_days.sql"),
    },
];

/// Brings the schema up to this program, in one transaction.
///
/// Refuses a database on which a migration ran that this program does not have, or has otherwise: an older program must
/// not write what a newer one laid out.
pub(super) async fn migrate(database: &Database) -> Result<(), StorageError> {
    let mut transaction = database.begin().await?;
    if let Transaction::Postgres(postgres) = &mut transaction {
        sqlx::query(sql::MIGRATION_TURN_POSTGRES).execute(&mut **postgres).await?;
    }
    execute!(&mut transaction, sql::CREATE_MIGRATIONS)?;
    let done: Vec<(i32, String, String)> =
        within!(&mut transaction, |connection| sqlx::query_as(sql::MIGRATIONS).fetch_all(connection))?;

    let known = MIGRATIONS.iter().map(Some).chain(std::iter::repeat(None));
    for ((number, _, ran), known) in done.iter().zip(known) {
        if known.is_none_or(|known| known.number != *number || known.checksum(&transaction) != *ran) {
            return Err(StorageError::Migration { number: *number });
        }
    }
    for migration in MIGRATIONS.iter().skip(done.len()) {
        let text = migration.text(&transaction);
        within!(&mut transaction, |connection| async { sqlx::raw_sql(text).execute(connection).await.map(drop) })?;
        let checksum = migration.checksum(&transaction);
        execute!(&mut transaction, sql::INSERT_MIGRATION, migration.number, migration.name, checksum)?;
    }
    transaction.commit().await
}

impl Migration {
    fn text(&self, transaction: &Transaction) -> &'static str {
        match transaction {
            Transaction::Sqlite(_) => self.sqlite,
            Transaction::Postgres(_) => self.postgres,
        }
    }

    fn checksum(&self, transaction: &Transaction) -> String {
        HEXLOWER.encode(digest::digest(&digest::SHA256, self.text(transaction).as_bytes()).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_a_gap() {
        for (migration, number) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(migration.number, number, "{}", migration.name);
        }
    }
}
