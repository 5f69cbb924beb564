//! The first line of a message, read leniently: what a person would call a SIP request or response is one, even with a
//! space, bracket or version wrong. Lines of other protocols that share SIP's looks (HTTP, RTSP, SSDP) are not.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memmem, memrchr_iter};

use super::scan::is_token;
use crate::base::Span;

/// The methods with an RFC, in the order of RFC 3261 and then of their RFCs.
pub const METHODS: [&str; 14] = [
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "REGISTER",
    "OPTIONS",
    "INFO",
    "PRACK",
    "UPDATE",
    "SUBSCRIBE",
    "NOTIFY",
    "REFER",
    "MESSAGE",
    "PUBLISH",
];

const SCHEMES: [&[u8]; 7] = [
    b"sips:", b"sip:", b"tel:", b"urn:", b"pres:", b"im:", b"fax:",
];

/// What kind of message a first line announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A request; the span is its method, relative to the message.
    Request(Span),
    /// A response with its status code.
    Response(u16),
}

/// Reads the line at the start of `message`. `line` is its length without the line end, `after` what follows it.
pub(super) fn read(message: &[u8], line: usize, after: &[u8]) -> Option<Start> {
    let line = &message[..line];
    let indent = line.iter().take_while(|byte| is_space(**byte)).count();
    let text = line[indent..].trim_ascii_end();
    if let Some(status) = response(text) {
        return Some(Start::Response(status));
    }
    let method = request(text, after)?;
    Some(Start::Request(Span::new(indent, indent + method)))
}

/// Whether a message can begin with this byte; most payloads that are not SIP fail here.
pub(super) fn can_begin(byte: u8) -> bool {
    is_token(byte) || is_space(byte)
}

/// Whether a line at the start, read after bytes that are missing, is a start line and not the rest of something: its
/// method is whole, and nothing is stuck in front of it.
pub(super) fn is_untorn(line: &[u8], start: Start) -> bool {
    if line.first().is_some_and(|byte| is_space(*byte)) {
        return false;
    }
    let Start::Request(method) = start else {
        return true;
    };
    let method = method.of(line);
    let mut known = METHODS.iter().map(|known| known.as_bytes());
    let is_part = || {
        let mut all = METHODS.iter().map(|known| known.as_bytes());
        all.any(|known| known.ends_with(method) || method.ends_with(known))
    };
    (known.any(|known| known == method) || !is_part()) && embedded(line).is_none()
}

/// Whether a message begins with the first of these bytes, and not the rest of one.
pub fn begins_message(bytes: &[u8]) -> bool {
    let end = memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    let after = bytes.get(end + 1..).unwrap_or_default();
    read(bytes, line.len(), after).is_some_and(|start| is_untorn(line, start))
}

/// Whether a start line stands anywhere in these bytes.
pub fn has_start_line_inside(bytes: &[u8]) -> bool {
    if memmem::find(bytes, b"SIP/2.0").is_none() {
        return false;
    }
    bytes.split(|byte| *byte == b'\n').any(|line| {
        let begins = || read(line, line.len(), &[]).is_some_and(|start| is_untorn(line, start));
        line.len() <= LONGEST_LINE && begins() || embedded(line).is_some()
    })
}

/// Where in a line a start line begins that the rest of something is stuck in front of. It ends the line, so only the
/// end of a long one is looked at.
pub fn embedded(line: &[u8]) -> Option<usize> {
    let skipped = line.len().saturating_sub(LONGEST_LINE);
    let text = line[skipped..].trim_ascii_end();
    // Cheap to rule out, and mostly ruled out.
    static VERSION: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"SIP/2.0"));
    VERSION.find(text)?;
    let response_at =
        memmem::rfind(text, b"SIP/2.0 ").filter(|at| response(&text[*at..]).is_some());
    let before = before_version(text).unwrap_or_default();
    // The last of them, as INFO is what loggers write in front, too; and the longest: ACK is the end of PRACK.
    let mut spaces = memrchr_iter(b' ', before);
    let request_at = spaces.find_map(|end| {
        let fits = |method: &&str| before[..end].ends_with(method.as_bytes());
        let longest = METHODS.into_iter().filter(fits).map(str::len).max()?;
        begins_with_scheme(before[end..].trim_ascii_start()).then_some(end - longest)
    });
    let found = request_at.into_iter().chain(response_at).min();
    found.map(|at| skipped + at).filter(|at| *at > 0)
}

/// A start line longer than this is none, where it has to be searched for.
const LONGEST_LINE: usize = 8 << 10;

fn response(text: &[u8]) -> Option<u16> {
    let rest = version(text)?;
    let spaced = rest.trim_ascii_start();
    if spaced.len() == rest.len() {
        return None;
    }
    match spaced {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..]
            if !rest.first().is_some_and(u8::is_ascii_digit) =>
        {
            let digit = |byte: &u8| u16::from(byte - b'0');
            Some(digit(a) * 100 + digit(b) * 10 + digit(c))
        }
        _ => None,
    }
}

