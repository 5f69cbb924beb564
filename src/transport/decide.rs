//! What a stream carries, told by its first bytes and never by its ports.

use memchr::{memchr, memmem};

use super::websocket;
use crate::base::hep::MAGIC;
use crate::sip::STUN_COOKIE;

/// What a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carries {
    /// SIP, or text that is searched for SIP line by line.
    Text,
    WebSocket,
    Hep,
    Tls,
    Other,
}

/// A first line or HTTP header section longer than this decides nothing.
const LONGEST_PREFACE: usize = 16 << 10;
/// Bytes that tell text from binary.
const TELLING: usize = 64;

/// What a stream that begins like this carries, and how many bytes of it are only the way there. `None`: more bytes are
/// needed to tell; never if it has `ended`. `late`: these are not the first bytes of the connection.
pub(super) fn decide(bytes: &[u8], ended: bool, late: bool) -> Option<(Carries, usize)> {
    let blank = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
    let start = bytes.iter().take_while(|byte| blank(byte)).count();
    // The NUL in front may be the first byte of a STUN message and no keep-alive.
    let before = start - usize::from(start > 0 && bytes[start - 1] == 0);
    match &bytes[before..] {
        [0 | 1, 1 | 0x11, _, _, cookie @ ..] if cookie.starts_with(&STUN_COOKIE) => {
            return Some((Carries::Text, 0));
        }
        [0 | 1] | [0 | 1, 1 | 0x11, ..] if bytes.len() - before < 8 && !ended => return None,
        _ => {}
    }
    let rest = &bytes[start..];
    if rest.is_empty() {
        return ended.then_some((Carries::Text, 0));
    }
    match tls(rest) {
        Some(true) => return Some((Carries::Tls, start)),
        None if !ended => return None,
        _ => {}
    }
    if rest.starts_with(MAGIC) {
        return Some((Carries::Hep, start));
    }
    if MAGIC.starts_with(rest) && !ended {
        return None;
    }
    if late && websocket::begins_with_sip(rest) {
        return Some((Carries::WebSocket, start));
    }
    match http(rest, ended) {
        Http::No if is_text(rest) => enough_text(rest, ended).then_some((Carries::Text, 0)),
        // The rest of a body may be binary; what counts is the message behind it.
        Http::No if late => Some((Carries::Text, 0)),
        Http::No => Some((Carries::Other, start)),
        Http::More => None,
        Http::Upgrade(length) => Some((Carries::WebSocket, start + length)),
        Http::Other => Some((Carries::Other, start)),
    }
}

/// Whether a TLS record begins here (RFC 8446 5.1); `None`: too short to tell.
fn tls(bytes: &[u8]) -> Option<bool> {
    // RFC 5246 6.2.3: no record is longer.
    const LONGEST_RECORD: u16 = (1 << 14) + 2048;
    match bytes {
        [20..=23, 3, 0..=4, high, low, ..] => {
            let length = u16::from_be_bytes([*high, *low]);
            Some((1..=LONGEST_RECORD).contains(&length))
        }
        [20..=23] | [20..=23, 3] | [20..=23, 3, 0..=4] | [20..=23, 3, 0..=4, _] => None,
        _ => Some(false),
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let printable =
        |byte: &u8| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\r' | b'\n' | b'\t');
    bytes.iter().take(TELLING).all(printable)
}

/// Whether a first line is there, or none is to be expected.
fn enough_text(bytes: &[u8], ended: bool) -> bool {
    ended || memchr(b'\n', bytes).is_some() || bytes.len() > LONGEST_PREFACE
}

/// HTTP: the upgrade to WebSocket (RFC 6455 4), or something else.
enum Http {
    No,
    More,
    /// An upgrade with a header section of this length.
    Upgrade(usize),
    Other,
}

fn http(bytes: &[u8], ended: bool) -> Http {
    const UPGRADES: [&[u8]; 2] = [b"GET ", b"HTTP/1.1 101"];
    const OTHERS: [&[u8]; 5] = [b"HTTP/", b"POST ", b"PUT ", b"HEAD ", b"DELETE "];
    let begins = |words: &[&[u8]]| words.iter().any(|word| bytes.starts_with(word));
    let may_begin = |words: &[&[u8]]| words.iter().any(|word| word.starts_with(bytes));
    if begins(&UPGRADES) {
        return match memmem::find(bytes, b"\r\n\r\n") {
            Some(end) if is_upgrade(&bytes[..end]) => Http::Upgrade(end + 4),
            None if !ended && bytes.len() <= LONGEST_PREFACE => Http::More,
            _ => Http::Other,
        };
    }
    // "HTTP/1.1 1" may still become an upgrade.
    if !ended && may_begin(&UPGRADES) {
        return Http::More;
    }
    if begins(&OTHERS) {
        return Http::Other;
    }
    if !ended && may_begin(&OTHERS) {
        Http::More
    } else {
        Http::No
    }
}

fn is_upgrade(head: &[u8]) -> bool {
    let head = head.to_ascii_lowercase();
    memmem::find(&head, b"\nupgrade:").is_some() && memmem::find(&head, b"websocket").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carries(bytes: &[u8]) -> Option<Carries> {
        decide(bytes, false, false).map(|(carries, _)| carries)
    }

    #[test]
    fn beginnings_tell() {
        assert_eq!(carries(b"INVITE sip:a@b SIP/2.0\r\n"), Some(Carries::Text));
        assert_eq!(carries(b"\r\n\r\nSIP/2.0 200 OK\n"), Some(Carries::Text));
        assert_eq!(
            carries(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"),
            Some(Carries::Text)
        );
        assert_eq!(carries(&[0x16, 3, 1, 2, 0, 1]), Some(Carries::Tls));
        assert_eq!(carries(b"HEP3\x01\x00"), Some(Carries::Hep));
        assert_eq!(
            carries(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
            Some(Carries::Other)
        );
        assert_eq!(carries(b"POST / HTTP/1.1\r\n"), Some(Carries::Other));
        assert_eq!(carries(&[0x80, 0, 1, 2]), Some(Carries::Other));
        let stun = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2];
        assert_eq!(carries(&stun), Some(Carries::Text));
        assert_eq!(carries(&[&[0, 0], &stun[..]].concat()), Some(Carries::Text));
        let upgrade = b"GET / HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\nrest";
        assert_eq!(
            decide(upgrade, false, false),
            Some((Carries::WebSocket, upgrade.len() - 4))
        );
    }

    #[test]
    fn too_few_bytes_tell_nothing_until_the_end() {
        let beginnings: [&[u8]; 9] = [
            b"INVITE sip:a@b SI",
            b"\r\n",
            b"\0",
            b"\0\x01\0\0",
            b"HE",
            b"GET / HTTP/1.1\r\nUpgr",
            b"HTTP/1.1 1",
            &[0x16, 3, 3],
            b"P",
        ];
        for beginning in beginnings {
            assert_eq!(carries(beginning), None, "{beginning:?}");
            assert!(decide(beginning, true, false).is_some(), "{beginning:?}");
        }
    }
}
