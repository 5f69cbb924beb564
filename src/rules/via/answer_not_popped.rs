//! A proxy that did not take exactly its own Via off an answer.

use super::{leaves_out_via, same_but_receipt};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA03",
    name: "answer-via-not-popped",
    family: Family::Via,
    severity: Severity::Error,
    flags: "An answer that left a proxy with other Via values than those it came in with less the topmost, and than those of the request that it answers there.",
    matters: "The next node finds an address on top that is not its own, and drops the answer (RFC 3261 18.1.2).",
    cause: "A proxy that restores the list of the request from memory and restores it wrongly.",
    silenced: &[
        "received and rport.",
        "A list that is that of the request again: another fault made it differ, and is told.",
        "A value that a document or file leaves out.",
        "Topology hiding, and a P-CSCF toward the UE: then the hops are linked by other evidence.",
        "A back-to-back user agent answers with a list of its own.",
    ],
    citations: &[rfc("RFC 3261", "16.7 step 3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if relay.is_request() {
        return;
    }
    if relay.link != Link::Via {
        return verdicts.not_provable();
    }
    let (before, after) = (relay.before.vias(), relay.after.vias());
    let left = before.get(1..).unwrap_or_default();
    let same =
        |one: &crate::sip::Text<'_>, other: &crate::sip::Text<'_>| same_but_receipt(*one, *other);
    let asked = relay.asked.map_or(&[][..], |asked| asked.vias());
    let restored = after.len() == asked.len()
        && after
            .iter()
            .zip(asked)
            .all(|(after, asked)| same(after, asked));
    if restored {
        return verdicts.pass();
    }
    let wrong = after
        .iter()
        .zip(left)
        .find(|(after, left)| !same(after, left));
    match wrong {
        _ if leaves_out_via(&relay.before) || leaves_out_via(&relay.after) => {
            verdicts.not_provable();
        }
        None if after.len() == left.len() => verdicts.pass(),
        Some((got, expected)) => {
            let fault = Fault::at(&relay.after, *got).with(&relay.before, *expected);
            verdicts.fail(fault.expected(expected.lossy()));
        }
        None => {
            let fault = match after.first() {
                Some(first) => Fault::at(&relay.after, *first),
                None => Fault::missing(&relay.after),
            };
            let expected = format!("{} values, one less than came in", left.len());
            verdicts.fail(
                fault
                    .expected(expected)
                    .got(format!("{} values", after.len())),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const ONE: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const TWO: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";

    fn answered(back: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[TWO, ONE, "Max-Forwards: 69"])
            .response(3, 2, "200 OK", &[TWO, ONE])
            .response(2, 1, "200 OK", back)
    }

    #[test]
    fn fails() {
        let changed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;more";
        answered(&[changed]).fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;more");
    }

    #[test]
    fn passes() {
        answered(&[ONE]).passes(&RULE);
        answered(&["Via: SIP/2.0/UDP 192.0.2.1;received=192.0.2.1;branch=z9hG4bK1"]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_list_was_hidden() {
        let asked = [TWO, "Max-Forwards: 69"];
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &asked)
            .response(3, 2, "200 OK", &[TWO])
            .response(2, 1, "200 OK", &[ONE])
            .cannot_tell(&RULE);
    }

    /// Dots at the end may stand for any number of values.
    #[test]
    fn not_provable_where_a_value_is_left_out() {
        const THREE: &str = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3";
        for left_out in ["Via: ...", "Via:"] {
            Wire::new()
                .step("INVITE request (UE to P-CSCF)")
                .request(1, 2, "INVITE", &[])
                .step("INVITE request (P-CSCF to S-CSCF)")
                .request(2, 3, "INVITE", &[TWO, ONE, "Max-Forwards: 69"])
                .step("INVITE request (S-CSCF to AS)")
                .request(3, 4, "INVITE", &[THREE, TWO, ONE, "Max-Forwards: 68"])
                .step("200 OK response (AS to S-CSCF)")
                .response(4, 3, "200 OK", &[THREE, TWO, ONE])
                .step("200 OK response (S-CSCF to P-CSCF)")
                .response(3, 2, "200 OK", &[TWO, left_out])
                .step("200 OK response (P-CSCF to UE)")
                .response(2, 1, "200 OK", &[ONE])
                .cannot_tell(&RULE);
        }
    }

    #[test]
    fn passes_what_is_right_again() {
        let changed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;more";
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[TWO, changed, "Max-Forwards: 69"])
            .response(3, 2, "200 OK", &[TWO, changed])
            .response(2, 1, "200 OK", &[ONE])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_requests() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[TWO, ONE])
            .says_nothing(&RULE);
    }
}
