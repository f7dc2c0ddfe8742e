//! The seal: PAdES B-B around exactly the bytes of one certificate, and the check of a seal found in a file.
