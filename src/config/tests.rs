//! What the settings file may say, and the exact sentence for each thing it may not.

use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// A folder with everything that the example names.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["data/log", "keys", "kinds", "registries", "secrets", "tls"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    let tls = ["tls/service.pem", "tls/service.key", "tls/clients.pem", "tls/witness.pem"];
    for name in ["registries/education.toml", "secrets/client.pem", "secrets/client.key"].into_iter().chain(tls) {
        fs::write(folder.path().join(name), "").unwrap();
    }
    fs::write(folder.path().join("secrets/password"), "correct horse\n").unwrap();
    fs::write(folder.path().join("secrets/empty"), "\n").unwrap();
    folder
}

fn tls_files(folder: &TempDir) -> [PathBuf; 3] {
    ["service.pem", "service.key", "clients.pem"].map(|name| folder.path().join("tls").join(name))
}

fn parse(text: &str, folder: &TempDir) -> Result<Settings, String> {
    Settings::parse(text, Path::new("earayis.toml"), folder.path())
        .map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "DIR"))
}

/// The example with one text in it replaced, when it is right.
pub(super) fn settings_with(old: &str, new: &str) -> Settings {
    parse(&EXAMPLE.replace(old, new), &folder()).unwrap()
}

/// What is told of settings that are wrong.
pub(super) fn mistakes(text: &str) -> String {
    parse(text, &folder()).expect_err(text)
}

/// The example with one text in it replaced, and the mistakes this makes.
pub(super) fn told(old: &str, new: &str) -> String {
    assert_eq!(EXAMPLE.matches(old).count(), 1, "{old} must stand once in the example");
    parse(&EXAMPLE.replace(old, new), &folder()).expect_err(new)
}

#[test]
fn the_example_is_a_complete_settings_file() {
    let folder = folder();
    let settings = parse(EXAMPLE, &folder).unwrap();
    assert!(settings.production);
    assert_eq!(settings.public_url.to_string(), "https://earayis.example");
    assert_eq!(settings.storage.url, format!("sqlite:{}/data/earayis.db", folder.path().display()));
    assert_eq!(settings.keys, folder.path().join("keys"));
    assert_eq!(settings.kinds, None);
    assert_eq!(settings.registries.len(), 2);
    assert_eq!(settings.api_tokens[0].organisation.as_str(), "9900000141");
    assert_eq!(settings.metrics.to_string(), "127.0.0.1:9464");
    assert_eq!(settings.limits, Limits::default());
    assert_eq!(settings.telemetry, telemetry::Settings::default());
    assert_eq!(settings.door.rates, crate::door::Rates::default());
    assert_eq!(settings.door.thresholds, crate::door::Thresholds::default());
    assert_eq!(settings.door.proxies.trusted, ["127.0.0.1/32".parse().unwrap()]);
    assert!(settings.tls.is_none());
}

#[test]
fn what_the_example_shows_behind_a_mark_is_accepted_and_is_the_default() {
    let mut shown = EXAMPLE.to_owned();
    for line in EXAMPLE.lines() {
        let Some(setting) = line.strip_prefix("# ") else { continue };
        let is_setting =
            setting.starts_with('[') || setting.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
        // The password belongs to PostgreSQL; the files of the first registry are not there.
        if is_setting && !setting.contains("secrets/") {
            shown = shown.replace(line, setting);
        }
    }
    let folder = folder();
    let (shown, plain) = (parse(&shown, &folder).unwrap(), parse(EXAMPLE, &folder).unwrap());
    assert_eq!(shown.former_hosts, ["old.earayis.example"]);
    assert_eq!(shown.kinds, Some(folder.path().join("kinds")));
    let files = shown.tls.as_ref().map(|tls| [Some(&tls.certificate), Some(&tls.key), tls.client_roots.as_ref()]);
    assert_eq!(files.unwrap().map(Option::unwrap), tls_files(&folder).each_ref());
    assert_eq!(shown.log.witnesses.len(), 1);
    let defaults = |of: &Settings| {
        let door = (&of.door, &of.open_data, &of.agency_alarms, &of.retention);
        format!("{} {} {:?} {:?} {door:?}", of.production, of.metrics, of.telemetry, of.limits)
    };
    assert_eq!(defaults(&shown), defaults(&plain));
    assert_eq!(format!("{:?}", shown.registries), format!("{:?}", plain.registries));
}

