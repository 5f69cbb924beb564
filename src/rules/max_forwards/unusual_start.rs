//! A request that begins with another Max-Forwards than 70.

use super::of;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF05",
    name: "max-forwards-unusual-start",
    family: Family::MaxForwards,
    severity: Severity::Info,
    flags: "A request with one Via, so that it is new, whose Max-Forwards is not 70.",
    matters: "With a low value long routes end with 483; with a high one a loop goes on for longer.",
    cause: "A default of the device, or a setting.",
    silenced: &[
        "A value little below 70: a back-to-back user agent goes on counting (RFC 7332).",
        "A request that a node passed on and took the Via of others off, such as a P-CSCF toward the terminal.",
        "0, with which the next hop itself is asked.",
        "A value that is no number of hops: MF02 tells it.",
        "CANCEL and ACK, which follow from a request.",
    ],
    citations: &[rfc("RFC 3261", "8.1.1.6")],
    check: Check::Message(check),
};

const USUAL: u64 = 70;
/// What is left of 70 behind a few hops.
const COUNTED_DOWN: std::ops::Range<u64> = 50..USUAL;

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is_request() || seen.is("CANCEL") || seen.is("ACK") {
        return;
    }
    let Some((text, Some(value @ 1..=255))) = of(seen) else {
        return;
    };
    if seen.vias().len() > 1 {
        return;
    }
    let hidden = || seen.message.hop().parent().is_some();
    if COUNTED_DOWN.contains(&value) || value != USUAL && hidden() {
        return verdicts.not_provable();
    }
    verdicts.check(value == USUAL, || Fault::at(seen, text).expected("70"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn begins_with(value: &str) -> Wire {
        let line = format!("Max-Forwards: {value}");
        Wire::new().request(1, 2, "INVITE", &[&line])
    }

    #[test]
    fn fails() {
        begins_with("10").fails(&RULE, "10");
        begins_with("255").fails(&RULE, "255");
    }

    #[test]
    fn passes() {
        begins_with("70").passes(&RULE);
    }

    #[test]
    fn not_provable_where_a_back_to_back_user_agent_may_stand_in_front() {
        begins_with("68").cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_via_list_was_hidden() {
        let (mut wire, low) = (begins_with("10"), "Max-Forwards: 9");
        wire = wire.request(2, 3, "INVITE", &[low]);
        wire.fails(&RULE, "10");
    }

    #[test]
    fn says_nothing_of_what_is_passed_on_or_asks_the_next_hop() {
        let two = [
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "Max-Forwards: 10",
        ];
        Wire::new()
            .request(2, 3, "INVITE", &two)
            .says_nothing(&RULE);
        begins_with("0").says_nothing(&RULE);
        begins_with("256").says_nothing(&RULE);
    }
}
