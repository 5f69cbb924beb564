//! A request that was passed on though its Max-Forwards was used up.

use super::of;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF04",
    name: "max-forwards-zero-forwarded",
    family: Family::MaxForwards,
    severity: Severity::Error,
    flags: "A request that came in with Max-Forwards 0 and was passed on instead of answered with 483.",
    matters: "It is the last thing that ends a loop.",
    cause: "A proxy that counts without looking, or sets the field anew.",
    silenced: &["The Via list does not show that both are one request."],
    citations: &[rfc("RFC 3261", "16.3 step 3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() || relay.before.is("CANCEL") {
        return;
    }
    let Some((came, Some(value))) = of(&relay.before) else {
        return;
    };
    if !relay.is_proxied() {
        return verdicts.not_provable();
    }
    verdicts.check(value > 0, || {
        let fault = Fault::at(&relay.before, came);
        let fault = fault.with(&relay.after, relay.after.sip.first_line_text());
        fault.expected("483 (Too Many Hops), and nothing sent on")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(first: &str) -> Wire {
        let (first, second) = (
            format!("Max-Forwards: {first}"),
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
        );
        Wire::new().request(1, 2, "INVITE", &[&first]).request(
            2,
            3,
            "INVITE",
            &[second, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"],
        )
    }

    #[test]
    fn fails() {
        passed_on("0").fails(&RULE, "0");
    }

    #[test]
    fn passes() {
        passed_on("1").passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_via_list_was_hidden() {
        Wire::new()
            .request(1, 2, "INVITE", &["Max-Forwards: 0"])
            .request(2, 3, "INVITE", &[])
            .cannot_tell(&RULE);
    }
}
