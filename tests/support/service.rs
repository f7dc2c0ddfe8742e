//! A running service for tests that drive it from outside: the real binary, in a folder of its own, on a free port.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_earayis");

/// A running service, most often a demonstration, killed when it goes out of scope.
pub(crate) struct TestService {
    child: Option<Child>,
    /// The settings that `serve` runs by; none for a demonstration.
    config: Option<PathBuf>,
    /// Its folder; it outlives the process.
    pub(crate) dir: PathBuf,
    /// Its origin, such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    /// What it wrote to standard error so far is in this file.
    pub(crate) telemetry: PathBuf,
    /// What a demonstration is told beside its folder and address.
    pub(crate) more: Vec<String>,
    client: reqwest::Client,
    own: Option<tempfile::TempDir>,
}

impl TestService {
    /// A fresh demonstration on SQLite.
    pub(crate) async fn demo() -> Self {
        let own = tempfile::tempdir().unwrap();
        let mut service = Self::at(own.path(), free_port());
        service.own = Some(own);
        service.start().await;
        service
    }

    /// A fresh service on SQLite that holds no certificate yet.
    pub(crate) async fn fresh() -> Self {
        let own = tempfile::tempdir().unwrap();
        let mut service = Self::serving(own.path(), free_port(), "sqlite:earayis.db");
        service.own = Some(own);
        service.start().await;
        service
    }

