//! Verifying organisations, made by the command line beside a running service.

use crate::authority::Certified;
use crate::service::TestService;

/// A fictional bank and its API token.
pub(crate) struct Bank {
    pub(crate) voen: &'static str,
    pub(crate) token: String,
}

impl Bank {
    /// Adds a bank, with a token that may verify, alone and in batches.
    pub(crate) fn add(service: &TestService, voen: &'static str, more: &[&str]) -> Self {
        run(service, &[&["organisations", "add", voen, "--name", "Sınaq Bankı"], more].concat());
        run(service, &["members", "add", voen, "desk"]);
        let scopes = ["--member", "desk", "--scopes", "verify,batch"];
        let token = run(service, &[&["tokens", "issue", voen, "core"][..], &scopes].concat());
        Self { voen, token: token.trim().to_owned() }
    }

    /// Binds a client certificate to it.
    pub(crate) fn bind(&self, service: &TestService, certified: &Certified) {
        let file = service.dir.join(format!("{}.pem", self.voen));
        std::fs::write(&file, &certified.certificate).unwrap();
        let bound = ["--member", "desk", "--scopes", "verify", "--file", file.to_str().unwrap()];
        run(service, &[&["client-certificates", "bind", self.voen, "gateway"][..], &bound].concat());
    }

    pub(crate) fn revoke_certificate(&self, service: &TestService) {
        run(service, &["client-certificates", "revoke", self.voen, "gateway"]);
    }

    pub(crate) fn revoke_token(&self, service: &TestService) {
        run(service, &["tokens", "revoke", self.voen, "core"]);
    }
}

/// What a command printed.
fn run(service: &TestService, arguments: &[&str]) -> String {
    let output = service.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
