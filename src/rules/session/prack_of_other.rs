//! A PRACK that names another answer than the one that awaits it.

use super::{is, is_reliable, pracks};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, Verdicts};
use crate::sip::Name;

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
        let own = dialog.sent_by(one.transaction.from);
        let invites: Vec<_> = own.iter().filter(|one| is(one, "INVITE")).collect();
        let Some(last) = invites
            .iter()
            .rev()
            .find(|invite| invite.answers().any(|one| is_reliable(&one)))
        else {
            verdicts.not_provable();
            continue;
        };
        let invite = invites
            .iter()
            .find(|invite| invite.transaction.first.cseq() == cseq);
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
        let before = |answer: &Seen<'_>| answer.message.id() < prack.message.id();
        let answers: Vec<_> = invite
            .answers()
            .filter(is_reliable)
            .filter(before)
            .collect();
        if answers
            .iter()
            .any(|answer| number(answer) == Some(response))
        {
            verdicts.pass();
            continue;
        }
        let acknowledged: Vec<_> = pracks(dialog, invite)
            .iter()
            .filter_map(|one| one.request()?.sip.rack()?.response)
            .collect();
        let is_open =
            |answer: &&Seen<'_>| number(answer).is_none_or(|one| !acknowledged.contains(&one));
        match answers.iter().rev().find(is_open) {
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

fn number(answer: &Seen<'_>) -> Option<u32> {
    answer.sip.number(Name::RSeq)?.value
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
