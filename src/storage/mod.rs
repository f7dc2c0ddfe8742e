//! The storage: every record of the service in SQLite or PostgreSQL, personal content encrypted.
