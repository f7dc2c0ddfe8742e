//! What is attacked: a running demonstration, two certificates of one kind and one of another, all of the first citizen.

use std::sync::Arc;

use serde_json::Value;

use crate::service::TestService;
use crate::shared::Shared;

/// A running demonstration and what it issued.
pub(crate) struct Issued {
    pub(crate) service: TestService,
    /// The victim.
    pub(crate) one: Certificate,
    /// Another of its kind.
    pub(crate) twin: Certificate,
    /// One of another kind.
    pub(crate) other: Certificate,
}

/// One issued certificate.
pub(crate) struct Certificate {
    pub(crate) number: String,
    pub(crate) code: String,
    pub(crate) bytes: Vec<u8>,
    /// The text of its QR.
    pub(crate) qr: String,
}

static SHARED: Shared<Issued> = Shared::new();

/// What was issued, by the first that asks.
pub(crate) fn issued() -> Arc<Issued> {
    SHARED.get(async {
        let service = TestService::demo().await;
        let [one, twin, other] = ["is-yeri", "is-yeri", "diplom"].map(|kind| Certificate::issue(&service, kind));
        Issued { service, one, twin, other }
    })
}

impl Certificate {
    /// Issues one to the first citizen, and reads its QR from the page as a stranger would.
    pub(crate) fn issue(service: &TestService, kind: &str) -> Self {
        let (answer, bytes) = service.issue(kind, "7DEM001");
        let text = |name: &str| answer[name].as_str().map(str::to_owned).unwrap();
        Self { number: text("number"), code: text("code"), qr: read_qr(&bytes), bytes }
    }
}

/// How many bytes two files have in common at their beginning: what certificates share stands there.
pub(crate) fn shared_length(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

/// The text of the QR on a certificate's first page, as another reader reads it.
pub(crate) fn read_qr(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (file, page) = (folder.path().join("f.pdf"), folder.path().join("page"));
    std::fs::write(&file, bytes).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (file, page) = (file.to_str().unwrap(), page.to_str().unwrap());
    run("pdftoppm", &["-png", "-r", "150", "-f", "1", "-l", "1", "-singlefile", file, page]);
    run("zbarimg", &["-q", "--raw", "-Sdisable", "-Sqrcode.enable", &format!("{page}.png")]).trim_end().to_owned()
}

/// A seeded sequence of numbers: no chance in a test.
pub(crate) struct Sequence(pub(crate) u64);

impl Sequence {
    /// The next number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The text of a JSON string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
