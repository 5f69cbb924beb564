//! A request that a terminal sent over its security association without saying by which access it came.

use super::shows_all;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS24",
    name: "access-network-missing",
    family: Family::Ims,
    severity: Severity::Info,
    flags: "A request of a terminal with Security-Verify, and without P-Access-Network-Info.",
    matters: "Services that depend on the place, and emergency calls, do not know the cell.",
    cause: "A terminal that does not get the cell from its radio, or tells it when it registers only.",
    silenced: &[
        "ACK and CANCEL, which have none.",
        "Requests without Security-Verify: it is not known that they went over a security association.",
        "Only where the trace shows which node is the terminal.",
        "A terminal that does not know its access need not tell it: this is only worth knowing.",
    ],
    citations: &[rfc("3GPP TS 24.229", ""), rfc("RFC 7315", "4.4")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let is_request = seen.is_request() && !seen.is("ACK") && !seen.is("CANCEL");
    if !is_request || !seen.sip.has(Name::SecurityVerify) || !seen.is_from_terminal() {
        return;
    }
    if seen.sip.has(Name::PAccessNetworkInfo) {
        return verdicts.pass();
    }
    if !shows_all(seen) {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::PAccessNetworkInfo);
    verdicts.fail(fault.expected("the access network of the terminal"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const VERIFY: &str =
        "Security-Verify: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=9;spi-s=8;port-c=7;port-s=6";
    const INFO: &str = "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11";

    fn called(wire: Wire, lines: &[&str]) -> Wire {
        wire.passed(&[1, 2, 4], "INVITE", &[lines, &[]])
    }

    #[test]
    fn fails() {
        called(Wire::ims(), &[VERIFY]).fails(&RULE, "no P-Access-Network-Info");
    }

    #[test]
    fn passes() {
        called(Wire::ims(), &[VERIFY, INFO]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_not_protected() {
        called(Wire::ims(), &[]).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_of_what_comes_from_no_terminal() {
        Wire::ims()
            .passed(&[4, 5], "INVITE", &[&[VERIFY]])
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        Wire::ims()
            .request(1, 2, "INVITE", &[VERIFY])
            .cut()
            .cannot_tell(&RULE);
    }
}
