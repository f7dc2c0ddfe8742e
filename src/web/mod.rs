//! The pages: verification for everybody, and the demonstration's own.
