//! Where tiles and checkpoint are published, outside the database.
