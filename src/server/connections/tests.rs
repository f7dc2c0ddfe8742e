//! Connections that are silent, too many, too old or under way when the service stops, by a service of two routes.

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

const LONG: Duration = Duration::from_hours(1);
const SHORT: Duration = Duration::from_millis(50);
const PATIENT: Bounds = Bounds {
    at_once: 8,
    of_one_network: 8,
    handshake: LONG,
    head: LONG,
    age: LONG,
    read_at_least: 1,
    grace: LONG,
    short_grace: SHORT,
};
/// How many bytes the slow answer has.
const SLOW: usize = 100;
const MOMENT: Duration = Duration::from_millis(10);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/// A service whose `/` answers `here`, whose `/never` does not answer and whose `/slow` answers a byte each moment.
async fn service(bounds: Bounds) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    service_behind(Proxies::default(), bounds).await
}

async fn service_behind(proxies: Proxies, bounds: Bounds) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = Router::new()
        .route("/", get(async || "here"))
        .route("/never", get(std::future::pending::<()>))
        .route("/slow", get(slow));
    let serving = serve(listener, None, router, bounds, proxies, async {
        let _ = stopped.await;
    });
    (address, stop, tokio::spawn(serving))
}

/// Bytes one after the other.
async fn slow() -> Body {
    Body::from_stream(futures_util::stream::unfold(0, async |nth| {
        sleep(MOMENT).await;
        (nth < SLOW).then_some((Ok::<_, std::convert::Infallible>("."), nth + 1))
    }))
}

async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"here") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed before the answer");
    }
    String::from_utf8(answer).unwrap()
}

/// Everything that is still sent until the service closes the connection.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    rest
}

#[tokio::test]
async fn silence_and_half_a_head_are_closed_also_after_an_answer() {
    let (address, _stop, _serving) = service(Bounds { head: SHORT, ..PATIENT }).await;
    rest(TcpStream::connect(address).await.unwrap()).await;
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(&REQUEST[..20]).await.unwrap();
    rest(half).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    assert!(ask(&mut idle).await.starts_with("HTTP/1.1 200"));
    rest(idle).await;
}

#[tokio::test]
async fn a_stop_waits_for_no_idle_connection_and_for_busy_ones_no_longer_than_their_grace() {
    let (address, stop, serving) = service(PATIENT).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    ask(&mut idle).await;
    let silent = TcpStream::connect(address).await.unwrap();
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(&REQUEST[..20]).await.unwrap();
    stop.send(()).unwrap();
    serving.await.unwrap();
    rest(idle).await;
    rest(silent).await;
    rest(half).await;

    let (address, stop, serving) = service(Bounds { grace: SHORT, ..PATIENT }).await;
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"GET /never HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut other = TcpStream::connect(address).await.unwrap();
    ask(&mut other).await;
    stop.send(()).unwrap();
    serving.await.unwrap();
    assert!(rest(busy).await.is_empty());
}

#[tokio::test]
async fn a_connection_beyond_the_bound_waits_for_another_to_end() {
    let (address, _stop, _serving) = service(Bounds { at_once: 1, ..PATIENT }).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    ask(&mut first).await;
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(REQUEST).await.unwrap();
    assert!(second.try_read(&mut [0; 1]).is_err());
    drop(first);
    let mut answer = [0; 12];
    second.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn an_old_connection_is_let_go_with_its_next_answer_or_when_it_stays_silent() {
    let (address, _stop, _serving) = service(Bounds { age: Duration::ZERO, ..PATIENT }).await;
    let mut old = TcpStream::connect(address).await.unwrap();
    while !ask(&mut old).await.contains("connection: close") {}
    assert!(rest(old).await.is_empty());

    let (address, _stop, _serving) = service(Bounds { age: Duration::ZERO, head: SHORT, ..PATIENT }).await;
    rest(TcpStream::connect(address).await.unwrap()).await;
}

#[tokio::test]
async fn an_answer_under_way_outlives_the_age_of_its_connection_as_long_as_it_is_read() {
    const ASKED: &[u8] = b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
    let bounds = Bounds { age: Duration::ZERO, head: MOMENT * 20, grace: SHORT, ..PATIENT };
    let (address, _stop, _serving) = service(bounds).await;
    let mut reader = TcpStream::connect(address).await.unwrap();
    reader.write_all(ASKED).await.unwrap();
    let answer = String::from_utf8(rest(reader).await).unwrap();
    assert_eq!(answer.matches("1\r\n.\r\n").count(), SLOW, "{answer}");

    let (address, _stop, _serving) = service(Bounds { read_at_least: 1 << 20, ..bounds }).await;
    let mut reader = TcpStream::connect(address).await.unwrap();
    reader.write_all(ASKED).await.unwrap();
    let answer = String::from_utf8(rest(reader).await).unwrap();
    assert!(answer.matches("1\r\n.\r\n").count() < SLOW, "it is slower than it must be: {answer}");
}

/// A connection from an address of this machine, whose whole 127.0.0.0/8 is its own.
async fn connected(from: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

#[tokio::test]
async fn a_network_that_holds_its_share_gets_no_more_and_stands_in_nobodys_way() {
    let (address, _stop, _serving) = service(Bounds { of_one_network: 2, ..PATIENT }).await;
    let [mut first, mut second] = [connected("127.0.0.2", address).await, connected("127.0.0.2", address).await];
    ask(&mut first).await;
    ask(&mut second).await;
    let mut third = connected("127.0.0.2", address).await;
    let _ = third.write_all(REQUEST).await;
    assert!(rest(third).await.is_empty(), "it is closed without a word");
    ask(&mut connected("127.0.0.3", address).await).await;
    ask(&mut first).await;

    drop(second);
    // Its place is free once the service has seen that it was closed.
    loop {
        let mut next = connected("127.0.0.2", address).await;
        let _ = next.write_all(REQUEST).await;
        let mut answer = [0; 12];
        if next.read_exact(&mut answer).await.is_ok() {
            break assert_eq!(&answer, b"HTTP/1.1 200");
        }
    }
}

#[test]
fn what_is_refused_is_told_once_a_minute() {
    let (mut refused, now) = (Refused::default(), Instant::now());
    let told = [0, 1, 59, 60, 61].map(|seconds| refused.is_to_be_told(now + Duration::from_secs(seconds)));
    assert_eq!(told, [true, false, false, true, false]);
}

#[tokio::test]
async fn the_connections_of_a_trusted_proxy_are_everybodys() {
    let proxies = Proxies { trusted: vec!["127.0.0.2/32".parse().unwrap()], ..Proxies::default() };
    let (address, _stop, _serving) = service_behind(proxies, Bounds { of_one_network: 1, ..PATIENT }).await;
    let mut through_the_proxy = Vec::new();
    for _ in 0..6 {
        let mut stream = connected("127.0.0.2", address).await;
        ask(&mut stream).await;
        through_the_proxy.push(stream);
    }
    ask(&mut connected("127.0.0.3", address).await).await;
}
