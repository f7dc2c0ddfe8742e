//! The QR of a certificate: its signed token, its payload and its modules.