/// `SIP/2.0` in any case, spaces around the slash forgiven; gives what follows.
pub(super) fn version(text: &[u8]) -> Option<&[u8]> {
    let (name, rest) = text.split_at_checked(3)?;
    if !name.eq_ignore_ascii_case(b"SIP") {
        return None;
    }
    let rest = rest
        .trim_ascii_start()
        .strip_prefix(b"/")?
        .trim_ascii_start();
    let rest = digits(rest)?.strip_prefix(b".")?;
    digits(rest)
}

fn digits(text: &[u8]) -> Option<&[u8]> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then(|| &text[count..])
}

/// The length of the method, if the line is a request.
fn request(text: &[u8], after: &[u8]) -> Option<usize> {
    let token = text.iter().take_while(|byte| is_token(**byte)).count();
    let (token, rest) = text.split_at(token);
    let (method, uri) = match rest.first() {
        Some(byte) if is_space(*byte) || *byte == b'<' => (token, rest.trim_ascii_start()),
        // The space after the method is missing: the scheme is stuck to it.
        Some(b':') => {
            let glued = METHODS.iter().map(|method| method.as_bytes());
            let method = glued
                .filter(|method| token.starts_with(method))
                .filter(|method| token.len() > method.len())
                .max_by_key(|m| m.len())?;
            (&token[..method.len()], &text[method.len()..])
        }
        _ => return None,
    };
    if method.is_empty() {
        return None;
    }
    let known = METHODS.iter().any(|known| known.as_bytes() == method);
    let accepted = match before_version(uri) {
        Some(uri) => known || has_scheme(uri),
        // Without a version it takes a known method, a SIP address and a header below to be believed.
        None => known && has_scheme(uri) && !other_version(uri) && header_like(after),
    };
    accepted.then_some(method.len())
}

/// What stands before the version that ends the line.
pub(super) fn before_version(text: &[u8]) -> Option<&[u8]> {
    // Nearly always; nothing that is searched for can stand further back.
    if let Some(before) = text.strip_suffix(b"SIP/2.0") {
        return Some(before);
    }
    let start = [b"SIP".as_slice(), b"sip"]
        .iter()
        .filter_map(|name| memmem::rfind(text, name))
        .max()?;
    let rest = version(&text[start..])?;
    let trailing = rest
        .iter()
        .all(|byte| matches!(byte, b'>' | b';' | b' ' | b'\t'));
    trailing.then(|| &text[..start])
}

fn has_scheme(uri: &[u8]) -> bool {
    // Addresses may have lost theirs.
    begins_with_scheme(uri) || uri.contains(&b'@')
}

fn begins_with_scheme(uri: &[u8]) -> bool {
    let uri = uri.strip_prefix(b"<").unwrap_or(uri).trim_ascii_start();
    let sip = SCHEMES.iter().any(|scheme| {
        uri.split_at_checked(scheme.len())
            .is_some_and(|(start, _)| start.eq_ignore_ascii_case(scheme))
    });
    let name = uri
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    // Schemes of extensions.
    sip || name > 0 && uri.get(name) == Some(&b':') && !uri[name..].starts_with(b"://")
}

/// `HTTP/1.1`, `RTSP/1.0`: another protocol's request line.
fn other_version(text: &[u8]) -> bool {
    let last = text
        .rsplit(|byte| is_space(*byte))
        .next()
        .unwrap_or_default();
    let name = last
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    name > 0 && last[name..].starts_with(b"/")
}

