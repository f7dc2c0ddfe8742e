//! One private PostgreSQL server for a test process, gone with it even when it is killed.

use std::io::{Read, Seek};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The server of this test process, started by whoever asks first.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("EARAYIS_TEST_POSTGRES_URL") {
        Ok(url) => Server { url, data: None, _watchdog: None },
        Err(_) => Server::start(),
    })
}

pub(crate) struct Server {
    /// The URL of the server, without a database.
    url: String,
    data: Option<PathBuf>,
    /// While its standard input is open it waits.
    _watchdog: Option<Child>,
}

impl Server {
    /// The folder in which the server keeps everything, if it is our own.
    pub(crate) fn data(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// The URL of a new, empty database.
    pub(crate) async fn fresh_database(&self, durable: bool) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("earayis_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&format!("{}/postgres", self.url)).await.unwrap();
        let mut statements = vec![format!("drop database if exists {name}"), format!("create database {name}")];
        if !durable {
            statements.push(format!("alter database {name} set synchronous_commit = off"));
        }
        for statement in statements {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
        }
        admin.close().await.unwrap();
        format!("{}/{name}", self.url)
    }

    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("earayis-postgres-").tempdir().unwrap().keep();
        let bin = programs();
        let watchdog = watch_over(&folder);
        let as_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        if as_root {
            run(Command::new("chown").arg("postgres:postgres").arg(&folder));
        }
        // initdb and the server refuse to run as root.
        let command = |program: &str| {
            let program = bin.join(program);
            if as_root {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            } else {
                Command::new(program)
            }
        };

        let data = folder.join("data");
        run(command("initdb")
            .arg("-D")
            .arg(&data)
            .args(["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])
            .current_dir(&folder));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=200 \
             -c fsync=on -c synchronous_commit=on -c full_page_writes=on",
            folder.display()
        );
        run(command("pg_ctl")
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(folder.join("log"))
            .args(["-w", "-o", &settings, "start"])
            .current_dir(&folder));
        Self { url: format!("postgres://postgres@127.0.0.1:{port}"), data: Some(data), _watchdog: Some(watchdog) }
    }
}

/// A shell that stops the server and removes its folder as soon as its standard input closes: when this process ends,
/// however it ends.
fn watch_over(folder: &Path) -> Child {
    const SCRIPT: &str = r#"
        cat >/dev/null
        test -s "$1/data/postmaster.pid" && kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"
        while test -e "$1/data/postmaster.pid" && kill -0 "$(head -n 1 "$1/data/postmaster.pid")"; do sleep 0.1; done
        rm -rf "$1""#;
    Command::new("sh")
        .args(["-c", SCRIPT, "watchdog"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap()
}

/// The folder of `initdb` and `pg_ctl`: the first on the path, or else where Debian puts them.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    std::env::split_paths(&path)
        .chain(debian.map(|version| version.path().join("bin")))
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
        .expect("these tests need PostgreSQL: install it, or set EARAYIS_TEST_POSTGRES_URL")
}

/// Runs a program to its end; its words are shown when it fails.
///
/// They go through a file, since the server that `pg_ctl` leaves behind would hold a pipe open.
fn run(command: &mut Command) {
    let mut words = tempfile::tempfile().unwrap();
    let status = command
        .stdin(Stdio::null())
        .stdout(words.try_clone().unwrap())
        .stderr(words.try_clone().unwrap())
        .status()
        .unwrap();
    if !status.success() {
        let mut text = String::new();
        words.rewind().unwrap();
        words.read_to_string(&mut text).unwrap();
        panic!("{command:?} failed: {text}");
    }
}
