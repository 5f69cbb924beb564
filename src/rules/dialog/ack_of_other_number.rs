//! An ACK to a 2xx whose number is not that of the INVITE.

use std::cell::LazyCell;

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, TransactionScene, Verdicts};
use crate::sip::Name;
use crate::trace::{MessageId, Party};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG16",
    name: "ack-with-other-number",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "An ACK to a 2xx whose CSeq number is that of no INVITE which the same side sent in the dialog.",
    matters: "The server does not know which answer it is for, sends its 2xx again and again and hangs up in the end.",
    cause: "A client that counts the ACK like any other request.",
    silenced: &[
        "The INVITE that made the dialog was not seen.",
        "The 2xx has its ACK: the other is of an INVITE that the trace lacks.",
        "A number that no other request has may be that of an INVITE that the trace lacks: a warning.",
    ],
    citations: &[rfc("RFC 3261", "13.2.2.4")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    if dialog.joined_late() {
        return verdicts.not_provable();
    }
    for party in [Party::Caller, Party::Callee] {
        let all = dialog.sent_by(party);
        let number = |one: &TransactionScene<'_>| one.transaction.first.cseq();
        let is_open =
            |one: &TransactionScene<'_>| dialog.numbered(party, "ACK", number(one)).is_none();
        let accepted = LazyCell::new(|| accepted(all));
        let numbers = LazyCell::new(|| {
            let mut numbers: Vec<_> = all.iter().map(number).collect();
            numbers.sort_unstable();
            numbers
        });
        for ack in all
            .iter()
            .filter(|one| one.transaction.first.method_name() == b"ACK")
        {
            if dialog.numbered(party, "INVITE", number(ack)).is_some() {
                verdicts.pass();
                continue;
            }
            let sent = ack.transaction.first.first_message().id();
            let before = accepted.partition_point(|(at, _)| *at < sent);
            let open = accepted[..before]
                .last()
                .map(|(_, position)| &all[*position]);
            let open = open.filter(|invite| is_open(invite));
            let pair = open.and_then(|invite| invite.request()).zip(ack.request());
            let texts = pair.and_then(|(invite, ack)| {
                Some((ack.sip.value(Name::CSeq)?, invite.sip.value(Name::CSeq)?))
            });
            let (Some((invite, ack_seen)), Some((text, of))) = (pair, texts) else {
                verdicts.not_provable();
                continue;
            };
            let lower = numbers.partition_point(|one| *one < number(ack));
            let is_of_other = numbers.len() - lower > 1;
            let fault = Fault::at(&ack_seen, text).with(&invite, of);
            let fault = fault.expected("the number of the INVITE");
            verdicts.fail(match is_of_other {
                true => fault,
                false => fault.at_most(Severity::Warning),
            });
        }
    }
}

/// When INVITEs were accepted, in this order, and the position of the last that is accepted by then.
fn accepted(all: &[TransactionScene<'_>]) -> Vec<(MessageId, usize)> {
    let invites = all.iter().enumerate();
    let invites = invites.filter(|(_, one)| one.transaction.first.method_name() == b"INVITE");
    let at = |(position, one): (usize, &TransactionScene<'_>)| {
        Some((one.accepted()?.message.id(), position))
    };
    let mut accepted: Vec<_> = invites.filter_map(at).collect();
    accepted.sort_unstable();
    let mut last = 0;
    for (_, position) in &mut accepted {
        last = last.max(*position);
        *position = last;
    }
    accepted
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn call(cseq: &str) -> Wire {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack";
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, cseq, &[via])
    }

    #[test]
    fn fails() {
        call("2 ACK").fails(&RULE, "2 ACK");
        call("2 ACK")
            .within(1, 2, "2 BYE", &[])
            .fails(&RULE, "2 ACK");
    }

    #[test]
    fn passes() {
        call("1 ACK").passes(&RULE);
    }

    #[test]
    fn an_invite_that_was_not_seen_has_an_ack_too() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKlater";
        call("1 ACK")
            .within(1, 2, "2 ACK", &[via])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_of_a_dialog_from_before() {
        Wire::new().within(1, 2, "2 ACK", &[]).cannot_tell(&RULE);
    }
}
