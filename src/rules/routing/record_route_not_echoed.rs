//! An answer that makes a dialog and does not repeat Record-Route.

use super::{list, makes_dialog};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE05",
    name: "record-route-not-echoed",
    family: Family::Routing,
    severity: Severity::Error,
    flags: "A 2xx answer that makes a dialog, from the node that ends the request, with other Record-Route values than the request.",
    matters: "The caller builds its route set from the answer: nodes that wanted to stay in the path are left out.",
    cause: "A server that does not copy the field, or copies one line of several.",
    silenced: &[
        "An answer that was seen to come from further on: nodes may rewrite their own entry in it (RFC 3261 16.7 step 8).",
        "Answers below 200, which need not have it to be useful.",
        "A node that passes the request on as a back-to-back user agent.",
    ],
    citations: &[rfc("RFC 3261", "12.1.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(makes_dialog) else {
        return;
    };
    let mut answers = hop.answers();
    let Some(answer) = answers.find(|answer| {
        answer
            .sip
            .status()
            .is_some_and(|status| (200..300).contains(&status))
    }) else {
        return;
    };
    let asked = list(&request, Name::RecordRoute);
    if asked.is_empty() || hop.hop.continued_by().next().is_some() {
        return;
    }
    if !answer.has_all_headers() || !request.has_all_headers() {
        return verdicts.not_provable();
    }
    let answered = list(&answer, Name::RecordRoute);
    let wrong = asked.iter().enumerate().find(|(position, asked)| {
        answered
            .get(*position)
            .is_none_or(|echo| !echo.same_but_space(**asked))
    });
    match wrong {
        None if answered.len() == asked.len() => verdicts.pass(),
        // The node may have passed it on where nobody looked, and the next one put itself in the path.
        None => verdicts.not_provable(),
        Some((position, asked)) => {
            let fault = match answered.get(position) {
                Some(echo) => Fault::at(&answer, *echo),
                None => Fault::missing(&answer).about(Name::RecordRoute),
            };
            let fault = fault.with(&request, *asked).expected(asked.lossy());
            // More of them are those of nodes behind it, out of sight.
            match answered.len() > list(&request, Name::RecordRoute).len() {
                true => verdicts.not_provable(),
                false => verdicts.fail(fault),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TWO: &str = "Record-Route: <sip:p2.example.org;lr>, <sip:p1.example.org;lr>";

    fn answered(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[TWO])
            .response(2, 1, "200 OK", lines)
    }

    #[test]
    fn fails() {
        answered(&[]).fails(&RULE, "no Record-Route");
        answered(&["Record-Route: <sip:p1.example.org;lr>, <sip:p2.example.org;lr>"])
            .fails(&RULE, "<sip:p1.example.org;lr>");
    }

    #[test]
    fn passes() {
        answered(&[TWO]).passes(&RULE);
        answered(&[
            "Record-Route: <sip:p2.example.org;lr>",
            "Record-Route: <sip:p1.example.org;lr>",
        ])
        .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered(&["Record-Route: <sip:p3.example.org;lr>, <sip:p2.example.org;lr>, <sip:p1.example.org;lr>"]).cannot_tell(&RULE);
        answered(&[]).cut().cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_a_document_leaves_it_out() {
        let written = |line: &str| {
            Wire::new()
                .step("INVITE request (UE to P-CSCF)")
                .request(1, 2, "INVITE", &[TWO])
                .step("200 (OK) response (P-CSCF to UE)")
                .response(2, 1, "200 OK", &[line])
        };
        written("Record-Route:").cannot_tell(&RULE);
        written("Record-Route: (...)").cannot_tell(&RULE);
        written("X-Other: 1").fails(&RULE, "no Record-Route");
    }

    #[test]
    fn says_nothing_inside_of_a_dialog() {
        Wire::new()
            .request(1, 2, "INVITE", &[TWO, "To: <sip:bob@example.org>;tag=b"])
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
