//! Every path of the service, named once, so that a link and its route cannot differ.

/// The page that a QR opens and where a code is typed.
pub const VERIFY: &str = "/v";
/// The same page as a QR in upper case writes it.
pub const VERIFY_UPPER: &str = "/V";
/// The verification's answer for a reader without script.
pub const VERIFY_FILE: &str = "/v/file";

/// The demonstration's first page and its catalogue.
pub const HOME: &str = "/";
/// Signing in as a fictional citizen.
pub const SIGN_IN: &str = "/sign-in";
/// Signing out.
pub const SIGN_OUT: &str = "/sign-out";
/// Asking for a certificate of the kind in the form.
pub const TAKE: &str = "/take";
/// The form for the kind at this place of the list: addresses never name a kind.
pub const TAKE_ONE: &str = "/take/{place}";
/// The signed-in citizen's certificates.
pub const MINE: &str = "/certificates";
/// One of them.
pub const MINE_ONE: &str = "/certificates/{id}";
/// Its sealed file.
pub const MINE_PDF: &str = "/certificates/{id}/pdf";
/// Style sheets, scripts and fonts, by the name of the file.
pub const ASSET: &str = "/assets/{name}";

/// Where the API begins.
pub const API: &str = "/api/v1";
/// Whatever else is asked for there.
pub const API_ELSEWHERE: &str = "/api/v1/{*path}";
/// Verifications.
pub const VERIFICATIONS: &str = "/api/v1/verifications";
/// Certificates.
pub const CERTIFICATES: &str = "/api/v1/certificates";
/// One certificate.
pub const CERTIFICATE: &str = "/api/v1/certificates/{id}";
/// Its sealed file.
pub const CERTIFICATE_PDF: &str = "/api/v1/certificates/{id}/pdf";
/// Its proof from the log (C2SP tlog-proof).
pub const CERTIFICATE_PROOF: &str = "/api/v1/certificates/{id}/proof";
/// Withdraws it.
pub const REVOCATION: &str = "/api/v1/certificates/{id}/revocation";
/// Takes it out of force for now.
pub const SUSPENSION: &str = "/api/v1/certificates/{id}/suspension";
/// Puts it back into force.
pub const REINSTATEMENT: &str = "/api/v1/certificates/{id}/reinstatement";
/// Replaces it by another.
pub const SUPERSESSION: &str = "/api/v1/certificates/{id}/supersession";
/// The kinds in force.
pub const KINDS: &str = "/api/v1/kinds";
/// The JSON Schema of one version's facts.
pub const KIND_SCHEMA: &str = "/api/v1/kinds/{code}/{version}/schema.json";
/// The API's own description, OpenAPI 3.1.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The public keys (RFC 7517).
pub const JWKS: &str = "/.well-known/jwks.json";

/// The log's newest checkpoint (C2SP tlog-tiles).
pub const LOG_CHECKPOINT: &str = "/log/checkpoint";
/// The log's tiles and entry bundles.
pub const LOG_TILE: &str = "/log/tile/{*path}";

/// Whether the process runs.
pub const HEALTH_LIVE: &str = "/health/live";
/// Whether it can do its work.
pub const HEALTH_READY: &str = "/health/ready";
