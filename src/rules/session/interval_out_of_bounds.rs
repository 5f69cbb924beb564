//! A 2xx with a session interval that the request does not allow.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES14",
    name: "session-interval-out-of-bounds",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A 2xx whose Session-Expires is longer than that of the request of a client that knows session timers, or shorter than its Min-SE.",
    matters: "The two sides, and the proxies between, end the session at different times.",
    cause: "A server that answers with its own setting.",
    silenced: &[
        "A request without Session-Expires: the server may begin a timer.",
        "A client without `timer` in Supported: for it the interval may be raised.",
        "A request or answer that was not captured whole.",
    ],
    citations: &[rfc("RFC 4028", "9")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for agreement in super::agreements(dialog) {
        let Some(given) = agreement.interval else {
            continue;
        };
        let seen = [agreement.request, Some(agreement.answer)].map(|id| dialog.message(id?));
        let [Some(request), Some(answer)] = seen else {
            continue;
        };
        let knows = request.sip.has_token(Name::Supported, "timer");
        let bounds = (agreement.least, agreement.asked.filter(|_| knows));
        let least = bounds.0.filter(|least| given < *least);
        let most = bounds.1.filter(|most| given > *most);
        let (wrong, name) = match (least, most) {
            (Some(least), _) => (format!("at least {least} seconds"), Name::MinSe),
            (_, Some(most)) => (format!("at most {most} seconds"), Name::SessionExpires),
            _ if bounds == (None, None) => continue,
            _ => {
                verdicts.pass();
                continue;
            }
        };
        let texts = answer
            .sip
            .value(Name::SessionExpires)
            .zip(request.sip.value(name));
        if let Some((text, of)) = texts {
            verdicts.fail(Fault::at(&answer, text).with(&request, of).expected(wrong));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn agreed(asked: &[&str], given: &str) -> Wire {
        let given = format!("Session-Expires: {given};refresher=uac");
        Wire::new()
            .request(1, 2, "INVITE", &[&["Supported: timer"], asked].concat())
            .response(2, 1, "200 OK", &["Require: timer", &given])
    }

    #[test]
    fn fails() {
        agreed(&["Session-Expires: 600"], "1800").fails(&RULE, "1800;refresher=uac");
        agreed(&["Session-Expires: 600", "Min-SE: 300"], "200").fails(&RULE, "200;refresher=uac");
    }

    #[test]
    fn passes() {
        agreed(&["Session-Expires: 600", "Min-SE: 300"], "300").passes(&RULE);
        agreed(&["Session-Expires: 600"], "600").passes(&RULE);
    }

    #[test]
    fn a_server_may_begin_a_timer() {
        agreed(&[], "1800").says_nothing(&RULE);
    }

    #[test]
    fn a_client_that_knows_no_timer_has_no_say() {
        agreed(&["-Supported", "Session-Expires: 600"], "600").passes(&RULE);
        let lines = ["Session-Expires: 600"];
        Wire::new()
            .request(1, 2, "INVITE", &lines)
            .response(2, 1, "200 OK", &["Session-Expires: 1800;refresher=uas"])
            .says_nothing(&RULE);
    }
}
