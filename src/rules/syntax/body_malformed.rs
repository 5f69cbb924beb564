//! A body that is not what its type says.

use super::judge;
use crate::base::Spoiled;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN11",
    name: "body-malformed",
    family: Family::Syntax,
    severity: Severity::Warning,
    flags: "A body of SDP, XML, multipart or another known type that does not follow the rules of that type.",
    matters: "The receiver rejects it, or misses what stands behind the fault.",
    cause: "A body that was put together from text, or shortened in an example.",
    silenced: &[
        "A body that was not captured whole.",
        "A log or document does not keep the bytes of the body.",
    ],
    citations: &[rfc("RFC 8866", "5"), rfc("RFC 2046", "5.1.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is_whole() || !seen.keeps(Spoiled::LENGTH) {
        return verdicts.not_provable();
    }
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(
            kind,
            Boundary
                | BoundaryLength
                | NoBoundary
                | MultipartEnd
                | Sdp
                | SdpValue
                | SdpOrder
                | Xml
                | XmlNamespace
                | XmlEntity
                | XmlRoot
                | XmlElement
                | XmlAttribute
                | Summary
                | Fragment
        )
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let lines = [
            "Content-Type: application/sdp",
            "Content-Length: 70",
            "",
            "v=0",
            "o=- 1 1 IN IP4 192.0.2.1",
            "s=-",
            "c=IN IP4 192.0.2.1",
            "t=0 0",
            "hello",
        ];
        Wire::new()
            .request(1, 2, "INVITE", &lines)
            .fails(&RULE, "hello");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let lines = [
            "Content-Type: application/sdp",
            "Content-Length: 10",
            "",
            "v=0",
            "hello",
        ];
        Wire::new()
            .request(1, 2, "INVITE", &lines)
            .cut()
            .cannot_tell(&RULE);
    }
}
