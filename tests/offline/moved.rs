//! A service that moved to another address: what was printed and signed at the former one stays checkable.

use std::process::Command;

use crate::bank::{Bank, Certificate, said};
use crate::service::{PROGRAM, TestService, free_port};

#[tokio::test]
async fn tokens_and_receipts_of_a_former_address_are_ours_still() {
    let folder = tempfile::tempdir().unwrap();
    let mut former = TestService::at(folder.path(), free_port());
    former.start().await;
    let [kept, revoked] = [(); 2].map(|()| Certificate::issue(&former, "diplom"));
    let receipt = former.verify("number", &kept.number).await["receipt"].as_str().unwrap().to_owned();
    let bank = Bank::new();
    bank.must_fetch(&former);
    former.kill();

    let mut service = TestService::at(folder.path(), free_port());
    service.start().await;
    assert!(service.run(&["revoke", "--number", &revoked.number, "--reason", "facts_wrong"]).status.success());
    let new = Certificate::issue(&service, "diplom");
    bank.must_fetch(&service);
    service.kill();
    for (certificate, verdict) in [(&kept, "valid"), (&revoked, "revoked"), (&new, "valid")] {
        let (_, answer) = bank.verify(&["--qr", &certificate.qr]);
        assert_eq!(answer["verdict"], verdict, "{answer}");
        let (_, answer) = bank.verify_file(&certificate.bytes, Some(&certificate.proof));
        assert_eq!(answer["verdict"], verdict, "{answer}");
    }
    let checked =
        Command::new(PROGRAM).args(["receipt", "check", &receipt, "--offline", "--trust"]).arg(bank.trust()).output();
    let checked = checked.unwrap();
    assert!(checked.status.success(), "{:?}", said(&checked));
}
