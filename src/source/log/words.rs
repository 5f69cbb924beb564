//! The small things that lines of many logs are made of.

use std::net::IpAddr;
use std::ops::Range;

use super::{Moment, Transport, stamp};
use crate::base::Endpoint;
use crate::source::Who;

/// A number in decimal digits.
pub(super) fn number<N: std::str::FromStr>(text: &[u8]) -> Option<N> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// What carried a message, in any spelling; some put the version of IP behind it.
pub(super) fn transport(text: &[u8]) -> Option<Transport> {
    Transport::named(text.strip_suffix(b"6").unwrap_or(text))
}

/// An address, with or without brackets.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let inside = text
        .strip_prefix(b"[")
        .and_then(|rest| rest.strip_suffix(b"]"));
    std::str::from_utf8(inside.unwrap_or(text))
        .ok()?
        .parse()
        .ok()
}

/// An address and a port with a colon between them. Many loggers leave out the brackets of IPv6.
pub(super) fn endpoint(text: &[u8]) -> Option<Endpoint> {
    let colon = text.iter().rposition(|byte| *byte == b':')?;
    let port = number(&text[colon + 1..])?;
    Some(Endpoint::new(address(&text[..colon])?, port))
}

/// Whoever is at an address, or goes by a name. Port 0 is what a logger writes for one that it does not know.
pub(super) fn party(text: &[u8]) -> Who {
    match endpoint(text) {
        Some(endpoint) if endpoint.port == 0 => Who::Unknown,
        Some(endpoint) => Who::At(endpoint),
        None => named(text),
    }
}

fn named(text: &[u8]) -> Who {
    let is_name = |byte: &u8| byte.is_ascii_graphic() && !b"<>[]\"".contains(byte);
    match std::str::from_utf8(text) {
        Ok(name) if !name.is_empty() && text.iter().all(is_name) => Who::Named(name.into()),
        _ => Who::Unknown,
    }
}

/// Bytes written as hexadecimal digits, with or without colons between them.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut digits = text.iter().filter(|byte| **byte != b':');
    while let Some(high) = digits.next() {
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        bytes.push(digit(*high)? << 4 | digit(*digits.next()?)?);
    }
    Some(bytes)
}

/// The last stamp of what stands in front of a message: those before it are of loggers that passed it on.
pub(super) fn last_stamp(text: &[u8]) -> Option<Moment> {
    stamps(text).last()
}

/// The same, and where it stands.
pub(super) fn last_stamp_at(text: &[u8]) -> Option<(Moment, Range<usize>)> {
    stamps_at(text).last()
}

/// All stamps of a text.
pub(super) fn stamps(text: &[u8]) -> impl Iterator<Item = Moment> {
    stamps_at(text).map(|(moment, _)| moment)
}

/// The same, and where they stand.
pub(super) fn stamps_at(text: &[u8]) -> impl Iterator<Item = (Moment, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (moment, place) = stamp::find(&text[at..])?;
        let place = at + place.start..at + place.end;
        at = place.end;
        Some((moment, place))
    })
}

/// What stands before and behind the first place of a text.
pub(super) fn split_once<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = memchr::memmem::find(text, at)?;
    Some((&text[..place], &text[place + at.len()..]))
}

/// How many bytes something has, by the words of a log: `252 bytes`, `[252] bytes`.
pub(super) fn bytes_told(text: &[u8]) -> Option<usize> {
    let (before, _) = split_once(text, b" bytes")?;
    let before = before.strip_suffix(b"]").unwrap_or(before);
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit());
    number(&before[before.len() - digits.count()..])
}

/// Whether this is a header field: a name (RFC 3261 25.1: a token) and a colon.
pub(super) fn is_field(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    let name = line[..colon].trim_ascii_end();
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte);
    !name.is_empty() && name.iter().all(token)
}

/// The same with a name that begins with a letter, as all do that anybody uses: else a stamp might be one.
pub(super) fn is_lettered_field(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_alphabetic) && is_field(line)
}

/// Whether this field announces messages in the body.
pub(super) fn is_about_messages(line: &[u8]) -> bool {
    let line = line.to_ascii_lowercase();
    let value = line
        .strip_prefix(b"content-type")
        .or_else(|| line.strip_prefix(b"c"))
        .and_then(|rest| rest.trim_ascii_start().strip_prefix(b":"));
    value.is_some_and(|value| {
        let value = value.trim_ascii_start();
        value.starts_with(b"message/") || value.starts_with(b"multipart/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_with_and_without_brackets() {
        let read = |text: &str| endpoint(text.as_bytes()).map(|endpoint| endpoint.to_string());
        assert_eq!(read("192.0.2.1:5060").unwrap(), "192.0.2.1:5060");
        assert_eq!(read("[2001:db8::1]:5060").unwrap(), "[2001:db8::1]:5060");
        assert_eq!(read("2001:db8::1:5060").unwrap(), "[2001:db8::1]:5060");
        assert_eq!(party(b"192.0.2.1:0"), Who::Unknown);
        assert_eq!(
            party(b"sip.example.org:5061"),
            Who::Named("sip.example.org:5061".into())
        );
        assert_eq!(party(b"<provider IP>"), Who::Unknown);
        for none in [
            "192.0.2.1",
            "192.0.2.1:",
            "192.0.2.1:+5",
            "host:5060",
            "192.0.2.1:70000",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
