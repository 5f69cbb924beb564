//! A request that went over all the hops that it may go over.

use super::of;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF07",
    name: "max-forwards-used-up",
    family: Family::MaxForwards,
    severity: Severity::Warning,
    flags: "A request that ended with 483 (Too Many Hops) though it began with a Max-Forwards of 30 or more.",
    matters: "No route is that long: the request went in circles.",
    cause: "Two nodes whose routing tables name each other, or an alias that leads back to itself.",
    silenced: &[
        "A request with a small Max-Forwards, which may look for the nodes on its way one by one.",
        "Later hops of the same request: the first that was seen is told.",
    ],
    citations: &[rfc("RFC 3261", "16.3 step 3"), rfc("RFC 3261", "21.4.21")],
    check: Check::Hop(check),
};

/// More hops than any route has.
const MANY: u64 = 30;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let follows = hop.hop.parent().is_some_and(|(_, link)| link != Link::None);
    let Some(status) = hop.hop.status().filter(|_| !follows) else {
        return;
    };
    if status != 483 {
        return verdicts.pass();
    }
    let began = hop
        .request()
        .and_then(|request| Some((request, of(&request)?)));
    let Some((request, (text, Some(value)))) = began.filter(|(_, (_, value))| value.is_some())
    else {
        return verdicts.not_provable();
    };
    let Some(answer) = hop.answer().filter(|_| value >= MANY) else {
        return verdicts.not_provable();
    };
    let fault = Fault::at(&answer, answer.sip.first_line_text()).with(&request, text);
    verdicts.fail(fault.expected(format!("an answer within {value} hops")));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn ended(status: &str, value: &str) -> Wire {
        let line = format!("Max-Forwards: {value}");
        Wire::new()
            .request(1, 2, "INVITE", &[&line])
            .response(2, 1, status, &[])
    }

    #[test]
    fn fails() {
        ended("483 Too Many Hops", "70").fails(&RULE, "SIP/2.0 483 Too Many Hops");
    }

    #[test]
    fn not_provable_where_it_was_meant() {
        ended("483 Too Many Hops", "3").cannot_tell(&RULE);
        Wire::new()
            .response(2, 1, "483 Too Many Hops", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn passes() {
        ended("404 Not Found", "70").passes(&RULE);
    }
}
