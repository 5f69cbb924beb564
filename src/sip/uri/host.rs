//! Host and port, as they stand in URIs and in Via.

use std::net::{IpAddr, Ipv4Addr};

use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::short;
use crate::sip::text::Text;

/// A host name or an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Host<'a> {
    /// As written; the brackets of an IPv6 reference are part of it.
    pub text: Text<'a>,
}

impl Host<'_> {
    /// The address, if it is one.
    pub fn address(&self) -> Option<IpAddr> {
        let bytes = self.text.bytes();
        match bytes {
            [b'[', inner @ .., b']'] => ipv6(inner).or_else(|| one_colon_too_many(inner)),
            _ if bytes.contains(&b':') => ipv6(bytes),
            // Names end with a letter, and most hosts are names.
            [.., last] if !last.is_ascii_digit() => None,
            _ => ipv4(bytes).map(IpAddr::V4),
        }
    }

    /// Whether both name the same host: names in any case, addresses by their value (RFC 5954 4.1).
    pub fn equivalent(&self, other: &Self) -> bool {
        let (one, two) = (self.text.bytes(), other.text.bytes());
        // Only addresses of IPv6 are written in several ways.
        if !one.contains(&b':') || !two.contains(&b':') {
            return one.eq_ignore_ascii_case(two);
        }
        match (self.address(), other.address()) {
            (Some(one), Some(two)) => one == two,
            (None, None) => one.eq_ignore_ascii_case(two),
            _ => false,
        }
    }

    /// What all that name the same host have in common.
    pub(super) fn canonical(&self) -> Vec<u8> {
        match self.address() {
            Some(address) => address.to_string().into_bytes(),
            None => self.text.bytes().to_ascii_lowercase(),
        }
    }
}

/// A port behind a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port<'a> {
    /// As written.
    pub text: Text<'a>,
    /// Its number, if it is one from 1 to 65535.
    pub number: Option<u16>,
}

impl<'a> Port<'a> {
    fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let number = text.number().and_then(|number| u16::try_from(number).ok());
        let number = number.filter(|number| *number > 0);
        if number.is_none() {
            problems.note(text.span(), ProblemKind::Port);
        }
        Self { text, number }
    }
}

/// Reads `host` or `host:port`; white space around both is stepped over.
pub(in crate::sip) fn host_port<'a>(
    text: Text<'a>,
    problems: &mut Problems,
) -> (Host<'a>, Option<Port<'a>>) {
    let text = text.trimmed();
    let bytes = text.bytes();
    let colon = match bytes {
        [b'[', ..] => match memchr::memchr(b']', bytes) {
            Some(end) if end + 1 < bytes.len() => return behind_brackets(text, end + 1, problems),
            _ => None,
        },
        // Several colons are an IPv6 address that lost its brackets.
        _ => {
            let first = short::find(b':', bytes);
            first.filter(|first| short::find(b':', &bytes[first + 1..]).is_none())
        }
    };
    let Some(colon) = colon else {
        return (host(text, problems), None);
    };
    let colon = text.start() + colon;
    let host = host(text.between(text.start(), colon).trimmed(), problems);
    let port = Port::read(text.from(colon + 1).trimmed(), problems);
    (host, Some(port))
}

/// Reads a host in brackets, which ends here, and the port behind it.
fn behind_brackets<'a>(
    text: Text<'a>,
    end: usize,
    problems: &mut Problems,
) -> (Host<'a>, Option<Port<'a>>) {
    let end = text.start() + end;
    let host = host(text.between(text.start(), end), problems);
    let rest = text.from(end).trimmed();
    match rest.bytes() {
        [b':', ..] => {
            let port = Port::read(rest.from(rest.start() + 1).trimmed(), problems);
            (host, Some(port))
        }
        _ => {
            problems.note(rest.span(), ProblemKind::AfterEnd);
            (host, None)
        }
    }
}

/// Whether this is a host and nothing else.
pub(in crate::sip) fn is_host(text: Text<'_>) -> bool {
    let mut problems = Problems::kept();
    let (_, port) = host_port(text, &mut problems);
    port.is_none() && problems.list().is_empty()
}

fn host<'a>(text: Text<'a>, problems: &mut Problems) -> Host<'a> {
    let host = Host { text };
    if problems.wanted() {
        let bytes = text.bytes();
        let bracketed = bytes.first() == Some(&b'[');
        let problem = match host.address() {
            Some(IpAddr::V4(_)) => None,
            Some(IpAddr::V6(_)) if !bracketed => Some(ProblemKind::HostBrackets),
            Some(_) if memchr::memmem::find(bytes, b":::").is_some() => Some(ProblemKind::Host),
            Some(_) => None,
            None => (!is_name(bytes)).then_some(ProblemKind::Host),
        };
        if let Some(problem) = problem {
            problems.note(text.span(), problem);
        }
    }
    host
}

/// An early grammar has three colons in front of an IPv4 tail; readers are asked to understand that (RFC 5118 4.10).
fn one_colon_too_many(inner: &[u8]) -> Option<IpAddr> {
    let colons = memchr::memmem::find(inner, b":::")?;
    let repaired = [&inner[..colons], &inner[colons + 1..]].concat();
    repaired.contains(&b'.').then(|| ipv6(&repaired))?
}

