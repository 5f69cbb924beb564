//! An ACK to a 2xx whose number is not that of the INVITE.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::sip::Name;
use crate::trace::Party;

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
        let named = |name: &str| {
            let name = name.as_bytes().to_vec();
            let own = all.iter();
            own.filter(move |one| one.transaction.first.method_name() == name)
        };
        let number = |one: &crate::rules::TransactionScene<'_>| one.transaction.first.cseq();
        let invites: Vec<_> = named("INVITE").collect();
        let acks: Vec<_> = named("ACK").collect();
        for ack in &acks {
            if invites.iter().any(|invite| number(invite) == number(ack)) {
                verdicts.pass();
                continue;
            }
            let open = invites.iter().rev().find(|invite| {
                let accepted = invite.accepted();
                accepted.is_some_and(|one| {
                    one.message.id() < ack.transaction.first.first_message().id()
                })
            });
            let open = open.filter(|invite| !acks.iter().any(|one| number(one) == number(invite)));
            let pair = open.and_then(|invite| invite.request()).zip(ack.request());
            let texts = pair.and_then(|(invite, ack)| {
                Some((ack.sip.value(Name::CSeq)?, invite.sip.value(Name::CSeq)?))
            });
            let (Some((invite, ack_seen)), Some((text, of))) = (pair, texts) else {
                verdicts.not_provable();
                continue;
            };
            let mut others = all
                .iter()
                .filter(|one| one.transaction.first.id() != ack.transaction.first.id());
            let is_of_other = others.any(|one| number(one) >= number(ack));
            let fault = Fault::at(&ack_seen, text).with(&invite, of);
            let fault = fault.expected("the number of the INVITE");
            verdicts.fail(match is_of_other {
                true => fault,
                false => fault.at_most(Severity::Warning),
            });
        }
    }
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
