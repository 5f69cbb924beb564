//! A session timer below what is allowed.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES12",
    name: "session-interval-too-short",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A Session-Expires or Min-SE below 90 seconds, or a request whose Session-Expires is below its own Min-SE.",
    matters: "Servers refuse it with 422, or the session ends before anybody can refresh it.",
    cause: "A wrong setting, often minutes where seconds are meant.",
    silenced: &["A value that is no number: SYN10 tells it."],
    citations: &[rfc("RFC 4028", "4"), rfc("RFC 4028", "5")],
    check: Check::Message(check),
};

/// The least that is allowed.
const LEAST: u32 = 90;

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let value = |name: Name| {
        seen.sip
            .number(name)
            .and_then(|number| Some((number.text, number.value?)))
    };
    let (interval, least) = (value(Name::SessionExpires), value(Name::MinSe));
    for (text, seconds) in [interval, least].into_iter().flatten() {
        verdicts.check(seconds >= LEAST, || {
            Fault::at(seen, text).expected(format!("at least {LEAST} seconds"))
        });
    }
    if let (Some((text, seconds)), Some((bound, least))) = (interval, least)
        && seen.is_request()
        && seconds >= LEAST
    {
        verdicts.check(seconds >= least, || {
            let fault = Fault::at(seen, text).with(seen, bound);
            fault.expected(format!("at least {least} seconds, as Min-SE says"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn invite(lines: &[&str]) -> Wire {
        Wire::new().request(1, 2, "INVITE", lines)
    }

    #[test]
    fn fails() {
        invite(&["Session-Expires: 60"]).fails(&RULE, "60");
        invite(&["Min-SE: 30"]).fails(&RULE, "30");
        invite(&["Session-Expires: 100;refresher=uac", "Min-SE: 120"])
            .fails(&RULE, "100;refresher=uac");
    }

    #[test]
    fn passes() {
        invite(&["Session-Expires: 90", "Min-SE: 90"]).passes(&RULE);
        invite(&["x: 1800"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_no_number() {
        invite(&["Session-Expires: soon"]).says_nothing(&RULE);
    }
}
