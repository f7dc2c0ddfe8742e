//! The server: binds, serves, and finishes what is under way before it stops.
