//! The catalogue: what sorts of certificate there are, each a file, and the types of what they state.

pub mod identifiers;
pub mod kind;
pub mod language;
pub mod print;
pub mod value;

pub use identifiers::{Fin, Voen};
pub use kind::{Choice, Field, FieldCode, FieldSort, Issuer, Kind, KindCode, Lifecycle, Section, SourceCode};
pub use language::{Language, Translated};
pub use value::{Absence, Money, Month, Value};
