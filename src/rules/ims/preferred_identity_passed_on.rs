//! A P-CSCF that passed on which identity the terminal would like to have.

use super::comes_from_terminal;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS06",
    name: "preferred-identity-passed-on",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A request of a terminal that its P-CSCF passed on with P-Preferred-Identity.",
    matters: "It is a wish that nobody has verified; inside of the network only P-Asserted-Identity counts.",
    cause: "A P-CSCF that adds P-Asserted-Identity and leaves the field that it was made of.",
    silenced: &["Only where the trace shows which node is the P-CSCF and which the terminal."],
    citations: &[rfc("RFC 3325", "5"), rfc("3GPP TS 24.229", "5.2.6.3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let preferred = Name::PPreferredIdentity;
    if !relay.is_request() || !relay.before.sip.has(preferred) || !comes_from_terminal(relay) {
        return;
    }
    match relay.after.sip.value(preferred) {
        None => verdicts.pass(),
        Some(text) => {
            let fault = Fault::at(&relay.after, text);
            verdicts.fail(fault.expected("no P-Preferred-Identity"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const WISH: &str = "P-Preferred-Identity: <sip:alice@example.org>";
    const IDENTITY: &str = "P-Asserted-Identity: <sip:alice@example.org>";

    fn passed_on(wire: Wire, after: &[&str]) -> Wire {
        wire.passed(&[1, 2, 4], "INVITE", &[&[WISH], after])
    }

    #[test]
    fn fails() {
        passed_on(Wire::ims(), &[WISH, IDENTITY]).fails(&RULE, "<sip:alice@example.org>");
    }

    #[test]
    fn passes() {
        passed_on(Wire::ims(), &[IDENTITY]).passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nobody_is_known_to_be_a_p_cscf() {
        passed_on(Wire::new(), &[WISH]).says_nothing(&RULE);
    }
}
