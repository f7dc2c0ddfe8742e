//! The bare limit: the same requests answered by axum and one keyed look-up, or one hash, and nothing else.
//!
//! It runs as a process of its own, as the service does: this very program, started again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use ring::digest;
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::Failure;

/// Under which variable the database's path is handed to the other process.
const DATABASE: &str = "EARAYIS_BENCH_BARE_DATABASE";
const ADDRESS: &str = "EARAYIS_BENCH_BARE_ADDRESS";
/// As many connections as the service reads with.
const READERS: u32 = 4;

/// The bare service, ended with this value.
pub(crate) struct Bare {
    child: Child,
    url: String,
    client: reqwest::Client,
}

impl Bare {
    /// Starts it on a database that nobody writes.
    pub(crate) async fn start(database: &Path) -> Result<Self, Failure> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(std::env::current_exe()?)
            .env(DATABASE, database)
            .env(ADDRESS, address.to_string())
            .stdin(Stdio::null())
            .spawn()?;
        let bare = Self { child, url: format!("http://{address}"), client: reqwest::Client::new() };
        for _ in 0..500 {
            if bare.client.get(&bare.url).send().await.is_ok() {
                return Ok(bare);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err("the bare service is not ready".into())
    }

    pub(crate) fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The database, when this process was started to be the bare service.
pub(crate) fn wanted() -> Option<PathBuf> {
    std::env::var_os(DATABASE).map(PathBuf::from)
}

/// Serves until it is killed.
pub(crate) fn serve(database: &Path) -> ExitCode {
    let served = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(answer(database)));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("the bare service: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn answer(database: &Path) -> Result<(), Failure> {
    let address: SocketAddr = std::env::var(ADDRESS)?.parse()?;
    let options = SqliteConnectOptions::new().filename(database).pragma("query_only", "on");
    let pool = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
    let router = Router::new()
        .route("/number", post(number))
        .route("/file", post(file))
        .layer(DefaultBodyLimit::disable())
        .with_state(pool);
    axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Asked {
    number: String,
}

#[derive(Serialize, sqlx::FromRow)]
struct Row {
    kind: String,
    issuer: String,
    issued_at: i64,
    valid_until: Option<i64>,
    standing: i32,
}

async fn number(State(pool): State<SqlitePool>, Json(asked): Json<Asked>) -> Result<Json<Row>, StatusCode> {
    let statement = "select kind, issuer, issued_at, valid_until, standing from certificates where number = $1";
    let row = sqlx::query_as(statement).bind(asked.number).fetch_optional(&pool).await;
    row.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn file(mut form: Multipart) -> Result<String, StatusCode> {
    let field = form.next_field().await.ok().flatten().ok_or(StatusCode::BAD_REQUEST)?;
    let bytes = field.bytes().await.map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, &bytes).as_ref()))
}
