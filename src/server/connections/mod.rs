//! Connections: never more than the machine has room for, few of one network, none held open by silence, and all of them
//! let go at the end.
//!
//! A network that holds its share has its next connections closed at once, unread: they wait for nothing, so that they
//! keep no place and no file from anybody else. A trusted proxy has no share, since its connections are everybody's.
//!
//! A request's own time limit begins when its head was read. What comes before it, between two requests and after the
//! answer is bounded here, and so is the handshake, which holds nobody else up. A connection grown old says so in its next
//! answer, so that no client sends a request into its closing. HTTP/1.1 only: whoever speaks HTTP/2 to the public does so
//! in front of this service.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use hyper::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use super::tls::Tls;
use crate::app::Peer;
use crate::door::{Network, Proxies, Share, Shares};

/// What connections may take of time and room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// How many may be open at once; the next ones wait to be accepted.
    pub(super) at_once: usize,
    /// How many of them one network may hold, or one IPv6 site; its next ones are closed.
    pub(super) of_one_network: usize,
    /// How long a TLS handshake may take.
    pub(super) handshake: Duration,
    /// How long a request's head may take, from the moment it could begin: a silent connection is closed after this.
    pub(super) head: Duration,
    /// How long a connection is kept; then it is closed after its next answer, or after the one under way.
    pub(super) age: Duration,
    /// How fast an answer under way on an old connection must be read, in bytes each `head`; a slower one is cut.
    pub(super) read_at_least: u64,
    /// How long a request under way may still take when its connection is to be closed.
    pub(super) grace: Duration,
    /// How long a connection without one may then still take: to send the rest of a head, or to read an answer.
    pub(super) short_grace: Duration,
}

impl Bounds {
    /// The bounds of a service whose requests take no longer than `request`.
    pub(super) fn of(request: Duration) -> Self {
        let at_once = room();
        Self {
            at_once,
            of_one_network: at_once / 8,
            handshake: Duration::from_secs(10),
            // Longer than a reverse proxy keeps an idle connection (nginx: 60 s), so that it is the one to close it.
            head: Duration::from_secs(75),
            age: Duration::from_mins(10),
            read_at_least: 64 << 10,
            grace: request + Duration::from_secs(5),
            short_grace: Duration::from_secs(2),
        }
    }
}

/// Half of the files that this process may open: the others are the database's, the log's and the examiners'.
fn room() -> usize {
    const MOST: u64 = 8192;
    let files = rlimit::increase_nofile_limit(2 * MOST).unwrap_or(1024);
    usize::try_from((files / 2).clamp(64, MOST)).unwrap_or(64)
}

/// The most bytes of a request's head, and of what is read ahead of its body.
const HEAD_BYTES: usize = 64 << 10;

/// Serves until `stop` comes, and returns when every connection is closed, within the two graces of [`Bounds`]. The
/// connections of `proxies` are bounded together with all others only.
///
/// Each request is given its [`Peer`]: the address of the connection and, with TLS, the client certificate.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    router: Router,
    bounds: Bounds,
    proxies: Proxies,
    stop: impl Future<Output = ()>,
) {
    let shares = Shares::of(bounds.of_one_network);
    let turns = Arc::new(Semaphore::new(bounds.at_once));
    let (stopped, stopping) = watch::channel(false);
    let (mut refused, mut stop) = (Refused::default(), pin!(stop));
    loop {
        let accepted = async {
            // The semaphore is never closed; were it, serving without a bound would still be right.
            let turn = Arc::clone(&turns).acquire_owned().await.ok();
            (accept(&listener).await, turn)
        };
        let ((stream, address), turn) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let Ok(share) = share(&shares, &proxies, address) else {
            refused.note(Network::of(address.ip()));
            continue;
        };
        let (tls, router, mut stopping) = (tls.clone(), router.clone(), stopping.clone());
        tokio::spawn(async move {
            // Answers are small and written whole: waiting to fill a packet only delays them.
            let _ = stream.set_nodelay(true);
            match tls {
                None => converse(stream, Peer { address, certificate: None }, router, bounds, stopping).await,
                Some(tls) => {
                    if let Some((stream, certificate)) = shake_hands(&tls, stream, bounds, &mut stopping).await {
                        converse(stream, Peer { address, certificate }, router, bounds, stopping).await;
                    }
                }
            }
            drop((share, turn));
        });
    }
    drop((listener, stopping));
    let _ = stopped.send(true);
    // Each conversation holds a receiver until it ends.
    stopped.closed().await;
}

/// A network holds as many connections as it may.
struct Full;

/// The connections that were closed unread.
#[derive(Default)]
struct Refused {
    told_at: Option<Instant>,
}

impl Refused {
    /// How long one line stands for those that follow.
    const QUIET: Duration = Duration::from_mins(1);

