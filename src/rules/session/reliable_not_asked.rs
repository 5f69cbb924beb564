//! A reliable provisional answer to a client that did not say that it knows them.

use super::allows_reliable;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES21",
    name: "reliable-answer-not-asked-for",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A provisional answer with 100rel in Require to a request without 100rel in Supported and Require, or a 100 (Trying) with it.",
    matters: "The client does not send a PRACK, and the call ends after half a minute of repetitions.",
    cause: "A server with a fixed setting, or a node in between that takes the option out of the request.",
    silenced: &[
        "The header section of the request was not captured to its end.",
        "What other hops of the request have does not matter: each is looked at alone.",
    ],
    citations: &[rfc("RFC 3262", "3")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if hop.hop.method_name() != b"INVITE" {
        return;
    }
    let Some(request) = hop.request() else {
        return;
    };
    let provisional = hop.answers().filter(|one| one.sip.status() < Some(200));
    for answer in provisional {
        let mut required = answer.sip.values(Name::Require);
        let Some(text) = required.find(|text| text.is("100rel")) else {
            continue;
        };
        if answer.sip.status() == Some(100) {
            verdicts.fail(Fault::at(&answer, text).expected("no reliable 100"));
            continue;
        }
        if !allows_reliable(&request) && !request.has_all_headers() {
            verdicts.not_provable();
            continue;
        }
        verdicts.check(allows_reliable(&request), || {
            let fault = Fault::at(&answer, text);
            let fault = fault.with(&request, request.sip.first_line_text());
            fault.expected("no 100rel: the request does not support it")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    const RELIABLE: [&str; 2] = ["Require: 100rel", "RSeq: 7"];

    fn answered(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", lines)
            .response(2, 1, "180 Ringing", &RELIABLE)
    }

    #[test]
    fn fails() {
        answered(&[]).fails(&RULE, "100rel");
        answered(&["Supported: timer"]).fails(&RULE, "100rel");
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: 100rel"])
            .response(2, 1, "100 Trying", &RELIABLE)
            .fails(&RULE, "100rel");
    }

    #[test]
    fn passes() {
        answered(&["Supported: timer, 100rel"]).passes(&RULE);
        answered(&["Require: 100rel"]).passes(&RULE);
        answered(&["k: 100rel"]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_fields_were_left_out() {
        answered(&[]).spoiled(Spoiled::ABRIDGED).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_the_request() {
        Wire::new()
            .response(2, 1, "180 Ringing", &RELIABLE)
            .says_nothing(&RULE);
    }
}
