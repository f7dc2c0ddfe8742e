//! Trusted proxies: whose word about a client's address is taken, and from which header; everybody else's is air.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use super::network::Network;

/// The proxies that the operator named, and the header that they write.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// The networks of the proxies.
    pub trusted: Vec<IpNet>,
    /// The header that they write. Any other may come from the client through them.
    pub header: ForwardingHeader,
}

/// A header in which proxies pass on a client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardingHeader {
    /// A list of addresses, as most proxies write it.
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl ForwardingHeader {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

impl Proxies {
    /// The network of whoever asks through the connection of `peer`: of the rightmost hop that is no trusted proxy.
    ///
    /// `header` is the header's lines in order, joined by commas; none when it is not there or no text. A malformed
    /// one, as far as it must be read, leaves the peer itself; what stands left of the client is never read.
    pub fn client(&self, peer: IpAddr, header: Option<&str>) -> Network {
        let told = if self.trusts(peer) { header.and_then(|header| self.rightmost(header)) } else { None };
        Network::of(told.unwrap_or(peer))
    }

    /// Whether `address` is that of a proxy which the operator named.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|network| network.contains(&address))
    }

    fn rightmost(&self, header: &str) -> Option<IpAddr> {
        let mut last = None;
        for element in RightToLeft(Some(header)) {
            let hop = match self.header {
                ForwardingHeader::XForwardedFor => address(element)?,
                ForwardingHeader::Forwarded => forwarded_for(element)?,
            };
            if !self.trusts(hop) {
                return Some(hop);
            }
            last = Some(hop);
        }
        last
    }
}

/// The elements of a list from its end, where the nearest proxy wrote: a quote that the client left open further left
/// cannot swallow it.
struct RightToLeft<'a>(Option<&'a str>);

impl<'a> Iterator for RightToLeft<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let mut quoted = false;
        let comma = rest.bytes().rposition(|byte| {
            quoted ^= byte == b'"';
            byte == b',' && !quoted
        });
        let (rest, element) = match comma {
            Some(comma) => (Some(&rest[..comma]), &rest[comma + 1..]),
            None => (None, rest),
        };
        self.0 = rest;
        Some(element.trim())
    }
}

/// The address in the `for` of one element (RFC 7239 §4): hidden and unknown ones are none.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').map(|pair| pair.trim().split_once('='));
    let mut found = None;
    for pair in &mut pairs {
        let (name, value) = pair?;
        if name.eq_ignore_ascii_case("for") && found.replace(value).is_some() {
            return None;
        }
    }
    let value = found?;
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    // Brackets and colons must stand in quotes; a backslash has no place in an address.
    match unquoted {
        Some(node) => address(node),
        None => value.parse().ok().filter(IpAddr::is_ipv4),
    }
}

/// An address as proxies write it: alone, in brackets, or with its port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = || text.parse::<IpAddr>().ok();
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().filter(IpAddr::is_ipv6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    alone().or_else(in_brackets).or_else(with_port)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROXY: &str = "10.0.0.7";

    fn client(header: ForwardingHeader, peer: &str, text: Option<&str>) -> Network {
        let trusted = vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        Proxies { trusted, header }.client(peer.parse().unwrap(), text)
    }

    fn of(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn the_rightmost_hop_that_is_no_proxy_of_ours_asks() {
        for (written, client_is) in [
            ("203.0.113.5", "203.0.113.5"),
            ("198.51.100.1, 203.0.113.5", "203.0.113.5"),
            ("203.0.113.5, 10.1.1.1", "203.0.113.5"),
            ("198.51.100.1,203.0.113.5 ,10.1.1.1, fd00::1", "203.0.113.5"),
            ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
            ("203.0.113.5:4711", "203.0.113.5"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:203.0.113.5", "203.0.113.5"),
            ("203.0.113.5, ::ffff:10.1.1.1", "203.0.113.5"),
            ("\"rubbish, of the client, 203.0.113.5", "203.0.113.5"),
        ] {
            assert_eq!(client(ForwardingHeader::XForwardedFor, PROXY, Some(written)), of(client_is), "{written}");
        }
        assert_eq!(client(ForwardingHeader::XForwardedFor, "::ffff:10.0.0.7", Some("203.0.113.5")), of("203.0.113.5"));
    }

    #[test]
    fn rfc_7239_is_read_as_it_is_written() {
        for (written, client_is) in [
            ("for=203.0.113.5", "203.0.113.5"),
            ("For=\"203.0.113.5:4711\";proto=https;by=10.0.0.1", "203.0.113.5"),
            ("by=10.0.0.1; FOR=203.0.113.5", "203.0.113.5"),
            ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::17"),
            ("for=198.51.100.1, for=203.0.113.5, for=10.1.1.1", "203.0.113.5"),
            ("for=\"198.51.100.1, for=203.0.113.5", "203.0.113.5"),
            ("for=\"a,b\";for=x, for=203.0.113.5", "203.0.113.5"),
        ] {
            assert_eq!(client(ForwardingHeader::Forwarded, PROXY, Some(written)), of(client_is), "{written}");
        }
    }

    #[test]
    fn a_malformed_header_leaves_the_peer_itself() {
        for written in ["", ",", "salam", "203.0.113.5, ", "203.0.113.5 10.1.1.1", "300.0.0.1", "[203.0.113.5]", "1"] {
            assert_eq!(client(ForwardingHeader::XForwardedFor, PROXY, Some(written)), of(PROXY), "{written}");
        }
        for written in [
            "",
            "203.0.113.5",
            "for=unknown",
            "for=_hidden",
            "for=2001:db8::1",
            "for=[2001:db8::1]",
            "for=203.0.113.5:80",
            "proto=https",
            "for=203.0.113.5;for=198.51.100.1",
            "for=\"203.0.113\\.5\"",
            "for=203.0.113.5, for=unknown",
            "for=203.0.113.5;",
        ] {
            assert_eq!(client(ForwardingHeader::Forwarded, PROXY, Some(written)), of(PROXY), "{written}");
        }
        assert_eq!(client(ForwardingHeader::Forwarded, PROXY, None), of(PROXY));
    }

    #[test]
    fn a_header_of_anybody_else_is_air() {
        for peer in ["203.0.113.9", "127.0.0.1", "::1", "2001:db8::9", "::ffff:192.168.0.1"] {
            assert_eq!(client(ForwardingHeader::XForwardedFor, peer, Some("198.51.100.1")), of(peer));
            assert_eq!(client(ForwardingHeader::Forwarded, peer, Some("for=198.51.100.1")), of(peer));
        }
        assert_eq!(Proxies::default().client(of_ip("127.0.0.1"), Some("198.51.100.1")), of("127.0.0.1"));
    }

    proptest! {
        /// Whatever a client writes before it reaches the proxy, the proxy's own word stands.
        #[test]
        fn nothing_that_a_client_writes_moves_her(written in "[ -~]{0,40}|[0-9a-f:.,;=\"\\\\ for]{0,40}|\\PC{0,20}") {
            let plain = format!("{written}, 203.0.113.5");
            prop_assert_eq!(client(ForwardingHeader::XForwardedFor, PROXY, Some(&plain)), of("203.0.113.5"));
            let standard = format!("{written}, for=203.0.113.5");
            prop_assert_eq!(client(ForwardingHeader::Forwarded, PROXY, Some(&standard)), of("203.0.113.5"));
            client(ForwardingHeader::XForwardedFor, PROXY, Some(&written));
            client(ForwardingHeader::Forwarded, PROXY, Some(&written));
        }
    }

    fn of_ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }
}
