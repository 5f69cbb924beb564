//! An offer that the message which has to answer it does not answer.

use super::{allows_reliable, carries_nothing, is_reliable};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::trace::{Exchange, Reply};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES01",
    name: "offer-not-answered",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A 2xx to an INVITE, UPDATE or PRACK with an offer, an ACK to a 2xx with an offer, or a PRACK for a reliable answer with an offer, without a body, where no earlier message answered.",
    matters: "The two sides do not agree on media: one of them hangs up, or nobody hears anything.",
    cause: "A server that takes an unreliable 183 for its answer and leaves it out of the 2xx, or a gateway that loses the body.",
    silenced: &[
        "The answer stands in a reliable provisional answer.",
        "A body that is something else than a session description, that was cut, or that a log or document leaves out.",
        "The caller allows reliable answers, and one of them may be missing from the trace: a warning.",
    ],
    citations: &[
        rfc("RFC 3261", "13.2.1"),
        rfc("RFC 3264", "4"),
        rfc("RFC 3311", "5.2"),
        rfc("RFC 3262", "5"),
    ],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for exchange in super::exchanges(dialog) {
        match exchange.reply {
            Reply::Answered(_) => verdicts.pass(),
            Reply::Refused { .. } => {}
            Reply::None => unanswered(dialog, exchange, verdicts),
        }
    }
}

fn unanswered(dialog: &DialogScene<'_>, exchange: &Exchange, verdicts: &mut Verdicts) {
    let one = dialog.transaction_of(exchange.offer.message);
    let offer = dialog.message(exchange.offer.message);
    let Some((one, offer)) = one.zip(offer) else {
        return verdicts.not_provable();
    };
    let last = match offer.is_request() {
        true => one.accepted(),
        false => confirmation(dialog, &one, &offer),
    };
    // Without a tag it is not known whose answer it is, and an offer that was not seen as one asks for none.
    let is_known = |last: &Seen<'_>| {
        let invite = one.request().filter(|_| !offer.is_request());
        last.to().is_some_and(|to| to.tag().is_some())
            && invite.is_none_or(|one| carries_nothing(&one))
    };
    let Some(last) = last.filter(carries_nothing).filter(is_known) else {
        return verdicts.not_provable();
    };
    let may_be_lost = offer.is_request() && allows_reliable(&offer);
    if may_be_lost && !dialog.pracks(&one).is_empty() {
        return verdicts.not_provable();
    }
    let fault = Fault::at(&last, last.sip.first_line_text());
    let fault = fault.with(&offer, offer.sip.first_line_text());
    let fault = fault.expected("the answer to the offer").got("no body");
    verdicts.fail(match may_be_lost {
        true => fault.at_most(Severity::Warning),
        false => fault,
    });
}

/// The ACK or PRACK that has to answer what an answer offers.
fn confirmation<'s>(
    dialog: &DialogScene<'s>,
    invite: &TransactionScene<'s>,
    offer: &Seen<'s>,
) -> Option<Seen<'s>> {
    let number = |seen: &Seen<'_>| seen.sip.rack().and_then(|rack| rack.response);
    if is_reliable(offer) {
        let wanted = offer.sip.number(crate::sip::Name::RSeq)?.value;
        let mut all = dialog.pracks(invite).iter().filter_map(|one| one.request());
        return all.find(|one| number(one) == wanted);
    }
    let of = &invite.transaction;
    let ack = dialog.numbered(of.from, "ACK", of.first.cseq());
    ack?.request()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{ACK_VIA, AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn offered(lines: &[&str]) -> Wire {
        Wire::new().request(1, 2, "INVITE", &with_sdp(lines, &[AUDIO]))
    }

    #[test]
    fn fails() {
        offered(&[])
            .response(2, 1, "200 OK", &[])
            .fails(&RULE, "no body");
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO]))
            .within(1, 2, "1 ACK", &[ACK_VIA])
            .fails(&RULE, "no body");
    }

    #[test]
    fn fails_where_only_an_unreliable_answer_has_it() {
        offered(&[])
            .response(2, 1, "183 Session Progress", &with_sdp(&[], &[AUDIO]))
            .response(2, 1, "200 OK", &[])
            .fails(&RULE, "no body");
    }

    #[test]
    fn passes() {
        offered(&[])
            .response(2, 1, "200 OK", &with_sdp(&[], &[AUDIO]))
            .passes(&RULE);
        let reliable = ["Require: 100rel", "RSeq: 1"];
        offered(&["Supported: 100rel"])
            .response(2, 1, "183 Session Progress", &with_sdp(&reliable, &[AUDIO]))
            .response(2, 1, "200 OK", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_body_was_cut_or_another_one_is_there() {
        offered(&[])
            .response(2, 1, "200 OK", &[])
            .cut()
            .cannot_tell(&RULE);
        let other = ["Content-Type: application/isup", "-Content-Length", "", "x"];
        offered(&[])
            .response(2, 1, "200 OK", &other)
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_before_it_is_accepted() {
        offered(&[])
            .response(2, 1, "180 Ringing", &[])
            .cannot_tell(&RULE);
    }
}
