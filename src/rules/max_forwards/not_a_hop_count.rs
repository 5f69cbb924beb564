//! A Max-Forwards that is no number from 0 to 255.

use super::of;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF02",
    name: "max-forwards-not-a-hop-count",
    family: Family::MaxForwards,
    severity: Severity::Error,
    flags: "A Max-Forwards whose value is no number from 0 to 255.",
    matters: "Proxies cannot count it down; many answer 400.",
    cause: "A value that was put together from text, or a number of more than one byte.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "20.22")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some((text, number)) = of(seen).filter(|_| seen.is_request()) else {
        return;
    };
    if seen.leaves_out(text.span()) {
        return verdicts.not_provable();
    }
    let fits = number.is_some_and(|number| number <= 255);
    verdicts.check(fits, || {
        Fault::at(seen, text).expected("a number from 0 to 255")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        for wrong in ["256", "-1", "70.0", "x"] {
            let line = format!("Max-Forwards: {wrong}");
            Wire::new()
                .request(1, 2, "INVITE", &[&line])
                .fails(&RULE, wrong);
        }
    }

    #[test]
    fn passes() {
        for right in ["0", "70", "255", "070"] {
            let line = format!("Max-Forwards: {right}");
            Wire::new().request(1, 2, "INVITE", &[&line]).passes(&RULE);
        }
    }

    #[test]
    fn not_provable() {
        let left_out = ["Max-Forwards: ..."];
        let printed = Wire::new().step("INVITE request (UE to P-CSCF)");
        printed
            .request(1, 2, "INVITE", &left_out)
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &left_out)
            .fails(&RULE, "...");
    }

    #[test]
    fn says_nothing_where_there_is_none() {
        Wire::new()
            .request(1, 2, "INVITE", &["-Max-Forwards"])
            .says_nothing(&RULE);
    }
}
