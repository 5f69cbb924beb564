//! A proxy that did not count Max-Forwards down by exactly one.

use super::of;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF03",
    name: "max-forwards-not-decremented",
    family: Family::MaxForwards,
    severity: Severity::Error,
    flags: "A request that left a proxy with another Max-Forwards than one less than it came in with.",
    matters: "A loop through this node is found late or never; a jump of several steps ends long routes with 483.",
    cause: "A proxy that sets the field anew (\"MF override\"), or a node that only passes packets on and adds its Via.",
    silenced: &[
        "The node is a back-to-back user agent: a request of its own begins to count anew.",
        "The Via list does not show that both are one request (topology hiding, a P-CSCF toward the UE).",
        "CANCEL and the ACK to a non-2xx answer are made anew on every hop.",
        "A node that took the request several times, in one box with others, counts more than once: it adds as many Via.",
    ],
    citations: &[rfc("RFC 3261", "16.6 step 3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let (before, after) = (&relay.before, &relay.after);
    if !relay.is_request() || before.is("CANCEL") || before.is("ACK") && is_hop_by_hop(relay) {
        return;
    }
    let Some((came, Some(value))) = of(before) else {
        return;
    };
    if !relay.is_proxied() {
        return verdicts.not_provable();
    }
    let Some((left, new)) = of(after) else {
        let fault = Fault::missing(after).with(before, came);
        return verdicts.fail(fault.expected(format!("Max-Forwards: {}", value.saturating_sub(1))));
    };
    if after.leaves_out(left.span()) {
        return verdicts.not_provable();
    }
    if value == 0 {
        // That it was passed on at all is another fault.
        return;
    }
    verdicts.check(new == Some(value - 1), || {
        let expected = format!("{}, one less than {value}", value - 1);
        let fault = Fault::at(after, left).with(before, came).expected(expected);
        fault.whatever_follows()
    });
}

fn is_hop_by_hop(relay: &Relay<'_>) -> bool {
    relay.before.message.part() == crate::trace::Part::Ack
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TWO: [&str; 2] = [
        "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    ];

    #[test]
    fn what_a_document_leaves_out_is_not_provable() {
        let printed = Wire::new().step("INVITE request (UE to P-CSCF)");
        let second = [TWO[0], TWO[1], "Max-Forwards: ..."];
        let printed = printed
            .request(1, 2, "INVITE", &[])
            .step("INVITE request (P-CSCF to S-CSCF)");
        printed.request(2, 3, "INVITE", &second).cannot_tell(&RULE);
    }

    fn passed_on(method: &str, second: &str) -> Wire {
        let second = format!("Max-Forwards: {second}");
        Wire::new()
            .request(1, 2, method, &[])
            .request(2, 3, method, &[TWO[0], TWO[1], &second])
    }

    #[test]
    fn fails() {
        for wrong in ["70", "68", "71", "0"] {
            passed_on("INVITE", wrong).fails(&RULE, wrong);
        }
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[TWO[0], TWO[1], "-Max-Forwards"])
            .fails(&RULE, "nothing");
    }

    #[test]
    fn passes() {
        passed_on("INVITE", "69").passes(&RULE);
    }

    #[test]
    fn a_cancel_counts_anew() {
        passed_on("CANCEL", "70").says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_via_list_was_hidden() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &["Max-Forwards: 70"])
            .cannot_tell(&RULE);
    }

    #[test]
    fn the_same_request_in_both_directions_is_one_finding_a_hop() {
        let (mut wire, third) = (
            passed_on("INVITE", "70"),
            "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3",
        );
        wire = wire.request(3, 4, "INVITE", &[third, TWO[0], TWO[1], "Max-Forwards: 69"]);
        wire.fails(&RULE, "70");
    }
}
