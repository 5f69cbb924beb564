//! A session that goes on although the other side did not answer its refresh.

use super::{agreements, is, is_next};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::sip::Name;
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES26",
    name: "refresh-failed-not-ended",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A request of a side whose refresh of the session ended with 408, where BYE has to follow.",
    matters: "The other side is gone, and the call goes on until somebody notices.",
    cause: "A user agent that tries the refresh again, or that only logs that it failed.",
    silenced: &[
        "Other refusals, after which the refresh may be tried again; 481, which DLG11 tells.",
        "A BYE that the capture may have lost: the request has not the next number in CSeq.",
        "A request that was sent before the answer came.",
        "A session without an agreed timer.",
    ],
    citations: &[rfc("RFC 4028", "10")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let mut all = agreements(dialog).iter();
    if !all.any(|one| one.interval.is_some()) {
        return;
    }
    for party in [Party::Caller, Party::Callee] {
        let sent = dialog.sent_by(party);
        let own: Vec<_> = sent.iter().filter(|one| !is(one, "ACK")).collect();
        for (at, one) in own.iter().enumerate() {
            if let Some(answer) = failed(one) {
                judge((one, &answer), own.get(at + 1).copied(), verdicts);
            }
        }
    }
}

/// The answer by which a refresh is known to have failed for good.
fn failed<'s>(one: &TransactionScene<'s>) -> Option<Seen<'s>> {
    let refreshes = is(one, "INVITE") || is(one, "UPDATE");
    let request = one.request().filter(|_| refreshes)?;
    let is_inside = request.message.to_tag().is_some();
    let answer = one.hop().answer()?;
    let is_refresh = is_inside && request.sip.has(Name::SessionExpires);
    let is_gone = answer.sip.status() == Some(408);
    Some(answer).filter(|_| is_refresh && is_gone)
}

/// What the same side sent next.
fn judge(
    (refresh, answer): (&TransactionScene<'_>, &Seen<'_>),
    next: Option<&TransactionScene<'_>>,
    verdicts: &mut Verdicts,
) {
    let found = next.and_then(|next| Some((next, next.request()?)));
    let Some((next, request)) = found else {
        return verdicts.not_provable();
    };
    if is(next, "BYE") {
        return verdicts.pass();
    }
    let is_behind = answer.message.id() < request.message.id()
        && (answer.is_of_document() || answer.until(&request).is_some_and(|took| took.least > 0));
    if !is_behind || !is_next(refresh, next) {
        return verdicts.not_provable();
    }
    let fault = Fault::at(&request, request.sip.first_line_text());
    let fault = fault.with(answer, answer.sip.first_line_text());
    verdicts.fail(fault.expected("BYE"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TIMER: &str = "Session-Expires: 1800;refresher=uac";

    /// A call with a timer, and a refresh that is answered so.
    fn refreshed(status: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer", TIMER])
            .response(2, 1, "200 OK", &["Require: timer", TIMER])
            .within(1, 2, "1 ACK", &[])
            .later(900)
            .within(1, 2, "2 UPDATE", &[TIMER])
            .answered(2, 1, status, "2 UPDATE", &[])
    }

    #[test]
    fn fails() {
        refreshed("408 Request Timeout")
            .within(1, 2, "3 INFO", &[])
            .fails(&RULE, "INFO sip:bob@example.org SIP/2.0");
        refreshed("408 Request Timeout")
            .within(1, 2, "3 UPDATE", &[TIMER])
            .fails(&RULE, "UPDATE sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        refreshed("408 Request Timeout")
            .within(1, 2, "3 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        // A BYE may be lost, or the trace ends.
        refreshed("408 Request Timeout")
            .within(1, 2, "4 INFO", &[])
            .cannot_tell(&RULE);
        refreshed("408 Request Timeout").cannot_tell(&RULE);
        // Only the other side goes on.
        refreshed("408 Request Timeout")
            .within(2, 1, "7 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_answer_had_not_come() {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer", TIMER])
            .response(2, 1, "200 OK", &["Require: timer", TIMER])
            .within(1, 2, "2 UPDATE", &[TIMER])
            .within(1, 2, "3 INFO", &[])
            .answered(2, 1, "408 Request Timeout", "2 UPDATE", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_refusals_and_other_requests() {
        for status in ["491 Request Pending", "481 Call/Transaction Does Not Exist"] {
            refreshed(status)
                .within(1, 2, "3 UPDATE", &[TIMER])
                .says_nothing(&RULE);
        }
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "2 UPDATE", &[])
            .answered(2, 1, "408 Request Timeout", "2 UPDATE", &[])
            .within(1, 2, "3 INFO", &[])
            .says_nothing(&RULE);
    }
}
