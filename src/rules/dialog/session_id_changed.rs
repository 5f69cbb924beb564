//! A node between two dialogs that does not keep the name of the session.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, Seen, Verdicts};
use crate::sip::{Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG06",
    name: "session-id-changed",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "An INVITE that a back-to-back user agent sent because of another one, with another Session-ID.",
    matters: "Session-ID is there to find the legs of one call in the logs of all nodes; from here on it does not.",
    cause: "A back-to-back user agent that makes a Session-ID for each leg.",
    silenced: &[
        "A request without Session-ID on one of the two legs.",
        "A node that calls several for one call, or takes one in place of another, may begin a session of its own.",
    ],
    citations: &[rfc("RFC 7989", "7")],
    check: Check::Call(check),
};

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    for (came, went) in call.legs() {
        let Some((came, went)) = came.request().zip(went.request()) else {
            continue;
        };
        let Some((before, after)) = session(&came).zip(session(&went)) else {
            continue;
        };
        if went.sip.has(Name::Replaces) {
            continue;
        }
        verdicts.check(name(before).eq_ignore_ascii_case(&name(after)), || {
            Fault::at(&went, after)
                .with(&came, before)
                .expected(name(before))
        });
    }
}

fn session<'s>(seen: &Seen<'s>) -> Option<Text<'s>> {
    seen.sip.value(Name::SessionId)
}

/// The part of the caller, in front of the parameters.
fn name(session: Text<'_>) -> String {
    let text = session.lossy();
    text.split(';').next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const ONE: &str =
        "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000";
    const OTHER: &str =
        "Session-ID: 47755a9de7794ba387653f2099600ef2;remote=00000000000000000000000000000000";

    fn two_legs(first: &str, second: &str) -> Wire {
        let icid = "P-Charging-Vector: icid-value=\"1234bc9876e\"";
        Wire::new().request(1, 2, "INVITE", &[first, icid]).request(
            2,
            3,
            "INVITE",
            &[
                "Call-ID: two",
                "From: <sip:alice@example.org>;tag=z",
                second,
                icid,
            ],
        )
    }

    #[test]
    fn fails() {
        two_legs(ONE, OTHER).fails(&RULE, OTHER.trim_start_matches("Session-ID: "));
    }

    #[test]
    fn passes() {
        two_legs(ONE, ONE).passes(&RULE);
    }

    #[test]
    fn says_nothing_where_a_leg_has_none() {
        two_legs(ONE, "Subject: x").says_nothing(&RULE);
    }
}
