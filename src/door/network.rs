//! The network that somebody asks from: what one person, office or attacker gets to use freely counts as one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 address, or the first 64 bits of an IPv6 address: whoever has one address of such a network has them all.
///
/// `Debug` and `Display` tell the surroundings only, an IPv4 /24 or an IPv6 /48: an address is personal data.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// One address.
    V4(Ipv4Addr),
    /// A prefix of 64 bits.
    V6([u16; 4]),
}

/// The first 48 bits of an IPv6 address: what one customer may be given, 65,536 networks.
pub(super) type Site = [u16; 3];

impl Network {
    /// The network of an address. An IPv4 address in IPv6's clothes (RFC 4291 §2.5.5.2) is the IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
    }

    /// The site an IPv6 network belongs to.
    pub(super) fn site(self) -> Option<Site> {
        match self {
            Self::V4(_) => None,
            Self::V6([a, b, c, _]) => Some([a, b, c]),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => {
                let [a, b, c, _] = address.octets();
                write!(f, "{a}.{b}.{c}.0/24")
            }
            Self::V6([a, b, c, _]) => write!(f, "{}/48", Ipv6Addr::new(*a, *b, *c, 0, 0, 0, 0, 0)),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn an_ipv6_network_has_sixty_four_bits_and_an_ipv4_network_one_address() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("2001:db8:1:2::1").site(), network("2001:db8:1:ffff::1").site());
        assert_ne!(network("2001:db8:1::1").site(), network("2001:db8:2::1").site());
        assert_ne!(network("203.0.113.5"), network("203.0.113.6"));
        assert_eq!(network("203.0.113.5").site(), None);
    }

    #[test]
    fn an_ipv4_address_in_ipv6s_clothes_is_the_ipv4_address() {
        assert_eq!(network("::ffff:203.0.113.5"), network("203.0.113.5"));
        assert_ne!(network("::ffff:203.0.113.5"), network("::ffff:203.0.113.6"));
    }

    #[test]
    fn an_address_is_never_shown_whole() {
        for (address, shown) in [("203.0.113.5", "203.0.113.0/24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48")] {
            assert_eq!(network(address).to_string(), shown);
            assert_eq!(format!("{:?}", network(address)), shown);
        }
    }
}
