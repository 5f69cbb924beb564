//! Who is named in a trace, found by signs in its bytes alone, with nothing of the program: what stands around an `@`, behind `sip:` and
//! `tel:`, in quotes, and what looks like an address.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Shorter ones occur by chance.
const SHORTEST: usize = 5;

/// All that name somebody, or some machine.
pub(super) fn found_in(bytes: &[u8]) -> BTreeSet<String> {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut found = BTreeSet::new();
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let is_user = |c: char| c.is_ascii_alphanumeric() || "-._+%".contains(c);
    for (at, _) in text.match_indices('@') {
        found.insert(before(&text[..at], is_user));
        found.insert(behind(&text[at + 1..], is_host));
    }
    for scheme in ["sip:", "sips:", "tel:", "pres:"] {
        for (at, _) in text.match_indices(scheme) {
            found.insert(behind(&text[at + scheme.len()..], is_user));
        }
    }
    for name in ["Call-ID: ", ";tag=", ";branch=z9hG4bK", "icid-value="] {
        for (at, _) in text.match_indices(name) {
            let value = text[at + name.len()..].trim_start_matches('"');
            found.insert(behind(value, |c| c.is_ascii_alphanumeric() || c == '-'));
        }
    }
    for name in [
        "From: \"",
        "To: \"",
        "Contact: \"",
        "username=\"",
        "realm=\"",
        "nonce=\"",
        "response=\"",
    ] {
        for (at, _) in text.match_indices(name) {
            found.insert(behind(&text[at + name.len()..], |c| {
                !"\"\\\r\n".contains(c)
            }));
        }
    }
    for word in text.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
        if word.parse::<Ipv4Addr>().is_ok() {
            found.insert(word.to_owned());
        }
    }
    found.retain(|one| one.len() >= SHORTEST && !is_of_nobody(one));
    found
}

/// The same for everybody, and what only looks like a name: `anonymous.invalid`, a loopback address, escapes of control characters, a date
/// in front of an `@`. Of few addresses one may become another, as those of documentation that end in a digit.
fn is_of_nobody(identity: &str) -> bool {
    let is_own = identity.parse::<Ipv4Addr>().is_ok_and(|address| {
        let is_of_none =
            address.is_loopback() || address.is_unspecified() || address.is_broadcast();
        let octets = address.octets();
        let is_of_few = address.is_documentation() || octets[..3] == [10, 0, 0];
        is_of_none || is_of_few && octets[3] < 10
    });
    let kept = ["invalid", "anonymous", "localhost", "3gppnetwork.org"];
    let is_date = identity.len() == 5
        && identity
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_own
        || is_date
        || kept.iter().any(|kept| identity.ends_with(kept))
        || !identity.contains(|c: char| c.is_ascii_alphanumeric() && c != '0')
}

fn before(text: &str, is_of: impl Fn(char) -> bool) -> String {
    let start = text.rfind(|c| !is_of(c)).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    text[start..].to_owned()
}

fn behind(text: &str, is_of: impl Fn(char) -> bool) -> String {
    let end = text.find(|c| !is_of(c)).unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

/// Those that stand in bytes: as they are in any case, in base64, in hexadecimal digits, in percent-encoding, and addresses as four bytes.
pub(super) fn left_in(bytes: &[u8], identities: &BTreeSet<String>) -> Vec<String> {
    let small = bytes.to_ascii_lowercase();
    let has = |wanted: &str| {
        let wanted = wanted.to_ascii_lowercase();
        memchr_all(&small, wanted.as_bytes())
    };
    let is_left = |identity: &&String| {
        let plain: Vec<u8> = identity.chars().map(|c| c as u8).collect();
        let hex: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
        let escaped: String = plain.iter().map(|byte| format!("%{byte:02x}")).collect();
        let whole = plain.len() / 3 * 3;
        let base64 = sipscope::base::base64(&plain[..whole]);
        has(identity)
            || has(&hex)
            || has(&escaped)
            || whole >= 6 && has(&base64)
            || is_address_in(bytes, identity)
    };
    identities.iter().filter(is_left).cloned().collect()
}

/// Whether it stands there as a word of its own.
fn memchr_all(bytes: &[u8], wanted: &[u8]) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let mut at = 0;
    while let Some(found) = bytes[at..]
        .windows(wanted.len())
        .position(|part| part == wanted)
    {
        let start = at + found;
        let (before, behind) = (
            start.checked_sub(1).and_then(|at| bytes.get(at)),
            bytes.get(start + wanted.len()),
        );
        if !is_word(before) && !is_word(behind) {
            return true;
        }
        at = start + 1;
    }
    false
}

/// As an IP header has it, at its place in an Ethernet frame of a capture, whose frames begin at any byte.
fn is_address_in(bytes: &[u8], identity: &str) -> bool {
    let Ok(address) = identity.parse::<Ipv4Addr>() else {
        return false;
    };
    let octets = address.octets();
    let headers = bytes
        .windows(20)
        .filter(|header| header[0] == 0x45 && matches!(header[9], 6 | 17 | 50));
    headers
        .into_iter()
        .any(|header| header[12..16] == octets || header[16..20] == octets)
}
