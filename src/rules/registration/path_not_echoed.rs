//! A registrar that does not tell which Path it keeps.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG03",
    name: "path-not-echoed",
    family: Family::Registration,
    severity: Severity::Warning,
    flags: "A 2xx answer without Path to a REGISTER that has one and whose client supports it.",
    matters: "Neither client nor edge proxy can tell whether requests to the user will come by this path.",
    cause: "A registrar that keeps the path and does not say so, or does not know it.",
    silenced: &[
        "A client that does not list path in Supported.",
        "The edge of a network may hide it.",
    ],
    citations: &[rfc("RFC 3327", "5.3")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|request| request.is("REGISTER")) else {
        return;
    };
    let asks = request.sip.has(Name::Path) && request.sip.has_token(Name::Supported, "path");
    let answer = hop.answers().find(|answer| {
        answer
            .sip
            .status()
            .is_some_and(|status| (200..300).contains(&status))
    });
    let Some(answer) = answer.filter(|_| asks) else {
        return;
    };
    if answer.sip.has(Name::Path) {
        return verdicts.pass();
    }
    if !answer.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(&answer).about(Name::Path);
    let text = request.sip.value(Name::Path).unwrap_or_default();
    verdicts.fail(
        fault
            .with(&request, text)
            .expected("Path as in the request"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn registered(supported: &str, lines: &[&str]) -> Wire {
        let lines = [lines, &["CSeq: 1 REGISTER"]].concat();
        Wire::new()
            .request(
                1,
                2,
                "REGISTER",
                &["Path: <sip:p.example.org;lr>", supported],
            )
            .response(2, 1, "200 OK", &lines)
    }

    #[test]
    fn fails() {
        registered("Supported: path", &[]).fails(&RULE, "no Path");
    }

    #[test]
    fn passes() {
        registered("Supported: path", &["Path: <sip:p.example.org;lr>"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        registered("Supported: path", &[]).cut().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_the_client_does_not_support_it() {
        registered("Supported: gruu", &[]).says_nothing(&RULE);
    }
}
