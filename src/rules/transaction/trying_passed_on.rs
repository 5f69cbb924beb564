//! A 100 that went further than one hop.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::{Link, Message, Subject};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN15",
    name: "trying-passed-on",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "A 100 (Trying) with the To tag of the 100 that came to the same node from further on.",
    matters: "Each hop has a 100 of its own; one that is passed on says that a server further on lives, of which the client knows nothing.",
    cause: "A proxy without state, or one that passes on all answers alike.",
    silenced: &[
        "A 100 without To tag: it may be the node's own.",
        "Within a dialog every 100 has the tag of its request; a request that was not seen may be one.",
        "A node that is a back-to-back user agent, and hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 3261", "16.7 step 5")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let trying = |message: &Message<'_>| message.subject() == Subject::Response(100);
    let Some(passed) = hop.hop.messages().find(trying) else {
        return;
    };
    let Some(tag) = passed.to_tag() else {
        return verdicts.pass();
    };
    // With a tag in the request each hop's own 100 has that one (RFC 3261 8.2.6.2).
    let request = hop.hop.request();
    if request.is_none_or(|request| request.to_tag().is_some()) {
        return verdicts.not_provable();
    }
    let below = hop.hop.continued_by();
    let below = below.filter(|next| next.parent().is_some_and(|(_, link)| link == Link::Via));
    let mut came = below.flat_map(|next| next.messages());
    let came = came.find(|message| trying(message) && message.to_tag() == Some(tag));
    let seen = came.and_then(|came| Some((hop.seen(passed)?, hop.seen(came)?)));
    let Some((after, before)) = seen else {
        return verdicts.not_provable();
    };
    let fault = Fault::at(&after, after.sip.first_line_text());
    let fault = fault.with(&before, before.sip.first_line_text());
    verdicts.fail(fault.expected("a 100 of the node itself"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const ONE: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const TWO: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";

    fn passed_on(came: &str, left: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[TWO, ONE, "Max-Forwards: 69"])
            .response(3, 2, "100 Trying", &[TWO, ONE, came])
            .response(2, 1, "100 Trying", &[ONE, left])
    }

    const TAGGED: &str = "To: <sip:bob@example.org>;tag=b";
    const PLAIN: &str = "To: <sip:bob@example.org>";

    #[test]
    fn fails() {
        passed_on(TAGGED, TAGGED).fails(&RULE, "SIP/2.0 100 Trying");
    }

    #[test]
    fn passes() {
        passed_on(PLAIN, PLAIN).passes(&RULE);
        passed_on(TAGGED, PLAIN).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_tag_may_be_its_own() {
        passed_on(PLAIN, TAGGED).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_within_a_dialog_where_each_has_the_tag_of_its_request() {
        let within = |wire: Wire| {
            wire.request(
                2,
                3,
                "INVITE",
                &[TWO, ONE, "CSeq: 2 INVITE", TAGGED, "Max-Forwards: 69"],
            )
            .response(3, 2, "100 Trying", &[TWO, ONE, "CSeq: 2 INVITE", TAGGED])
            .response(2, 1, "100 Trying", &[ONE, "CSeq: 2 INVITE", TAGGED])
        };
        within(Wire::new().request(1, 2, "INVITE", &["CSeq: 2 INVITE", TAGGED])).cannot_tell(&RULE);
        // The request of the first hop was not captured.
        within(Wire::new()).cannot_tell(&RULE);
    }
}
