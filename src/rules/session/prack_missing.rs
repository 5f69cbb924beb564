//! A reliable provisional answer that nobody acknowledges.

use std::cell::LazyCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{by_number, is, is_reliable, number};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, HopScene, Seen, TransactionScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES18",
    name: "prack-missing",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A reliable provisional answer that is sent again for many seconds, and no PRACK for it in the dialog.",
    matters: "The called side repeats the answer for half a minute and then refuses the call.",
    cause: "A caller that says it knows reliable answers and does not, or a PRACK that goes to the wrong place.",
    silenced: &[
        "The answer was not sent again for long: the PRACK came, and the trace did not see it.",
        "A PRACK with another number, of which another rule speaks.",
    ],
    citations: &[rfc("RFC 3262", "4")],
    check: Check::Dialog(check),
};

/// After so long no PRACK is only slow.
const LONG: i64 = 8_000_000_000;

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for invite in dialog.transactions().filter(|one| is(one, "INVITE")) {
        let reliable: Vec<_> = invite.answers().filter(is_reliable).collect();
        if reliable.is_empty() {
            continue;
        }
        let requests = by_number(dialog.pracks(&invite), TransactionScene::request);
        let again = LazyCell::new(|| again(&invite.hop()));
        for answer in reliable {
            if requests.contains_key(&number(&answer)) {
                verdicts.pass();
                continue;
            }
            let last = again.get(&key(&answer)).copied();
            let elapsed = last.and_then(|last| answer.until(&last));
            match last
                .filter(|_| requests.is_empty() && elapsed.is_some_and(|time| time.least > LONG))
            {
                Some(last) => {
                    let fault = Fault::at(&answer, answer.sip.first_line_text());
                    let fault = fault.with(&last, last.sip.first_line_text());
                    verdicts.fail(fault.expected("a PRACK for it").got("none"));
                }
                None => verdicts.not_provable(),
            }
        }
    }
}

/// Status and number: the same answer, sent again, has the same.
type Key = (Option<u16>, Option<u32>);

fn key(answer: &Seen<'_>) -> Key {
    (answer.sip.status(), number(answer))
}

/// The last time that each answer was sent again.
fn again<'s>(hop: &HopScene<'s>) -> HashMap<Key, Seen<'s>, RandomState> {
    let repeated = hop
        .messages()
        .filter(|seen| seen.message.part() == Part::Repeated);
    repeated.map(|seen| (key(&seen), seen)).collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const RELIABLE: [&str; 2] = ["Require: 100rel", "RSeq: 7"];

    fn rings(wire: Wire) -> Wire {
        wire.response(2, 1, "180 Ringing", &RELIABLE)
    }

    fn begun() -> Wire {
        rings(Wire::new().request(1, 2, "INVITE", &["Supported: 100rel"]))
    }

    #[test]
    fn fails() {
        rings(begun().later(10)).fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        begun()
            .within(1, 2, "2 PRACK", &["RAck: 7 1 INVITE"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_have_gone_another_way() {
        begun().cannot_tell(&RULE);
        rings(begun()).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_not_reliable() {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: 100rel"])
            .response(2, 1, "180 Ringing", &[])
            .says_nothing(&RULE);
    }
}
