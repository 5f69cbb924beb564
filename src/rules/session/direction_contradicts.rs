//! An answer whose direction does not fit that of the offer.

use super::stream;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::sip::body::Direction;
use crate::trace::{Reply, Stream};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES06",
    name: "direction-contradicts-offer",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "An answer that wants to send where the offer only sends, to receive where it only receives, or anything where it is inactive.",
    matters: "One side sends media that the other has said not to take: on hold it still hears, or pays for, what nobody plays.",
    cause: "A server that answers every offer with the same description, or that leaves out the direction so that it is sendrecv.",
    silenced: &[
        "A stream that one of the sides refuses with port 0.",
        "A description that was cut or that an encoding hides.",
    ],
    citations: &[rfc("RFC 3264", "6.1")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for exchange in super::exchanges(dialog) {
        let Reply::Answered(answer) = &exchange.reply else {
            continue;
        };
        for (at, one) in exchange.streams().iter().enumerate() {
            if !one.is_used() || one.offer.direction == Direction::SendRecv {
                continue;
            }
            if fits(one) {
                verdicts.pass();
                continue;
            }
            let seen = [answer.message, exchange.offer.message].map(|id| dialog.message(id));
            let [Some(seen), Some(offer)] = seen else {
                continue;
            };
            let fault = Fault::at(&seen, stream(&seen, at)).with(&offer, stream(&offer, at));
            let fault = fault.expected(match one.offer.direction {
                Direction::SendOnly => "recvonly or inactive, to sendonly",
                Direction::RecvOnly => "sendonly or inactive, to recvonly",
                _ => "inactive, to inactive",
            });
            verdicts.fail(fault.got(name(one.answer.direction)));
        }
    }
}

fn fits(stream: &Stream<'_>) -> bool {
    let (offer, answer) = (stream.offer.direction, stream.answer.direction);
    (offer.receives() || !answer.sends()) && (offer.sends() || !answer.receives())
}

fn name(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn agreed(offer: &str, answer: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, offer]))
            .response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO, answer]))
    }

    #[test]
    fn fails() {
        agreed("a=sendonly", "a=sendonly").fails(&RULE, "sendonly");
        agreed("a=sendonly", "a=ptime:20").fails(&RULE, "sendrecv");
        agreed("a=recvonly", "a=sendrecv").fails(&RULE, "sendrecv");
        agreed("a=inactive", "a=recvonly").fails(&RULE, "recvonly");
    }

    #[test]
    fn passes() {
        agreed("a=sendonly", "a=recvonly").passes(&RULE);
        agreed("a=sendonly", "a=inactive").passes(&RULE);
        agreed("a=recvonly", "a=sendonly").passes(&RULE);
        agreed("a=inactive", "a=inactive").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_all_is_allowed_or_the_stream_refused() {
        agreed("a=sendrecv", "a=sendonly").says_nothing(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, "a=sendonly"]))
            .response(2, 1, "200 OK", &with_sdp(&[], &["m=audio 0 RTP/AVP 0"]))
            .says_nothing(&RULE);
    }
}
