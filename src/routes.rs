//! Every path of the service, named once, so that a link and its route cannot differ.

/// The page that a QR opens and where a code is typed.
pub const VERIFY: &str = "/v";
/// The same page as a QR in upper case writes it.
pub const VERIFY_UPPER: &str = "/V";
/// The verification's answer for a reader without script.
pub const VERIFY_FILE: &str = "/v/file";

/// The page that checks receipts.
pub const VERIFY_RECEIPT: &str = "/v/receipt";
/// What keeps the verification page at hand without a connection: its service worker.
pub const VERIFY_WORKER: &str = "/v-worker.js";

/// The demonstration's first page and its catalogue.
pub const HOME: &str = "/";
/// Signing in as a fictional citizen.
pub const SIGN_IN: &str = "/sign-in";
/// Signing out.
pub const SIGN_OUT: &str = "/sign-out";
/// Signing in at the provider: where one is sent there.
pub const SIGN_IN_BEGIN: &str = "/sign-in/begin";
/// Where the provider sends browsers back to.
pub const SIGN_IN_RETURN: &str = "/sign-in/return";
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
/// The demonstration's samples, for people.
pub const SANDBOX_PAGE: &str = "/sandbox";
/// The auditors' search for certificates.
pub const DESK_CERTIFICATES: &str = "/desk/certificates";
/// The same by a person or a recipient, with a purpose.
pub const DESK_PERSON: &str = "/desk/certificates/person";
/// One certificate's life.
pub const DESK_CERTIFICATE: &str = "/desk/certificates/{id}";
/// Its facts, with a purpose.
pub const DESK_CERTIFICATE_FACTS: &str = "/desk/certificates/{id}/facts";
/// The audit events.
pub const DESK_EVENTS: &str = "/desk/events";
/// What was unusual at an agency, and acknowledging it.
pub const DESK_ALARMS: &str = "/desk/alarms";
/// Who searched for what is personal, and for what.
pub const DESK_SEARCHES: &str = "/desk/searches";
/// Drawing a sample.
pub const DESK_SAMPLE: &str = "/desk/sample";
/// Figures as charts with their tables, and the comparison with a registry's own count.
pub const DESK_FIGURES: &str = "/desk/figures";
/// The exports that were made, and making one.
pub const DESK_EXPORTS: &str = "/desk/exports";
/// The manifest of one.
pub const DESK_MANIFEST: &str = "/desk/exports/{id}/manifest.json";
/// How long content is kept, what was erased, and proposing what is to be.
pub const DESK_RETENTION: &str = "/desk/retention";
/// One proposal, and deciding on it.
pub const DESK_RETENTION_ONE: &str = "/desk/retention/{id}";
/// The open data: what there is and under what terms.
pub const OPEN_DATA: &str = "/open-data";
/// The agencies, as far as everybody may know.
pub const AGENCIES: &str = "/open-data/agencies";
/// The catalogue of the datasets (DCAT-AP).
pub const OPEN_DATA_CATALOGUE: &str = "/open-data/catalogue.jsonld";
/// The words for the datasets' codes.
pub const OPEN_DATA_CODES: &str = "/open-data/codes.json";
/// A dataset's file: a year as CSV or JSON, or the schema.
pub const OPEN_DATA_FILE: &str = "/open-data/{dataset}/{file}";
/// The API's documentation.
pub const DEVELOPERS: &str = "/developers";
/// How a bank's developer begins.
pub const GUIDE: &str = "/developers/guide";
/// The guide's own text, to be copied.
pub const GUIDE_TEXT: &str = "/developers/guide.md";
/// The auditor's desk, with its first page.
pub const DESK: &str = "/desk";
/// Signing in there.
pub const DESK_SIGN_IN: &str = "/desk/sign-in";
/// Signing out.
pub const DESK_SIGN_OUT: &str = "/desk/sign-out";
/// Style sheets, scripts and fonts, by the name of the file.
pub const ASSET: &str = "/assets/{name}";

/// Where the API begins.
pub const API: &str = "/api/v1";
/// Whatever else is asked for there.
pub const API_ELSEWHERE: &str = "/api/v1/{*path}";
/// Verifications.
pub const VERIFICATIONS: &str = "/api/v1/verifications";
/// Many of them in one call.
pub const VERIFICATIONS_BATCH: &str = "/api/v1/verifications/batch";
/// Certificates for auditors' own programs.
pub const AUDIT_CERTIFICATES: &str = "/api/v1/audit/certificates";
/// Audit events for them.
pub const AUDIT_EVENTS: &str = "/api/v1/audit/events";
/// What an organisation watches.
pub const WATCHES: &str = "/api/v1/watch";
/// The changes of it.
pub const WATCH_CHANGES: &str = "/api/v1/watch/changes";
/// One watch.
pub const WATCH: &str = "/api/v1/watch/{id}";
/// The check of a receipt.
pub const RECEIPT_CHECK: &str = "/api/v1/receipts/check";
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
/// All status lists by their addresses (IETF Token Status List, aggregation).
pub const STATUS_LISTS: &str = "/api/v1/status-lists";
/// One of them.
pub const STATUS_LIST: &str = "/api/v1/status-lists/{number}";
/// Who the service takes a request's organisation for.
pub const ORGANISATION: &str = "/api/v1/organisation";
/// The kinds in force.
pub const KINDS: &str = "/api/v1/kinds";
/// The JSON Schema of one version's facts.
pub const KIND_SCHEMA: &str = "/api/v1/kinds/{code}/{version}/schema.json";
/// The API's own description, OpenAPI 3.1.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// What a demonstration gives to present.
pub const SANDBOX: &str = "/api/v1/sandbox";
/// One sample of it.
pub const SANDBOX_SAMPLE: &str = "/api/v1/sandbox/{name}";
/// Its file.
pub const SANDBOX_FILE: &str = "/api/v1/sandbox/{name}/file";
/// The public keys (RFC 7517).
pub const JWKS: &str = "/.well-known/jwks.json";

/// The log's newest checkpoint (C2SP tlog-tiles).
pub const LOG_CHECKPOINT: &str = "/log/checkpoint";
/// The newest checkpoint that a quorum of witnesses cosigned.
pub const LOG_WITNESSED: &str = "/log/checkpoint.witnessed";
/// The log's tiles and entry bundles.
pub const LOG_TILE: &str = "/log/tile/{*path}";

/// Whether the process runs.
pub const HEALTH_LIVE: &str = "/health/live";
/// Whether it can do its work.
pub const HEALTH_READY: &str = "/health/ready";
