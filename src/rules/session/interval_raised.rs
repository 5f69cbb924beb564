//! A proxy that changes the session timer in a way that it must not.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES17",
    name: "session-timer-changed-by-proxy",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A proxy that raises Session-Expires or lowers Min-SE of a request of a client that knows session timers, or changes Session-Expires of an answer.",
    matters: "The two ends and the proxies between end the session at different times.",
    cause: "A proxy that writes its own setting into everything that passes.",
    silenced: &[
        "A proxy may lower Session-Expires and raise Min-SE of a request, and add what is not there.",
        "For a client without `timer` in Supported it may raise both.",
        "A back-to-back user agent, which has a session on each side.",
        "Hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 4028", "8.1"), rfc("RFC 4028", "8.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let value = |seen: &Seen<'_>, name| seen.sip.number(name).and_then(|number| number.value);
    for name in [Name::SessionExpires, Name::MinSe] {
        let Some((came, left)) = value(&relay.before, name).zip(value(&relay.after, name)) else {
            continue;
        };
        if !relay.is_proxied() {
            verdicts.not_provable();
            continue;
        }
        let knows = relay.before.sip.has_token(Name::Supported, "timer");
        let allowed = match (relay.is_request(), name) {
            (true, Name::MinSe) => left >= came,
            (true, _) => left <= came || !knows,
            (false, Name::SessionExpires) => left == came,
            (false, _) => continue,
        };
        let texts = relay
            .after
            .sip
            .value(name)
            .zip(relay.before.sip.value(name));
        if let Some((text, of)) = texts {
            verdicts.check(allowed, || {
                Fault::at(&relay.after, text)
                    .with(&relay.before, of)
                    .expected(of.lossy())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TWO: [&str; 2] = [
        "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    ];

    fn passed_on(before: &[&str], after: &[&str]) -> Wire {
        let after = [&TWO[..], &["Max-Forwards: 69"], after].concat();
        Wire::new()
            .request(1, 2, "INVITE", before)
            .request(2, 3, "INVITE", &after)
    }

    const ASKED: [&str; 3] = ["Supported: timer", "Session-Expires: 600", "Min-SE: 200"];

    #[test]
    fn fails() {
        passed_on(&ASKED, &["Session-Expires: 1800", "Min-SE: 200"]).fails(&RULE, "1800");
        passed_on(&ASKED, &["Session-Expires: 600", "Min-SE: 90"]).fails(&RULE, "90");
        passed_on(&ASKED, &ASKED)
            .response(
                3,
                2,
                "200 OK",
                &[TWO[0], TWO[1], "Session-Expires: 600;refresher=uac"],
            )
            .response(
                2,
                1,
                "200 OK",
                &[TWO[1], "Session-Expires: 300;refresher=uac"],
            )
            .fails(&RULE, "300;refresher=uac");
    }

    #[test]
    fn passes() {
        passed_on(&ASKED, &["Session-Expires: 300", "Min-SE: 250"]).passes(&RULE);
    }

    #[test]
    fn a_client_that_knows_no_timer_gets_a_longer_one() {
        passed_on(&["Session-Expires: 90"], &["Session-Expires: 600"]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_via_list_was_hidden() {
        Wire::new()
            .request(1, 2, "INVITE", &ASKED)
            .request(2, 3, "INVITE", &["Session-Expires: 1800"])
            .cannot_tell(&RULE);
    }
}
