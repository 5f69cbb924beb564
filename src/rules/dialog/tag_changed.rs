//! A server that answers one request with two tags.

use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::{Name, Text};
use crate::trace::Role;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG10",
    name: "tag-changed-in-answers",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "Two answers with the same Contact to one INVITE, from the user agent that the Contact names, with different tags in To.",
    matters: "The caller has two dialogs where there is one: what it sends in the first is refused with 481.",
    cause: "A server that makes a tag for each answer, or for each time that it gets the request.",
    silenced: &[
        "Answers of different phones behind a proxy: their Contacts differ, or name another node.",
        "A back-to-back user agent, which shows the branches of its other side as different dialogs.",
        "A request within a dialog: the tag in it is that of the answers, DLG03.",
        "100 and refusals, which say nothing of who sends them.",
    ],
    citations: &[rfc("RFC 3261", "8.2.6.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if hop.hop.method_name() != b"INVITE" || hop.hop.continued_by().next().is_some() {
        return;
    }
    let request = hop.hop.request();
    if request.is_some_and(|request| request.to_tag().is_some()) {
        return;
    }
    let Some(server) = hop.hop.destination_node() else {
        return;
    };
    let own = |answer: &Seen<'_>| {
        let dialog = answer
            .sip
            .status()
            .is_some_and(|status| (101..300).contains(&status));
        let contact = answer.sip.address(Name::Contact).filter(|_| dialog);
        contact.is_some_and(|contact| names(&server, &contact.uri()))
    };
    let mut answers = hop.answers().filter(own);
    let Some(first) = answers.next() else {
        return;
    };
    for answer in answers.filter(|answer| contact(answer) == contact(&first)) {
        let pair = answer.sip.value(Name::To).zip(first.sip.value(Name::To));
        let Some((to, of)) = pair else {
            continue;
        };
        if server.role() == Role::B2bua {
            verdicts.not_provable();
            continue;
        }
        let tags = answer.message.to_tag().zip(first.message.to_tag());
        verdicts.check(tags.is_none_or(|(tag, of)| tag == of), || {
            Fault::at(&answer, to).with(&first, of).expected(of.lossy())
        });
    }
}

fn contact<'s>(answer: &Seen<'s>) -> Option<Text<'s>> {
    Some(answer.sip.address(Name::Contact)?.uri().text)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn rings(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "180 Ringing", lines)
            .response(2, 1, "200 OK", &[])
    }

    const OTHER: &str = "To: <sip:bob@example.org>;tag=other";

    #[test]
    fn fails() {
        rings(&[OTHER]).fails(&RULE, "<sip:bob@example.org>;tag=b");
    }

    #[test]
    fn passes() {
        rings(&[]).passes(&RULE);
    }

    #[test]
    fn not_provable_of_a_back_to_back_user_agent() {
        rings(&[OTHER]).playing(2, "b2bua").cannot_tell(&RULE);
    }

    #[test]
    fn two_phones_have_two_tags() {
        rings(&[OTHER, "Contact: <sip:bob@192.0.2.77>"]).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_within_a_dialog() {
        let number = "1 INVITE";
        Wire::new()
            .within(1, 2, number, &[])
            .answered(2, 1, "180 Ringing", number, &[OTHER])
            .answered(2, 1, "200 OK", number, &[])
            .says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_of_a_refusal() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "180 Ringing", &[])
            .response(2, 1, "486 Busy Here", &[OTHER])
            .says_nothing(&RULE);
    }
}
