//! Max-Forwards: how often a request may be passed on (RFC 3261 20.22).

pub(super) mod missing;
pub(super) mod not_a_hop_count;
pub(super) mod not_added;
pub(super) mod not_decremented;
pub(super) mod unusual_start;
pub(super) mod used_up;
pub(super) mod zero_forwarded;

use super::Seen;
use crate::sip::{Name, Text};

/// The field of a request, and the number in it.
fn of<'s>(seen: &Seen<'s>) -> Option<(Text<'s>, Option<u64>)> {
    let text = seen.sip.value(Name::MaxForwards)?;
    Some((text, text.number()))
}
