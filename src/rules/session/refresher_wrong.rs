//! A 2xx that does not say who refreshes the session, or says another than the request.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, Verdicts};
use crate::sip::{Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES15",
    name: "refresher-wrong",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A 2xx whose Session-Expires has no refresher, or another one than the request asks for.",
    matters: "Both sides refresh, or none does and the call is cut in the middle.",
    cause: "A server of an early draft of the extension, or one that insists on its own setting.",
    silenced: &[
        "A request that names no refresher leaves it to the server.",
        "A client without `timer` in Supported cannot refresh: the server does.",
        "A value that is no word of the grammar: SYN10 tells it.",
    ],
    citations: &[rfc("RFC 4028", "9")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for agreement in super::agreements(dialog) {
        let answer = dialog.message(agreement.answer);
        let own = answer.and_then(|answer| Some((answer, answer.sip.value(Name::SessionExpires)?)));
        let Some((answer, text)) = own else {
            continue;
        };
        let request = agreement.request.and_then(|id| dialog.message(id));
        let asked = request.filter(|request| request.sip.has_token(Name::Supported, "timer"));
        let wanted = asked.and_then(|request| refresher(&request));
        match (refresher(&answer), wanted) {
            (None, _) => {
                let fault = Fault::at(&answer, text);
                verdicts.fail(fault.expected("refresher=uac or refresher=uas"));
            }
            (Some(given), Some(wanted)) if !same(given, wanted) => {
                let mut fault = Fault::at(&answer, text);
                if let Some(request) = asked {
                    fault = fault.with(&request, wanted);
                }
                verdicts.fail(fault.expected(format!("refresher={}", wanted.lossy())));
            }
            _ => verdicts.pass(),
        }
    }
}

fn same(one: Text<'_>, other: Text<'_>) -> bool {
    one.bytes().eq_ignore_ascii_case(other.bytes())
}

fn refresher<'s>(seen: &Seen<'s>) -> Option<Text<'s>> {
    seen.sip
        .number(Name::SessionExpires)?
        .params
        .value("refresher")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn agreed(asked: &str, given: &str) -> Wire {
        let (asked, given) = (
            format!("Session-Expires: {asked}"),
            format!("Session-Expires: {given}"),
        );
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer", &asked])
            .response(2, 1, "200 OK", &["Require: timer", &given])
    }

    #[test]
    fn fails() {
        agreed("1800", "1800").fails(&RULE, "1800");
        agreed("1800;refresher=uac", "1800;refresher=uas").fails(&RULE, "1800;refresher=uas");
    }

    #[test]
    fn passes() {
        agreed("1800", "1800;refresher=uas").passes(&RULE);
        agreed("1800;refresher=uac", "1800;refresher=UAC").passes(&RULE);
    }

    #[test]
    fn a_client_that_knows_no_timer_cannot_refresh() {
        Wire::new()
            .request(1, 2, "INVITE", &["Session-Expires: 1800;refresher=uac"])
            .response(2, 1, "200 OK", &["Session-Expires: 1800;refresher=uas"])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_without_a_timer() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