fn ipv6(bytes: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.parse().ok().map(IpAddr::V6)
}

/// Four numbers with points between them, as the standard library reads them, only faster: it is asked more often than all else.
fn ipv4(bytes: &[u8]) -> Option<Ipv4Addr> {
    let mut parts = bytes.split(|byte| *byte == b'.');
    let mut numbers = [0; 4];
    for number in &mut numbers {
        *number = octet(parts.next()?)?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(numbers))
}

/// A number up to 255 without zeros in front.
fn octet(digits: &[u8]) -> Option<u8> {
    let is_number = match digits {
        [b'0', _, ..] => false,
        [_] | [_, _] | [_, _, _] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let add = |number: u16, digit: &u8| number * 10 + u16::from(digit - b'0');
    let number = is_number.then(|| digits.iter().fold(0, add))?;
    u8::try_from(number).ok()
}

/// RFC 3261 25.1 `hostname`: labels of letters, digits and inner hyphens, the last one not all digits.
pub(super) fn is_name(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_suffix(b".").unwrap_or(bytes);
    let mut last_has_letter = false;
    let labels_fine = bytes.split(|byte| *byte == b'.').all(|label| {
        last_has_letter = label.first().is_some_and(u8::is_ascii_alphabetic);
        let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        label.iter().all(inner)
            && label.first().is_some_and(u8::is_ascii_alphanumeric)
            && label.last().is_some_and(u8::is_ascii_alphanumeric)
    });
    labels_fine && last_has_letter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Host, address, port, kinds of problem.
    fn read(text: &str) -> (String, Option<String>, Option<u16>, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let (host, port) = host_port(Text::all(text.as_bytes()), &mut problems);
        (
            host.text.lossy().into_owned(),
            host.address().map(|address| address.to_string()),
            port.and_then(|port| port.number),
            problems.list().iter().map(|p| p.kind).collect(),
        )
    }

    #[test]
    fn reads_names_and_addresses() {
        let own = |text: &str, address: Option<&str>, port| {
            (text.to_owned(), address.map(str::to_owned), port, vec![])
        };
        assert_eq!(read("example.com"), own("example.com", None, None));
        assert_eq!(
            read("a-1.example.com. : 5060"),
            own("a-1.example.com.", None, Some(5060))
        );
        assert_eq!(
            read("192.0.2.1:1"),
            own("192.0.2.1", Some("192.0.2.1"), Some(1))
        );
        assert_eq!(
            read("[2001:DB8::0:1]:65535"),
            own("[2001:DB8::0:1]", Some("2001:db8::1"), Some(65535))
        );
        assert_eq!(
            read("[::ffff:192.0.2.1]"),
            own("[::ffff:192.0.2.1]", Some("::ffff:192.0.2.1"), None)
        );
    }

    #[test]
    fn reads_ipv4_as_the_standard_library_does() {
        let parts = [
            "", "0", "00", "7", "07", "10", "99", "100", "255", "256", "1000", "1a", "-1", "+1",
        ];
        let mut fine = 0;
        for one in parts {
            for two in parts {
                for text in [
                    format!("{one}.{two}.2.1"),
                    format!("192.0.{one}.{two}"),
                    format!("{one}.1.{two}"),
                    format!("1.{one}.1.{two}.1"),
                ] {
                    let expected = text.parse::<Ipv4Addr>().ok();
                    assert_eq!(ipv4(text.as_bytes()), expected, "{text}");
                    fine += usize::from(expected.is_some());
                }
            }
        }
        assert_eq!(fine, 2 * 6 * 6);
    }

    #[test]
    fn notes_what_is_odd_and_goes_on() {
        use ProblemKind::{AfterEnd, Host, HostBrackets, Port};
        let kinds = |text: &str| read(text).3;
        assert_eq!(kinds("2001:db8::1"), [HostBrackets]);
        assert_eq!(read("2001:db8::1").1.as_deref(), Some("2001:db8::1"));
        assert_eq!(kinds("2001:db8::x:y"), [Host]);
        assert_eq!(kinds("[2001:db8::1"), [Host]);
        assert_eq!(kinds("[fe80::1%25eth0]"), [Host]);
        for odd in [
            "",
            "a_b.example",
            "192.0.2.256",
            "-a.b",
            "a..b",
            "caf\u{e9}",
            "a b",
        ] {
            assert_eq!(kinds(odd), [Host], "{odd}");
        }
        for odd in ["h:", "h:0", "h:65536", "h:-1", "h:50 60"] {
            assert_eq!(kinds(odd), [Port], "{odd}");
        }
        assert_eq!(kinds("[::1]5060"), [AfterEnd]);
    }

    #[test]
    fn compares_by_meaning() {
        let equal = |one: &'static str, two: &'static str| {
            let read = |text: &'static str| {
                host_port(Text::all(text.as_bytes()), &mut Problems::ignored()).0
            };
            read(one).equivalent(&read(two))
        };
        assert!(equal("Example.COM", "example.com"));
        assert!(equal("[2001:db8::9:1]", "[2001:DB8:0:0:0:0:9:1]"));
        assert!(!equal("192.0.2.1", "192.0.2.10"));
        assert!(!equal("192.0.2.1", "[::ffff:192.0.2.1]"));
        assert!(!equal("example.com", "example.org"));
    }
}
