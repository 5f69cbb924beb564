//! An answer that names no codec of the offer.

use super::stream;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::trace::{MediaLine, Reply};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES07",
    name: "no-codec-of-the-offer",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "An answer that takes a stream of audio or video and names none of the codecs that were offered for it.",
    matters: "Nobody understands the media of the other side.",
    cause: "A server that answers with its own list, or a gateway that changes codecs on one side only.",
    silenced: &[
        "Payload types may differ: names count.",
        "Further codecs beside a common one are allowed.",
        "A stream that one of the sides refuses with port 0.",
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
            let media = |line: &MediaLine| matches!(line.kind.as_str(), "audio" | "video");
            if !one.is_used() || !media(one.offer) || !media(one.answer) {
                continue;
            }
            let (offered, answered) = (speech(one.offer), speech(one.answer));
            if offered.is_empty() || answered.is_empty() {
                continue;
            }
            let common = |name: &&str| offered.iter().any(|other| other.eq_ignore_ascii_case(name));
            if answered.iter().any(common) {
                verdicts.pass();
                continue;
            }
            let seen = [answer.message, exchange.offer.message].map(|id| dialog.message(id));
            let [Some(seen), Some(offer)] = seen else {
                continue;
            };
            let fault = Fault::at(&seen, stream(&seen, at)).with(&offer, stream(&offer, at));
            let fault = fault.expected(format!("one of {}", offered.join(", ")));
            verdicts.fail(fault.got(answered.join(", ")));
        }
    }
}

/// The codecs that carry the media itself, not tones or silence beside it.
fn speech(line: &MediaLine) -> Vec<&str> {
    let beside = ["telephone-event", "CN", "red", "rtx", "ulpfec"];
    let names = line.codecs.iter().map(String::as_str);
    names
        .filter(|name| !beside.iter().any(|other| other.eq_ignore_ascii_case(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::with_sdp;
    use crate::rules::testing::Wire;

    fn agreed(offer: &[&str], answer: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], offer))
            .response(2, 1, "200 OK", &with_sdp(&[], answer))
    }

    const OFFER: [&str; 3] = [
        "m=audio 4000 RTP/AVP 0 96 101",
        "a=rtpmap:96 AMR/8000",
        "a=rtpmap:101 telephone-event/8000",
    ];

    #[test]
    fn fails() {
        agreed(&OFFER, &["m=audio 5000 RTP/AVP 8"]).fails(&RULE, "PCMA");
        let tones = [
            "m=audio 5000 RTP/AVP 8 101",
            "a=rtpmap:101 telephone-event/8000",
        ];
        agreed(&OFFER, &tones).fails(&RULE, "PCMA");
    }

    #[test]
    fn passes() {
        agreed(&OFFER, &["m=audio 5000 RTP/AVP 0"]).passes(&RULE);
        agreed(&OFFER, &["m=audio 5000 RTP/AVP 8 0"]).passes(&RULE);
        agreed(&OFFER, &["m=audio 5000 RTP/AVP 97", "a=rtpmap:97 amr/8000"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_where_the_stream_is_refused() {
        agreed(&OFFER, &["m=audio 0 RTP/AVP 8"]).says_nothing(&RULE);
    }
}
