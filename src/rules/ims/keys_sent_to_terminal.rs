//! A P-CSCF that passed the keys of a security association on to the terminal.

use super::goes_to_terminal;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS04",
    name: "keys-sent-to-terminal",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A challenge that a P-CSCF passed on to the terminal with ck or ik in it.",
    matters: "The keys that are to protect the terminal's traffic go over the air in clear.",
    cause: "A P-CSCF that passes WWW-Authenticate on as it is.",
    silenced: &["Only where the trace shows which node is the P-CSCF and which the terminal."],
    citations: &[rfc("3GPP TS 24.229", "7.2A.1.3"), rfc("RFC 3310", "3.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if relay.is_request() || !goes_to_terminal(relay) {
        return;
    }
    let Some(challenge) = relay.after.sip.auths(Name::WwwAuthenticate).next() else {
        return;
    };
    let keys = ["ck", "ik"];
    let mut params = challenge.params.iter();
    let key = params.find(|param| keys.iter().any(|key| param.name.is(key)));
    match key {
        None => verdicts.pass(),
        Some(param) => {
            verdicts.fail(Fault::at(&relay.after, param.name).expected("no ck and no ik"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CHALLENGE: &str =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=AKAv1-MD5";

    fn challenged(wire: Wire, keys: &str) -> Wire {
        let keys = format!("{CHALLENGE}{keys}");
        let (core, own) = (
            format!("{CHALLENGE}, ck=\"12\", ik=\"34\""),
            [keys.as_str()],
        );
        let way = [1, 2, 3, 4];
        wire.passed(&way, "SUBSCRIBE", &[&[]]).passed_back(
            &way,
            "SUBSCRIBE",
            "401 Unauthorized",
            &[&[&core], &[&core], &own],
        )
    }

    #[test]
    fn fails() {
        challenged(Wire::ims(), ", ck=\"12\"").fails(&RULE, "ck");
        challenged(Wire::ims(), ", ik=\"34\", qop=\"auth\"").fails(&RULE, "ik");
    }

    #[test]
    fn passes_though_the_core_has_them() {
        challenged(Wire::ims(), "").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nobody_is_known_to_be_a_p_cscf() {
        challenged(Wire::new(), ", ck=\"12\"").says_nothing(&RULE);
    }
}
