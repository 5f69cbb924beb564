//! A 2xx that does not wait for the PRACK.

use super::{by_number, is, is_reliable, number};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES22",
    name: "accepted-before-prack",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A 2xx to an INVITE, sent before the PRACK came for a reliable provisional answer with a session description.",
    matters: "The 2xx may overtake the description that it rests on; the caller then has no session to begin.",
    cause: "A server that is picked up at once, and has no state for what is not acknowledged.",
    silenced: &[
        "The PRACK was not seen where the 2xx was: the order of two inputs proves nothing.",
        "Provisional answers without a session description may wait.",
    ],
    citations: &[rfc("RFC 3262", "3")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for invite in dialog.transactions().filter(|one| is(one, "INVITE")) {
        let described =
            |answer: &Seen<'_>| is_reliable(answer) && answer.sip.has(Name::ContentType);
        let reliable: Vec<_> = invite.answers().filter(described).collect();
        if reliable.is_empty() {
            continue;
        }
        // Where the server sends: there the PRACK arrives.
        let tag = reliable[0].message.to_tag();
        let accepted = invite.far_hop().answers();
        let Some(accepted) = accepted
            .filter(Seen::accepts)
            .find(|one| one.message.to_tag() == tag)
        else {
            continue;
        };
        let arrived = by_number(dialog.pracks(&invite), TransactionScene::arrived);
        for answer in reliable {
            let prack = arrived.get(&number(&answer));
            let Some(prack) = prack.filter(|prack| accepted.is_watched_until(prack)) else {
                verdicts.not_provable();
                continue;
            };
            verdicts.check(prack.message.id() < accepted.message.id(), || {
                let fault = Fault::at(&accepted, accepted.sip.first_line_text());
                let fault = fault.with(&answer, answer.sip.first_line_text());
                let fault = fault.with(prack, prack.sip.first_line_text());
                fault.expected("the PRACK first")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn begun() -> Wire {
        let reliable = ["Require: 100rel", "RSeq: 7"];
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&["Supported: 100rel"], &[AUDIO]))
            .response(2, 1, "183 Session Progress", &with_sdp(&reliable, &[AUDIO]))
    }

    fn accepted(wire: Wire) -> Wire {
        wire.response(2, 1, "200 OK", &[])
    }

    fn acknowledged(wire: Wire) -> Wire {
        wire.within(1, 2, "2 PRACK", &["RAck: 7 1 INVITE"])
    }

    #[test]
    fn fails() {
        acknowledged(accepted(begun())).fails(&RULE, "SIP/2.0 200 OK");
    }

    #[test]
    fn passes() {
        accepted(acknowledged(begun())).passes(&RULE);
    }

    #[test]
    fn not_provable_without_the_prack() {
        accepted(begun()).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_a_description() {
        let wire = Wire::new()
            .request(1, 2, "INVITE", &["Supported: 100rel"])
            .response(2, 1, "180 Ringing", &["Require: 100rel", "RSeq: 7"]);
        acknowledged(accepted(wire)).says_nothing(&RULE);
    }
}
