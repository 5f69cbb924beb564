//! Sessions: offers and answers, reliable provisional answers, preconditions, session timers (RFC 3261 13, RFC 3262, RFC 3264,
//! RFC 3311, RFC 3312, RFC 4028).

pub(super) mod accepted_before_prack;
pub(super) mod answer_with_other_media;
pub(super) mod direction_contradicts;
mod interval;
pub(super) mod interval_out_of_bounds;
pub(super) mod interval_raised;
pub(super) mod interval_too_short;
pub(super) mod media_removed;
pub(super) mod min_se_missing;
pub(super) mod no_common_codec;
pub(super) mod offer_missing;
pub(super) mod offer_not_answered;
pub(super) mod offer_while_open;
pub(super) mod origin_changed;
pub(super) mod prack_missing;
pub(super) mod prack_of_other;
pub(super) mod precondition_not_named;
pub(super) mod refresh_failed_not_ended;
pub(super) mod refresher_wrong;
pub(super) mod reliable_not_asked;
pub(super) mod reliable_out_of_order;
pub(super) mod rings_too_early;
pub(super) mod session_not_refreshed;
pub(super) mod session_outlived;
pub(super) mod timer_not_required;
pub(super) mod update_not_allowed;
pub(super) mod version_not_raised;

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{DialogScene, Seen, TransactionScene};
use crate::sip::body::{Media, Sdp};
use crate::sip::{Name, Text};
use crate::trace::{Agreement, Exchange, Party, Reply};

/// Whether it is known that a message has no body: none was cut off, and none left out by a log or document.
fn carries_nothing(seen: &Seen<'_>) -> bool {
    let body = seen.sip.body();
    let said = body.said.map_or(!seen.is_told(), |length| length == 0);
    said && seen.is_whole() && body.text.is_empty() && body.excess.is_empty()
}

/// Whether it is a provisional answer that PRACK has to acknowledge.
fn is_reliable(answer: &Seen<'_>) -> bool {
    answer
        .sip
        .status()
        .is_some_and(|status| (101..200).contains(&status))
        && answer.sip.has(Name::RSeq)
        && answer.sip.has_token(Name::Require, "100rel")
}

/// Whether a request lets its server send provisional answers reliably.
fn allows_reliable(request: &Seen<'_>) -> bool {
    [Name::Supported, Name::Require]
        .iter()
        .any(|name| request.sip.has_token(*name, "100rel"))
}

fn is(one: &TransactionScene<'_>, method: &str) -> bool {
    one.transaction.first.method_name() == method.as_bytes()
}

/// Whether no other request of the same side can have been between these.
fn is_next(before: &TransactionScene<'_>, one: &TransactionScene<'_>) -> bool {
    let number = before.transaction.first.cseq();
    number.checked_add(1) == Some(one.transaction.first.cseq())
}

/// The first PRACK for each number in RSeq, in what `seen` shows of them.
fn by_number<'s>(
    pracks: &[TransactionScene<'s>],
    seen: impl Fn(&TransactionScene<'s>) -> Option<Seen<'s>>,
) -> HashMap<Option<u32>, Seen<'s>, RandomState> {
    let mut first = HashMap::default();
    for prack in pracks.iter().filter_map(seen) {
        let number = prack.sip.rack().and_then(|rack| rack.response);
        first.entry(number).or_insert(prack);
    }
    first
}

/// The number of a reliable provisional answer.
fn number(answer: &Seen<'_>) -> Option<u32> {
    answer.sip.number(Name::RSeq)?.value
}

/// Offers and what became of them; of a dialog without a session there are none.
fn exchanges<'d>(dialog: &'d DialogScene<'_>) -> &'d [Exchange] {
    match has_session(dialog) {
        true => &dialog.state().session.exchanges,
        false => &[],
    }
}

/// What the two sides settled about the session timer.
fn agreements<'d>(dialog: &'d DialogScene<'_>) -> &'d [Agreement] {
    match has_session(dialog) {
        true => &dialog.state().timer.agreements,
        false => &[],
    }
}

fn has_session(dialog: &DialogScene<'_>) -> bool {
    dialog
        .transactions()
        .any(|one| is(&one, "INVITE") || is(&one, "UPDATE"))
}

/// The descriptions of one side that were offered or answered, in their order.
fn descriptions<'s>(dialog: &DialogScene<'s>, party: Party) -> Vec<(Seen<'s>, &'s Sdp<'s>)> {
    let mut ids = Vec::new();
    for exchange in exchanges(dialog) {
        let is_refused = matches!(exchange.reply, Reply::Refused { .. });
        if exchange.offer.by == party && !is_refused {
            ids.push(exchange.offer.message);
        }
        if let Reply::Answered(answer) = &exchange.reply
            && answer.by == party
        {
            ids.push(answer.message);
        }
    }
    ids.sort_unstable();
    let seen = ids.into_iter().filter_map(|id| dialog.message(id));
    let described = seen.filter_map(|seen| Some((seen, seen.sdp()?)));
    // What has no version is no description, whatever it is called.
    described
        .filter(|(_, sdp)| sdp.version().is_some())
        .collect()
}

/// The m= line of a stream; the Content-Type where the description does not fill the body.
fn stream<'s>(seen: &Seen<'s>, number: usize) -> Text<'s> {
    let media: Option<Media<'s>> = seen.sdp().and_then(|sdp| sdp.media().nth(number));
    let text = media.map(|media| media.text);
    text.or(seen.sip.value(Name::ContentType))
        .unwrap_or_default()
}

#[cfg(test)]
mod testing {
    /// Lines of a header section, and a session description with these lines behind `t=`.
    pub(super) fn with_sdp<'l>(lines: &[&'l str], media: &[&'l str]) -> Vec<&'l str> {
        with_origin(lines, "o=- 1 1 IN IP4 192.0.2.1", media)
    }

    pub(super) fn with_origin<'l>(
        lines: &[&'l str],
        origin: &'l str,
        media: &[&'l str],
    ) -> Vec<&'l str> {
        let head = ["Content-Type: application/sdp", "-Content-Length", ""];
        let body = ["v=0", origin, "s=-", "c=IN IP4 192.0.2.1", "t=0 0"];
        [lines, &head, &body, media].concat()
    }

    pub(super) const AUDIO: &str = "m=audio 49170 RTP/AVP 0";
    pub(super) const VIDEO: &str = "m=video 49172 RTP/AVP 31";
    /// A Via of an ACK to a 2xx, which has a branch of its own.
    pub(super) const ACK_VIA: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack";
}
