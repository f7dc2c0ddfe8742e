//! The server: binds, serves, and finishes what is under way before it stops.

mod assembly;
mod connections;
mod registries;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::map_response;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::timeout::TimeoutLayer;

pub use assembly::{AssemblyError, Service, StartUpError, assemble};

use crate::clock::Clock;
use crate::config::Settings;
use crate::random::Random;
use crate::storage::Storage;
use crate::telemetry::{self, Metrics};
use crate::{api, web};

/// Why the service did not run to its proper end.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {reason}; stop whoever listens there, or set another address")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: io::Error,
    },
    /// The system does not say where it listens.
    #[error("the address that is listened on cannot be found out: {0}")]
    Address(io::Error),
    /// What was found before anything was served stands against serving.
    #[error(transparent)]
    StartUp(#[from] StartUpError),
    /// A signal handler could not be set.
    #[error("signals cannot be watched: {0}")]
    Signal(io::Error),
}

/// Serves until SIGTERM or SIGINT, then finishes the requests under way, places the last leaves and closes the storage.
pub async fn serve(
    service: Service,
    settings: &Settings,
    metrics: Metrics,
    ready: impl FnOnce(SocketAddr, SocketAddr),
) -> Result<(), ServeError> {
    service.start_up().await?;
    let listener = bind(settings.listen).await?;
    let metrics_listener = bind(settings.metrics).await?;
    let address = |listener: &TcpListener| listener.local_addr().map_err(ServeError::Address);
    ready(address(&listener)?, address(&metrics_listener)?);

    let (stop, stopping) = watch::channel(false);
    let sequencer = tokio::spawn(service.sequencer.clone().run(stopping.clone()));
    let counting = tokio::spawn(metrics.clone().keep_small());
    let exporter = tokio::spawn(axum::serve(metrics_listener, metrics.router()).into_future());
    let days = tokio::spawn(service.sealer_days());
    let purging = tokio::spawn(purge(service.storage.clone(), service.app.clock.clone()));

    let router = router(&service, settings);
    let bounds = connections::Bounds::of(settings.limits.request_timeout);
    connections::serve(listener, router, bounds, stop_signal()?).await;

    // What was accepted is answered by now; its leaves must not wait for the next start.
    let _ = stop.send(true);
    if tokio::time::timeout(LAST_TURN, sequencer).await.is_err() {
        tracing::warn!("the last turn of the sequencer took too long; the next start continues it");
    }
    for task in [counting, days, purging] {
        task.abort();
    }
    exporter.abort();
    service.storage.close().await;
    Ok(())
}

/// How long the last turn of the sequencer may take.
const LAST_TURN: Duration = Duration::from_secs(20);

fn router(service: &Service, settings: &Settings) -> Router {
    let app = &service.app;
    let routes = Router::new().merge(api::router(app)).merge(web::router(app)).with_state(app.clone());
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, settings.limits.request_timeout);
    telemetry::observe(routes.layer(timeout).layer(map_response(api::problem::tell_time_out)), Random::system())
}

/// Forgets, once an hour, sessions and idempotency keys whose time is over.
async fn purge(storage: Storage, clock: Clock) {
    let mut every = tokio::time::interval(Duration::from_hours(1));
    loop {
        every.tick().await;
        let now = clock.now();
        let purged = async {
            storage.purge_sessions(now).await?;
            storage.purge_idempotency(now).await
        };
        if let Err(error) = purged.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what has ended could not be forgotten; it is tried again"
            );
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|reason| ServeError::Bind { address, reason })
}

fn stop_signal() -> Result<impl Future<Output = ()>, ServeError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signal)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is under way");
    })
}
