//! The keys, one purpose each, and what the public may know of them.
