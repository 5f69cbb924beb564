//! A PUBLISH that names an entity-tag in whose place another was given.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, PublicationScene, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT08",
    name: "old-entity-tag-named",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A PUBLISH whose SIP-If-Match is not the SIP-ETag of the latest 2xx answer to the same publication.",
    matters: "The server answers 412, and the state is published twice or runs out.",
    cause: "A client that keeps the tag of its first PUBLISH, though every answer may give a new one.",
    silenced: &["A request that was sent before the answer came knows only the tag before."],
    citations: &[rfc("RFC 3903", "4.1")],
    check: Check::Publication(check),
};

fn check(publication: &PublicationScene<'_>, verdicts: &mut Verdicts) {
    let mut given: Option<Seen<'_>> = None;
    for step in publication.steps() {
        let Some(request) = step.request() else {
            continue;
        };
        let named = request.sip.value(Name::SipIfMatch);
        let latest = given.and_then(|answer| Some((answer, answer.sip.value(Name::SipEtag)?)));
        match (named, latest) {
            (None, _) => {}
            (Some(_), None) => verdicts.not_provable(),
            (Some(_), Some((answer, _))) if answer.message.id() > request.message.id() => {
                verdicts.not_provable();
            }
            (Some(named), Some((answer, tag))) => {
                verdicts.check(named.bytes() == tag.bytes(), || {
                    Fault::at(&request, named)
                        .with(&answer, tag)
                        .expected(tag.lossy())
                });
            }
        }
        let answer = step.answer().filter(Seen::accepts);
        given = answer
            .filter(|answer| answer.sip.has(Name::SipEtag))
            .or(given);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    /// PUBLISHs with a Call-ID of their own each, by the tag that they name and the one that they are given.
    fn published(chain: &[(&str, &str)]) -> Wire {
        let mut wire = Wire::new();
        for (number, (named, given)) in (1..).zip(chain) {
            let cseq = format!("CSeq: {number} PUBLISH");
            let call_id = format!("Call-ID: {number}");
            let named = match *named {
                "" => "Subject: new".to_owned(),
                tag => format!("SIP-If-Match: {tag}"),
            };
            let given = format!("SIP-ETag: {given}");
            let lines = [&call_id, &cseq, "Event: presence", "Expires: 600", &named];
            wire = wire.request(1, 2, "PUBLISH", &lines).response(
                2,
                1,
                "200 OK",
                &[&call_id, &cseq, "Expires: 600", &given],
            );
        }
        wire
    }

    #[test]
    fn fails() {
        published(&[("", "a"), ("a", "b"), ("a", "c")]).fails(&RULE, "a");
    }

    #[test]
    fn passes() {
        published(&[("", "a"), ("a", "b"), ("b", "c")]).passes(&RULE);
        published(&[("", "a"), ("a", "a"), ("a", "a")]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_began_before_the_trace() {
        published(&[("before", "b")]).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_it_was_sent_before_the_answer() {
        let lines = |number: u32, more: &str| {
            let cseq = format!("CSeq: {number} PUBLISH");
            let call_id = format!("Call-ID: {number}");
            [call_id, cseq, "Event: presence".to_owned(), more.to_owned()]
        };
        let send = |wire: Wire, number, more| {
            let lines = lines(number, more);
            wire.request(1, 2, "PUBLISH", &lines.each_ref().map(String::as_str))
        };
        let give = |wire: Wire, number, more| {
            let lines = lines(number, more);
            wire.response(2, 1, "200 OK", &lines.each_ref().map(String::as_str))
        };
        let wire = give(send(Wire::new(), 1, "Expires: 60"), 1, "SIP-ETag: a");
        let wire = send(send(wire, 2, "SIP-If-Match: a"), 3, "SIP-If-Match: a");
        give(give(wire, 2, "SIP-ETag: b"), 3, "SIP-ETag: c").cannot_tell(&RULE);
    }
}
