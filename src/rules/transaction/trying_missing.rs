//! A server that let an INVITE wait without a sign of life.

use super::{T1, between, is_stream};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN12",
    name: "trying-missing",
    family: Family::Transaction,
    severity: Severity::Info,
    flags: "An INVITE whose first answer came later than 500 ms after the last time that it was sent.",
    matters: "The client sends the INVITE again, and after 32 s it gives up.",
    cause: "A server that looks for the callee first and sends 100 (Trying) afterwards, or never.",
    silenced: &[
        "The way there and back: a server has 200 ms, and only from 500 ms on, when the client sends again, it is told.",
        "An INVITE over UDP that was not sent again: the capture may have lost its first answer.",
        "An INVITE that was lost on the way: the time counts from the last one.",
        "A provisional answer behind the final one: TXN04 tells it.",
        "Times of a log, times of whole seconds, and messages that different captures saw.",
    ],
    citations: &[rfc("RFC 3261", "17.2.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if !hop.request().is_some_and(|request| request.is("INVITE")) {
        return;
    }
    let mut messages = hop.messages();
    let first = messages.next();
    let mut last = first;
    let answer = messages.find(|seen| {
        let sent = seen.message.part() == Part::Retransmission;
        if sent {
            last = Some(*seen);
        }
        !sent
    });
    let Some((last, answer)) = last.zip(answer).filter(|(_, answer)| !answer.is_request()) else {
        return;
    };
    let late = hop
        .hop
        .messages()
        .any(|message| message.part() == Part::Late);
    let Some(took) = between(&last, &answer).filter(|_| !late) else {
        return verdicts.not_provable();
    };
    // Where the client did not send again it may have had an answer that the capture lost.
    let again = first.is_some_and(|first| first.message.id() != last.message.id());
    if took > T1 && !again && !is_stream(&last) {
        return verdicts.not_provable();
    }
    verdicts.check(took <= T1, || {
        let line = answer.sip.first_line_text();
        let fault = Fault::at(&answer, line).with(&last, last.sip.first_line_text());
        fault
            .expected("100 (Trying) within 200 ms")
            .got(format!("the first answer after {} ms", took / 1_000_000))
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered_after(milliseconds: i64) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .after(milliseconds)
            .response(2, 1, "180 Ringing", &[])
    }

    #[test]
    fn fails() {
        answered_after(900)
            .on_stream()
            .fails(&RULE, "the first answer after 900 ms");
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .after(500)
            .request(1, 2, "INVITE", &[])
            .after(800)
            .response(2, 1, "180 Ringing", &[])
            .fails(&RULE, "the first answer after 800 ms");
    }

    #[test]
    fn passes() {
        answered_after(150).passes(&RULE);
        // The first one was lost.
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .after(500)
            .request(1, 2, "INVITE", &[])
            .after(100)
            .response(2, 1, "180 Ringing", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_capture_may_have_lost_an_answer() {
        answered_after(900).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_answers_changed_places() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .after(2000)
            .response(2, 1, "200 OK", &[])
            .response(2, 1, "180 Ringing", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_requests() {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .response(2, 1, "200 OK", &["CSeq: 1 OPTIONS"])
            .says_nothing(&RULE);
    }
}
