//! The QR of a certificate: its signed token, its payload and its modules.

pub mod modules;
pub mod token;

pub use modules::{Modules, NotEncodable, Rectangle};
