//! Numbers of CSeq that no request of the dialog has.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::sip::Name;
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG15",
    name: "cseq-numbers-left-out",
    family: Family::Dialog,
    severity: Severity::Info,
    flags: "A request within a dialog whose CSeq is larger by more than one than that of the request that the same side sent before.",
    matters: "Something is missing: the capture lost requests, or they went another way.",
    cause: "A request that was sent outside of what the trace sees, or a user agent that counts for all of its dialogs together.",
    silenced: &[
        "Each side counts for itself.",
        "A trace that lacks messages of the dialog because too many dialogs share them.",
    ],
    citations: &[rfc("RFC 3261", "12.2.1.1")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    if !dialog.is_complete() {
        return verdicts.not_provable();
    }
    let parties = [Party::Caller, Party::Callee].into_iter();
    let mut requests = parties.flat_map(|party| dialog.sent_by(party).iter());
    // Of one that was cut the number may be the one that is left out.
    if requests.any(|one| {
        one.transaction
            .first
            .first_message()
            .sighting()
            .cseq()
            .is_none()
    }) {
        return verdicts.not_provable();
    }
    // The state is made of all messages: of most dialogs a look at the numbers is enough.
    if !has_gap(dialog) {
        return verdicts.pass();
    }
    for party in [Party::Caller, Party::Callee] {
        let sequence = dialog.state().cseq.of(party).as_ref();
        for gap in sequence.map(|all| all.gaps.as_slice()).unwrap_or_default() {
            let request = dialog.message(gap.message);
            let text = request.and_then(|one| Some((one, one.sip.value(Name::CSeq)?)));
            if let Some((request, text)) = text {
                let fault = Fault::at(&request, text);
                verdicts.fail(fault.expected(format!("{}, one more than before", gap.from + 1)));
            }
        }
    }
}

fn has_gap(dialog: &DialogScene<'_>) -> bool {
    [Party::Caller, Party::Callee].into_iter().any(|party| {
        let all = dialog.sent_by(party).iter();
        let mut numbers: Vec<_> = all.map(|one| one.transaction.first.cseq()).collect();
        numbers.sort_unstable();
        numbers.windows(2).any(|pair| pair[1] - pair[0] > 1)
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn call(cseqs: &[&str]) -> Wire {
        let mut wire = Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[]);
        for cseq in cseqs {
            wire = wire.within(1, 2, cseq, &[]);
        }
        wire
    }

    #[test]
    fn fails() {
        call(&["2 INFO", "4 BYE"]).fails(&RULE, "4 BYE");
    }

    #[test]
    fn passes() {
        call(&["1 ACK", "2 INFO", "3 BYE"]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_a_number_is_not_known() {
        let cut = [
            "INFO sip:bob@example.org SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1.3",
            "From: <sip:alice@example.org>;tag=a",
            "To: <sip:bob@example.org>;tag=b",
            "Call-ID: one",
            "CSeq: 3 INFO",
        ];
        call(&["2 INFO", "4 BYE"])
            .send(1, 2, &cut)
            .cut()
            .cannot_tell(&RULE);
    }

    #[test]
    fn each_side_counts_for_itself() {
        call(&["2 INFO"]).within(2, 1, "77 BYE", &[]).passes(&RULE);
    }
}
