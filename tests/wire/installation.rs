//! An installation from its first start to its last: settings that are wrong are named, and what was there stays there.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::json;

use crate::service::{PROGRAM, TestService, free_port};
use crate::shared::RUNTIME;

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Settings that are right, for a folder that has everything: the demonstration's own.
fn settings_of(service: &TestService) -> String {
    std::fs::read_to_string(service.dir.join("earayis.toml")).unwrap()
}

#[test]
fn a_second_start_keeps_what_the_first_made() {
    RUNTIME.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let mut service = TestService::at(folder.path(), free_port());
        service.start().await;
        let (issued, bytes) = service.issue("is-yeri", "7DEM001");
        let (token, keys) = (service.token(), std::fs::read(folder.path().join("keys/ring.toml")).unwrap());
        let ended = service.stop();
        assert!(ended.success(), "a proper end is no failure: {ended}");

        // Another port: the address in the QR codes that are in circulation has changed.
        let mut service = TestService::at(folder.path(), free_port());
        service.start().await;
        assert_eq!(service.token(), token);
        assert_eq!(std::fs::read(folder.path().join("keys/ring.toml")).unwrap(), keys);
        let (status, answer) = service.verify_file(bytes).await;
        assert_eq!((status, &answer["verdict"]), (200, &json!("valid")));
        let answer = service.verify("code", issued["code"].as_str().unwrap()).await;
        assert_eq!(answer["certificate"]["facts"], issued["facts"]);
        let settings = settings_of(&service);
        let formerly = settings.lines().find(|line| line.starts_with("former_hosts")).unwrap();
        assert!(formerly.contains("127.0.0.1:"), "{formerly}");
    });
}

#[test]
fn what_waits_when_the_service_stops_is_placed_and_nothing_is_lost() {
    RUNTIME.block_on(async {
        let mut service = TestService::demo().await;
        let body = json!({ "kind": "is-yeri", "holder": "7DEM001" });
        let issue = || service.request("POST", "/api/v1/certificates").bearer_auth(service.token()).json(&body).send();
        let issued: serde_json::Value = issue().await.unwrap().json().await.unwrap();
        assert!(service.stop().success());
        let verified = service.run(&["verify", "--json", "--code", issued["code"].as_str().unwrap()]);
        let answer: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
        assert_eq!(
            answer["checks"][4],
            json!({ "name": "log", "result": "passed", "reason": "included", "text": "proof given" })
        );
    });
}

#[test]
fn the_doctor_finds_a_sound_installation_sound_and_a_broken_one_broken() {
    RUNTIME.block_on(async {
        let mut service = TestService::demo().await;
        // The sandbox holds seven, three of which were changed.
        service.issue("diplom", "7DEM001");
        let sound = service.run(&["doctor"]);
        let told = String::from_utf8_lossy(&sound.stdout).into_owned();
        assert_eq!(sound.status.code(), Some(0), "{told}");
        for finding in
            ["database and published log agree", "8 certificates", "no witness", "for development", "more days"]
        {
            assert!(told.contains(finding), "{finding}: {told}");
        }
        service.stop();
        let checkpoint = service.dir.join("log/checkpoint");
        let note = std::fs::read_to_string(&checkpoint).unwrap();
        std::fs::write(&checkpoint, note.replacen("\n11\n", "\n19\n", 1)).unwrap();
        let broken = service.run(&["doctor"]);
        let told = String::from_utf8_lossy(&broken.stdout).into_owned();
        assert_eq!(broken.status.code(), Some(1), "{told}");
        assert!(told.contains("WRONG  log: "), "{told}");
        std::fs::write(&checkpoint, note).unwrap();
        std::fs::remove_file(service.dir.join("keys/kek-1.key")).unwrap();
        let told = String::from_utf8_lossy(&service.run(&["doctor"]).stdout).into_owned();
        assert!(told.contains("WRONG  ") && told.contains("kek-1.key"), "{told}");
    });
}

