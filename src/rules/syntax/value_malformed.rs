//! A value that is not written as its grammar has it.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN10",
    name: "value-malformed",
    family: Family::Syntax,
    severity: Severity::Warning,
    flags: "A value of a header field or URI that does not follow its grammar.",
    matters: "Others read it differently or not at all.",
    cause: "A value that was put together from text, masked, or shortened in an example.",
    silenced: &[
        "Values that the header section was cut in.",
        "What is left out of a document is no value.",
        "Credentials that a logger blotted out.",
        "A Max-Forwards that is no number of hops: MF02 tells it.",
    ],
    citations: &[rfc("RFC 3261", "25.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(
            kind,
            NoValue
                | EmptyElement
                | AfterEnd
                | Number
                | NumberTooLarge
                | Token
                | DisplayName
                | Parameter
                | ParameterValue
                | ParameterMissing
                | ParameterRepeated
                | Scheme
                | SchemeNotHere
                | User
                | Host
                | HostBrackets
                | Port
                | Escape
                | UriCharacter
                | UriHeaders
                | UriHeader
                | UriMethod
                | TelephoneNumber
                | Urn
                | ViaProtocol
                | Star
                | CallId
                | Keyword
                | Quality
                | EntryIndex
                | MediaType
                | Quoted
                | Unquoted
                | NonceCount
                | AkaNonce
                | AuthScheme
                | Base64
                | Date
                | DateZone
                | Warning
                | SessionId
        )
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["Expires: soon"])
            .fails(&RULE, "soon");
    }

    #[test]
    fn the_same_byte_in_another_field_is_another_fault() {
        let wrong = [
            "! INVITE sip: bob@example.org SIP/2.0",
            "Route: <sip: 192.0.2.9;lr>",
        ];
        let (findings, _) = Wire::new().request(1, 2, "INVITE", &wrong).judge(&RULE);
        let mut fields: Vec<_> = findings.iter().map(|one| one.expected.as_str()).collect();
        fields.retain(|expected| expected.ends_with("(RFC 3986 2)"));
        assert_eq!(fields.len(), 2, "{findings:?}");
    }

    #[test]
    fn not_provable() {
        let blotted = || Wire::new().request(1, 2, "INVITE", &["Authorization: <masked>"]);
        let (findings, _) = blotted().judge(&RULE);
        assert!(!findings.is_empty());
        blotted().spoiled(Spoiled::MASKED).cannot_tell(&RULE);
        // What stands elsewhere nobody blotted out.
        Wire::new()
            .request(
                1,
                2,
                "INVITE",
                &["Authorization: <masked>", "Expires: soon"],
            )
            .spoiled(Spoiled::MASKED)
            .fails(&RULE, "soon");
    }

    #[test]
    fn what_a_document_leaves_out_is_no_value() {
        for line in [
            "Via: ...",
            "Subscription-State:",
            "Authorization: Digest username=\"alice\", (...)",
            "Expires: (\u{2026})",
        ] {
            let wire = |wire: Wire| wire.request(1, 2, "INVITE", &[line]);
            let (findings, _) = wire(Wire::new()).judge(&RULE);
            assert!(!findings.is_empty(), "{line}");
            wire(Wire::new().step("INVITE request (UE to P-CSCF)")).passes(&RULE);
        }
    }

    #[test]
    fn two_fields_that_are_wrong_in_the_same_words_are_two_faults() {
        let lines = ["Alert-Info: 4711", "Contact: <sip:alice@192.0.2.1>;q=4711"];
        let (findings, _) = Wire::new().request(1, 2, "INVITE", &lines).judge(&RULE);
        let told: Vec<_> = findings
            .iter()
            .map(|one| one.expected.split(':').next())
            .collect();
        assert_eq!(told, [Some("in Alert-Info"), Some("in Contact")]);
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "INVITE", &["Expires: 60"])
            .passes(&RULE);
    }
}
