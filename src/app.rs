//! The acts, as the edges reach them.
