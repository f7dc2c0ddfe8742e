//! The network a request comes from: the connection's own, or what a trusted proxy says of it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::{App, Peer};
use crate::door::Network;

/// The network of whoever asks, for the limits and nothing else: it proves nobody's identity.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub Network);

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Without a connection, as in a test that calls the router, everybody is one.
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.address.ip());
        let proxies = app.door.proxies();
        // Whatever bytes a client put before the proxy's own word must not spoil that word.
        let lines = parts.headers.get_all(proxies.header.name()).into_iter();
        let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
        let header = (!lines.is_empty()).then(|| lines.join(","));
        Ok(Self(proxies.client(peer, header.as_deref())))
    }
}
