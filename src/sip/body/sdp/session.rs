//! The values that describe a session: o=, c=, b=, t= (RFC 8866 5.2, 5.7, 5.8, 5.9).

use std::net::IpAddr;

use super::line::{Words, cut, number};
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// `o=`: who made the description, and which version of it this is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// `-` if there is no such thing as a user.
    pub username: Text<'a>,
    /// Digits; as many as one likes, so that not each fits in a number.
    pub session_id: Text<'a>,
    /// Digits; grows by one with each change (RFC 3264 8).
    pub session_version: Text<'a>,
    /// `IN`
    pub network: Text<'a>,
    /// `IP4` or `IP6`
    pub address_type: Text<'a>,
    /// An address or a name.
    pub address: Text<'a>,
}

impl<'a> Origin<'a> {
    /// Reads what stands behind `o=`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let username = words.expect(problems);
        let session_id = digits(words.expect(problems), problems);
        let session_version = digits(words.expect(problems), problems);
        let network = words.expect(problems);
        let address_type = words.expect(problems);
        let address = words.expect(problems);
        check_address(address_type, address, problems);
        words.end(problems);
        Self {
            text,
            username,
            session_id,
            session_version,
            network,
            address_type,
            address,
        }
    }
}

/// `c=`: where media is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connection<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// `IN`
    pub network: Text<'a>,
    /// `IP4` or `IP6`
    pub address_type: Text<'a>,
    /// An address or a name, without what stands behind a slash.
    pub address: Text<'a>,
    /// The address, if it is one of IPv4 or IPv6, whatever the address type says.
    pub ip: Option<IpAddr>,
    /// How far multicast goes; IPv4 only.
    pub ttl: Option<u8>,
    /// How many multicast addresses there are, from this one on.
    pub count: Option<u32>,
}

impl<'a> Connection<'a> {
    /// Reads what stands behind `c=`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let network = words.expect(problems);
        let address_type = words.expect(problems);
        let (address, behind) = cut(words.expect(problems), b'/');
        words.end(problems);
        let ip = check_address(address_type, address, problems);
        let mut connection = Self {
            text,
            network,
            address_type,
            address,
            ip,
            ..Self::default()
        };
        connection.read_multicast(behind, problems);
        connection
    }

    /// Behind a multicast address of IPv4 stands its time to live and perhaps a count, behind one of IPv6 perhaps a count,
    /// behind any other nothing (RFC 8866 5.7).
    fn read_multicast(&mut self, behind: Option<Text<'a>>, problems: &mut Problems) {
        let multicast = self.ip.is_some_and(|ip| ip.is_multicast());
        let Some(behind) = behind else {
            if multicast && self.ip.is_some_and(|ip| ip.is_ipv4()) {
                problems.note(self.address.span(), ProblemKind::SdpValue);
            }
            return;
        };
        if self.ip.is_some() && !multicast {
            problems.note(behind.span(), ProblemKind::SdpValue);
        }
        let mut count = Some(behind);
        if !self.address_type.is("IP6") {
            let (ttl, rest) = cut(behind, b'/');
            self.ttl = number(ttl, problems);
            count = rest;
        }
        self.count = count.and_then(|count| number(count, problems));
    }

    /// Whether it is 0.0.0.0 or ::, the address that means no address.
    pub fn is_unspecified(&self) -> bool {
        self.ip.is_some_and(|ip| ip.is_unspecified())
    }
}

/// `b=`: how much bandwidth is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bandwidth<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// `AS`, `CT`, `RS`, `RR`, `TIAS` or another.
    pub kind: Text<'a>,
    /// In the unit of its kind: kilobits per second for `AS` and `CT`, bits per second for the others.
    pub value: Option<u64>,
}

impl<'a> Bandwidth<'a> {
    /// Reads what stands behind `b=`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let (kind, value) = cut(text, b':');
        let kind = Words::new(kind, problems).expect(problems);
        let value = value.unwrap_or(text.from(text.end()));
        let mut words = Words::new(value, problems);
        let value = number(words.expect(problems), problems);
        words.end(problems);
        Self { text, kind, value }
    }
}

/// `t=`: when the session takes place, in seconds since 1900; 0 for no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// Digits.
    pub start: Text<'a>,
    /// Digits.
    pub stop: Text<'a>,
}

impl<'a> Timing<'a> {
    /// Reads what stands behind `t=`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let start = digits(words.expect(problems), problems);
        let stop = digits(words.expect(problems), problems);
        words.end(problems);
        Self { text, start, stop }
    }
}

/// Notes a word that is not of digits. An empty one is noted as missing.
fn digits<'a>(text: Text<'a>, problems: &mut Problems) -> Text<'a> {
    if !text.bytes().iter().all(u8::is_ascii_digit) {
        problems.note(text.span(), ProblemKind::SdpValue);
    }
    text
}

/// The address that this is. Noted is one that is neither of its type nor a name; an empty one is noted as missing.
fn check_address(kind: Text<'_>, address: Text<'_>, problems: &mut Problems) -> Option<IpAddr> {
    let bytes = address.bytes();
    let inner = bytes.strip_prefix(b"[").and_then(|b| b.strip_suffix(b"]"));
    let ip = std::str::from_utf8(inner.unwrap_or(bytes));
    let ip = ip.ok().and_then(|ip| ip.parse::<IpAddr>().ok());
    let fine = match ip {
        Some(IpAddr::V4(_)) => kind.is("IP4") && inner.is_none(),
        Some(IpAddr::V6(_)) => kind.is("IP6") && inner.is_none(),
        None => bytes.is_empty() || is_name(bytes) || !(kind.is("IP4") || kind.is("IP6")),
    };
    if !fine {
        problems.note(address.span(), ProblemKind::SdpValue);
    }
    ip
}