    fn note(&mut self, network: Network) {
        metrics::counter!("earayis_connections_refused_total").increment(1);
        if self.is_to_be_told(Instant::now()) {
            tracing::warn!(
                %network,
                "a network that holds its share of the connections had one closed; if it is your reverse proxy, name it \
                 under [proxies]"
            );
        }
    }

    fn is_to_be_told(&mut self, now: Instant) -> bool {
        let told = self.told_at.is_some_and(|told_at| now.duration_since(told_at) < Self::QUIET);
        if !told {
            self.told_at = Some(now);
        }
        !told
    }
}

/// The place that a connection takes of its network's share; none for a trusted proxy's.
fn share(shares: &Shares, proxies: &Proxies, address: SocketAddr) -> Result<Option<Share>, Full> {
    if proxies.trusts(address.ip()) {
        return Ok(None);
    }
    let mut share = shares.begin(Network::of(address.ip()).into());
    if share.grow(1) { Ok(Some(share)) } else { Err(Full) }
}

/// The next connection. When the process has no file left for it, others must end first.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

/// A handshake, unless it fails, takes too long or the service stops meanwhile.
async fn shake_hands(
    tls: &Tls,
    mut stream: TcpStream,
    bounds: Bounds,
    stopping: &mut watch::Receiver<bool>,
) -> Option<(TlsStream<TcpStream>, Option<Arc<[u8]>>)> {
    let shaking = async {
        if speaks_plainly(&stream).await {
            let _ = stream.write_all(PLAINLY).await;
            let _ = stream.shutdown().await;
            return Err("plain");
        }
        tls.accept(stream).await.map_err(|error| {
            tracing::debug!(error = &error as &dyn std::error::Error, "a TLS handshake failed");
            "refused"
        })
    };
    let outcome = tokio::select! {
        shaken = timeout(bounds.handshake, shaking) => shaken.unwrap_or(Err("too_slow")),
        _ = stopping.wait_for(|stop| *stop) => return None,
    };
    outcome.inspect_err(|outcome| count_failed(outcome)).ok()
}

/// The most frequent mistake deserves an answer that can be read.
const PLAINLY: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 38\r\n\
    Connection: close\r\n\r\nThis port speaks HTTPS: use https://.\n";

/// Whether the client begins with the name of an HTTP method. A TLS record begins with 22 (RFC 8446 §5.1).
async fn speaks_plainly(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1)) && first[0].is_ascii_uppercase()
}

fn count_failed(outcome: &'static str) {
    metrics::counter!("earayis_tls_handshakes_total", "outcome" => outcome).increment(1);
}

async fn converse<S>(stream: S, peer: Peer, router: Router, bounds: Bounds, mut stopping: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let state = Arc::new(Conversation::default());
    let service = {
        let state = Arc::clone(&state);
        service_fn(move |mut request: Request<Incoming>| {
            let (state, router) = (Arc::clone(&state), router.clone());
            request.extensions_mut().insert(peer.clone());
            async move {
                state.busy.store(true, Ordering::Relaxed);
                let answer = router.oneshot(request).await;
                answer.map(|answer| state.under_way(answer))
            }
        })
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // That a client went away or sent no HTTP is its own matter.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => {}
        () = state.grow_old(bounds) => {}
    }
    connection.as_mut().graceful_shutdown();
    if timeout(bounds.short_grace, connection.as_mut()).await.is_err() && state.busy.load(Ordering::Relaxed) {
        let _ = timeout(bounds.grace, connection).await;
    }
}

/// What is known of a connection while its requests are answered.
#[derive(Default)]
struct Conversation {
    /// A request is under way: its answer was not yet made to the end.
    busy: AtomicBool,
    /// The next answer is the last.
    old: AtomicBool,
    /// Bytes of answers made; a body is asked for more only when the client has read.
    made: AtomicU64,
}

impl Conversation {
    /// Ends when the connection is to be closed whatever it does: it was told to end and did not, or an answer of many
    /// minutes (an export, a batch) is no longer read.
    async fn grow_old(&self, bounds: Bounds) {
        sleep(bounds.age).await;
        self.old.store(true, Ordering::Relaxed);
        loop {
            let before = self.made.load(Ordering::Relaxed);
            sleep(bounds.head).await;
            if self.made.load(Ordering::Relaxed) < before + bounds.read_at_least {
                return;
            }
        }
    }

    fn under_way(self: Arc<Self>, mut answer: Response) -> Response<UnderWay> {
        if self.old.load(Ordering::Relaxed) {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer.map(|body| UnderWay { body, conversation: self })
    }
}

/// The body of an answer: its request is under way until it was made to its end, which a stream is not at once.
struct UnderWay {
    body: Body,
    conversation: Arc<Conversation>,
}

impl HttpBody for UnderWay {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(bytes) = frame.data_ref()
        {
            this.conversation.made.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.conversation.busy.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