#[test]
fn secrets_are_read_from_their_files_and_never_shown() {
    let text = EXAMPLE
        .replace("\"sqlite:data/earayis.db\"", "\"postgres://earayis@db.example/earayis\"")
        .replace("# password_file = \"secrets/database\"", "password_file = \"secrets/password\"")
        .replace(
            "url = \"https://registry.example/employment\"",
            "url = \"https://registry.example/employment\"\nheaders = { Authorization = \"secrets/password\" }\n\
             client_certificate = \"secrets/client.pem\"\nclient_key = \"secrets/client.key\"\ntimeout_ms = 700",
        );
    let settings = parse(&text, &folder()).unwrap();
    assert_eq!(settings.storage.url, "postgres://earayis@db.example/earayis");
    assert_eq!(settings.storage.password.as_ref().unwrap().expose(), "correct horse");
    let Place::Http(http) = &settings.registries[0].place else { panic!("an http registry") };
    assert_eq!(http.headers[0].0, "Authorization");
    assert_eq!(http.headers[0].1.expose(), "correct horse");
    assert_eq!((http.connect_timeout, http.timeout), (Duration::from_secs(2), Duration::from_millis(700)));
    assert!(http.client.is_some());
    assert!(!format!("{settings:?}").contains("horse"));
}

#[test]
fn a_password_needs_its_user() {
    let text = EXAMPLE
        .replace("sqlite:data/earayis.db", "postgres://db.example/earayis")
        .replace("# password_file = \"secrets/database\"", "password_file = \"secrets/password\"");
    assert_eq!(
        parse(&text, &folder()).unwrap_err(),
        "earayis.toml:18: `storage.url` must name the user whose password it is: `postgres://USER@HOST/DATABASE`"
    );
}

#[test]
fn plain_http_is_for_demonstrations_on_this_machine() {
    let (secure, plain) = ("\"https://earayis.example\"", "\"http://127.0.0.1:8080\"");
    let text = EXAMPLE.replace(secure, plain);
    assert!(parse(&text.replace("# production = true", "production = false"), &folder()).is_ok());
    assert_eq!(
        told(secure, plain),
        "earayis.toml:8: `public_url` must begin with `https://` in production; for a demonstration set `production = false`"
    );
}

