//! The transparency log: entries, tree, tiles, proofs and checkpoints as C2SP and RFC 6962 have them, without storage or clock.