#[test]
fn wrong_settings_are_named_with_file_line_and_what_to_do() {
    RUNTIME.block_on(async {
        let mut service = TestService::demo().await;
        service.stop();
        let right = settings_of(&service);
        let file = service.dir.join("changed.toml");
        let with = |from: &str, to: &str| {
            assert!(right.contains(from), "{from}: {right}");
            right.replacen(from, to, 1)
        };
        for (text, place, words) in [
            (with("production = false", "produktion = false"), Some("produktion"), "no setting"),
            (with("directory = \"keys\"", "directory = \"nowhere\""), Some("directory = \"nowhere\""), "no folder"),
            (with("directory = \"log\"", "directory = \"nowhere\""), Some("directory = \"nowhere\""), "no folder"),
            (with("path = \"citizens.json\"", "path = \"nobody.json\""), Some("nobody.json"), "no file"),
            (with("sqlite:earayis.db", "mysql:earayis"), Some("mysql:"), "sqlite:"),
            (with("listen = \"127.0.0.1:0\"", "listen = \"salam\""), Some("listen = \"salam\""), "IP address"),
            (with("production = false", "production = true"), Some("public_url"), "https://"),
            (with("[keys]", "[keys"), Some("[keys"), ""),
            (
                with("origin = \"demo.earayis.example/log\"", "origin = \"other.example/log\""),
                None,
                "other.example/log",
            ),
        ] {
            std::fs::write(&file, &text).unwrap();
            let output = run(&["serve", "--config", file.to_str().unwrap()]);
            let told = talk(&output);
            assert_eq!(output.status.code(), Some(2), "{told}");
            assert!(told.contains(words), "{words}: {told}");
            if let Some(place) = place {
                let line = 1 + text.lines().position(|line| line.contains(place)).unwrap();
                assert!(told.contains(&format!("{}:{line}: ", file.display())), "line {line}: {told}");
            }
        }
        let missing = run(&["serve", "--config", "/nowhere/earayis.toml"]);
        assert_eq!(missing.status.code(), Some(2));
        assert!(talk(&missing).contains("/nowhere/earayis.toml"), "{}", talk(&missing));
    });
}

/// Production with development keys would make certificates that look real and are not.
#[test]
fn production_is_refused_with_development_keys() {
    RUNTIME.block_on(async {
        let mut service = TestService::demo().await;
        service.stop();
        let text = settings_of(&service).replacen("production = false", "production = true", 1);
        let text = text.replacen("public_url = \"http://", "public_url = \"https://", 1);
        let file = service.dir.join("production.toml");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        for command in
            [&["serve", "--config", file][..], &["issue", "--kind", "diplom", "--holder", "7DEM001", "--config", file]]
        {
            let output = run(command);
            assert_eq!(output.status.code(), Some(2), "{}", talk(&output));
            assert!(talk(&output).contains("for demonstrations"), "{}", talk(&output));
        }
        let made = run(&["keys", "init", "--dir", service.dir.join("new").to_str().unwrap(), "--config", file]);
        assert_eq!(made.status.code(), Some(2));
        assert!(talk(&made).contains("production"), "{}", talk(&made));
        assert!(!service.dir.join("new").exists());

        // So it is before the folder that the settings name is there, and when they leave the word out.
        std::fs::remove_dir_all(service.dir.join("keys")).unwrap();
        let silent = std::fs::read_to_string(file).unwrap().replacen("production = true", "", 1);
        std::fs::write(file, silent).unwrap();
        let made = run(&["keys", "init", "--dir", service.dir.join("keys").to_str().unwrap(), "--config", file]);
        assert_eq!(made.status.code(), Some(2));
        assert!(!service.dir.join("keys").exists());
    });
}

/// Settings that cannot be read do not say that they are for no production.
#[test]
fn keys_are_not_made_for_settings_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    std::fs::write(&file, "production = true\nsalam\n").unwrap();
    for config in [file.as_path(), Path::new("/nowhere/earayis.toml")] {
        let dir = folder.path().join("keys");
        let made = run(&["keys", "init", "--dir", dir.to_str().unwrap(), "--config", config.to_str().unwrap()]);
        assert_eq!(made.status.code(), Some(2), "{}", talk(&made));
        assert!(!dir.exists());
    }
}

#[test]
fn served_from_its_settings_it_has_nothing_of_the_demonstration() {
    RUNTIME.block_on(async {
        let mut service = TestService::demo().await;
        let (_, bytes) = service.issue("diplom", "7DEM001");
        service.stop();
        let config = service.dir.join("earayis.toml");
        let mut serving = Command::new(PROGRAM)
            .args(["serve", "--config", config.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        service.wait_until_ready().await;
        let status = async |method: &str, path: &str| service.request(method, path).send().await.unwrap().status();
        let (_, answer) = service.verify_file(bytes).await;
        let found = (status("GET", "/v").await, status("GET", "/certificates").await, status("POST", "/sign-in").await);
        Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
        let ended = serving.wait().unwrap();
        assert_eq!(answer["verdict"], "valid");
        assert_eq!(found.0, 200);
        assert!(found.1 == 404 && [404, 405].contains(&found.2.as_u16()), "{found:?}");
        assert!(ended.success());
    });
}
