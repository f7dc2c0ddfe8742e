//! Telemetry: structured logs and metrics without personal data.
