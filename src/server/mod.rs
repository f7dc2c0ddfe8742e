//! The server: binds, serves, and finishes what is under way before it stops.

mod assembly;
mod connections;
mod keys;
mod registries;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

pub use assembly::{AssemblyError, Service, StartUpError, assemble, open_storage};
pub use keys::KeysLost;
pub use tls::TlsError;

use crate::alarms::Alarms;
use crate::auditing::Inquiry;
use crate::auth::MemberSessions;
use crate::clock::Clock;
use crate::config::Settings;
use crate::open_data::OpenData;
use crate::random::Random;
use crate::storage::Storage;
use crate::telemetry::{self, Metrics};
use crate::watch::Watching;
use crate::{api, web};
use tls::Tls;

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
    /// TLS cannot be served.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The keys changed, and the service must not go on with those that it has.
    #[error(transparent)]
    Keys(#[from] KeysLost),
    /// A signal handler could not be set.
    #[error("signals cannot be watched: {0}")]
    Signal(io::Error),
}

/// Serves until SIGTERM or SIGINT, or until its keys may not be used any more, then finishes the requests under way,
/// places the last leaves, unless their key is not to sign any more, and closes the storage.
pub async fn serve(
    service: Service,
    settings: &Settings,
    metrics: Metrics,
    ready: impl FnOnce(SocketAddr, SocketAddr),
) -> Result<(), ServeError> {
    let tls = settings.tls.as_ref().map(Tls::load).transpose()?.map(Arc::new);
    let freshness = tls.clone().map(|tls| tls.keep_fresh(service.app.clock.clone())).transpose()?.map(tokio::spawn);
    if settings.hides_its_clients() {
        tracing::warn!("no proxy is trusted, and everybody who comes through one counts as one network; see [proxies]");
    }
    service.start_up().await?;
    let listener = bind(settings.listen).await?;
    let metrics_listener = bind(settings.metrics).await?;
    let address = |listener: &TcpListener| listener.local_addr().map_err(ServeError::Address);
    ready(address(&listener)?, address(&metrics_listener)?);

    let (stop, stopping) = watch::channel(false);
    let sequencer = tokio::spawn(service.sequencer.clone().run(stopping.clone()));
    let witnesses = tokio::spawn(service.sequencer.clone().gather_cosignatures(stopping));
    let counting = tokio::spawn(metrics.clone().keep_small());
    let exporter = tokio::spawn(axum::serve(metrics_listener, metrics.router()).into_future());
    let days = tokio::spawn(service.sealer_days());
    let purging = tokio::spawn(purge(
        service.storage.clone(),
        service.app.member_sessions.clone(),
        service.app.auditing.clone(),
        service.app.clock.clone(),
    ));
    let alarms = tokio::spawn(look_for_alarms(service.app.alarms.clone()));
    let figures = tokio::spawn(publish_figures(Arc::clone(&service.app.open_data)));
    let watches = tokio::spawn(purge_watches(service.app.watching.clone()));

    let router = router(&service, settings);
    let bounds = connections::Bounds::of(settings.limits.request_timeout);
    let (signal, long_answers) = (stop_signal(service.app.demonstration.is_some())?, service.app.stopping.clone());
    let keys_lost = service.keys.clone().follow(service.app.clock.clone(), service.app.random.clone())?;
    let (lost, keys) = oneshot::channel();
    let stop_all = async move {
        tokio::select! {
            () = signal => {}
            why = keys_lost => {
                tracing::error!(error = &why as &dyn std::error::Error, "stopping: these keys may not be used any more");
                let _ = lost.send(why);
            }
        }
        long_answers.begin();
    };
    connections::serve(listener, tls, router, bounds, service.app.door.proxies().clone(), stop_all).await;

    // What was accepted is answered by now; its leaves must not wait for the next start, unless by then another key signs.
    let lost = keys.await.ok();
    if lost.is_some() {
        sequencer.abort();
    }
    let _ = stop.send(true);
    if tokio::time::timeout(LAST_TURN, sequencer).await.is_err() {
        tracing::warn!("the last turn of the sequencer took too long; the next start continues it");
    }
    for task in [
        Some(counting),
        Some(days),
        Some(purging),
        Some(watches),
        Some(witnesses),
        Some(alarms),
        Some(figures),
        freshness,
    ]
    .into_iter()
    .flatten()
    {
        task.abort();
    }
    exporter.abort();
    service.storage.close().await;
    lost.map_or(Ok(()), |why| Err(why.into()))
}

/// How often it is seen whether another day is to be published.
const PUBLISHING: Duration = Duration::from_mins(5);
/// How long the last turn of the sequencer may take.
const LAST_TURN: Duration = Duration::from_secs(20);

fn router(service: &Service, settings: &Settings) -> Router {
    let app = &service.app;
    let pages = web::router(app, &api::description());
    let routes = Router::new().merge(api::router(app)).merge(pages).with_state(app.clone());
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, settings.limits.request_timeout);
    let routes = if settings.public_url.is_secure() { routes.layer(strict_transport()) } else { routes };
    telemetry::observe(routes.layer(timeout).layer(map_response(api::problem::tell_time_out)), Random::system())
}

/// Browsers that were here by HTTPS once never come by anything else for a year (RFC 6797).
fn strict_transport() -> SetResponseHeaderLayer<HeaderValue> {
    let year = HeaderValue::from_static("max-age=31536000");
    SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, year)
}

/// Forgets, once an hour, sessions and idempotency keys whose time is over.
async fn purge(storage: Storage, members: MemberSessions, auditing: Inquiry, clock: Clock) {
    let mut every = tokio::time::interval(Duration::from_hours(1));
    loop {
        every.tick().await;
        let now = clock.now();
        let purged = async {
            storage.purge_sessions(now).await?;
            members.purge().await?;
            storage.purge_idempotency(now).await
        };
        if let Err(error) = auditing.purge().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "purposes whose term is over were not forgotten");
        }
        if let Err(error) = purged.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what has ended could not be forgotten; it is tried again"
            );
        }
    }
}

/// Forgets, once an hour, watches that ended so long ago that their changes are pulled no more.
async fn purge_watches(watching: Watching) {
    let mut every = tokio::time::interval(Duration::from_hours(1));
    loop {
        every.tick().await;
        if let Err(error) = watching.purge().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "watches that ended long ago were not forgotten");
        }
    }
}

/// Looks, every few minutes, whether an agency's day is unusual.
async fn look_for_alarms(alarms: Alarms) {
    // What waited while nothing ran has its place a moment after the start.
    let first = tokio::time::Instant::now() + Duration::from_secs(5);
    let mut every = tokio::time::interval_at(first, Duration::from_mins(5));
    loop {
        every.tick().await;
        if let Err(error) = alarms.look().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "whether a day is unusual could not be found out");
        }
    }
}

/// Publishes days that ended, soon after they are whole, so that nobody who asks waits for it.
async fn publish_figures(open_data: Arc<OpenData>) {
    // Whoever asks before has it done for her.
    let mut every = tokio::time::interval_at(tokio::time::Instant::now() + PUBLISHING, PUBLISHING);
    loop {
        every.tick().await;
        if let Err(error) = open_data.publish_whole_days().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the days that ended could not be published yet");
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|reason| ServeError::Bind { address, reason })
}

/// A demonstration also ends with the terminal in which it runs; to a service, SIGHUP says that keys have changed.
fn stop_signal(demonstration: bool) -> Result<impl Future<Output = ()>, ServeError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signal)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(ServeError::Signal)?;
    Ok(async move {
        tokio::select! {
            _ = hang_up.recv(), if demonstration => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is under way");
    })
}
