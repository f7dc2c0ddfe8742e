//! A real provider (npm `oidc-provider`) and a real Chromium: an auditor signs in, sees her desk, and signs out.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::members::with_desk;
use crate::service::{TestService, free_port};

/// The provider's process, which ends with its standard input, and so with the test.
struct OpenId(Child);

impl OpenId {
    fn start(modules: &str, port: u16, service: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desk/openid.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(port.to_string()).arg(service).env("EARAYIS_NODE_MODULES", modules);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "listening");
        Self(child)
    }
}

impl Drop for OpenId {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Screenshots go to the folder that `EARAYIS_PICTURES` names, or are thrown away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_signs_in_at_a_real_provider_and_out_again() {
    let modules =
        std::env::var("EARAYIS_NODE_MODULES").expect("run this test by `.ci/test`, which installs the provider");
    let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
    let provider = format!("http://127.0.0.1:{port}");
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    std::fs::write(folder.path().join("sign-in.secret"), "s3cr3t-of-a-test\n").unwrap();
    let sign_in = format!(
        "[sign_in]\nissuer = \"{provider}\"\nclient_id = \"earayis\"\nclient_secret_file = \"sign-in.secret\"\n\
         fin_claim = \"fin\"\n[keys]"
    );
    service.change_settings("[keys]", &sign_in);
    let _openid = OpenId::start(&modules, port, &service.url);
    service.start().await;
    let invitation = with_desk(&service);
    for arguments in [
        &["members", "add", "9900400111", "Rauf Nümunəli"][..],
        &["members", "grant", "9900400111", "Rauf Nümunəli", "--agency", "9900100161"],
        &["members", "bind", "9900400111", "Rauf Nümunəli", "--fin", "7DEM002"],
    ] {
        let output = service.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    let own = tempfile::tempdir().unwrap();
    let pictures = std::env::var_os("EARAYIS_PICTURES").map_or_else(|| own.path().to_owned(), PathBuf::from);
    let flows = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/desk/chromium.mjs");
    let mut command = Command::new("node");
    command.arg(flows).arg(&service.url).arg(pictures).args([&provider, &invitation]);
    command.env("EARAYIS_NODE_MODULES", &modules);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let output = output.expect("`node` is on the PATH that `.ci/test` makes");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
}
