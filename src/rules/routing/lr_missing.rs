//! A proxy's own entry without lr.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Address, Name, Problems};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE03",
    name: "lr-missing",
    family: Family::Routing,
    severity: Severity::Warning,
    flags: "A URI in Route, Record-Route, Path or Service-Route without the parameter lr.",
    matters: "The node before it takes it for a strict router and rewrites the Request-URI.",
    cause: "A configuration in which the parameter was forgotten, or a URI without brackets, whose lr belongs to the header field.",
    silenced: &[
        "A strict router of RFC 2543 on purpose.",
        "A URI without brackets that lr follows: the missing brackets are the fault.",
    ],
    citations: &[
        rfc("RFC 3261", "16.6 step 4"),
        rfc("RFC 3327", "5"),
        rfc("RFC 3608", "5"),
    ],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    for name in [
        Name::Route,
        Name::RecordRoute,
        Name::Path,
        Name::ServiceRoute,
    ] {
        for text in seen.sip.address_texts(name) {
            if is_usual(text.bytes()) {
                verdicts.pass();
                continue;
            }
            let address = Address::read(text, &mut Problems::ignored());
            if !address.bracketed && address.params.has("lr") {
                // That the brackets are missing is told, and this follows from it.
                continue;
            }
            verdicts.check(address.is_loose_router(), || {
                let fault = Fault::at(seen, address.text).expected("lr inside of the brackets");
                fault.whatever_follows()
            });
        }
    }
}

/// As nearly all are written: nothing more needs to be read of it.
fn is_usual(entry: &[u8]) -> bool {
    let inside = entry.strip_prefix(b"<sip:");
    let inside = inside.and_then(|inside| inside.strip_suffix(b";lr>"));
    inside.is_some_and(|inside| !inside.iter().any(|byte| b"<>?".contains(byte)))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let route = "Route: <sip:p1.example.org;lr>, <sip:p2.example.org>";
        Wire::new()
            .request(1, 2, "INVITE", &[route])
            .fails(&RULE, "<sip:p2.example.org>");
        let outside = "Record-Route: <sip:p1.example.org>;lr";
        Wire::new()
            .request(1, 2, "INVITE", &[outside])
            .fails(&RULE, "<sip:p1.example.org>;lr");
    }

    #[test]
    fn passes() {
        let route = "Route: <sip:p1.example.org;lr>, <sip:p2.example.org;lr=on>";
        Wire::new().request(1, 2, "INVITE", &[route]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_a_document_leaves_the_value_out() {
        Wire::new()
            .step("INVITE request (UE to P-CSCF)")
            .request(1, 2, "INVITE", &["Record-Route: ..."])
            .cannot_tell(&RULE);
    }

    #[test]
    fn missing_brackets_are_another_fault() {
        let bare = "Route: sip:p1.example.org;lr";
        Wire::new()
            .request(1, 2, "INVITE", &[bare])
            .says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_without_them() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
