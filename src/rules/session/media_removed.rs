//! A later offer with fewer media lines than there were.

use super::stream;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::trace::{Description, Exchange, Party, Reply};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES05",
    name: "media-lines-removed",
    family: Family::Session,
    severity: Severity::Error,
    flags: "An offer with fewer m= lines than the description of the same side that was agreed on before.",
    matters: "The other side cannot tell which stream is gone: it refuses the offer or mixes up the streams.",
    cause: "A user agent that takes out the line of a stream which it ends, instead of setting its port to 0.",
    silenced: &[
        "Offers that were refused do not count.",
        "A description that was cut or that an encoding hides.",
    ],
    citations: &[rfc("RFC 3264", "8")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let exchanges = super::exchanges(dialog);
    for pair in exchanges.windows(2) {
        let [before, after] = pair else {
            continue;
        };
        let Some(agreed) = of(before, after.offer.by) else {
            continue;
        };
        let Some((had, has)) = agreed.media.as_ref().zip(after.offer.media.as_ref()) else {
            verdicts.not_provable();
            continue;
        };
        let seen = [after.offer.message, agreed.message].map(|id| dialog.message(id));
        let [Some(seen), Some(earlier)] = seen else {
            continue;
        };
        verdicts.check(has.len() >= had.len(), || {
            let fault = Fault::at(&seen, stream(&seen, has.len().saturating_sub(1)));
            let fault = fault.with(&earlier, stream(&earlier, has.len()));
            let fault = fault.expected(format!("at least {} m= lines", had.len()));
            fault.got(format!("{} of them", has.len()))
        });
    }
}

/// What a side said in an exchange that was agreed on.
fn of(exchange: &Exchange, party: Party) -> Option<&Description> {
    match &exchange.reply {
        Reply::Answered(answer) if answer.by == party => Some(answer),
        Reply::Answered(_) => Some(&exchange.offer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{ACK_VIA, AUDIO, VIDEO, with_sdp};
    use crate::rules::testing::Wire;

    fn then(media: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, VIDEO]))
            .response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO, VIDEO]))
            .within(1, 2, "1 ACK", &[ACK_VIA])
            .within(1, 2, "2 INVITE", &with_sdp(&[], media))
    }

    #[test]
    fn fails() {
        then(&[AUDIO]).fails(&RULE, "1 of them");
    }

    #[test]
    fn passes() {
        then(&[AUDIO, VIDEO]).passes(&RULE);
        then(&[AUDIO, "m=video 0 RTP/AVP 31"]).passes(&RULE);
        then(&[AUDIO, VIDEO, AUDIO]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_an_encoding_hides_the_offer() {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, VIDEO]))
            .response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO, VIDEO]))
            .within(1, 2, "1 ACK", &[ACK_VIA])
            .within(
                1,
                2,
                "2 INVITE",
                &with_sdp(&["Content-Encoding: gzip"], &[AUDIO]),
            )
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_the_first_offer_was_refused() {
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&[], &[AUDIO, VIDEO]))
            .response(2, 1, "180 Ringing", &[])
            .within(1, 2, "2 UPDATE", &with_sdp(&[], &[AUDIO]))
            .says_nothing(&RULE);
    }
}
