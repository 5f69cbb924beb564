//! Who wants its name hidden is named in From.

use super::goes_to_terminal;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS22",
    name: "name-sent-against-privacy",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A request with Privacy: user that a P-CSCF passed on to the terminal and whose From names its sender.",
    matters: "The other side learns who calls, though the caller has asked that it does not.",
    cause: "A network without a privacy service for callers that do not hide their name themselves.",
    silenced: &[
        "anonymous in the user or the host of From.",
        "Requests within a dialog repeat the From that it began with.",
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
    ],
    citations: &[rfc("RFC 3323", "4.1"), rfc("RFC 3323", "5.3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let after = &relay.after;
    if !relay.is_request() || !relay.before.sip.has_token(Name::Privacy, "user") {
        return;
    }
    if after.message.to_tag().is_some() || !goes_to_terminal(relay) {
        return;
    }
    let Some(from) = after.from() else {
        return;
    };
    let uri = from.uri();
    let hides = |text: &[u8]| {
        let start = text.get(..9);
        start.is_some_and(|start| start.eq_ignore_ascii_case(b"anonymous"))
    };
    let user = uri.user.unwrap_or_default();
    verdicts.check(hides(user.bytes()) || hides(uri.host.text.bytes()), || {
        let before = &relay.before;
        let wish = before.sip.value(Name::Privacy).unwrap_or_default();
        let fault = Fault::at(after, from.uri_text()).with(before, wish);
        fault.expected("sip:anonymous@anonymous.invalid")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn called(wire: Wire, privacy: &str, from: &str) -> Wire {
        let lines = [privacy, from, "To: <sip:alice@example.org>"];
        wire.passed(&[4, 2, 1], "INVITE", &[&lines])
    }

    const BOB: &str = "From: <sip:bob@example.org>;tag=b";
    const NOBODY: &str = "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=b";

    #[test]
    fn fails() {
        called(Wire::ims(), "Privacy: user;id", BOB).fails(&RULE, "sip:bob@example.org");
    }

    #[test]
    fn passes() {
        called(Wire::ims(), "Privacy: user;id", NOBODY).passes(&RULE);
        called(
            Wire::ims(),
            "Privacy: user",
            "From: <sip:x@Anonymous.invalid>;tag=b",
        )
        .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_it_is_not_wanted_or_nobody_is_known_to_be_a_p_cscf() {
        called(Wire::ims(), "Privacy: id", BOB).says_nothing(&RULE);
        called(Wire::new(), "Privacy: user", BOB).says_nothing(&RULE);
    }
}
