//! An answer that came when the client had given up.

use super::{T1, between, is_stream};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN11",
    name: "answered-too-late",
    family: Family::Transaction,
    severity: Severity::Info,
    flags: "A final answer to a request other than INVITE more than 64 times T1 (32 s) after the request.",
    matters: "The client has told its user that there was no answer, and drops this one.",
    cause: "A server that is overloaded, or waits for a data base or for others.",
    silenced: &[
        "A client with a longer T1, as 3GPP terminals have: the first wait between its sendings tells it.",
        "A request over UDP that was not sent again: its T1 is not known.",
        "408, which comes too late by nature: TXN14 tells it.",
        "Times of a log, times of whole seconds, and messages that different captures saw.",
    ],
    citations: &[rfc("RFC 3261", "17.1.2.2")],
    check: Check::Hop(check),
};

/// No T1 is longer (3GPP TS 24.229 7.7): a longer wait has lost a sending.
const LONGEST_T1: i64 = 4 * T1;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|request| !request.is("INVITE")) else {
        return;
    };
    let mut answers = hop.answers();
    let Some(answer) = answers.find(|answer| answer.message.part() == Part::Final) else {
        return;
    };
    if answer.sip.status() == Some(408) {
        return;
    }
    let Some(took) = between(&request, &answer) else {
        return verdicts.not_provable();
    };
    if took <= 64 * T1 {
        return verdicts.pass();
    }
    let Some(wait) = wait(hop, &request) else {
        return verdicts.not_provable();
    };
    verdicts.check(took <= 64 * wait, || {
        let line = answer.sip.first_line_text();
        let fault = Fault::at(&answer, line).with(&request, request.sip.first_line_text());
        let seconds = |nanos: i64| nanos / 1_000_000_000;
        fault
            .expected(format!("an answer within {} s", seconds(64 * wait)))
            .got(format!("one after {} s", seconds(took)))
    });
}

/// T1 of the client.
fn wait(hop: &HopScene<'_>, request: &Seen<'_>) -> Option<i64> {
    if is_stream(request) {
        return Some(T1);
    }
    let mut all = hop.messages();
    let again = all.find(|seen| seen.message.part() == Part::Retransmission)?;
    let wait = between(request, &again)?;
    // Between both it is one or the other, and a sending was lost or came late.
    Some(if wait < LONGEST_T1 * 3 / 4 {
        T1
    } else {
        LONGEST_T1
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CSEQ: [&str; 1] = ["CSeq: 1 OPTIONS"];

    fn asked() -> Wire {
        Wire::new().request(1, 2, "OPTIONS", &[])
    }

    fn asked_again(milliseconds: i64) -> Wire {
        asked().after(milliseconds).request(1, 2, "OPTIONS", &[])
    }

    #[test]
    fn fails() {
        asked()
            .after(40_000)
            .response(2, 1, "200 OK", &CSEQ)
            .on_stream()
            .fails(&RULE, "one after 40 s");
        asked_again(500)
            .after(40_000)
            .response(2, 1, "200 OK", &CSEQ)
            .fails(&RULE, "one after 40 s");
    }

    #[test]
    fn passes() {
        asked().response(2, 1, "200 OK", &CSEQ).passes(&RULE);
        // A terminal of 3GPP.
        asked_again(2000)
            .after(40_000)
            .response(2, 1, "200 OK", &CSEQ)
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_its_timer_is_not_known() {
        asked()
            .after(40_000)
            .response(2, 1, "200 OK", &CSEQ)
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_invite() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .after(60_000)
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
