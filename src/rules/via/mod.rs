//! Via: the list of those a request went through, by which its answers find back (RFC 3261 8.1.1.7, 16.6, 18.2, 20.42).

pub(super) mod answer_not_popped;
pub(super) mod answer_sent_elsewhere;
pub(super) mod answer_with_other_list;
pub(super) mod branch_used_twice;
pub(super) mod branch_without_cookie;
pub(super) mod list_rewritten;
pub(super) mod not_answered_to_sender;
pub(super) mod other_transport;
pub(super) mod own_via_left;
pub(super) mod received_missing;
pub(super) mod received_missing_in_answer;
pub(super) mod request_in_circles;
pub(super) mod rport_not_filled;

use super::Seen;
use crate::base::Endpoint;
use crate::sip::{Name, Param, Params, Problems, Text, Via};

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

/// Whether both are one value (RFC 3261 7.3.1), but for what its receiver may add: white space says nothing, parameters stand in any
/// order, and only quoted strings tell upper from lower case.
fn same_but_receipt(one: Text<'_>, other: Text<'_>) -> bool {
    if one == other {
        return true;
    }
    let [one, other] = [one, other].map(|text| Via::read(text, &mut Problems::ignored()));
    let sent_by = |via: &Via<'_>| {
        let words = [via.protocol, via.version, via.transport];
        let port = via.port.map(|port| port.text.bytes().to_vec());
        (words.map(|word| word.bytes().to_ascii_lowercase()), port)
    };
    sent_by(&one) == sent_by(&other)
        && one.host.equivalent(&other.host)
        && without_receipt(one.params) == without_receipt(other.params)
}

/// Names and values in an order of their own.
fn without_receipt(params: Params<'_>) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let kept = params.iter().filter(|param| !is_receipt(param));
    let value = |value: Text<'_>| match value.bytes() {
        quoted @ [b'"', ..] => quoted.to_vec(),
        token => token.to_ascii_lowercase(),
    };
    let kept = kept.map(|param| {
        let name = param.name.bytes().to_ascii_lowercase();
        (name, param.value.map(value))
    });
    let mut kept: Vec<_> = kept.collect();
    kept.sort();
    kept
}

/// Whether it is a parameter that the receiver adds.
fn is_receipt(param: &Param<'_>) -> bool {
    param.name.is("received") || param.name.is("rport")
}
