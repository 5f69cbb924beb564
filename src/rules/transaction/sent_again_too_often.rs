//! A message that is sent again and again without waiting longer each time.

use super::{T2, between, is_any_sent_again, sent_again};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN10",
    name: "sent-again-too-often",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A request, or a final answer to INVITE, that was sent again after no longer time than before.",
    matters: "The time has to double each time: a server that is overloaded never gets rest otherwise.",
    cause: "A timer of an application in the place of those of SIP.",
    silenced: &[
        "Waits of T2 (4 s) and more, except for INVITE: they do not grow any further.",
        "Sendings that the capture lost: the wait seems longer, and the next one still is.",
        "Times of a log, times of whole seconds, and messages that different captures saw.",
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
const LONGEST: i64 = T2 * 9 / 10;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if !is_any_sent_again(hop) {
        return;
    }
    for sendings in sent_again(hop) {
        let capped = !(sendings[0].is_request() && sendings[0].is("INVITE"));
        for three in sendings.windows(3) {
            let [first, second, third] = three else {
                continue;
            };
            let Some((before, now)) = between(first, second).zip(between(second, third)) else {
                verdicts.not_provable();
                continue;
            };
            // However many were lost between, each wait is longer than all those before it together, by 3 % at least.
            if now / 51 > before / 50 || capped && now >= LONGEST {
                verdicts.pass();
                continue;
            }
            let line = third.sip.first_line_text();
            let fault = Fault::at(third, line).with(second, second.sip.first_line_text());
            let waited = |nanos: i64| {
                format!(
                    "{}.{:01} s",
                    nanos / 1_000_000_000,
                    nanos / 100_000_000 % 10
                )
            };
            let fault = fault.expected(format!("a wait of twice {}", waited(before)));
            return verdicts.fail(fault.got(format!("the same again after {}", waited(now))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn sent(method: &str, waits: &[i64]) -> Wire {
        let first = Wire::new().request(1, 2, method, &[]);
        waits.iter().fold(first, |wire, wait| {
            wire.after(*wait).request(1, 2, method, &[])
        })
    }

    #[test]
    fn fails() {
        sent("OPTIONS", &[500, 500]).fails(&RULE, "the same again after 0.5 s");
        sent("INVITE", &[500, 1000, 1000]).fails(&RULE, "the same again after 1.0 s");
        sent("INVITE", &[500, 1000, 2000, 4000, 4000]).fails(&RULE, "the same again after 4.0 s");
    }

    #[test]
    fn passes() {
        sent("OPTIONS", &[500, 1000, 2000, 4000, 4000, 4000]).passes(&RULE);
        sent("INVITE", &[500, 1000, 2000, 4000, 8000, 16000]).passes(&RULE);
        // 3GPP terminals.
        sent("REGISTER", &[2000, 4000, 8000, 16000, 16000]).passes(&RULE);
    }

    #[test]
    fn not_provable_without_times() {
        sent("OPTIONS", &[500, 500]).untimed().cannot_tell(&RULE);
    }

    #[test]
    fn passes_where_sendings_were_lost() {
        // Of those after 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s some are not there.
        sent("INVITE", &[1500, 2000, 4000]).passes(&RULE);
        sent("INVITE", &[3500, 4000, 8000]).passes(&RULE);
        sent("INVITE", &[500, 3000, 4000]).passes(&RULE);
        sent("INVITE", &[500, 1000, 6000, 8000]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_two_sendings() {
        sent("OPTIONS", &[500]).says_nothing(&RULE);
    }
}
