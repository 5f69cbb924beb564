//! An option that is required, but not registered.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN14",
    name: "option-tag-unknown",
    family: Family::Syntax,
    severity: Severity::Warning,
    flags: "An option tag in Require or Proxy-Require that is not registered.",
    matters: "Whoever does not know it has to refuse the request with 420.",
    cause: "An extension of one vendor, or a tag with a typing error.",
    silenced: &[
        "Supported: who does not know the tag there leaves it aside.",
        "What does not follow the grammar of a token: SYN10 tells it.",
    ],
    citations: &[rfc("RFC 3261", "8.1.1.9"), rfc("RFC 3261", "20.32")],
    check: Check::Message(check),
};

/// The registry of option tags at IANA, and `mediasec` of 3GPP TS 24.229.
const KNOWN: &[&str] = &[
    "100rel",
    "199",
    "answermode",
    "early-session",
    "eventlist",
    "explicitsub",
    "from-change",
    "geolocation-http",
    "geolocation-sip",
    "gin",
    "gruu",
    "histinfo",
    "ice",
    "join",
    "mediasec",
    "multiple-refer",
    "norefersub",
    "nosub",
    "outbound",
    "path",
    "policy",
    "precondition",
    "pref",
    "privacy",
    "recipient-list-invite",
    "recipient-list-message",
    "recipient-list-subscribe",
    "record-aware",
    "replaces",
    "resource-priority",
    "sdp-anat",
    "sec-agree",
    "siprec",
    "tdialog",
    "timer",
    "trickle-ice",
    "uui",
];

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    for name in [Name::Require, Name::ProxyRequire] {
        for tag in seen.sip.values(name).filter(is_token) {
            let known = KNOWN.iter().any(|known| tag.is(known)) || seen.leaves_out(tag.span());
            verdicts.check(known, || {
                Fault::at(seen, tag).expected("a registered option tag")
            });
        }
    }
}

fn is_token(text: &Text<'_>) -> bool {
    let mut bytes = text.bytes().iter();
    !text.is_empty()
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn requires(line: &str) -> Wire {
        Wire::new().request(1, 2, "INVITE", &[line])
    }

    #[test]
    fn fails() {
        requires("Require: 100rel, foo").fails(&RULE, "foo");
        requires("Proxy-Require: sec-agre").fails(&RULE, "sec-agre");
    }

    #[test]
    fn passes() {
        requires("Require: 100REL, precondition").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_only_supported_or_no_token() {
        requires("Supported: foo").says_nothing(&RULE);
        requires("Require: \"100rel\"").says_nothing(&RULE);
    }
}
