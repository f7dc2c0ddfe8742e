//! Signs small PDF files with the `openssl` program, an implementation that shares nothing with the one under test.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A self-signed certificate and its key.
pub(crate) struct Signer {
    folder: TempDir,
    pub(crate) certificate: Vec<u8>,
}

impl Signer {
    pub(crate) fn p256() -> Self {
        Self::new(&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
    }

    pub(crate) fn rsa() -> Self {
        Self::new(&["-newkey", "rsa:2048"])
    }

    /// All have the same name and serial number: only their keys tell them apart.
    fn new(algorithm: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut request = Command::new("openssl");
        request.args(["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=Sinaq", "-set_serial", "7"]);
        run(request.args(algorithm).arg("-keyout").arg(path("key.pem")).arg("-out").arg(path("certificate.pem")));
        let mut convert = Command::new("openssl");
        convert.args(["x509", "-outform", "DER", "-in"]).arg(path("certificate.pem"));
        let certificate = run(&mut convert);
        Self { folder, certificate }
    }

    /// A detached CMS over `signed`, in DER.
    pub(crate) fn cms(&self, signed: &[u8]) -> Vec<u8> {
        let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
        std::fs::write(path("signed"), signed).unwrap();
        let mut sign = Command::new("openssl");
        sign.args(["cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256", "-in"]).arg(path("signed"));
        run(sign.arg("-signer").arg(path("certificate.pem")).arg("-inkey").arg(path("key.pem")))
    }

    /// A PDF with one page and a seal over all of it.
    pub(crate) fn seal(&self, text: &str) -> Vec<u8> {
        self.seal_leaving_out(text, 0)
    }

    /// The same with `gap` more bytes left out of the second stretch, as a wrapping attack does.
    pub(crate) fn seal_leaving_out(&self, text: &str, gap: usize) -> Vec<u8> {
        let (mut file, open, close) = unsealed(text);
        let range = [0, open, close + 1 + gap, file.len() - close - 1 - gap];
        set_range(&mut file, &range.map(|number| number.to_string()).join(" "));
        let signed = [&file[..open], &file[close + 1 + gap..]].concat();
        set_contents(&mut file, &self.cms(&signed));
        file
    }
}

/// A PDF with room for a range and a signature, and the places of the `<` and `>` around the latter.
pub(crate) fn unsealed(text: &str) -> (Vec<u8>, usize, usize) {
    let content = crate::pdf::stream("", format!("BT /F1 9 Tf ({text}) Tj ET").as_bytes());
    let seal = format!(
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[{}]/Contents<{}>>>",
        " ".repeat(60),
        "0".repeat(8192)
    );
    let file = crate::pdf::page(content, crate::pdf::HELVETICA, vec![seal.into_bytes()]);
    let open = place(&file, "/Contents<") + "/Contents".len();
    let close = open + 1 + 8192;
    (file, open, close)
}

/// Writes something else between the brackets of `/ByteRange`.
pub(crate) fn set_range(file: &mut [u8], range: &str) {
    let at = place(file, "/ByteRange[") + "/ByteRange[".len();
    file[at..at + 60].copy_from_slice(format!("{range:<60}").as_bytes());
}

fn set_contents(file: &mut [u8], cms: &[u8]) {
    let at = place(file, "/Contents<") + "/Contents<".len();
    let hex = data_encoding::HEXLOWER.encode(cms);
    file[at..at + hex.len()].copy_from_slice(hex.as_bytes());
}

pub(crate) fn place(file: &[u8], needle: &str) -> usize {
    file.windows(needle.len()).position(|window| window == needle.as_bytes()).unwrap()
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
