//! Verification: what can be said of a certificate by file, QR, code or number, and on what basis.
