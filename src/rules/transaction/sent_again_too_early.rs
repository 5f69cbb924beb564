//! A message that was sent again before an answer could be there.

use super::{T1, between, is_any_sent_again, sent_again};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN09",
    name: "sent-again-too-early",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A request, or a final answer to INVITE, that was sent again for the first time earlier than T1 (500 ms) after the first.",
    matters: "It doubles the load where an answer was only a little slow.",
    cause: "A timer of an application in the place of those of SIP, or T1 set too low.",
    silenced: &[
        "Answers that are sent again because the request came again.",
        "Times of a log, times of whole seconds, and messages that different captures saw.",
        "What comes within 5 ms: it may be one packet that was captured twice.",
    ],
    citations: &[
        rfc("RFC 3261", "17.1.1.2"),
        rfc("RFC 3261", "17.1.2.2"),
        rfc("RFC 3261", "17.2.1"),
        rfc("RFC 3261", "13.3.1.4"),
    ],
    check: Check::Hop(check),
};

/// Timers are not exact.
const EARLY: i64 = T1 * 4 / 5;
/// One packet may be seen inside of a tunnel and outside.
const AT_ONCE: i64 = 5_000_000;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if !is_any_sent_again(hop) {
        return;
    }
    for sendings in sent_again(hop) {
        let [first, again, ..] = &sendings[..] else {
            continue;
        };
        match between(first, again) {
            Some(EARLY..) => verdicts.pass(),
            Some(AT_ONCE..EARLY) => {
                let (line, early) = (again.sip.first_line_text(), first.sip.first_line_text());
                let fault = Fault::at(again, line).with(first, early);
                let after = between(first, again).unwrap_or_default() / 1_000_000;
                let fault = fault.expected("nothing for 500 ms, T1");
                verdicts.fail(fault.got(format!("the same again after {after} ms")));
            }
            _ => verdicts.not_provable(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn again_after(milliseconds: i64) -> Wire {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .after(milliseconds)
            .request(1, 2, "OPTIONS", &[])
    }

    #[test]
    fn fails() {
        again_after(200).fails(&RULE, "the same again after 200 ms");
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .after(100)
            .response(2, 1, "200 OK", &[])
            .fails(&RULE, "the same again after 100 ms");
    }

    #[test]
    fn passes() {
        again_after(500).passes(&RULE);
        // 3GPP terminals wait longer.
        again_after(2000).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_an_answer_to_a_request_that_came_again() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "486 Busy Here", &[])
            .request(1, 2, "INVITE", &[])
            .after(10)
            .response(2, 1, "486 Busy Here", &[])
            .passes(&RULE);
        let cseq = ["CSeq: 1 OPTIONS"];
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .response(2, 1, "200 OK", &cseq)
            .after(10)
            .response(2, 1, "200 OK", &cseq)
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_be_one_packet() {
        // Packets that differ are no copies.
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .after(2)
            .request(1, 2, "OPTIONS", &["Subject: x"])
            .cannot_tell(&RULE);
    }
}
