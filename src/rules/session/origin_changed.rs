//! A side that describes its session under another name than before.

use super::descriptions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES08",
    name: "session-name-changed",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A later description of a side whose o= line has another user name or session id than its first one in the dialog.",
    matters: "To the other side it is another session: some refuse it, some begin all streams anew.",
    cause: "A user agent that makes a new o= line for each description, or a media server that is put in between.",
    silenced: &[
        "The version, and the address, may change.",
        "A description that was refused, or stands in an unreliable answer.",
    ],
    citations: &[rfc("RFC 3264", "8")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for party in [Party::Caller, Party::Callee] {
        let all = descriptions(dialog, party);
        for pair in all.windows(2) {
            let [(before, first), (after, second)] = pair else {
                continue;
            };
            let Some((old, new)) = first.origin().zip(second.origin()) else {
                continue;
            };
            let same = (old.username, old.session_id) == (new.username, new.session_id);
            verdicts.check(same, || {
                let fault = Fault::at(after, new.text).with(before, old.text);
                let expected = format!("{} {}", old.username.lossy(), old.session_id.lossy());
                fault.expected(expected)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_origin, with_sdp};
    use crate::rules::testing::Wire;

    fn then(origin: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO]))
            .response(
                2,
                1,
                "200 OK",
                &with_origin(&[], "o=bob 7 7 IN IP4 192.0.2.2", &[AUDIO]),
            )
            .within(1, 2, "2 INVITE", &with_origin(&[], origin, &[AUDIO]))
    }

    #[test]
    fn fails() {
        then("o=- 2 1 IN IP4 192.0.2.1").fails(&RULE, "- 2 1 IN IP4 192.0.2.1");
        then("o=alice 1 2 IN IP4 192.0.2.1").fails(&RULE, "alice 1 2 IN IP4 192.0.2.1");
    }

    #[test]
    fn passes() {
        then("o=- 1 1 IN IP4 192.0.2.1").passes(&RULE);
        then("o=- 1 2 IN IP4 192.0.2.77").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_a_single_description() {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO]))
            .says_nothing(&RULE);
    }
}
