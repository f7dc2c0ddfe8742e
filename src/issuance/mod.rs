//! Issuance: from a registry's extract to a sealed, recorded certificate, or to nothing.
