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
use crate::base::Endpoint;
use crate::sip::{Name, Text};

const COOKIE: &[u8] = b"z9hG4bK";

/// Whether a document or file leaves out a value of its list.
fn leaves_out_via(seen: &Seen<'_>) -> bool {
    let mut written = seen.vias().iter();
    let mut left_out = seen.left_out();
    written.any(|via| seen.leaves_out(via.span())) || left_out.any(|field| field.known == Name::Via)
}

/// The usual ports, which are none of those that IPsec protects.
const UNPROTECTED: [u16; 2] = [5060, 5061];

/// Whether a request and its answer may have gone between a terminal and its P-CSCF, where IPsec protects them and answers go to a
/// port of their own by agreement (3GPP TS 33.203 7.1). Packets show that; who tells of them does not, but for their ports.
fn may_be_protected(request: &Seen<'_>, answer: &Seen<'_>) -> bool {
    let ends = |seen: &Seen<'_>| {
        let sighting = seen.message.sighting();
        [sighting.source(), sighting.destination()].map(|end| end.and_then(|end| end.endpoint()))
    };
    let ([from, to], [back_from, back_to]) = (ends(request), ends(answer));
    let address = |end: Option<Endpoint>| end.map(|end| end.address);
    let mut all = [from, to, back_from, back_to].into_iter().flatten();
    request.is_hearsay()
        && address(from) == address(back_to)
        && all.all(|end| !UNPROTECTED.contains(&end.port))
}

/// Whether both are one value, but for what its receiver may add, for white space that says nothing, and for the case of all but
/// the values of parameters.
fn same_but_receipt(one: Text<'_>, other: Text<'_>) -> bool {
    one == other || without_receipt(one).eq(without_receipt(other))
}

fn without_receipt<'s>(value: Text<'s>) -> impl Iterator<Item = u8> + use<'s> {
    let parts = value.bytes().split(|byte| *byte == b';').enumerate();
    let kept = parts.filter(|(number, part)| *number == 0 || !is_receipt(part));
    kept.flat_map(|(number, part)| {
        let start: &[u8] = if number == 0 { b"" } else { b";" };
        let part = part.trim_ascii();
        let equals = part.iter().position(|byte| *byte == b'=' && number > 0);
        let (name, rest) = part.split_at(equals.unwrap_or(part.len()));
        let text = name.iter().map(u8::to_ascii_lowercase);
        let text = text.chain(rest.iter().copied());
        let text = text.filter(move |byte| number == 0 || !byte.is_ascii_whitespace());
        start.iter().copied().chain(text)
    })
}

/// Whether it is a parameter that the receiver adds.
fn is_receipt(param: &[u8]) -> bool {
    let name = param.split(|byte| *byte == b'=').next().unwrap_or_default();
    let name = name.trim_ascii();
    name.eq_ignore_ascii_case(b"received") || name.eq_ignore_ascii_case(b"rport")
}