#[test]
fn each_mistake_is_told_in_one_sentence_with_its_line() {
    for (old, new, sentence) in MISTAKES {
        assert_eq!(told(old, new), format!("earayis.toml:{sentence}"), "{new}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_lines() {
    let text = EXAMPLE.replace("\"keys\"", "\"key\"").replace("\"127.0.0.1:8080\"", "\"8080\"");
    assert_eq!(
        parse(&text, &folder()).unwrap_err(),
        "earayis.toml:5: `listen` must be an IP address and a port, such as `127.0.0.1:8080`\n\
         earayis.toml:27: `keys.directory`: there is no folder DIR/key; create it or name another"
    );
}

#[test]
fn two_api_tokens_are_never_the_same() {
    let token = &EXAMPLE[EXAMPLE.find("[[api_token]]").unwrap()..EXAMPLE.find("# [metrics]").unwrap()];
    let text = EXAMPLE.replace(token, &format!("{token}{token}"));
    assert_eq!(
        parse(&text, &folder()).unwrap_err(),
        "earayis.toml:58: give each API token a `name` of its own\n\
         earayis.toml:61: two API tokens are the same; make one for each system"
    );
}

#[test]
fn paths_begin_at_the_folder_of_the_file() {
    let folder = folder();
    let file = folder.path().join("earayis.toml");
    fs::write(&file, EXAMPLE).unwrap();
    assert_eq!(Settings::read(&file).unwrap().log.directory, folder.path().join("data/log"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Settings::read(Path::new("no/such.toml")).unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot read the settings in no/such.toml: No such file or directory (os error 2); \
         name another file with --config FILE"
    );
}

/// What to replace in the example, by what, and what is told then: the line and the sentence.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "# proposal_days = 14",
        "[retention]\nproposal_days = 91",
        "155: `retention.proposal_days` must be a number from 1 to 90",
    ),
    (
        "# operator_share = 80",
        "[agency_alarms]\noperator_share = 101",
        "144: `agency_alarms.operator_share` must be a number from 1 to 100",
    ),
    (
        "# licence = \"https://creativecommons.org/licenses/by/4.0/\"",
        "[open_data]\nlicence = \"ftp://licence.example/\"",
        "131: `open_data.licence` must be an address that begins with `https://`",
    ),
    (
        "listen = \"127.0.0.1:8080\"",
        "lisen = \"127.0.0.1:8080\"",
        "5: there is no setting `lisen`; there is `listen`, `public_url`, `former_hosts`, `production`, `storage`, `log`, `witness`, `keys`, `kinds`, `registry`, `api_token`, `metrics`, `telemetry`, `limits`, `alarms`, `proxies`, `tls`, `sign_in`, `open_data`, `agency_alarms`, `retention`",
    ),
    (
        "listen = \"127.0.0.1:8080\"",
        "listen = \"localhost\"",
        "5: `listen` must be an IP address and a port, such as `127.0.0.1:8080`",
    ),
    (
        "listen = \"127.0.0.1:8080\"",
        "listen = 8080",
        "5: this is not the TOML expected here: invalid type: integer `8080`, expected a string",
    ),
    (
        "listen = \"127.0.0.1:8080\"",
        "listen = \"127.0.0.1:8080",
        "5: this is not the TOML expected here: invalid basic string, expected `\"`",
    ),
    (
        "\"https://earayis.example\"",
        "\"https://earayis.example/v\"",
        "8: `public_url` must be an origin such as `https://earayis.example`: a scheme and a host, and nothing after them",
    ),
    (
        "\"https://earayis.example\"",
        "\"http://earayis.example\"",
        "8: `public_url` must begin with `https://`; `http://` is for 127.0.0.1 and localhost only",
    ),
    (
        "# former_hosts = [\"old.earayis.example\"]",
        "former_hosts = [\"https://old.example\"]",
        "11: `former_hosts` must list host names such as `old.earayis.example`, without scheme or path",
    ),
    (
        "# production = true",
        "production = \"yes\"",
        "14: this is not the TOML expected here: invalid type: string \"yes\", expected a boolean",
    ),
    (
        "\"sqlite:data/earayis.db\"",
        "\"mysql://db.example\"",
        "18: `storage.url` must begin with `sqlite:` or `postgres://`",
    ),
    (
        "\"sqlite:data/earayis.db\"",
        "\"sqlite::memory:\"",
        "18: `storage.url` must name a file, such as `sqlite:data/earayis.db`, without options",
    ),
    (
        "\"sqlite:data/earayis.db\"",
        "\"sqlite:nowhere/earayis.db\"",
        "18: `storage.url`: there is no folder DIR/nowhere; create it",
    ),
    (
        "\"sqlite:data/earayis.db\"",
        "\"postgres://earayis:horse@db.example/earayis\"",
        "18: `storage.url` must not hold the password; write it to a file and name that in `storage.password_file`",
    ),
    (
        "\"sqlite:data/earayis.db\"",
        "\"postgres://db.example/earayis?password=horse\"",
        "18: `storage.url` must not hold the password; write it to a file and name that in `storage.password_file`",
    ),
    (
        "# password_file = \"secrets/database\"",
        "password_file = \"secrets/password\"",
        "19: `storage.password_file` is for PostgreSQL; SQLite has no password, remove it",
    ),
    (
        "# password_file = \"secrets/database\"",
        "password_file = \"secrets/database\"",
        "19: `storage.password_file`: there is no file DIR/secrets/database; create it or name another",
    ),
    (
        "# password_file = \"secrets/database\"",
        "password_file = \"secrets/empty\"",
        "19: `storage.password_file`: DIR/secrets/empty is empty; write the secret into it",
    ),
    (
        "directory = \"data/log\"",
        "directory = \"data/tiles\"",
        "23: `log.directory`: there is no folder DIR/data/tiles; create it or name another",
    ),
    ("origin = \"earayis.example/log\"", "", "21: the setting `origin` is missing; add it"),
    (
        "origin = \"earayis.example/log\"",
        "origin = \"our log\"",
        "24: `log.origin` must be a name without spaces or `+`, such as `earayis.example/log`",
    ),
    (
        "directory = \"keys\"",
        "directory = \"key\"",
        "27: `keys.directory`: there is no folder DIR/key; create it or name another",
    ),
    (
        "# [kinds]\n# directory = \"kinds\"",
        "[kinds]\ndirectory = \"kind\"",
        "31: `kinds.directory`: there is no folder DIR/kind; create it or name another",
    ),
    (
        "source = \"education\"",
        "source = \"employment\"",
        "46: give each registry a `source` of its own, as the kinds name it",
    ),
    ("kind = \"http\"", "kind = \"https\"", "36: `https` cannot stand here; choose `file` or `http`"),
    (
        "\"https://registry.example/employment\"",
        "\"http://registry.example/employment\"",
        "37: `url` must begin with `https://` (`http://` on this machine only) and hold no password",
    ),
    ("url = \"https://registry.example/employment\"", "", "34: a registry of kind `http` needs `url`"),
    (
        "url = \"https://registry.example/employment\"",
        "path = \"registries\"",
        "37: `path` belongs to a registry of kind `file`; remove it",
    ),
    (
        "path = \"registries/education.toml\"",
        "path = \"registries/education.toml\"\ntimeout_ms = 5",
        "49: `timeout_ms` belongs to a registry of kind `http`; remove it",
    ),
    ("path = \"registries/education.toml\"", "", "45: a registry of kind `file` needs `path`"),
    (
        "path = \"registries/education.toml\"",
        "path = \"registries/none.toml\"",
        "48: `path`: there is no file DIR/registries/none.toml; create it or name another",
    ),
    ("# timeout_ms = 5000", "timeout_ms = 0", "39: `timeout_ms` must be between 1 and 3600000 milliseconds"),
    (
        "# headers = { Authorization = ",
        "headers = { \"a b\" = \"secrets/password\" } # ",
        "40: `headers`: `a b` cannot be the name of a header",
    ),
    (
        "# client_key = \"secrets/employment.key\"",
        "client_key = \"secrets/client.key\"",
        "42: `client_certificate` and `client_key` go together; name both files",
    ),
    (
        "\"9900000141\"",
        "\"9900000151\"",
        "53: `organisation` is no VÖEN: a VÖEN has ten digits, the ninth of which checks the others and the tenth is 1 or 2",
    ),
    ("role = \"issuer\"", "role = \"god\"", "54: `god` cannot stand here; choose `issuer`"),
    (
        "\"0000000000000000000000000000000000000000000000000000000000000000\"",
        "\"secret\"",
        "55: `sha256` must be 64 hexadecimal digits: printf %s TOKEN | sha256sum",
    ),
    (
        "# [metrics]\n# listen = \"127.0.0.1:9464\"",
        "[metrics]\nlisten = \"0.0.0.0:8080\"",
        "58: `metrics.listen` must differ from `listen`: metrics are not for the public",
    ),
    (
        "# [telemetry]\n# format = \"json\" ",
        "[telemetry]\nformat = \"xml\" ",
        "61: `xml` cannot stand here; choose `json` or `text`",
    ),
    (
        "# [limits]\n# upload_bytes = 20971520",
        "[limits]\nupload_bytes = 20",
        "65: `limits.upload_bytes` must be between 1024 (1 KiB) and 134217728 (128 MiB)",
    ),
    (
        "# [limits]\n# upload_bytes = 20971520",
        "[limits]\nupload = 20971520",
        "65: there is no setting `upload`; there is `upload_bytes`, `request_timeout_ms`, `anonymous_per_minute`, \
         `anonymous_burst`, `organisation_per_second`, `organisation_burst`, `number_per_minute`, `number_burst`, \
         `misses_per_minute`, `misses_burst`, `upload_weight`",
    ),
];
