//! Via: the list of those a request went through, by which its answers find back (RFC 3261 8.1.1.7, 16.6, 18.2, 20.42).

pub(super) mod answer_not_popped;
pub(super) mod answer_sent_elsewhere;
pub(super) mod answer_with_other_list;
pub(super) mod branch_used_twice;
pub(super) mod branch_without_cookie;
pub(super) mod list_rewritten;
pub(super) mod not_answered_to_sender;
pub(super) mod other_transport;
pub(super) mod received_missing;
pub(super) mod received_missing_in_answer;
pub(super) mod request_in_circles;
pub(super) mod rport_not_filled;

use super::Seen;
use crate::sip::{Name, Text};

const COOKIE: &[u8] = b"z9hG4bK";

/// The values as written.
fn list<'s>(seen: &Seen<'s>) -> Vec<Text<'s>> {
    seen.sip.values(Name::Via).collect()
}

/// A value without what its receiver may add, and without white space that says nothing.
fn without_receipt(value: Text<'_>) -> Vec<u8> {
    let mut kept = Vec::new();
    for (number, part) in value.bytes().split(|byte| *byte == b';').enumerate() {
        let part = part.trim_ascii();
        if number == 0 {
            kept.extend(part.to_ascii_lowercase());
            continue;
        }
        let name = part.split(|byte| *byte == b'=').next().unwrap_or_default();
        let value = &part[name.len()..];
        let name = name.trim_ascii().to_ascii_lowercase();
        if name == b"received" || name == b"rport" {
            continue;
        }
        kept.push(b';');
        kept.extend(name);
        kept.extend(value.iter().filter(|byte| !byte.is_ascii_whitespace()));
    }
    kept
}
