//! Reliable provisional answers that are not counted up by one.

use std::cell::LazyCell;

use super::{by_number, is, is_reliable};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, TransactionScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES20",
    name: "rseq-not-rising",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A reliable provisional answer whose RSeq is no larger than that of the one before in the same dialog, or a first one with 0.",
    matters: "The caller takes it for a repetition, or out of order, and does not acknowledge it.",
    cause: "A server that counts for each status, or a node in between that joins the answers of two others.",
    silenced: &[
        "The same answer, sent again, has the same number.",
        "Answers of different dialogs count for themselves.",
        "An answer that is missing from the trace leaves a gap.",
        "Packets may overtake each other: what came within a few seconds, and was not acknowledged in between, proves no order.",
    ],
    citations: &[rfc("RFC 3262", "3")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for invite in dialog.transactions().filter(|one| is(one, "INVITE")) {
        let all: Vec<_> = invite.answers().filter(is_reliable).collect();
        let numbered: Vec<_> = all
            .iter()
            .filter_map(|answer| Some((answer, answer.sip.number(Name::RSeq)?)))
            .filter_map(|(answer, number)| Some((answer, number.text, number.value?)))
            .collect();
        if let Some((first, text, 0)) = numbered.first() {
            verdicts.fail(Fault::at(first, *text).expected("a number from 1 on"));
        }
        let pracks = LazyCell::new(|| by_number(dialog.pracks(&invite), TransactionScene::request));
        for pair in numbered.windows(2) {
            let [(before, of, last), (answer, text, number)] = pair else {
                continue;
            };
            if number > last {
                verdicts.pass();
                continue;
            }
            let prack = pracks.get(&Some(*last));
            let acknowledged = prack.is_some_and(|one| one.message.id() < answer.message.id());
            let same_status = before.sip.status() == answer.sip.status();
            if !acknowledged || number == last && same_status {
                verdicts.not_provable();
                continue;
            }
            let fault = Fault::at(answer, *text).with(before, *of);
            verdicts
                .fail(fault.expected(format!("{}, one more than before", last.saturating_add(1))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(wire: Wire, status: &str, rseq: &str) -> Wire {
        let rseq = format!("RSeq: {rseq}");
        wire.response(2, 1, status, &["Require: 100rel", &rseq])
    }

    fn begun(rseq: &str) -> Wire {
        let wire = Wire::new().request(1, 2, "INVITE", &["Supported: 100rel"]);
        answered(wire, "183 Session Progress", rseq)
    }

    fn then(rseq: &str) -> Wire {
        let wire = begun("7").within(1, 2, "2 PRACK", &["RAck: 7 1 INVITE"]);
        answered(wire, "180 Ringing", rseq)
    }

    #[test]
    fn fails() {
        then("7").fails(&RULE, "7");
        then("6").fails(&RULE, "6");
        begun("0").fails(&RULE, "0");
    }

    #[test]
    fn passes() {
        then("8").passes(&RULE);
        then("12").passes(&RULE);
    }

    #[test]
    fn not_provable_where_one_may_have_overtaken_the_other() {
        answered(begun("7"), "180 Ringing", "6").cannot_tell(&RULE);
    }
}
