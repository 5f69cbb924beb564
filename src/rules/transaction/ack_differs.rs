//! The ACK to a non-2xx answer that is not built from its INVITE.

use super::difference;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN01",
    name: "ack-differs-from-invite",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "An ACK to a non-2xx answer whose Request-URI, topmost Via, Call-ID, From, CSeq number or Route is not that of the INVITE, whose To is not that of the answer, or that has more than one Via.",
    matters: "The server does not find the transaction and sends its answer again and again.",
    cause: "A client that builds the ACK like one to a 2xx.",
    silenced: &[
        "It is compared on its own hop only: every hop has an ACK of its own.",
        "A proxy without state, which passes INVITE and ACK on with the Via values of others.",
    ],
    citations: &[rfc("RFC 3261", "17.1.1.3")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let (Some(invite), Some(ack)) = (hop.request(), hop.ack()) else {
        return;
    };
    if let Some(fault) = difference(&ack, &invite) {
        return verdicts.fail(fault);
    }
    let answer = hop.answers().find(|answer| {
        answer.message.part() == Part::Final
            && answer.sip.status().is_some_and(|status| status >= 300)
    });
    let pair = answer.and_then(|answer| Some((answer, answer.sip.value(Name::To)?)));
    let own = ack.sip.value(Name::To);
    let (Some((answer, wanted)), Some(own)) = (pair, own) else {
        return verdicts.not_provable();
    };
    verdicts.check(own.same_but_space(wanted), || {
        Fault::at(&ack, own)
            .with(&answer, wanted)
            .expected(wanted.lossy())
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn acknowledged(lines: &[&str]) -> Wire {
        let lines = [lines, &["CSeq: 1 ACK"]].concat();
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "486 Busy Here", &[])
            .request(1, 2, "ACK", &lines)
    }

    const TO: &str = "To: <sip:bob@example.org>;tag=b";

    #[test]
    fn fails() {
        acknowledged(&[]).fails(&RULE, "<sip:bob@example.org>");
        acknowledged(&[TO, "! ACK sip:bob@192.0.2.2 SIP/2.0"]).fails(&RULE, "sip:bob@192.0.2.2");
    }

    #[test]
    fn passes() {
        acknowledged(&[TO]).passes(&RULE);
    }

    #[test]
    fn not_provable_without_the_answer() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "ACK", &[TO, "CSeq: 1 ACK"])
            .cannot_tell(&RULE);
    }

    const OWN: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const BELOW: &str = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9";
    const ROUTE: &str = "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3;lr>";

    fn routed(invite: &[&str], ack: &[&str]) -> Wire {
        let ack = [ack, &[TO, "CSeq: 1 ACK"]].concat();
        Wire::new()
            .request(1, 2, "INVITE", invite)
            .response(2, 1, "486 Busy Here", &[])
            .request(1, 2, "ACK", &ack)
    }

    #[test]
    fn fails_with_a_second_via() {
        routed(&[OWN], &[OWN, BELOW]).fails(&RULE, "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9");
        routed(&[OWN, BELOW], &[OWN, BELOW]).passes(&RULE);
        routed(&[OWN, BELOW], &[OWN]).passes(&RULE);
    }

    #[test]
    fn fails_with_another_route() {
        routed(&[ROUTE], &[ROUTE]).passes(&RULE);
        routed(&[ROUTE], &[]).fails(&RULE, "no Route");
        let first = "Route: <sip:192.0.2.2;lr>";
        routed(&[ROUTE], &[first]).fails(&RULE, "no Route");
        routed(&[first], &[ROUTE]).fails(&RULE, "<sip:192.0.2.3;lr>");
    }

    #[test]
    fn says_nothing_of_an_ack_to_2xx() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .request(
                1,
                2,
                "ACK",
                &[TO, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack"],
            )
            .says_nothing(&RULE);
    }
}
