//! An offer of a side whose last offer is not answered.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, TransactionScene, Verdicts};
use crate::sip::Name;
use crate::trace::{Party, Reply};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES03",
    name: "offer-while-one-is-open",
    family: Family::Session,
    severity: Severity::Error,
    flags: "An offer in a request of a side that has sent another one before and has no answer to it yet.",
    matters: "The other side has to refuse it with 491 or 500; where it does not, nobody knows which session holds.",
    cause: "A client that takes a description in an unreliable answer for the answer to its offer and goes on.",
    silenced: &[
        "The answer to the first offer was not seen: it may have come.",
        "The answer was seen in another input: its clock may be wrong.",
        "A request with the number of the one before may be the same one on another hop.",
        "Offers of both sides may cross.",
        "An unreliable answer had a description: many take it for the answer, and it is a warning.",
    ],
    citations: &[rfc("RFC 3264", "4"), rfc("RFC 3311", "5.1")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let exchanges = super::exchanges(dialog);
    for party in [Party::Caller, Party::Callee] {
        let mut own = exchanges.iter().filter(|one| one.offer.by == party);
        let Some(mut first) = own.next() else {
            continue;
        };
        for second in own {
            let (before, after) = (first, second);
            first = second;
            let answered = match &before.reply {
                Reply::Answered(answer) => answer.message,
                Reply::Refused { message, .. } => *message,
                Reply::None => {
                    verdicts.not_provable();
                    continue;
                }
            };
            if answered < after.offer.message {
                verdicts.pass();
                continue;
            }
            let ids = [after.offer.message, before.offer.message, answered];
            let seen = ids.map(|id| dialog.message(id));
            let [Some(offer), Some(open), Some(answer)] = seen else {
                continue;
            };
            // Only what answers a request came to the side that offers where the request was seen.
            let of = dialog
                .transaction_of(answered)
                .map(|one| one.transaction.first.id());
            let asked = dialog.transaction_of(before.offer.message);
            let number = |one: &TransactionScene<'_>| one.transaction.first.cseq();
            let own = dialog.transaction_of(after.offer.message);
            // The same request on two ways, where the trace lacks the hop between them.
            let is_same = asked.as_ref().map(number) == own.as_ref().map(number);
            let same = asked.map(|one| one.transaction.first.id()) == of && open.is_request();
            if is_same || !same || !offer.is_request() || !offer.is_watched_until(&answer) {
                verdicts.not_provable();
                continue;
            }
            let text = offer.sip.value(Name::ContentType).unwrap_or_default();
            let fault = Fault::at(&offer, offer.sip.first_line_text()).with(&offer, text);
            let fault = fault.with(&open, open.sip.first_line_text());
            let fault = fault.with(&answer, answer.sip.first_line_text());
            let fault = fault.expected("the answer to the offer before first");
            let previewed = before
                .preview
                .is_some_and(|preview| preview < after.offer.message);
            verdicts.fail(match previewed {
                true => fault.at_most(Severity::Warning),
                false => fault,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn offered() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO]))
            .response(2, 1, "180 Ringing", &[])
    }

    fn update(wire: Wire) -> Wire {
        wire.within(1, 2, "2 UPDATE", &with_sdp(&[], &[AUDIO]))
    }

    fn accepted(wire: Wire) -> Wire {
        wire.response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO]))
    }

    #[test]
    fn fails() {
        accepted(update(offered())).fails(&RULE, "UPDATE sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        update(accepted(offered())).passes(&RULE);
    }

    #[test]
    fn offers_of_both_sides_may_cross() {
        let wire = offered().within(2, 1, "1 UPDATE", &with_sdp(&[], &[AUDIO]));
        accepted(wire).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_without_the_answer() {
        update(offered()).cannot_tell(&RULE);
    }
}