/// RFC 8866 9 `FQDN`; digits and dots alone are an address that was not understood.
fn is_name(bytes: &[u8]) -> bool {
    bytes.len() >= 4
        && bytes.iter().any(u8::is_ascii_alphabetic)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader gives, and the places that it notes.
    fn read<'a, T>(read: fn(Text<'a>, &mut Problems) -> T, text: &'a str) -> (T, Vec<(u32, u32)>) {
        let mut problems = Problems::kept();
        let value = read(Text::all(text.as_bytes()), &mut problems);
        let list = problems.list();
        assert!(list.iter().all(|p| p.kind == ProblemKind::SdpValue));
        let spans = list.iter().map(|p| (p.span.start, p.span.end));
        (value, spans.collect())
    }

    #[test]
    fn reads_origins() {
        let (origin, odd) = read(
            Origin::read,
            "jdoe 3724394400 3724394405 IN IP4 198.51.100.1",
        );
        assert_eq!(odd, []);
        assert_eq!(origin.username, "jdoe");
        assert_eq!(origin.session_id.number(), Some(3_724_394_400));
        assert_eq!(origin.session_version.number(), Some(3_724_394_405));
        assert_eq!(
            (origin.network, origin.address_type),
            (Text::all(b"IN"), Text::all(b"IP4"))
        );
        assert_eq!(origin.address, "198.51.100.1");
        let places = |text| read(Origin::read, text).1;
        assert_eq!(places("- 1 99999999999999999999999 IN IP6 2001:db8::1"), []);
        assert_eq!(places("- 1 1 IN IP4 host.example"), []);
        assert_eq!(places("- x 1 IN IP4 198.51.100.1"), [(2, 3)]);
        assert_eq!(places("a b 1 1 IN IP4 198.51.100.1"), [(2, 3), (15, 27)]);
        assert_eq!(places("- 1 1 IN IP4 [2001:db8::1]"), [(13, 26)]);
        assert_eq!(places("- 1 1 IN IP4"), [(12, 12)]);
        assert_eq!(places("").len(), 6);
    }

    #[test]
    fn reads_connections() {
        let (one, odd) = read(Connection::read, "IN IP4 198.51.100.1");
        assert_eq!((odd, one.ttl, one.count), (vec![], None, None));
        assert_eq!(one.ip, Some(IpAddr::from([198, 51, 100, 1])));
        assert!(!one.is_unspecified());
        // The examples of RFC 8866 5.7.
        let (one, odd) = read(Connection::read, "IN IP4 233.252.0.1/127/3");
        assert_eq!((odd, one.ttl, one.count), (vec![], Some(127), Some(3)));
        assert_eq!(one.address, "233.252.0.1");
        let (one, odd) = read(Connection::read, "IN IP6 ff00::db8:0:101/3");
        assert_eq!((odd, one.ttl, one.count), (vec![], None, Some(3)));
        for hold in ["IN IP4 0.0.0.0", "IN IP6 ::", "IN IP6 0:0:0:0:0:0:0:0"] {
            let (one, odd) = read(Connection::read, hold);
            assert_eq!((one.is_unspecified(), odd), (true, vec![]), "{hold}");
        }
        let (one, _) = read(Connection::read, "IN IP4 media.example.com");
        assert_eq!((one.ip, one.is_unspecified()), (None, false));
    }

    #[test]
    fn notes_odd_connections() {
        let places = |text| read(Connection::read, text).1;
        assert_eq!(places("IN IP4 media.example.com"), []);
        assert_eq!(places("ATM NSAP 47.0091"), []);
        assert_eq!(places("IN IP4 $"), [(7, 8)]);
        assert_eq!(places("IN IP4 198.51.100.256"), [(7, 21)]);
        assert_eq!(places("IN IP6 198.51.100.1"), [(7, 19)]);
        assert_eq!(places("IN IP4 198.51.100.1/127"), [(20, 23)]);
        assert_eq!(places("IN IP4 233.252.0.1"), [(7, 18)]);
        assert_eq!(places("IN IP4 233.252.0.1/256"), [(19, 22)]);
        assert_eq!(places("IN IP4 198.51.100.1 x"), [(20, 21)]);
        assert_eq!(places("IN IP4 198.51.100.1 "), [(19, 20)]);
        assert_eq!(places("IN  IP4 198.51.100.1"), [(2, 4)]);
        assert_eq!(places("IN IP4"), [(6, 6)]);
    }

    #[test]
    fn reads_bandwidths_and_times() {
        let (one, odd) = read(Bandwidth::read, "TIAS:128000");
        assert_eq!((one.value, odd), (Some(128_000), vec![]));
        assert_eq!(one.kind, "TIAS");
        assert_eq!(read(Bandwidth::read, "AS").1, [(2, 2), (2, 2)]);
        assert_eq!(read(Bandwidth::read, "AS:x").1, [(3, 4)]);
        assert_eq!(read(Bandwidth::read, "AS: 41").1, [(3, 4)]);
        assert_eq!(read(Bandwidth::read, "AS: 41").0.value, Some(41));
        let (one, odd) = read(Timing::read, "3724394400 3724398000");
        assert_eq!((one.start.number(), odd), (Some(3_724_394_400), vec![]));
        assert_eq!(one.stop, "3724398000");
        assert_eq!(read(Timing::read, "0").1, [(1, 1)]);
        assert_eq!(read(Timing::read, "0 -").1, [(2, 3)]);
    }
}
