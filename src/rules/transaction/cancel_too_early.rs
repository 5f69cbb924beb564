//! A CANCEL that was sent before the server had answered its INVITE at all.

use super::between;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN17",
    name: "cancel-too-early",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A CANCEL that was sent before the first answer to its INVITE.",
    matters: "It may overtake the INVITE: the server knows nothing to cancel, answers 481, and then rings.",
    cause: "A client that does not wait for a provisional answer when its user hangs up.",
    silenced: &[
        "An INVITE whose first answer that was seen is no 100: the capture may have lost that.",
        "Times of a log, times of whole seconds, and messages that different captures saw.",
    ],
    citations: &[rfc("RFC 3261", "9.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(cancel) = hop.request().filter(|request| request.is("CANCEL")) else {
        return;
    };
    let Some(invite) = hop.hop.about() else {
        return verdicts.not_provable();
    };
    let answers = invite.messages().filter_map(|message| hop.seen(message));
    let first = answers.into_iter().find(|answer| !answer.is_request());
    let Some((answer, since)) = first.and_then(|answer| Some((answer, between(&answer, &cancel)?)))
    else {
        return verdicts.not_provable();
    };
    // A 100 is the first of all answers. In front of another one the capture may have lost it.
    if since < 0 && answer.sip.status() != Some(100) {
        return verdicts.not_provable();
    }
    verdicts.check(since >= 0, || {
        let fault = Fault::at(&cancel, cancel.sip.first_line_text());
        let fault = fault.with(&answer, answer.sip.first_line_text());
        let fault = fault.expected("a CANCEL after the first answer");
        fault.got(format!("one {} ms before it", -since / 1_000_000))
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn invite() -> Wire {
        Wire::new().request(1, 2, "INVITE", &[])
    }

    #[test]
    fn fails() {
        invite()
            .request(1, 2, "CANCEL", &[])
            .after(100)
            .response(2, 1, "100 Trying", &[])
            .fails(&RULE, "one 100 ms before it");
    }

    #[test]
    fn passes() {
        invite()
            .response(2, 1, "100 Trying", &[])
            .request(1, 2, "CANCEL", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        invite().request(1, 2, "CANCEL", &[]).cannot_tell(&RULE);
        invite()
            .request(1, 2, "CANCEL", &[])
            .response(2, 1, "487 Request Terminated", &[])
            .cannot_tell(&RULE);
        Wire::new().request(1, 2, "CANCEL", &[]).cannot_tell(&RULE);
    }
}
