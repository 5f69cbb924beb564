//! An accepted subscription whose answer does not say for how long.

use super::answered;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT27",
    name: "granted-time-missing",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A 2xx to SUBSCRIBE without Expires.",
    matters: "The subscriber does not know when to refresh: its subscription ends without notice, or it asks far too often.",
    cause: "A server that takes the time for granted as it was asked for, or answers all requests alike.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 6665", "3.1.1"), rfc("RFC 3265", "3.1.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((_, answer)) = answered(hop, &["SUBSCRIBE"], 200..300) else {
        return;
    };
    if answer.sip.has(Name::Expires) {
        return verdicts.pass();
    }
    if !answer.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(&answer).about(Name::Expires);
    verdicts.fail(fault.expected("Expires with the time that is granted"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(status: &str, lines: &[&str]) -> Wire {
        let lines = [lines, &["CSeq: 1 SUBSCRIBE"]].concat();
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &["Event: presence", "Expires: 600"])
            .response(2, 1, status, &lines)
    }

    #[test]
    fn fails() {
        answered("200 OK", &[]).fails(&RULE, "no Expires");
        answered("202 Accepted", &[]).fails(&RULE, "no Expires");
    }

    #[test]
    fn passes() {
        answered("200 OK", &["Expires: 600"]).passes(&RULE);
        answered("200 OK", &["Expires: 0"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered("200 OK", &[]).cut().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_refusals_and_other_requests() {
        answered("403 Forbidden", &[]).says_nothing(&RULE);
        Wire::new()
            .request(1, 2, "NOTIFY", &["Event: presence"])
            .response(2, 1, "200 OK", &["CSeq: 1 NOTIFY"])
            .says_nothing(&RULE);
    }
}