/// Whether a header field stands at the start of these bytes.
fn header_like(after: &[u8]) -> bool {
    let name = after
        .iter()
        .take(64)
        .take_while(|byte| is_token(**byte))
        .count();
    let colon = after[name..].iter().take(4).find(|byte| !is_space(**byte));
    name > 0 && colon == Some(&b':')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_of(line: &str) -> Option<&str> {
        match read(line.as_bytes(), line.len(), b"Via: x\r\n")? {
            Start::Request(method) => Some(&line[method.range()]),
            Start::Response(_) => None,
        }
    }

    fn status_of(line: &str) -> Option<u16> {
        match read(line.as_bytes(), line.len(), b"")? {
            Start::Request(_) => None,
            Start::Response(status) => Some(status),
        }
    }

    #[test]
    fn reads_correct_lines() {
        assert_eq!(
            request_of("INVITE sip:bob@example.com SIP/2.0"),
            Some("INVITE")
        );
        assert_eq!(
            request_of("OPTIONS sips:[2001:db8::1]:5061;lr SIP/2.0"),
            Some("OPTIONS")
        );
        assert_eq!(
            request_of("KDMQ sip:notification_peer@192.0.2.1 SIP/2.0"),
            Some("KDMQ")
        );
        assert_eq!(request_of("INVITE1 sip:a@b SIP/2.0"), Some("INVITE1"));
        assert_eq!(
            request_of("MESSAGE tel:+1-201-555-0123 SIP/2.0"),
            Some("MESSAGE")
        );
        assert_eq!(status_of("SIP/2.0 200 OK"), Some(200));
        assert_eq!(status_of("SIP/2.0 183 Session Progress"), Some(183));
        assert_eq!(status_of("SIP/2.0 487"), Some(487));
    }

    #[test]
    fn forgives_what_a_person_would() {
        for line in [
            "INVITE  sip:bob@example.com  SIP/2.0",
            "INVITE <sip:bob@example.com> SIP/2.0",
            "INVITE sip:bob@example.com> SIP/2.0",
            "INVITE <sip:bob@example.com SIP/2.0",
            "INVITE sip:bob smith@example.com SIP/2.0",
            "INVITE sip:bob@example.com SIP/2.0>",
            "INVITE sip:bob@example.com SIP/2.0   ",
            "INVITE sip:bob@example.com SIP / 2.0",
            "INVITE sip:bob@example.com sip/2.0",
            "INVITE sip:bob@example.comSIP/2.0",
            "INVITEsip:bob@example.com SIP/2.0",
            "INVITE<sip:bob@example.com> SIP/2.0",
            "  INVITE sip:bob@example.com SIP/2.0",
            "INVITE\tsip:bob@example.com\tSIP/2.0",
            "INVITE SIP/2.0",
            "INVITE sip:bob@example.com SIP/7.0",
            "INVITE sip:bob@example.com",
            "INVITE sip:bob@example.com SIP",
            "INVITE bob@example.com SIP/2.0",
            "INVITE http://example.com SIP/2.0",
        ] {
            assert_eq!(request_of(line), Some("INVITE"), "{line}");
        }
        assert_eq!(status_of("sip/2.0 200 ok"), Some(200));
        assert_eq!(status_of("SIP/2.0  404  Not Found"), Some(404));
        assert_eq!(status_of("SIP/3.0 200 OK"), Some(200));
        assert_eq!(status_of(" SIP/2.0 200 OK"), Some(200));
    }

    #[test]
    fn refuses_other_protocols_and_prose() {
        for line in [
            "GET /index.html HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "OPTIONS rtsp://example.com/media RTSP/1.0",
            "NOTIFY * HTTP/1.1",
            "SUBSCRIBE /events HTTP/1.1",
            "REGISTER sip:example.com HTTP/1.1",
            "HTTP/1.1 200 OK",
            "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1",
            "Upgrade: SIP/2.0",
            "We support SIP/2.0",
            "o=- 0 0 IN IP4 192.0.2.1",
            "v=0",
            "MSRP a786hjs2 SEND",
            "SIP/2.0/UDP 192.0.2.1",
            "SIP/2.0 2000 OK",
            "SIP/2.0",
            "",
        ] {
            assert_eq!(request_of(line), None, "{line}");
            assert_eq!(status_of(line), None, "{line}");
        }
    }

    #[test]
    fn a_start_line_is_found_behind_the_rest_of_something() {
        assert_eq!(embedded(b"xxxMESSAGE sip:a@b SIP/2.0\r\n"), Some(3));
        assert_eq!(embedded(b"\x00\xffSIP/2.0 200 OK\r\n"), Some(2));
        assert_eq!(embedded(b"see SIP/2.0/UDP and INVITE SIP/2.0 text"), None);
        assert_eq!(embedded(b"Via: SIP/2.0/UDP 192.0.2.1"), None);
        // ACK ends PRACK.
        assert_eq!(embedded(b"INFO: got PRACK sip:a@b SIP/2.0\r\n"), Some(10));
        assert_eq!(embedded(b"\0AMESSAGE sip:a@b SIP/2.0\r\n"), Some(2));
        for method in METHODS {
            let line = format!("{method} sip:a@b SIP/2.0\r\n");
            assert_eq!(embedded(line.as_bytes()), None, "{method}");
        }
        let untorn = |line: &[u8]| is_untorn(line, read(line, line.len(), b"").unwrap());
        assert!(untorn(b"MESSAGE sip:a@b SIP/2.0") && untorn(b"KDMQ sip:a@b SIP/2.0"));
        assert!(!untorn(b"ESSAGE sip:a@b SIP/2.0") && !untorn(b"xMESSAGE sip:a@b SIP/2.0"));
    }

    #[test]
    fn without_version_a_header_must_follow() {
        let line = b"INVITE sip:bob@example.com";
        assert!(read(line, line.len(), b"Via: x").is_some());
        assert!(read(line, line.len(), b"and some prose").is_none());
        assert!(read(line, line.len(), b"").is_none());
    }
}
