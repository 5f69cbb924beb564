//! An answer that does not repeat From, Call-ID, CSeq or, within a dialog, To of its request.

use super::says_the_same;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG03",
    name: "answer-differs-from-request",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "An answer whose From, Call-ID or CSeq is not that of the request, nor its To where the request has a tag in To.",
    matters: "The client takes it for an answer to something else.",
    cause: "A back-to-back user agent that mixes up its two sides, or an example that was copied.",
    silenced: &[
        "White space, and numbers with leading zeros.",
        "Another display name, and brackets around the same URI: From and To are equal where URI and tag are.",
        "An answer without any tag in To: DLG02 tells it.",
        "An answer that was seen to come from further on: what a proxy changed is told by DLG04.",
    ],
    citations: &[rfc("RFC 3261", "8.2.6.2"), rfc("RFC 3261", "20.20")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if let Some((request, answers)) = hop.misdirected() {
        answers.for_each(|answer| compare(&answer, &request, verdicts));
    }
    let Some(request) = hop.request() else {
        return;
    };
    for answer in hop.answers() {
        if hop.is_passed_on(&answer) {
            continue;
        }
        compare(&answer, &request, verdicts);
    }
}

fn compare(answer: &Seen<'_>, request: &Seen<'_>, verdicts: &mut Verdicts) {
    let compared = |name| {
        let got = answer.sip.value(name)?;
        let expected = request.sip.value(name)?;
        let same = says_the_same(name, (answer, got), (request, expected));
        Some((same, got, expected))
    };
    let from = compared(Name::From);
    let tags = request.message.to_tag().zip(answer.message.to_tag());
    let to = tags.and_then(|_| compared(Name::To));
    // Who takes the one for the other is told once.
    let to = to.filter(|_| from.is_none_or(|(same, ..)| same));
    let all = [from, compared(Name::CallId), compared(Name::CSeq), to];
    for (same, got, expected) in all.into_iter().flatten() {
        verdicts.check(same, || {
            Fault::at(answer, got)
                .with(request, expected)
                .expected(expected.lossy())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", lines)
    }

    #[test]
    fn fails() {
        answered(&["From: <sip:carol@example.org>;tag=a"])
            .fails(&RULE, "<sip:carol@example.org>;tag=a");
    }

    #[test]
    fn passes() {
        answered(&[]).passes(&RULE);
        answered(&["From:  <sip:alice@example.org> ;tag=a", "CSeq: 001  INVITE"]).passes(&RULE);
    }

    #[test]
    fn the_branch_tells_the_request_of_an_answer_with_another_number() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKown";
        Wire::new()
            .request(1, 2, "INVITE", &[via])
            .response(2, 1, "200 OK", &[via, "CSeq: 2 INVITE"])
            .fails(&RULE, "2 INVITE");
    }

    #[test]
    fn an_answer_to_another_method_is_told() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKown";
        Wire::new()
            .request(1, 2, "MESSAGE", &[via])
            .response(2, 1, "200 OK", &[via, "CSeq: 1 OPTIONS"])
            .fails(&RULE, "1 OPTIONS");
        // The CANCEL was not seen.
        Wire::new()
            .request(1, 2, "INVITE", &[via])
            .response(2, 1, "200 OK", &[via, "CSeq: 1 CANCEL"])
            .says_nothing(&RULE);
    }

    #[test]
    fn a_name_and_brackets_do_not_matter() {
        answered(&["From: sip:alice@EXAMPLE.org;tag=a"]).passes(&RULE);
        answered(&["From: \"Alice\" <sip:alice@example.org>;tag=a"]).passes(&RULE);
        answered(&["From: <sip:alice@example.org>;tag=b"])
            .fails(&RULE, "<sip:alice@example.org>;tag=b");
    }

    #[test]
    fn within_a_dialog_the_tag_in_to_is_that_of_the_request() {
        let ended = |status: &str, to: &str| {
            Wire::new()
                .request(1, 2, "INVITE", &[])
                .response(2, 1, "200 OK", &[])
                .within(1, 2, "2 BYE", &[])
                .answered(2, 1, status, "2 BYE", &[to])
        };
        let other = "<sip:bob@example.org>;tag=other";
        ended("200 OK", &format!("To: {other}")).fails(&RULE, other);
        let gone = "481 Call/Transaction Does Not Exist";
        ended(gone, &format!("To: {other}")).fails(&RULE, other);
        ended(gone, "To: \"Bob\" <sip:bob@example.org>;tag=b").passes(&RULE);
        ended("200 OK", "To: <sip:bob@example.org>").passes(&RULE);
    }

    #[test]
    fn from_and_to_in_each_others_place_are_one_fault() {
        let (alice, bob) = (
            "<sip:alice@example.org>;tag=a",
            "<sip:bob@example.org>;tag=b",
        );
        let (from, to) = (format!("From: {bob}"), format!("To: {alice}"));
        let ended = Wire::new().within(1, 2, "2 BYE", &[]);
        let ended = ended.answered(2, 1, "200 OK", "2 BYE", &[&from, &to]);
        ended.fails(&RULE, bob);
    }

    #[test]
    fn a_request_without_a_tag_gets_one() {
        answered(&["To: <sip:bob@example.org>;tag=any"]).passes(&RULE);
    }

    #[test]
    fn who_hides_the_tags_of_its_other_side_puts_them_back() {
        let (upper, lower) = (
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKupper",
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKlower",
        );
        let hidden = "To: <sip:bob@example.org>;tag=hidden";
        let number = "CSeq: 2 BYE";
        Wire::new()
            .within(1, 2, "2 BYE", &[upper])
            .within(2, 3, "2 BYE", &[lower, hidden])
            .response(3, 2, "200 OK", &[lower, hidden, number])
            .response(2, 1, "200 OK", &[upper, number])
            .passes(&RULE);
    }

    #[test]
    fn what_a_proxy_changed_it_changes_back_or_not_itself() {
        let changed = ["From: <sip:carol@example.org>;tag=a"];
        Wire::new()
            .passed(&[1, 2, 3], "INVITE", &[&[], &changed])
            .passed_back(&[1, 2, 3], "INVITE", "200 OK", &[&changed])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_without_the_request() {
        Wire::new()
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
