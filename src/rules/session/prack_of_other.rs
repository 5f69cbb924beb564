//! A PRACK that names another answer than the one that awaits it.

use std::cell::LazyCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{by_number, is, is_reliable, number};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::sip::Name;
use crate::trace::{MessageId, Party};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES19",
    name: "prack-for-another-answer",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A PRACK whose RAck has the CSeq of no INVITE of the dialog, or the RSeq of no reliable answer to it.",
    matters: "The server answers 481 and goes on to repeat its provisional answer.",
    cause: "A client that writes its own CSeq, or that of the PRACK, into RAck, or acknowledges an answer of another branch.",
    silenced: &[
        "The INVITE that made the dialog, or a reliable answer to it, was not seen.",
        "All answers that came before are acknowledged.",
        "An RSeq that no answer has may be that of one which the trace lacks: a warning.",
    ],
    citations: &[rfc("RFC 3262", "7.2")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let mut known: HashMap<(Party, u32), Reliable<'_>, RandomState> = HashMap::default();
    let last = [Party::Caller, Party::Callee].map(|party| {
        LazyCell::new(move || {
            let has_reliable = |one: &&TransactionScene<'_>| {
                is(one, "INVITE") && one.answers().any(|one| is_reliable(&one))
            };
            dialog.sent_by(party).iter().rfind(has_reliable)
        })
    });
    for one in dialog.transactions().filter(|one| is(one, "PRACK")) {
        let told = one
            .request()
            .and_then(|prack| Some((prack, prack.sip.rack()?)));
        let Some((prack, rack)) = told else {
            continue;
        };
        let Some((response, cseq)) = rack.response.zip(rack.cseq) else {
            continue;
        };
        let from = one.transaction.from;
        let Some(last) = *last[usize::from(from == Party::Callee)] else {
            verdicts.not_provable();
            continue;
        };
        let invite = dialog.numbered(from, "INVITE", cseq);
        let Some(invite) = invite.filter(|_| rack.method.is("INVITE")) else {
            let Some(of) = last.request() else {
                verdicts.not_provable();
                continue;
            };
            let text = of.sip.value(Name::CSeq).unwrap_or_default();
            let fault = Fault::at(&prack, rack.text).with(&of, text);
            verdicts.fail(fault.expected(format!("{response} {}", text.lossy())));
            continue;
        };
        let reliable = known.entry((from, cseq));
        let reliable = reliable.or_insert_with(|| Reliable::of(dialog, &invite));
        let first = reliable.first.get(&response);
        if first.is_some_and(|first| *first < prack.message.id()) {
            verdicts.pass();
            continue;
        }
        let is_before = |answer: &Seen<'_>| answer.message.id() < prack.message.id();
        let before = reliable.open.partition_point(is_before);
        match reliable.open[..before].last() {
            None => verdicts.not_provable(),
            Some(answer) => {
                let of = answer.sip.value(Name::RSeq).unwrap_or_default();
                let fault = Fault::at(&prack, rack.text).with(answer, of);
                let fault = fault.at_most(Severity::Warning);
                verdicts.fail(fault.expected(format!("the RSeq of the answer, {}", of.lossy())));
            }
        }
    }
}

/// The reliable provisional answers to an INVITE.
struct Reliable<'s> {
    /// The first with each number.
    first: HashMap<u32, MessageId, RandomState>,
    /// Those that no PRACK acknowledges.
    open: Vec<Seen<'s>>,
}

impl<'s> Reliable<'s> {
    fn of(dialog: &DialogScene<'s>, invite: &TransactionScene<'s>) -> Self {
        let acknowledged = by_number(dialog.pracks(invite), TransactionScene::request);
        let (mut first, mut open) = (HashMap::default(), Vec::new());
        for answer in invite.answers().filter(is_reliable) {
            let number = number(&answer);
            if let Some(number) = number {
                first.entry(number).or_insert(answer.message.id());
            }
            if number.is_none() || !acknowledged.contains_key(&number) {
                open.push(answer);
            }
        }
        Self { first, open }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn acknowledged(rack: &str) -> Wire {
        let rack = format!("RAck: {rack}");
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: 100rel"])
            .response(2, 1, "180 Ringing", &["Require: 100rel", "RSeq: 7"])
            .within(1, 2, "2 PRACK", &[&rack])
    }

    #[test]
    fn fails() {
        acknowledged("7 2 INVITE").fails(&RULE, "7 2 INVITE");
        acknowledged("7 1 PRACK").fails(&RULE, "7 1 PRACK");
        acknowledged("8 1 INVITE").fails(&RULE, "8 1 INVITE");
    }

    #[test]
    fn passes() {
        acknowledged("7 1 INVITE").passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_answer_was_not_seen() {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: 100rel"])
            .response(2, 1, "180 Ringing", &[])
            .within(1, 2, "2 PRACK", &["RAck: 8 1 INVITE"])
            .cannot_tell(&RULE);
    }
}
