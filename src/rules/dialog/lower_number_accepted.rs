//! A request that is older than another by its number, and was accepted.

use std::collections::HashSet;

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::sip::Name;
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG19",
    name: "lower-number-accepted",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "A 2xx to a request within a dialog whose CSeq is lower than that of a request that the same user agent accepted before.",
    matters: "What was sent earlier undoes what was sent later, and a recorded request can be sent again.",
    cause: "A user agent that does not keep the number of the last request, or that keeps one for each method.",
    silenced: &[
        "ACK and CANCEL have the number of their INVITE.",
        "Requests may overtake each other, and a capture may have lost all but the last sending of one: only what comes later than any request is sent again proves the order.",
        "A request with the number and method of one before is the same one on another way.",
        "Another node that accepted the request before.",
        "A request without To tag, with which another dialog begins although its tags are the same.",
        "A refusal with another status, which may have another ground.",
    ],
    citations: &[rfc("RFC 3261", "12.2.2")],
    check: Check::Dialog(check),
};

/// As long as a request is sent again, with the times of 3GPP TS 24.229: 64 times two seconds.
const SENT_AGAIN: i64 = 128_000_000_000;

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for party in [Party::Caller, Party::Callee] {
        let mut known = HashSet::new();
        let mut highest: Option<TransactionScene<'_>> = None;
        for one in dialog.sent_by(party) {
            let (method, number) = (one.transaction.first.method_name(), number(one));
            if matches!(method, b"ACK" | b"CANCEL") {
                continue;
            }
            if begins(one) {
                known.clear();
                highest = None;
            }
            let is_new = known.insert((method, number));
            match &highest {
                Some(before) if number < self::number(before) => {
                    if is_new {
                        judge(before, one, verdicts);
                    } else {
                        verdicts.not_provable();
                    }
                    continue;
                }
                Some(_) => verdicts.pass(),
                None => {}
            }
            if accepted(one).is_some() {
                highest = Some(*one);
            }
        }
    }
}

fn number(one: &TransactionScene<'_>) -> u32 {
    one.transaction.first.cseq()
}

/// Whether its sender does not know the dialog yet: where all tags are as before, another one begins with the same names.
fn begins(one: &TransactionScene<'_>) -> bool {
    one.request()
        .is_some_and(|request| request.message.to_tag().is_none())
}

/// The 2xx as the last node of the trace sent it.
fn accepted<'s>(one: &TransactionScene<'s>) -> Option<Seen<'s>> {
    one.far_hop().answer().filter(Seen::accepts)
}

/// What became of a request that came behind one with a higher number.
fn judge<'s>(before: &TransactionScene<'s>, one: &TransactionScene<'s>, verdicts: &mut Verdicts) {
    let (Some(request), Some(answer)) = (one.arrived(), one.far_hop().answer()) else {
        return verdicts.not_provable();
    };
    if answer.sip.status() == Some(500) {
        return verdicts.pass();
    }
    let node = |one: &TransactionScene<'_>| {
        let node = one.transaction.last.destination_node();
        node.map(|node| node.id())
    };
    let proved = before.arrived().zip(accepted(before));
    let proved = proved.filter(|(_, accepted)| {
        node(one).is_some() && node(one) == node(before) && is_behind(accepted, &request)
    });
    let (Some((higher, _)), true) = (proved, answer.accepts()) else {
        return verdicts.not_provable();
    };
    let numbers = [&request, &higher].map(|seen| seen.sip.value(Name::CSeq).unwrap_or_default());
    let fault = Fault::at(&answer, answer.sip.first_line_text());
    let fault = fault.with(&request, numbers[0]).with(&higher, numbers[1]);
    verdicts.fail(fault.expected(format!("500, as {} came before", numbers[1].lossy())));
}

/// Whether a request can only have been sent behind an answer. In a document the order of the steps says so.
fn is_behind(answer: &Seen<'_>, request: &Seen<'_>) -> bool {
    match answer.is_of_document() && request.is_of_document() {
        true => answer.message.id() < request.message.id(),
        false => answer
            .until(request)
            .is_some_and(|elapsed| elapsed.least > SENT_AGAIN),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    /// A call in which the caller's INFO number 5 was accepted.
    fn call() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "5 INFO", &[])
            .answered(2, 1, "200 OK", "5 INFO", &[])
    }

    /// Then a request with a lower number, so many seconds later.
    fn lower(seconds: i64, status: &str) -> Wire {
        call()
            .later(seconds)
            .within(1, 2, "4 INFO", &[])
            .answered(2, 1, status, "4 INFO", &[])
    }

    #[test]
    fn fails() {
        lower(200, "200 OK").fails(&RULE, "SIP/2.0 200 OK");
        lower(200, "202 Accepted").fails(&RULE, "SIP/2.0 202 Accepted");
    }

    #[test]
    fn the_order_of_a_document_proves_it() {
        lower(0, "200 OK")
            .step("the answer")
            .fails(&RULE, "SIP/2.0 200 OK");
    }

    #[test]
    fn passes() {
        lower(200, "500 Server Internal Error").passes(&RULE);
        call()
            .later(200)
            .within(1, 2, "6 BYE", &[])
            .answered(2, 1, "200 OK", "6 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn a_new_dialog_with_the_same_names_counts_anew() {
        let cseq = "CSeq: 3 INVITE";
        call()
            .later(200)
            .request(1, 2, "INVITE", &[cseq])
            .response(2, 1, "200 OK", &[cseq])
            .within(1, 2, "4 BYE", &[])
            .answered(2, 1, "200 OK", "4 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_ack() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "1 ACK", &[])
            .says_nothing(&RULE);
    }

    #[test]
    fn each_side_counts_for_itself() {
        call()
            .later(200)
            .within(2, 1, "1 INFO", &[])
            .answered(1, 2, "200 OK", "1 INFO", &[])
            .later(200)
            .within(1, 2, "6 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_requests_may_have_overtaken_each_other() {
        // A request that was lost is sent again behind the next one, and the capture may have lost its first sending.
        lower(0, "200 OK").cannot_tell(&RULE);
        lower(100, "200 OK").cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_it_was_refused_or_not_answered() {
        lower(200, "481 Call/Transaction Does Not Exist").cannot_tell(&RULE);
        call()
            .later(200)
            .within(1, 2, "4 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_another_node_accepted_it() {
        call()
            .later(200)
            .within(1, 3, "4 INFO", &[])
            .answered(3, 1, "200 OK", "4 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn a_request_that_is_sent_again_is_no_second_one() {
        let again = ["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKagain"];
        let wire = Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "4 INFO", &[])
            .answered(2, 1, "200 OK", "4 INFO", &[])
            .within(1, 2, "5 INFO", &[])
            .answered(2, 1, "200 OK", "5 INFO", &[])
            .later(200);
        wire.within(1, 2, "4 INFO", &again)
            .answered(2, 1, "200 OK", "4 INFO", &again)
            .cannot_tell(&RULE);
    }
}
