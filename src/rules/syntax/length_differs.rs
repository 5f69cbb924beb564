//! A body that is not as long as Content-Length says.

use super::judge;
use crate::base::{Spoiled, Transport};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN08",
    name: "length-differs",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A body with fewer or more bytes than Content-Length says.",
    matters: "A receiver waits for the rest, or drops the message; on a stream it takes the next message for the body.",
    cause: "A body that was changed on the way without counting again.",
    silenced: &[
        "A message that was not captured whole.",
        "A log or document does not keep the bytes of the body.",
    ],
    citations: &[rfc("RFC 3261", "18.3")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is_whole() || !seen.keeps(Spoiled::LENGTH) || !seen.keeps(Spoiled::LINE_ENDS) {
        return verdicts.not_provable();
    }
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, BodyShort | BodyLong)
    });
    // Behind the body of a datagram the receiver throws away what is too much (RFC 3261 18.3).
    let is_datagram = seen.message.sighting().transport() == Transport::Udp;
    if is_datagram && !verdicts.faults.is_empty() && seen.sip.body().missing == 0 {
        let faults = std::mem::take(&mut verdicts.faults).into_iter();
        verdicts.faults = faults
            .map(|fault| fault.at_most(Severity::Warning))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::Severity;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let lines = ["Content-Length: 9", "Content-Type: text/plain", "", "hello"];
        Wire::new()
            .request(1, 2, "INVITE", &lines)
            .fails(&RULE, "hello\r\n");
    }

    #[test]
    fn what_a_datagram_has_too_much_is_thrown_away() {
        let lines = ["Content-Length: 2", "Content-Type: text/plain", "", "hello"];
        let severity = |mut wire: Wire| wire.judge(&RULE).0[0].severity;
        let wire = || Wire::new().request(1, 2, "INVITE", &lines);
        assert_eq!(severity(wire()), Severity::Warning);
        assert_eq!(severity(wire().on_stream()), Severity::Error);
    }

    #[test]
    fn passes() {
        let lines = ["Content-Length: 7", "Content-Type: text/plain", "", "hello"];
        Wire::new().request(1, 2, "INVITE", &lines).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let lines = ["Content-Length: 9", "Content-Type: text/plain", "", "hello"];
        let wire = || Wire::new().request(1, 2, "INVITE", &lines);
        wire().cut().cannot_tell(&RULE);
        wire().spoiled(Spoiled::LENGTH).cannot_tell(&RULE);
    }
}
