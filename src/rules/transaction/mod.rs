//! Transactions: a request and what belongs to it on one hop: retransmissions, answers, ACK, CANCEL (RFC 3261 9, 17).

pub(super) mod accepted_after_cancel;
pub(super) mod ack_answered;
pub(super) mod ack_differs;
pub(super) mod ack_in_old_transaction;
pub(super) mod ack_missing;
pub(super) mod answered_too_late;
pub(super) mod cancel_differs;
pub(super) mod cancel_of_other_method;
pub(super) mod cancel_too_early;
pub(super) mod cancelled_but_not_ended;
pub(super) mod late_provisional;
pub(super) mod merged_request_accepted;
pub(super) mod no_final_answer;
pub(super) mod provisional_to_non_invite;
pub(super) mod second_final_answer;
pub(super) mod sent_again_on_stream;
pub(super) mod sent_again_too_early;
pub(super) mod sent_again_too_often;
pub(super) mod timeout_answered;
pub(super) mod trying_missing;
pub(super) mod trying_passed_on;
pub(super) mod unsupported_missing;

use super::{Fault, HopScene, Seen};
use crate::base::Transport;
use crate::sip::{FirstLine, Name, Text};
use crate::trace::Part;

/// How long a client waits for a final answer: 64 times T1 (RFC 3261 17.1.1.2 timer B, 17.1.2.2 timer F). Terminals of 3GPP
/// use a T1 of 2 s toward the network (3GPP TS 24.229 7.7), so that it may be four times as long.
const WAITS: i64 = 4 * 32_000_000_000;

/// The time a packet takes there and back, and the longest time between two sendings (RFC 3261 17.1.1.1, timers T1 and T2).
const T1: i64 = 500_000_000;
const T2: i64 = 4_000_000_000;

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

/// Nanoseconds from one message to another, if captures tell them to a few milliseconds: not where a log tells when it wrote
/// them down, where a capture tells whole seconds, or where different ones tell them.
fn between(one: &Seen<'_>, other: &Seen<'_>) -> Option<i64> {
    const CLOSE: i64 = 5_000_000;
    let elapsed = one.until(other)?;
    let told = one.is_told() || other.is_told();
    let exact = !told && elapsed.most.saturating_sub(elapsed.least) <= CLOSE;
    exact.then(|| elapsed.least.midpoint(elapsed.most))
}

/// Whether something was sent more than once.
fn is_any_sent_again(hop: &HopScene<'_>) -> bool {
    let mut parts = hop.hop.messages().map(|message| message.part());
    parts.any(|part| matches!(part, Part::Retransmission | Part::Repeated))
}

/// What its sender sent more than once because no answer came: a request, and the final answer to INVITE until the ACK. Other
/// answers, and those to a request that came again, are sent again because of that.
fn sent_again<'s>(hop: &HopScene<'s>) -> Vec<Vec<Seen<'s>>> {
    let all: Vec<_> = hop.messages().collect();
    let of = |wanted: &[Part]| -> Vec<Seen<'s>> {
        let those = all
            .iter()
            .filter(|seen| wanted.contains(&seen.message.part()));
        those.copied().collect()
    };
    let requests = of(&[Part::Request, Part::Retransmission]);
    let mut answers = of(&[Part::Final, Part::Repeated]);
    let first = answers.first().and_then(|first| first.sip.status());
    answers.retain(|answer| answer.sip.status() == first && first.is_some_and(|code| code >= 200));
    let last_request = requests.last().map(|last| last.message.id());
    let asked_again = answers.first().map(|first| first.message.id()) < last_request;
    let invite = requests.first().is_some_and(|request| request.is("INVITE"));
    let mut series = vec![requests];
    if invite && !asked_again {
        series.push(answers);
    }
    series.retain(|sendings| sendings.len() > 1);
    series
}

fn request_uri<'s>(seen: &Seen<'s>) -> Option<Text<'s>> {
    match seen.sip.first_line() {
        FirstLine::Request { uri, .. } => Some(uri),
        _ => None,
    }
}

/// What is not the same in two requests of one transaction: Request-URI, Via, Call-ID, From, number of CSeq, Route.
fn difference(own: &Seen<'_>, of: &Seen<'_>) -> Option<Fault> {
    let pairs = [
        request_uri(own).zip(request_uri(of)),
        own.sip.value(Name::CallId).zip(of.sip.value(Name::CallId)),
        own.sip.value(Name::From).zip(of.sip.value(Name::From)),
    ];
    let pairs = pairs.into_iter().flatten();
    let other = pairs
        .into_iter()
        .find(|(one, other)| !one.same_but_space(*other));
    if let Some((one, other)) = other {
        return Some(Fault::at(own, one).with(of, other).expected(other.lossy()));
    }
    let (own_via, via) = own.via().zip(of.via())?;
    let same = match (own_via.branch(), via.branch()) {
        (Some(own), Some(branch)) => own.same_but_space(branch),
        (own, branch) => own == branch,
    };
    if !same {
        let fault = Fault::at(own, own_via.text).with(of, via.text);
        return Some(fault.expected(via.text.lossy()));
    }
    let (number, wanted) = own.cseq().zip(of.cseq())?;
    if number.number != wanted.number {
        let (own_text, text) = own.sip.value(Name::CSeq).zip(of.sip.value(Name::CSeq))?;
        return Some(
            Fault::at(own, own_text)
                .with(of, text)
                .expected("the number of the request"),
        );
    }
    further_via(own, of).or_else(|| other_route(own, of))
}

/// A Via below the topmost, which only a proxy without state leaves there: then it is that of the INVITE.
fn further_via(own: &Seen<'_>, of: &Seen<'_>) -> Option<Fault> {
    let further = *own.vias().get(1)?;
    let none = of.vias().len() < 2;
    none.then(|| Fault::at(own, further).expected("a single Via, that of the sender"))
}

/// The first Route entry that is not the same.
fn other_route(own: &Seen<'_>, of: &Seen<'_>) -> Option<Fault> {
    let mut entries = own.sip.values(Name::Route);
    for wanted in of.sip.values(Name::Route) {
        let fault = match entries.next() {
            Some(entry) if entry.same_but_space(wanted) => continue,
            Some(entry) => Fault::at(own, entry),
            None if !own.has_all_headers() => return None,
            None => Fault::missing(own).about(Name::Route),
        };
        return Some(fault.with(of, wanted).expected(wanted.lossy()));
    }
    let entry = entries.next()?;
    Some(Fault::at(own, entry).expected("no entry that the INVITE does not have"))
}
