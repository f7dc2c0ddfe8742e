//! What is judged: issued once by a running demonstration, shared by the tests of this target, and gone with the last.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::service::TestService;
use crate::shared::Shared;

/// The kinds that are issued at once, in alphabetical order.
pub(crate) const KINDS: [&str; 10] = [
    "diplom",
    "elillik",
    "emek-pensiyasi",
    "ferdi-melumat",
    "is-yeri",
    "rabite-borcu-yoxdur",
    "sexsiyyet-vesiqesi",
    "sosial-muavinet",
    "telebe-mezun",
    "yasayis-yeri",
];

/// Citizens whose names together use every Azerbaijani letter; two have tables or texts of more than a page.
const NAMES: [&str; 10] =
    ["7DEM002", "7DEM003", "7DEM004", "7DEM005", "7DEM006", "7DEM007", "7DEM008", "7DEM009", "7DEM010", "7DEM011"];

/// A running demonstration and what it issued.
pub(crate) struct Issued {
    service: TestService,
    /// One of each kind, for the first citizen.
    pub(crate) certificates: Vec<Certificate>,
    /// The log's verifier key.
    pub(crate) vkey: String,
    /// All of it described for the scripts.
    pub(crate) manifest: PathBuf,
}

/// One issued certificate.
pub(crate) struct Certificate {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) file: PathBuf,
    /// Its tlog-proof.
    pub(crate) proof: PathBuf,
}

impl Issued {
    /// The service's origin.
    pub(crate) fn url(&self) -> &str {
        &self.service.url
    }
}

static SHARED: Shared<Issued> = Shared::new();

/// What was issued, by the first that asks.
pub(crate) fn issued() -> Arc<Issued> {
    SHARED.get(issue())
}

async fn issue() -> Issued {
    let service = TestService::demo().await;
    let folder = service.dir.join("issued");
    std::fs::create_dir(&folder).unwrap();
    let vkey = String::from_utf8(service.run(&["log", "vkey"]).stdout).unwrap().trim().to_owned();
    let jwks: Value = service.request("GET", "/.well-known/jwks.json").send().await.unwrap().json().await.unwrap();
    let (mut certificates, mut described) = (Vec::new(), Vec::new());
    for kind in KINDS {
        let (twin, twin_bytes) = service.issue(kind, "7DEM001");
        let (answer, bytes) = service.issue(kind, "7DEM001");
        let stem = folder.join(kind);
        let (file, twin_file) = (stem.with_extension("pdf"), stem.with_extension("twin.pdf"));
        std::fs::write(&file, &bytes).unwrap();
        std::fs::write(&twin_file, twin_bytes).unwrap();
        let id = text(&answer["id"]);
        let proof = write_proof(&service, &id, &stem).await;
        let (status, verification) = service.verify_file(bytes).await;
        assert_eq!((status, &verification["verdict"]), (200, &json!("valid")), "{kind}: {verification}");
        described.push(json!({
            "kind": kind, "file": file, "twin": twin_file, "twin_number": twin["number"], "issued": answer,
            "verification": verification,
        }));
        certificates.push(Certificate { id, kind: kind.to_owned(), file, proof });
    }
    for holder in NAMES {
        let (answer, bytes) = service.issue("is-yeri", holder);
        let file = folder.join(format!("is-yeri-{holder}.pdf"));
        std::fs::write(&file, bytes).unwrap();
        described.push(json!({ "kind": "is-yeri", "file": file, "issued": answer }));
    }
    let manifest = folder.join("manifest.json");
    let kinds = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/kinds");
    let all = json!({
        "url": service.url, "jwks": jwks, "root": service.dir.join("keys/root.cert.pem"),
        "database": service.dir.join("earayis.db"), "kinds": kinds, "certificates": described,
    });
    std::fs::write(&manifest, all.to_string()).unwrap();
    Issued { service, certificates, vkey, manifest }
}

async fn write_proof(service: &TestService, id: &str, stem: &Path) -> PathBuf {
    let answer = service.request("GET", &format!("/api/v1/certificates/{id}/proof")).send().await.unwrap();
    assert_eq!(answer.status(), 200, "the command line gives leaves their places before it ends");
    let proof = stem.with_extension("tlog-proof");
    std::fs::write(&proof, answer.bytes().await.unwrap()).unwrap();
    proof
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// SHA-256 in hexadecimal, as a receipt and the log's record write it.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}
