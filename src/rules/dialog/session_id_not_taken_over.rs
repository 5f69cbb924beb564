//! An answer whose Session-ID names another session as the remote one than that of the request.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::{Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG18",
    name: "session-id-not-taken-over",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "An answer to a request outside of dialogs whose Session-ID has another `remote` than what the request calls itself.",
    matters: "The two halves of Session-ID are there so that each message names both ends: of such a call they do not.",
    cause: "A server that sends its own half twice, leaves the other nil, or takes it from another leg.",
    silenced: &[
        "A Session-ID of RFC 7329, which has no `remote`.",
        "A request whose own half is nil: its sender does not know it yet.",
        "Requests within dialogs: what they changed may not have arrived everywhere.",
        "100, which is of the next hop alone.",
        "A node that joins two calls may know another session by then: this is a warning.",
    ],
    citations: &[rfc("RFC 7989", "6"), rfc("RFC 7989", "7")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|one| one.message.to_tag().is_none()) else {
        return;
    };
    let Some(asked) = session(&request) else {
        return;
    };
    let own = asked.own.bytes();
    if asked.remote.is_none() || own.iter().all(|digit| *digit == b'0') {
        return;
    }
    for answer in hop.answers() {
        let told = session(&answer).filter(|_| answer.sip.status() != Some(100));
        let Some((told, remote)) = told.and_then(|told| Some((told, told.remote?))) else {
            continue;
        };
        verdicts.check(remote.bytes().eq_ignore_ascii_case(own), || {
            Fault::at(&answer, told.text)
                .with(&request, asked.text)
                .expected(format!("remote={}", asked.own.lossy()))
        });
    }
}

/// Session-ID: what the sender calls the session, and what the other end does.
#[derive(Clone, Copy)]
struct Session<'s> {
    text: Text<'s>,
    own: Text<'s>,
    remote: Option<Text<'s>>,
}

fn session<'s>(seen: &Seen<'s>) -> Option<Session<'s>> {
    let item = seen.sip.item(Name::SessionId)?;
    let text = seen.sip.value(Name::SessionId)?;
    Some(Session {
        text,
        own: item.word,
        remote: item.params.value("remote"),
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const ASKED: &str =
        "Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000";
    const TAKEN: &str =
        "Session-ID: 47755a9de7794ba387653f2099600ef2;remote=ab30317f1a784dc48ff824d0d3715d86";
    const NIL: &str =
        "Session-ID: 47755a9de7794ba387653f2099600ef2;remote=00000000000000000000000000000000";

    fn answered(asked: &str, answer: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[asked])
            .response(2, 1, "200 OK", &[answer])
    }

    #[test]
    fn fails() {
        answered(ASKED, NIL).fails(&RULE, NIL.strip_prefix("Session-ID: ").unwrap());
    }

    #[test]
    fn passes() {
        answered(ASKED, TAKEN).passes(&RULE);
    }

    #[test]
    fn a_session_id_of_rfc_7329_has_one_half() {
        let one = "Session-ID: ab30317f1a784dc48ff824d0d3715d86";
        answered(one, one).says_nothing(&RULE);
        answered(ASKED, one).says_nothing(&RULE);
        answered(one, TAKEN).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_where_the_request_does_not_know_its_own_half() {
        let unknown =
            "Session-ID: 00000000000000000000000000000000;remote=00000000000000000000000000000000";
        answered(unknown, NIL).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_within_a_dialog() {
        Wire::new()
            .within(1, 2, "2 INVITE", &[ASKED])
            .answered(2, 1, "200 OK", "2 INVITE", &[NIL])
            .says_nothing(&RULE);
    }
}
