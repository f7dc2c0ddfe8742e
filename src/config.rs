//! The settings of the service, read from one TOML file; what is unknown or missing is refused.
