//! A 2xx to an INVITE that nobody acknowledged.

use std::cell::LazyCell;

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::trace::{Part, Party};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG17",
    name: "accepted-without-ack",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "A 2xx to an INVITE that is sent again and again for many seconds, and no ACK to it in the dialog.",
    matters: "The called side hangs up after half a minute, and the caller does not know why.",
    cause: "An ACK that goes to the wrong place: a Contact behind NAT, a Route that is left out, a firewall.",
    silenced: &[
        "The 2xx was not sent again for long: the ACK came, and the trace did not see it.",
        "An ACK with another number, of which another rule speaks.",
    ],
    citations: &[rfc("RFC 3261", "13.2.2.4"), rfc("RFC 3261", "13.3.1.4")],
    check: Check::Dialog(check),
};

/// After so long no ACK is only slow.
const LONG: i64 = 8_000_000_000;

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let named = |one: &TransactionScene<'_>, name: &str| {
        one.transaction.first.method_name() == name.as_bytes()
    };
    let others = [Party::Caller, Party::Callee].map(|party| {
        LazyCell::new(move || {
            // One whose number no INVITE has may be for any.
            let mut all = dialog.sent_by(party).iter();
            all.any(|one| {
                let number = one.transaction.first.cseq();
                named(one, "ACK") && dialog.numbered(party, "INVITE", number).is_none()
            })
        })
    });
    for invite in dialog.transactions().filter(|one| named(one, "INVITE")) {
        let Some(accepted) = invite.accepted() else {
            continue;
        };
        let (from, number) = (invite.transaction.from, invite.transaction.first.cseq());
        if dialog.numbered(from, "ACK", number).is_some() {
            verdicts.pass();
            continue;
        }
        let has_other = *others[usize::from(from == Party::Callee)];
        let again = |message: &Seen<'_>| {
            message.message.part() == Part::Repeated
                && message.sip.status() == accepted.sip.status()
        };
        let last = accepted_hop(&invite, &accepted)
            .messages()
            .filter(again)
            .last();
        let elapsed = last.and_then(|last| accepted.until(&last));
        match last.filter(|_| elapsed.is_some_and(|time| time.least > LONG) && !has_other) {
            Some(last) => {
                let fault = Fault::at(&accepted, accepted.sip.first_line_text());
                let fault = fault.with(&last, last.sip.first_line_text());
                verdicts.fail(fault.expected("an ACK to it").got("none"));
            }
            None => verdicts.not_provable(),
        }
    }
}

/// The hop on which the 2xx was seen.
fn accepted_hop<'s>(
    invite: &TransactionScene<'s>,
    accepted: &Seen<'s>,
) -> crate::rules::HopScene<'s> {
    let hop = invite.hop();
    match accepted.message.hop().id() == hop.hop.id() {
        true => hop,
        false => invite.far_hop(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn accepted() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
    }

    #[test]
    fn fails() {
        let again = accepted().response(2, 1, "200 OK", &[]).later(10);
        again.response(2, 1, "200 OK", &[]).fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack";
        accepted().within(1, 2, "1 ACK", &[via]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_ack_may_have_gone_another_way() {
        accepted().cannot_tell(&RULE);
        accepted().response(2, 1, "200 OK", &[]).cannot_tell(&RULE);
    }
}
