//! A P-CSCF that did not say whose request it passes on.

use super::{as_sure_as_the_role, comes_from_terminal, is_emergency, is_initial, shows_all};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS07",
    name: "asserted-identity-missing",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "An initial request of a terminal that its P-CSCF passed on without P-Asserted-Identity.",
    matters: "The S-CSCF cannot tell whom it serves, and the called user not who calls.",
    cause: "A P-CSCF that has lost the registration, or is not set up to assert identities.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "REGISTER says who it is in its credentials.",
        "Emergency calls may come from terminals that are not registered.",
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
        "A P-CSCF that is known by what it does, and by no name or node file: a warning.",
    ],
    citations: &[rfc("RFC 3325", "5"), rfc("3GPP TS 24.229", "5.2.6.3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let after = &relay.after;
    if !is_initial(after) || !comes_from_terminal(relay) || is_emergency(after) {
        return;
    }
    if after.sip.has(Name::PAssertedIdentity) {
        return verdicts.pass();
    }
    if !shows_all(after) {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(after).about(Name::PAssertedIdentity);
    let fault = fault.expected("the identity that the P-CSCF has verified");
    verdicts.fail(as_sure_as_the_role(relay, fault));
}

#[cfg(test)]
mod tests {
    use super::{RULE, Severity};
    use crate::rules::testing::Wire;

    const IDENTITY: &str = "P-Asserted-Identity: <sip:alice@example.org>";

    fn passed_on(wire: Wire, method: &str, after: &[&str]) -> Wire {
        wire.passed(&[1, 2, 4], method, &[&[], after])
    }

    #[test]
    fn fails() {
        for method in ["INVITE", "SUBSCRIBE", "MESSAGE"] {
            passed_on(Wire::ims(), method, &[]).fails(&RULE, "no P-Asserted-Identity");
        }
    }

    #[test]
    fn only_what_is_called_a_p_cscf_commits_an_error() {
        let severity = |host: &str| {
            let via = format!("Via: SIP/2.0/UDP {host};branch=z9hG4bK2.INVITE");
            let below = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1.INVITE";
            let mut wire = Wire::ims().request(1, 2, "INVITE", &[below]).request(
                2,
                4,
                "INVITE",
                &[&via, below, "Max-Forwards: 69"],
            );
            let (findings, _) = wire.judge(&RULE);
            findings[0].severity
        };
        assert_eq!(severity("192.0.2.2"), Severity::Warning);
        assert_eq!(severity("edge.example.org"), Severity::Warning);
        assert_eq!(severity("pcscf.example.org"), Severity::Error);
    }

    #[test]
    fn passes() {
        passed_on(Wire::ims(), "INVITE", &[IDENTITY]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_what_needs_none() {
        passed_on(Wire::ims(), "CANCEL", &[]).says_nothing(&RULE);
        passed_on(Wire::ims(), "BYE", &["To: <sip:bob@example.org>;tag=b"]).says_nothing(&RULE);
        passed_on(Wire::new(), "INVITE", &[]).says_nothing(&RULE);
        let emergency = ["! INVITE urn:service:sos.police SIP/2.0"];
        passed_on(Wire::ims(), "INVITE", &emergency).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        passed_on(Wire::ims(), "INVITE", &[])
            .cut()
            .cannot_tell(&RULE);
    }
}
