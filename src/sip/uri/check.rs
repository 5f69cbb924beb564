//! What is odd about a URI: its characters, and the grammar of each of its parts (RFC 3261 25.1, RFC 3966 3, RFC 8141 2).

use super::host::{is_host, is_name};
use super::{Scheme, Uri};
use crate::sip::lexical::{expect_in_uri, is_nowhere_in_uri};
use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// What may stand in a user besides letters, digits, marks and escapes.
const USER: &[u8] = b"&=+$,;?/";
/// The same for a password.
const PASSWORD: &[u8] = b"&=+$,";
/// The same for a header, without what separates name, value and headers.
const HEADER: &[u8] = b"[]/?:+$";

/// Characters that stand in no URI, and escapes that are none. The first of each is noted.
pub(super) fn characters(text: Text<'_>, problems: &mut Problems) {
    if !problems.wanted() {
        return;
    }
    let bytes = text.bytes();
    if let Some(at) = bytes.iter().position(|byte| is_nowhere_in_uri(*byte)) {
        let at = text.start() + at;
        problems.note(text.between(at, at + 1).span(), ProblemKind::UriCharacter);
    }
    let broken = memchr::memchr_iter(b'%', bytes).find(|at| {
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit)
    });
    if let Some(at) = broken {
        let at = text.start() + at;
        problems.note(text.between(at, at + 3).span(), ProblemKind::Escape);
    }
}

/// The parts, as their scheme has them. Host and port are looked at where they are read.
pub(super) fn parts(uri: &Uri<'_>, problems: &mut Problems) {
    uri.params.check_in_uri(problems);
    match uri.scheme {
        Scheme::Sip | Scheme::Sips => {
            user(uri, problems);
            parameters(uri, problems);
            headers(uri, problems);
        }
        Scheme::Tel if !is_telephone_number(uri.opaque.bytes(), uri.params) => {
            problems.note(uri.opaque.span(), ProblemKind::TelephoneNumber);
        }
        Scheme::Tel => context(uri.params, problems),
        Scheme::Urn if !is_urn(uri.opaque.bytes()) => {
            problems.note(uri.opaque.span(), ProblemKind::Urn);
        }
        _ => {}
    }
}

fn user(uri: &Uri<'_>, problems: &mut Problems) {
    if let Some(user) = uri.user {
        if user.is_empty() {
            problems.note(user.span(), ProblemKind::User);
        }
        expect_in_uri(user, USER, problems);
    }
    expect_in_uri(uri.password.unwrap_or_default(), PASSWORD, problems);
}

fn parameters(uri: &Uri<'_>, problems: &mut Problems) {
    if uri.params.is_empty() {
        return;
    }
    let value = |name| uri.param(name)?.value.filter(|value| !value.is_empty());
    let is_time_to_live = |value: &Text<'_>| value.number().is_some_and(|number| number <= 255);
    if let Some(ttl) = value("ttl").filter(|ttl| !is_time_to_live(ttl)) {
        problems.note(ttl.span(), ProblemKind::Number);
    }
    if let Some(maddr) = value("maddr").filter(|maddr| !is_host(*maddr)) {
        problems.note(maddr.span(), ProblemKind::Host);
    }
}

/// Each header has a name and an equals sign (RFC 3261 25.1 `header`).
fn headers(uri: &Uri<'_>, problems: &mut Problems) {
    if let Some(headers) = uri.headers.filter(|headers| headers.is_empty()) {
        problems.note(headers.span(), ProblemKind::UriHeader);
    }
    for (name, value) in uri.header_fields() {
        if name.is_empty() || value.start() == name.end() {
            let start = name.start();
            let header = uri.text.between(start, value.end());
            problems.note(header.span(), ProblemKind::UriHeader);
        }
        expect_in_uri(name, HEADER, problems);
        expect_in_uri(value, HEADER, problems);
    }
}

/// A global number has digits and visual separators behind its plus sign; a local one says its context (RFC 3966 3).
fn is_telephone_number(number: &[u8], params: Params<'_>) -> bool {
    match number {
        [b'+', ..] => is_global_number(number),
        local => {
            let digit = |byte: &u8| byte.is_ascii_hexdigit() || b"*#".contains(byte);
            local.iter().all(|byte| digit(byte) || is_separator(byte))
                && local.iter().any(digit)
                && params.value("phone-context").is_some()
        }
    }
}

fn is_global_number(number: &[u8]) -> bool {
    let Some(digits) = number.strip_prefix(b"+") else {
        return false;
    };
    let is_phone_digit = |byte: &u8| byte.is_ascii_digit() || is_separator(byte);
    digits.iter().all(is_phone_digit) && digits.iter().any(u8::is_ascii_digit)
}

fn is_separator(byte: &u8) -> bool {
    b"-.()".contains(byte)
}

/// A domain name, or the first digits of a global number (RFC 3966 3 `descriptor`).
fn context(params: Params<'_>, problems: &mut Problems) {
    let context = params.value("phone-context");
    let is_context = |bytes: &[u8]| is_name(bytes) || is_global_number(bytes);
    if let Some(context) = context.filter(|context| !is_context(context.bytes())) {
        problems.note(context.span(), ProblemKind::TelephoneNumber);
    }
}

fn is_urn(name: &[u8]) -> bool {
    let mut parts = name.splitn(2, |byte| *byte == b':');
    let namespace = parts.next().unwrap_or_default();
    let of_namespace = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    namespace.len() > 1
        && namespace.iter().all(of_namespace)
        && parts.next().is_some_and(|name| !name.is_empty())
}
