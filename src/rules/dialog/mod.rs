//! Dialogs and transactions: Call-ID, tags, CSeq, route sets and targets (RFC 3261 8.1.1, 8.2.6, 12 to 15).

pub(super) mod accepted_without_ack;
pub(super) mod ack_of_other_number;
pub(super) mod answer_differs;
pub(super) mod changed_by_proxy;
pub(super) mod cseq_not_rising;
pub(super) mod invite_while_pending;
pub(super) mod lower_number_accepted;
pub(super) mod not_sent_to_target;
pub(super) mod number_not_raised;
pub(super) mod numbers_left_out;
pub(super) mod request_after_bye;
pub(super) mod route_set_not_used;
pub(super) mod session_id_changed;
pub(super) mod session_id_not_taken_over;
pub(super) mod tag_changed;
pub(super) mod tag_missing_in_answer;
pub(super) mod tag_missing_in_from;
pub(super) mod tag_missing_inside;
pub(super) mod unknown_to_peer;

use super::{DialogScene, Seen, TransactionScene};
use crate::sip::{Name, Text};
use crate::trace::Node;

/// Longer than a message is on its way: what was sent so long after another knew of it.
const CROSSES: i64 = 4_000_000_000;

/// The request of a transaction as the user agent at the end of its side sent it, and that node.
fn request_of_end<'s>(
    dialog: &DialogScene<'s>,
    one: &TransactionScene<'s>,
) -> Option<(Seen<'s>, Node<'s>)> {
    let node = dialog.end_of(one.transaction.from)?;
    let request = one.request().filter(|_| one.is_sent_by(&node))?;
    Some((request, node))
}

/// Whether a header field says the same in both messages, of which these are the values. From and To are equal where URI and tag
/// are: the display name and brackets do not matter (RFC 3261 20.20, 20.39).
fn says_the_same(
    name: Name,
    (one, text): (&Seen<'_>, Text<'_>),
    (other, of): (&Seen<'_>, Text<'_>),
) -> bool {
    if text == of {
        return true;
    }
    match name {
        Name::From | Name::To => {
            let ends = one.sip.address(name).zip(other.sip.address(name));
            ends.is_some_and(|(one, other)| {
                let tags = one.tag().map(|tag| tag.bytes()) == other.tag().map(|tag| tag.bytes());
                tags && one.uri().equivalent(&other.uri())
            })
        }
        Name::CSeq => {
            let ends = one.cseq().zip(other.cseq());
            ends.is_some_and(|(one, other)| {
                (one.number, one.method.bytes()) == (other.number, other.method.bytes())
            })
        }
        _ => text.same_but_space(of),
    }
}
