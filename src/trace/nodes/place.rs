//! Host and port as messages name them: which can be taken for a node's own, and which any machine may have.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::base::Transport;
use crate::sip::{Host, Problems, Text, Uri};

/// A host and perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::trace) enum Place {
    Address(IpAddr, Option<u16>),
    /// In lower case; with its port where that is not the default one.
    Name(String),
}

impl Place {
    /// Of `host` or `host:port`. `None` for what names no machine in particular.
    pub(in crate::trace) fn read(text: &[u8], transport: Transport) -> Option<Self> {
        let text = text.trim_ascii();
        let split = match text.first()? {
            b'[' => text.iter().position(|byte| *byte == b']')? + 1,
            _ => {
                let mut colons = text.iter().enumerate().filter(|(_, byte)| **byte == b':');
                match (colons.next(), colons.next()) {
                    (Some((at, _)), None) => at,
                    // Several colons are an IPv6 address that lost its brackets.
                    _ => text.len(),
                }
            }
        };
        let (host, rest) = text.split_at(split);
        let port = match rest.trim_ascii().strip_prefix(b":") {
            Some(digits) => Some(Text::all(digits.trim_ascii()).number()?),
            None => None,
        };
        let port = port.map(u16::try_from).transpose().ok()?;
        Self::of(host.trim_ascii(), port, transport)
    }

    /// Of the URI of a Contact.
    pub(in crate::trace) fn of_contact(uri: &[u8], transport: Transport) -> Option<Self> {
        let uri = Uri::read(Text::all(uri), &mut Problems::ignored());
        let port = uri.port.map(|port| port.number);
        if port == Some(None) {
            return None;
        }
        Self::of(uri.host.text.bytes(), port.flatten(), transport)
    }

    fn of(host: &[u8], port: Option<u16>, transport: Transport) -> Option<Self> {
        let text = Host {
            text: Text::all(host),
        };
        if let Some(address) = text.address() {
            return Some(Self::Address(address, port));
        }
        let host = std::str::from_utf8(host).ok()?.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        is_ones_own(host).then(|| {
            Self::Name(match port {
                Some(port) if port != default_port(transport) => format!("{host}:{port}"),
                _ => host.to_owned(),
            })
        })
    }
}

/// A name without a dot is what machines call themselves, `localhost` above all; names below `invalid` are made up
/// (RFC 2606 2, RFC 7118 5).
fn is_ones_own(host: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    host.contains('.')
        && host.bytes().all(letters)
        && host.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !host.ends_with(".invalid")
        && !host.starts_with("localhost.")
}

/// RFC 3261 18.1.1, 19.1.2.
pub(super) fn default_port(transport: Transport) -> u16 {
    match transport {
        Transport::Tls | Transport::Wss => 5061,
        _ => 5060,
    }
}

/// Whether it runs over connections, of which one end has a port of the moment.
pub(super) fn is_connected(transport: Transport) -> bool {
    matches!(
        transport,
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss
    )
}

/// Whether the same address may be used again in another network (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 2.5.6). The
/// loopback address is one machine's own wherever it is captured.
pub(in crate::trace) fn is_reused(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_reused_v4(address),
        IpAddr::V6(address) => is_reused_v6(address),
    }
}

fn is_reused_v4(address: Ipv4Addr) -> bool {
    let [one, two, ..] = address.octets();
    let shared = one == 100 && two & 0xc0 == 64;
    address.is_private() || address.is_link_local() || shared
}

fn is_reused_v6(address: Ipv6Addr) -> bool {
    address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Place> {
        Place::read(text.as_bytes(), Transport::Udp)
    }

    fn name(text: &str) -> Option<Place> {
        Some(Place::Name(text.to_owned()))
    }

    #[test]
    fn names_are_the_same_in_any_case_and_with_the_default_port() {
        assert_eq!(read("PCSCF.example.org:5060"), name("pcscf.example.org"));
        assert_eq!(
            read("pcscf.example.org.:5061"),
            name("pcscf.example.org:5061")
        );
        let over_tls = Place::read(b"pcscf.example.org:5061", Transport::Tls);
        assert_eq!(over_tls, name("pcscf.example.org"));
    }

    #[test]
    fn names_of_no_machine_in_particular_are_none() {
        for text in [
            "localhost",
            "asterisk",
            "localhost.localdomain",
            "df7jal23ls0d.invalid",
            "",
            "a b.c",
            "example.org:99999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_read_in_every_spelling() {
        let six: IpAddr = "2001:db8::1".parse().unwrap();
        assert_eq!(
            read("[2001:db8::1]:5070"),
            Some(Place::Address(six, Some(5070)))
        );
        assert_eq!(read("2001:db8::1"), Some(Place::Address(six, None)));
        let contact = Place::of_contact(b"sip:a@192.0.2.1:6000;ob", Transport::Udp);
        let four = "192.0.2.1".parse().unwrap();
        assert_eq!(contact, Some(Place::Address(four, Some(6000))));
    }

    #[test]
    fn reused_addresses_are_told_from_unique_ones() {
        for reused in [
            "10.1.2.3",
            "100.64.0.1",
            "100.127.0.1",
            "169.254.0.1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(is_reused(reused.parse().unwrap()), "{reused}");
        }
        for unique in [
            "192.0.2.1",
            "100.128.0.1",
            "127.0.0.1",
            "::1",
            "2001:db8::1",
        ] {
            assert!(!is_reused(unique.parse().unwrap()), "{unique}");
        }
    }
}
