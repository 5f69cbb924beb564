//! An S-CSCF that passed on which service the terminal would like to have.

use super::is_initial;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;
use crate::trace::Role;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS21",
    name: "preferred-service-passed-on",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "An initial request with P-Preferred-Service that the S-CSCF of the terminal passed on with it.",
    matters: "It is a wish; whoever acts on it gives a service that nobody has allowed.",
    cause: "An S-CSCF that adds P-Asserted-Service and leaves the field that it was made of, or that knows neither.",
    silenced: &[
        "Toward application servers, which may decide for the S-CSCF.",
        "Only where the trace shows that it came from a P-CSCF to an S-CSCF.",
    ],
    citations: &[rfc("RFC 6050", ""), rfc("3GPP TS 24.229", "5.4.3.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let (before, after, wish) = (&relay.before, &relay.after, Name::PPreferredService);
    if !before.sip.has(wish) || !is_initial(before) {
        return;
    }
    let is_scscf = relay.node.is_some_and(|node| node.role() == Role::SCscf);
    if !is_scscf || before.sender_role() != Some(Role::PCscf) {
        return;
    }
    match after.receiver_role() {
        Some(Role::As) => {}
        None => verdicts.not_provable(),
        Some(_) => match after.sip.value(wish) {
            None => verdicts.pass(),
            Some(text) => {
                let fault = Fault::at(after, text);
                verdicts.fail(fault.expected("no P-Preferred-Service"));
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const WISH: &str = "P-Preferred-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel";

    fn passed_on(wire: Wire, to: u8, last: &str) -> Wire {
        wire.passed(&[1, 2, 4, to], "INVITE", &[&[WISH], &[WISH], &[last]])
    }

    #[test]
    fn fails() {
        passed_on(Wire::ims(), 9, WISH).fails(&RULE, "urn:urn-7:3gpp-service.ims.icsi.mmtel");
    }

    #[test]
    fn passes() {
        let asserted = WISH.replace("Preferred", "Asserted");
        passed_on(Wire::ims(), 9, &asserted).passes(&RULE);
    }

    #[test]
    fn not_provable_where_nobody_knows_who_gets_it() {
        passed_on(Wire::ims(), 0, WISH).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_toward_application_servers_and_of_other_proxies() {
        passed_on(Wire::ims(), 5, WISH).says_nothing(&RULE);
        passed_on(Wire::new(), 9, WISH).says_nothing(&RULE);
    }
}
