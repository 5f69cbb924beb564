//! A description that changed, and says that it did not.

use super::descriptions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::sip::Text;
use crate::sip::body::Sdp;
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES09",
    name: "session-version-not-raised",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A later description of a side that differs from the one before while the version in its o= line is the same, or whose version is smaller.",
    matters: "The other side looks at the version alone and goes on with the old session: hold and resume have no effect.",
    cause: "A user agent or a media gateway that writes the o= line once and for all.",
    silenced: &[
        "White space at the end of lines.",
        "Another user name or session id, of which another rule speaks.",
        "The version may grow by more than one: descriptions may be missing from the trace.",
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
            if (old.username, old.session_id) != (new.username, new.session_id) {
                continue;
            }
            let Some((was, is)) = number(old.session_version).zip(number(new.session_version))
            else {
                continue;
            };
            let changed = !lines(first).eq(lines(second));
            verdicts.check(is > was || is == was && !changed, || {
                let fault = Fault::at(after, new.text).with(before, old.text);
                fault.expected(format!("a version above {was}"))
            });
        }
    }
}

fn number(version: Text<'_>) -> Option<u64> {
    version.number()
}

/// All lines but o=.
fn lines<'s>(sdp: &Sdp<'s>) -> impl Iterator<Item = &'s [u8]> {
    let all = sdp.text.bytes().split(|byte| *byte == b'\n');
    let trimmed = all.map(<[u8]>::trim_ascii_end);
    trimmed.filter(|line| !line.is_empty() && !line.starts_with(b"o="))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_origin, with_sdp};
    use crate::rules::testing::Wire;

    fn then(origin: &str, more: &[&str]) -> Wire {
        let media = [&[AUDIO], more].concat();
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO]))
            .response(
                2,
                1,
                "200 OK",
                &with_origin(&[], "o=bob 7 7 IN IP4 192.0.2.2", &[AUDIO]),
            )
            .within(1, 2, "2 INVITE", &with_origin(&[], origin, &media))
    }

    const SAME: &str = "o=- 1 1 IN IP4 192.0.2.1";

    #[test]
    fn fails() {
        then(SAME, &["a=sendonly"]).fails(&RULE, "- 1 1 IN IP4 192.0.2.1");
        then("o=- 1 0 IN IP4 192.0.2.1", &[]).fails(&RULE, "- 1 0 IN IP4 192.0.2.1");
    }

    #[test]
    fn passes() {
        then(SAME, &[]).passes(&RULE);
        then("o=- 1 2 IN IP4 192.0.2.1", &["a=sendonly"]).passes(&RULE);
        then("o=- 1 9 IN IP4 192.0.2.1", &["a=sendonly"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_another_session() {
        then("o=- 2 1 IN IP4 192.0.2.1", &["a=sendonly"]).says_nothing(&RULE);
    }
}
