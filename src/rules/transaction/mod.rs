//! Transactions: a request and what belongs to it on one hop: retransmissions, answers, ACK, CANCEL (RFC 3261 9, 17).

pub(super) mod ack_differs;
pub(super) mod ack_missing;
pub(super) mod cancel_differs;
pub(super) mod late_provisional;
pub(super) mod no_final_answer;
pub(super) mod sent_again_on_stream;

use super::{Fault, HopScene, Seen};
use crate::base::Transport;
use crate::sip::{FirstLine, Name, Text};

/// How long a client waits for a final answer: 64 times T1 (RFC 3261 17.1.1.2 timer B, 17.1.2.2 timer F). Terminals of 3GPP
/// use a T1 of 2 s toward the network (3GPP TS 24.229 7.7), so that it may be four times as long.
const WAITS: i64 = 4 * 32_000_000_000;

fn is_stream(seen: &Seen<'_>) -> bool {
    use Transport::*;
    matches!(
        seen.message.sighting().transport(),
        Tcp | Tls | Ws | Wss | Sctp
    )
}

/// Whether the trace goes on long enough behind a message to see what follows it.
fn is_watched_after(hop: &HopScene<'_>, seen: &Seen<'_>) -> bool {
    let time = seen.message.time();
    let since = hop.end().zip(time);
    since.is_some_and(|(end, time)| end.nanos().saturating_sub(time.nanos()) > WAITS)
}

fn request_uri<'s>(seen: &Seen<'s>) -> Option<Text<'s>> {
    match seen.sip.first_line() {
        FirstLine::Request { uri, .. } => Some(uri),
        _ => None,
    }
}

fn plain(text: Text<'_>) -> Vec<u8> {
    let kept = text
        .bytes()
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace());
    kept.copied().collect()
}

/// What is not the same in two requests of one transaction: Request-URI, top Via, Call-ID, From, number of CSeq, Route.
fn difference(own: &Seen<'_>, of: &Seen<'_>) -> Option<Fault> {
    let pairs = [
        request_uri(own).zip(request_uri(of)),
        own.sip.value(Name::CallId).zip(of.sip.value(Name::CallId)),
        own.sip.value(Name::From).zip(of.sip.value(Name::From)),
        own.sip.value(Name::Route).zip(of.sip.value(Name::Route)),
    ];
    let pairs = pairs.into_iter().flatten();
    let other = pairs
        .into_iter()
        .find(|(one, other)| plain(*one) != plain(*other));
    if let Some((one, other)) = other {
        return Some(Fault::at(own, one).with(of, other).expected(other.lossy()));
    }
    let (own_via, via) = own.sip.vias().next().zip(of.sip.vias().next())?;
    if own_via.branch().map(plain) != via.branch().map(plain) {
        let fault = Fault::at(own, own_via.text).with(of, via.text);
        return Some(fault.expected(via.text.lossy()));
    }
    let (number, wanted) = own.sip.cseq().zip(of.sip.cseq())?;
    if number.number != wanted.number {
        let (own_text, text) = own.sip.value(Name::CSeq).zip(of.sip.value(Name::CSeq))?;
        return Some(
            Fault::at(own, own_text)
                .with(of, text)
                .expected("the number of the request"),
        );
    }
    None
}
