//! A list of resources that names a part of the body that is not there.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::body::{BodyPart, Content};
use crate::sip::{Index, Name, Problems};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT20",
    name: "list-part-missing",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY about a list of resources that names, by cid, a part of its body that is not there.",
    matters: "The subscriber does not get the state of that resource.",
    cause: "A list server that writes another Content-ID above the part than into the list.",
    silenced: &[
        "The message was not captured whole.",
        "A log or document does not keep all of the body.",
    ],
    citations: &[rfc("RFC 4662", "")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("NOTIFY") {
        return;
    }
    let is_multipart = seen.sip.item(Name::ContentType);
    let is_multipart = is_multipart.is_some_and(|item| item.is_media_type("multipart", "related"));
    let Some(Content::Multipart(parts)) = is_multipart.then(|| seen.content()) else {
        return;
    };
    let parts: Vec<_> = parts.parts().map(|part| Part::of(&part)).collect();
    let Some(named) = parts.iter().find_map(|part| part.names.as_ref()) else {
        return;
    };
    if !seen.is_whole() || seen.is_told() {
        return verdicts.not_provable();
    }
    let is_there = |cid: &String| parts.iter().any(|part| part.id.as_ref() == Some(cid));
    let missing: Vec<_> = named.iter().filter(|cid| !is_there(cid)).collect();
    if missing.is_empty() {
        verdicts.pass();
    }
    for cid in missing {
        let fault = Fault::at(seen, seen.sip.first_line_text()).got(format!("no part {cid}"));
        verdicts.fail(fault.expected(format!("a part with Content-ID: <{cid}>")));
    }
}

/// What is asked of a part.
struct Part {
    /// What it is called.
    id: Option<String>,
    /// The parts that it names, if it is a list of resources.
    names: Option<Vec<String>>,
}

impl Part {
    fn of(part: &BodyPart<'_>) -> Self {
        let mut index = Index::default();
        let message = part.read(&mut index);
        let id = message.value(Name::ContentId);
        let content = part.body(&message).content(&mut Problems::ignored());
        let names = match &content {
            Content::Rlmi(list) => {
                let instances = list.resources.iter().flat_map(|one| &one.instances);
                let all = instances.map(|instance| instance.cid).chain([list.cid]);
                Some(
                    all.flatten()
                        .map(|cid| cid.text().trim().to_owned())
                        .collect(),
                )
            }
            _ => None,
        };
        Self {
            id: id.map(|id| bare(&id.lossy()).to_owned()),
            names,
        }
    }
}

fn bare(id: &str) -> &str {
    id.trim().trim_start_matches('<').trim_end_matches('>')
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn told(cid: &str) -> Wire {
        let instance = format!("<instance id=\"1\" state=\"active\" cid=\"{cid}\"/>");
        let body = [
            "--b",
            "Content-ID: <list@example.org>",
            "Content-Type: application/rlmi+xml",
            "",
            "<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" uri=\"sip:l@example.org\" version=\"0\" fullState=\"true\">",
            "<resource uri=\"sip:bob@example.org\">",
            &instance,
            "</resource></list>",
            "--b",
            "Content-ID: <bob@example.org>",
            "Content-Type: text/plain",
            "",
            "open",
            "--b--",
        ];
        let length: usize = body.iter().map(|line| line.len() + 2).sum();
        let length = format!("Content-Length: {length}");
        let kind = "Content-Type: multipart/related;type=\"application/rlmi+xml\";boundary=b";
        let head = [
            "Event: presence",
            "Subscription-State: active",
            kind,
            &length,
            "",
        ];
        Wire::new().request(1, 2, "NOTIFY", &[&head[..], &body].concat())
    }

    #[test]
    fn fails() {
        told("tom@example.org").fails(&RULE, "no part tom@example.org");
    }

    #[test]
    fn passes() {
        told("bob@example.org").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        told("tom@example.org").cut().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        let lines = ["Event: presence", "Subscription-State: active"];
        Wire::new()
            .request(1, 2, "NOTIFY", &lines)
            .says_nothing(&RULE);
    }
}