    /// A demonstration in `dir` that is not started yet.
    pub(crate) fn at(dir: &Path, port: u16) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            child: None,
            config: None,
            dir: dir.to_owned(),
            url: format!("http://127.0.0.1:{port}"),
            telemetry: dir.join("telemetry.txt"),
            more: Vec::new(),
            client: reqwest::Client::builder().timeout(Duration::from_mins(1)).build().unwrap(),
            own: None,
        }
    }

    /// `earayis serve` in `dir` on the database of `url`, not started yet: the demonstration's citizens, keys made by
    /// `earayis keys init`, and an issuer's token. Several may share one folder, each with settings of its own.
    pub(crate) fn serving(dir: &Path, port: u16, url: &str) -> Self {
        let mut service = Self::at(dir, port);
        if !dir.join("keys").exists() {
            let keys = Command::new(PROGRAM).args(["keys", "init", "--dir"]).arg(dir.join("keys")).output().unwrap();
            assert!(keys.status.success(), "{}", String::from_utf8_lossy(&keys.stderr));
        }
        if !dir.join("citizens.json").exists() {
            std::fs::write(dir.join("citizens.json"), CITIZENS).unwrap();
        }
        std::fs::create_dir_all(dir.join("log")).unwrap();
        std::fs::write(dir.join("issuer.token"), TOKEN).unwrap();
        let config = dir.join(format!("service-{port}.toml"));
        std::fs::write(&config, settings(port, url)).unwrap();
        service.telemetry = dir.join(format!("telemetry-{port}.txt"));
        service.config = Some(config);
        service
    }

    /// Changes its settings before the next start; only for what [`TestService::serving`] made.
    pub(crate) fn change_settings(&self, from: &str, to: &str) {
        let config = self.config.as_ref().unwrap();
        let settings = std::fs::read_to_string(config).unwrap();
        assert!(settings.contains(from), "{settings}");
        std::fs::write(config, settings.replace(from, to)).unwrap();
    }

    /// Its settings; only for what [`TestService::serving`] made.
    pub(crate) fn settings(&self) -> String {
        std::fs::read_to_string(self.config.as_ref().unwrap()).unwrap()
    }

    /// Reaches it by HTTPS from now on, its certificate being from the root in `root`, PEM.
    pub(crate) fn reach_over_tls(&mut self, root: &str) {
        let root = reqwest::Certificate::from_pem(root.as_bytes()).unwrap();
        let client = reqwest::Client::builder().timeout(Duration::from_mins(1)).tls_certs_only([root]);
        self.client = client.build().unwrap();
        self.url = self.url.replace("http://", "https://");
    }

    /// Starts it, and returns when it is ready.
    pub(crate) async fn start(&mut self) {
        self.launch();
        self.wait_until_ready().await;
    }

    /// Starts it, and does not wait.
    pub(crate) fn launch(&mut self) {
        let telemetry = std::fs::File::options().create(true).append(true).open(&self.telemetry).unwrap();
        let child = self.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(telemetry).spawn().unwrap();
        self.child = Some(child);
    }

    /// Starts it where it must refuse to run, and answers what it said.
    pub(crate) fn refused_start(&self) -> String {
        let mut child =
            self.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        let ended = loop {
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            if begun.elapsed() > Duration::from_secs(30) {
                child.kill().unwrap();
                break child.wait().unwrap();
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let words = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
        assert!(ended.code().is_some_and(|code| code != 0), "a refused start ends by itself, with a word: {words}");
        words
    }

    /// The command line that runs it.
    fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        if let Some(config) = &self.config {
            command.args(["serve", "--config"]).arg(config);
        } else {
            let listen = self.url.strip_prefix("http://").unwrap();
            command.args(["demo", "--listen", listen, "--dir"]).arg(&self.dir).args(&self.more);
        }
        command
    }

    /// Waits until it answers that it is ready.
    pub(crate) async fn wait_until_ready(&mut self) {
        let begun = Instant::now();
        loop {
            if let Ok(answer) = self.client.get(format!("{}/health/ready", self.url)).send().await
                && answer.status() == 200
            {
                return;
            }
            if let Some(ended) = self.child.as_mut().and_then(|child| child.try_wait().unwrap()) {
                panic!("the service ended with {ended}: {}", std::fs::read_to_string(&self.telemetry).unwrap());
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the service is not ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills it as a power cut would: no signal that it could catch.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    /// Asks it to stop, and waits for its proper end.
    pub(crate) fn stop(&mut self) -> std::process::ExitStatus {
        let mut child = self.child.take().unwrap();
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        child.wait().unwrap()
    }

    /// How it ended, if it ended by itself.
    pub(crate) fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.child.as_mut().unwrap().try_wait().unwrap()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// The issuer's API token.
    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.dir.join("issuer.token")).unwrap().trim().to_owned()
    }

    /// The API token of a demonstration's verifier.
    pub(crate) fn verifier_token(&self) -> String {
        std::fs::read_to_string(self.dir.join("verifier.token")).unwrap().trim().to_owned()
    }

    /// The `Cookie` header of a demonstration's fictional auditor: 0 audits all agencies, 1 the employment agency alone,
    /// 2 another one.
    pub(crate) async fn auditor(&self, place: usize) -> String {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let form = format!("auditor={place}");
        let asked = client.post(format!("{}/desk/sign-in", self.url)).body(form);
        let answer = asked.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Sends a request to one of its paths.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// Verifies by code, number, qr or digest, and answers the JSON.
    pub(crate) async fn verify(&self, by: &str, what: &str) -> Value {
        let answer = self.request("POST", "/api/v1/verifications").json(&json!({ by: what })).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Verifies a file, and answers the HTTP status and the JSON.
    pub(crate) async fn verify_file(&self, bytes: Vec<u8>) -> (u16, Value) {
        let form =
            reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(bytes).file_name("f.pdf"));
        let answer = self.request("POST", "/api/v1/verifications").multipart(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Runs a command of the program on this service's data.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        match &self.config {
            Some(config) => command.arg("--config").arg(config),
            None => command.arg("--dir").arg(&self.dir),
        };
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// Issues a certificate by the command line; answers its JSON and the file.
    pub(crate) fn issue(&self, kind: &str, holder: &str) -> (Value, Vec<u8>) {
        let out = self.dir.join(format!("{kind}-{holder}.pdf"));
        let arguments = ["issue", "--json", "--kind", kind, "--holder", holder, "--out", out.to_str().unwrap()];
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (serde_json::from_slice(&output.stdout).unwrap(), std::fs::read(out).unwrap())
    }
}

/// The demonstration's citizens.
const CITIZENS: &str = include_str!("../../templates/demonstration/citizens.json");
/// The token that an issuer's system sends to what [`TestService::serving`] made.
const TOKEN: &str = "token-of-a-fictional-agency";

/// Settings of a service that holds nothing of the demonstration but its citizens.
fn settings(port: u16, url: &str) -> String {
    let catalogue = earayis::catalogue::Catalogue::built_in().unwrap();
    let kinds = catalogue.kinds();
    let agency = kinds.iter().find(|kind| kind.code.as_str() == "is-yeri").map(|kind| &kind.issuer.voen).unwrap();
    let sha256 = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, TOKEN.as_bytes()).as_ref());
    let mut text = format!(
        "listen = \"127.0.0.1:{port}\"\n\
         public_url = \"http://127.0.0.1:{port}\"\n\
         production = false\n\
         [storage]\nurl = \"{url}\"\n\
         [log]\ndirectory = \"log\"\norigin = \"demo.earayis.example/log\"\n\
         [keys]\ndirectory = \"keys\"\n\
         [metrics]\nlisten = \"127.0.0.1:0\"\n\
         [telemetry]\nformat = \"text\"\nlevel = \"warn\"\n\
         [limits]\nanonymous_per_minute = 10000000\nanonymous_burst = 10000000\nnumber_per_minute = 10000000\n\
         number_burst = 10000000\nmisses_per_minute = 10000000\nmisses_burst = 10000000\n\
         organisation_per_second = 10000000\norganisation_burst = 10000000\n\
         [[api_token]]\nname = \"agency\"\norganisation = \"{agency}\"\nrole = \"issuer\"\nsha256 = \"{sha256}\"\n"
    );
    let sources: std::collections::BTreeSet<_> = kinds.iter().flat_map(|kind| &kind.sources).collect();
    for source in sources {
        text.push_str("[[registry]]\nkind = \"file\"\npath = \"citizens.json\"\n");
        text.push_str(&["source = \"", source.as_str(), "\"\n"].concat());
    }
    text
}

impl Drop for TestService {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port nobody listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
