//! A message on a stream that does not say where it ends.

use crate::base::{Spoiled, Transport};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN12",
    name: "length-missing-on-stream",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A message over TCP or TLS without Content-Length.",
    matters: "Nothing else tells where the message ends and the next one begins.",
    cause: "A client that was written for UDP, where the datagram ends the message.",
    silenced: &[
        "Datagrams, and WebSocket, where a frame is a message (RFC 7118 5).",
        "What an agent, a log or a document says of the transport is not what went over the wire.",
        "The header section was not captured to its end.",
    ],
    citations: &[rfc("RFC 3261", "18.3"), rfc("RFC 3261", "20.14")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let stream = [Transport::Tcp, Transport::Tls];
    if !stream.contains(&seen.message.sighting().transport()) {
        return;
    }
    if seen.sip.has(Name::ContentLength) {
        return verdicts.pass();
    }
    if seen.is_hearsay() || !seen.has_all_headers() || !seen.keeps(Spoiled::LENGTH) {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::ContentLength);
    verdicts.fail(fault.expected("Content-Length, if only \"Content-Length: 0\""));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn without() -> Wire {
        Wire::new().request(1, 2, "OPTIONS", &["-Content-Length"])
    }

    #[test]
    fn fails() {
        without().on_stream().fails(&RULE, "no Content-Length");
    }

    #[test]
    fn passes() {
        for line in ["Content-Length: 0", "l: 0"] {
            let wire = Wire::new().request(1, 2, "OPTIONS", &["-Content-Length", line]);
            wire.on_stream().passes(&RULE);
        }
    }

    #[test]
    fn says_nothing_of_datagrams() {
        without().says_nothing(&RULE);
    }

    #[test]
    fn not_provable() {
        without().on_stream().cut().cannot_tell(&RULE);
    }
}
