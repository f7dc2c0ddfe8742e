//! The other end of a connection, as the listener knows it: what a request says of itself is not believed here.

use std::net::SocketAddr;
use std::sync::Arc;

/// Who holds the other end of the connection; an extension of each of its requests.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where the connection comes from.
    pub address: SocketAddr,
    /// The client certificate shown in the TLS handshake and accepted by the configured roots, DER.
    pub certificate: Option<Arc<[u8]>>,
}
