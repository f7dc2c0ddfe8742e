//! The API under /api/v1, described by the document generated from its handlers.
