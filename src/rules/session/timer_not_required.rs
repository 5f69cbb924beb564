//! A 2xx that makes the client refresh, and does not require that it knows how.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES16",
    name: "timer-not-required",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A 2xx with refresher=uac in Session-Expires, and without `timer` in Require.",
    matters: "A client that looks for the extension in Require does not refresh, and the session is cut.",
    cause: "A server that names the extension in Supported only.",
    silenced: &[
        "The header section was not captured to its end.",
        "refresher=uas, with which it is only advised.",
    ],
    citations: &[rfc("RFC 4028", "9")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.accepts() {
        return;
    }
    let timer = seen.sip.number(Name::SessionExpires);
    let client = timer.filter(|timer| {
        timer
            .params
            .value("refresher")
            .is_some_and(|side| side.is("uac"))
    });
    let Some(timer) = client else {
        return;
    };
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.check(seen.sip.has_token(Name::Require, "timer"), || {
        Fault::at(seen, timer.text).expected("`timer` in Require")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CLIENT: &str = "Session-Expires: 1800;refresher=uac";

    fn accepted(lines: &[&str]) -> Wire {
        Wire::new()
            .request(
                1,
                2,
                "INVITE",
                &["Supported: timer", "Session-Expires: 1800"],
            )
            .response(2, 1, "200 OK", lines)
    }

    #[test]
    fn fails() {
        accepted(&[CLIENT, "Supported: timer"]).fails(&RULE, "1800;refresher=uac");
    }

    #[test]
    fn passes() {
        accepted(&[CLIENT, "Require: timer"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_where_the_server_refreshes() {
        accepted(&["Session-Expires: 1800;refresher=uas"]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_it_was_cut() {
        accepted(&[CLIENT]).cut().cannot_tell(&RULE);
    }
}
