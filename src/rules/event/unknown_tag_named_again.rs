//! A PUBLISH that names an entity-tag of which the server said that it does not know it.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, PublicationScene, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT16",
    name: "unknown-entity-tag-named-again",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A PUBLISH whose SIP-If-Match is that of an earlier one that was answered with 412.",
    matters: "The server answers 412 again: the state is never published.",
    cause: "A client that sends its request again as it is, where it has to publish anew.",
    silenced: &["A request that was sent before the 412 came."],
    citations: &[rfc("RFC 3903", "5"), rfc("RFC 3903", "11.2.1")],
    check: Check::Publication(check),
};

fn check(publication: &PublicationScene<'_>, verdicts: &mut Verdicts) {
    let mut refused: Option<(Seen<'_>, &[u8])> = None;
    for step in publication.steps() {
        let Some(request) = step.request() else {
            continue;
        };
        let Some(named) = request.sip.value(Name::SipIfMatch) else {
            continue;
        };
        match &refused {
            Some((answer, tag))
                if *tag == named.bytes() && request.message.id() > answer.message.id() =>
            {
                let line = answer.sip.first_line_text();
                let fault = Fault::at(&request, named).with(answer, line);
                verdicts.fail(fault.expected("a PUBLISH with the whole state and no SIP-If-Match"));
            }
            _ if step.answer().is_none() => verdicts.not_provable(),
            _ => verdicts.pass(),
        }
        let answer = step.answer();
        let answer = answer.filter(|answer| answer.sip.status() == Some(412));
        refused = refused.or(answer.map(|answer| (answer, named.bytes())));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    /// PUBLISHs by the tag that they name, and their answers.
    fn published(chain: &[(&str, &str)]) -> Wire {
        let mut wire = Wire::new();
        for (number, (named, status)) in (1..).zip(chain) {
            let cseq = format!("CSeq: {number} PUBLISH");
            let named = match *named {
                "" => "Subject: new".to_owned(),
                tag => format!("SIP-If-Match: {tag}"),
            };
            let lines = [&cseq, "Event: presence", "Expires: 600", &named];
            let answer = [&cseq, "Expires: 600", "SIP-ETag: a"];
            let given = if *status == "200 OK" { 3 } else { 1 };
            wire = wire
                .request(1, 2, "PUBLISH", &lines)
                .response(2, 1, status, &answer[..given]);
        }
        wire
    }

    const GONE: &str = "412 Conditional Request Failed";

    #[test]
    fn fails() {
        published(&[("", "200 OK"), ("a", GONE), ("a", GONE)]).fails(&RULE, "a");
    }

    #[test]
    fn passes() {
        published(&[("", "200 OK"), ("a", "200 OK"), ("a", GONE), ("", "200 OK")]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let lines = ["Event: presence", "Expires: 600", "SIP-If-Match: a"];
        Wire::new()
            .request(1, 2, "PUBLISH", &lines)
            .cannot_tell(&RULE);
    }
}
