//! An answer that has other media lines than its offer.

use super::stream;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::trace::Reply;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES04",
    name: "answer-with-other-media",
    family: Family::Session,
    severity: Severity::Error,
    flags: "An answer with another number of m= lines than its offer, or with other media at one of them.",
    matters: "The two sides take different streams for each other: video arrives where audio is expected.",
    cause: "A server that leaves out streams which it does not want instead of refusing them with port 0.",
    silenced: &[
        "A stream that is refused stands there with port 0.",
        "A description that was cut or that an encoding hides.",
    ],
    citations: &[rfc("RFC 3264", "6")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for exchange in super::exchanges(dialog) {
        let Reply::Answered(answer) = &exchange.reply else {
            continue;
        };
        let Some((offered, answered)) = exchange.offer.media.as_ref().zip(answer.media.as_ref())
        else {
            verdicts.not_provable();
            continue;
        };
        let kind = |at: usize| offered.get(at).map(|line| line.kind.as_str());
        let count = offered.len().max(answered.len());
        let differs =
            (0..count).find(|at| answered.get(*at).map(|line| line.kind.as_str()) != kind(*at));
        let seen = [answer.message, exchange.offer.message].map(|id| dialog.message(id));
        let [Some(seen), Some(offer)] = seen else {
            continue;
        };
        verdicts.check(differs.is_none(), || {
            let at = differs.unwrap_or_default();
            let text = stream(&seen, at.min(answered.len().saturating_sub(1)));
            let fault = Fault::at(&seen, text).with(
                &offer,
                stream(&offer, at.min(offered.len().saturating_sub(1))),
            );
            let names = |lines: &[crate::trace::MediaLine]| {
                let kinds: Vec<_> = lines.iter().map(|line| line.kind.as_str()).collect();
                kinds.join(", ")
            };
            fault.expected(names(offered)).got(names(answered))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, VIDEO, with_sdp};
    use crate::rules::testing::Wire;

    fn answered(media: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, VIDEO]))
            .response(2, 1, "200 OK", &with_sdp(&[], media))
    }

    #[test]
    fn fails() {
        answered(&[AUDIO]).fails(&RULE, "audio");
        answered(&[VIDEO, AUDIO]).fails(&RULE, "video, audio");
        answered(&[AUDIO, VIDEO, AUDIO]).fails(&RULE, "audio, video, audio");
    }

    #[test]
    fn passes() {
        answered(&[AUDIO, VIDEO]).passes(&RULE);
        answered(&[AUDIO, "m=video 0 RTP/AVP 31"]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_description_was_cut() {
        let mut lines = with_sdp(&["Content-Length: 999"], &[AUDIO]);
        lines.retain(|line| *line != "-Content-Length");
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, VIDEO]))
            .response(2, 1, "200 OK", &lines)
            .cut()
            .cannot_tell(&RULE);
    }
}
