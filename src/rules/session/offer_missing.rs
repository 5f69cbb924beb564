//! A 2xx that has to offer a session, and does not.

use std::cell::LazyCell;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{allows_reliable, carries_nothing, is};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES02",
    name: "offer-missing-in-answer",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A 2xx without a body to an INVITE without a body, where no reliable provisional answer offered anything.",
    matters: "The caller asked what the other side can do and learns nothing: there is no session.",
    cause: "A server that expects the offer in the INVITE, as of third-party call control and of gateways it often is not.",
    silenced: &[
        "The offer stands in a reliable provisional answer.",
        "A body that was cut, or that a log or document leaves out.",
        "The caller allows reliable answers, and one of them may be missing from the trace: a warning.",
    ],
    citations: &[rfc("RFC 3261", "13.2.1"), rfc("RFC 3261", "13.3.1.4")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let offered = LazyCell::new(|| {
        let offers = super::exchanges(dialog).iter();
        let of = offers.filter_map(|exchange| dialog.transaction_of(exchange.offer.message));
        of.map(|one| one.transaction.first.id())
            .collect::<HashSet<_, RandomState>>()
    });
    for one in dialog.transactions().filter(|one| is(one, "INVITE")) {
        let Some((invite, accepted)) = one.request().zip(one.accepted()) else {
            continue;
        };
        if !carries_nothing(&invite) {
            continue;
        }
        if offered.contains(&one.transaction.first.id()) {
            verdicts.pass();
            continue;
        }
        let may_be_lost = allows_reliable(&invite);
        let is_lost = may_be_lost && !dialog.pracks(&one).is_empty();
        if is_lost || !carries_nothing(&accepted) {
            verdicts.not_provable();
            continue;
        }
        // Whoever passed it on has nothing to add.
        let mut at_end = one.far_hop().answers().filter(Seen::accepts);
        let own = at_end.find(|answer| {
            answer.message.to_tag() == accepted.message.to_tag() && carries_nothing(answer)
        });
        let accepted = own.unwrap_or(accepted);
        let fault = Fault::at(&accepted, accepted.sip.first_line_text());
        let fault = fault.with(&invite, invite.sip.first_line_text());
        let fault = fault.expected("an offer").got("no body");
        verdicts.fail(match may_be_lost {
            true => fault.at_most(Severity::Warning),
            false => fault,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn asked() -> Wire {
        Wire::new().request(1, 2, "INVITE", &[])
    }

    #[test]
    fn fails() {
        asked()
            .response(2, 1, "200 OK", &[])
            .fails(&RULE, "no body");
    }

    #[test]
    fn who_sent_the_answer_is_blamed_and_not_who_passed_it_on() {
        let wire = Wire::new().passed(&[1, 2, 3], "INVITE", &[]);
        let mut wire = wire.passed_back(&[1, 2, 3], "INVITE", "200 OK", &[]);
        let (findings, _) = wire.judge(&RULE);
        let blamed = findings[0]
            .places
            .first()
            .map(|place| place.message.number());
        assert_eq!((findings.len(), blamed), (1, Some(3)));
    }

    #[test]
    fn passes() {
        asked()
            .response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO]))
            .passes(&RULE);
        let reliable = ["Require: 100rel", "RSeq: 1"];
        asked()
            .response(2, 1, "183 Session Progress", &with_sdp(&reliable, &[AUDIO]))
            .response(2, 1, "200 OK", &[])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_the_caller_offers() {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO]))
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_body_was_cut() {
        asked()
            .response(2, 1, "200 OK", &[])
            .cut()
            .cannot_tell(&RULE);
    }
}
