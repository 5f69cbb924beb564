//! An answer that does not repeat From, Call-ID or CSeq of its request.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG03",
    name: "answer-differs-from-request",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "An answer whose From, Call-ID or CSeq is not that of the request.",
    matters: "The client takes it for an answer to something else.",
    cause: "A back-to-back user agent that mixes up its two sides, or an example that was copied.",
    silenced: &[
        "White space, and the case of names.",
        "Numbers with leading zeros.",
    ],
    citations: &[rfc("RFC 3261", "8.2.6.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    for answer in hop.answers() {
        for name in [Name::From, Name::CallId, Name::CSeq] {
            let pair = answer.sip.value(name).zip(request.sip.value(name));
            let Some((got, expected)) = pair else {
                continue;
            };
            let same = match name {
                Name::CSeq => {
                    answer.cseq().map(|cseq| cseq.number) == request.cseq().map(|cseq| cseq.number)
                }
                _ => got.same_but_space(expected),
            };
            verdicts.check(same, || {
                Fault::at(&answer, got)
                    .with(&request, expected)
                    .expected(expected.lossy())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", lines)
    }

    #[test]
    fn fails() {
        answered(&["From: <sip:carol@example.org>;tag=a"])
            .fails(&RULE, "<sip:carol@example.org>;tag=a");
    }

    #[test]
    fn passes() {
        answered(&[]).passes(&RULE);
        answered(&["From:  <sip:alice@example.org> ;tag=a", "CSeq: 001  INVITE"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_without_the_request() {
        Wire::new()
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
