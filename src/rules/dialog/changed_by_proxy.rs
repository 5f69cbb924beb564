//! A proxy that changed Call-ID, CSeq, From or To on the way.

use super::says_the_same;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG04",
    name: "identity-changed-by-proxy",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A message that left a proxy with another From, To, Call-ID or CSeq than it came in with.",
    matters: "Both ends then speak of different dialogs, and clients of RFC 2543 lose the call.",
    cause: "A proxy that rewrites identities to hide or to translate them.",
    silenced: &[
        "A back-to-back user agent, which starts a dialog of its own.",
        "White space.",
        "Another display name, and brackets around the same URI: From and To are equal where URI and tag are.",
        "An answer that came in with another CSeq than its request, which DLG03 reports, and left with that of its request.",
        "Hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 3261", "16.6"), rfc("RFC 3261", "16.7")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_proxied() {
        return verdicts.not_provable();
    }
    for name in [Name::From, Name::To, Name::CallId, Name::CSeq] {
        let pair = relay
            .after
            .sip
            .value(name)
            .zip(relay.before.sip.value(name));
        let Some((got, expected)) = pair else {
            continue;
        };
        let is_put_right = |asked: &Seen<'_>| {
            let of = asked.sip.value(name);
            of.is_none_or(|of| says_the_same(name, (&relay.after, got), (asked, of)))
        };
        if name == Name::CSeq
            && !relay.is_request()
            && relay.asked.as_ref().is_some_and(is_put_right)
        {
            verdicts.check(true, || Fault::at(&relay.after, got));
            continue;
        }
        verdicts.check(
            says_the_same(name, (&relay.after, got), (&relay.before, expected)),
            || {
                Fault::at(&relay.after, got)
                    .with(&relay.before, expected)
                    .expected(expected.lossy())
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(line: &str) -> Wire {
        let (one, two) = (
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
        );
        Wire::new().request(1, 2, "INVITE", &[]).request(
            2,
            3,
            "INVITE",
            &[two, one, "Max-Forwards: 69", line],
        )
    }

    #[test]
    fn fails() {
        passed_on("To: <sip:carol@example.org>").fails(&RULE, "<sip:carol@example.org>");
    }

    #[test]
    fn passes() {
        passed_on("To:<sip:bob@example.org>").passes(&RULE);
        passed_on("To: \"Bob\" <sip:bob@example.org>").passes(&RULE);
        passed_on("To: sip:bob@example.org").passes(&RULE);
    }

    #[test]
    fn a_number_that_is_put_right_is_none_that_is_changed() {
        let wrong = ["CSeq: 2 INVITE"];
        let answered = |lines: &[&[&str]]| {
            let wire = Wire::new().passed(&[1, 2, 3], "INVITE", &[]);
            wire.passed_back(&[1, 2, 3], "INVITE", "200 OK", lines)
        };
        answered(&[&wrong]).passes(&RULE);
        // Who answers is told by another rule, who passes it on does nothing.
        answered(&[&wrong, &wrong]).passes(&RULE);
        answered(&[&[], &wrong]).fails(&RULE, "2 INVITE");
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &["To: <sip:carol@example.org>"])
            .cannot_tell(&RULE);
    }
}
