//! What a proxy passes on loses nothing (RFC 3261 16.6, 16.7): a field or body that is gone is told where it went.

use sipscope::flow::synthesis::Event;

use crate::flow_match::details::only;
use crate::flow_match::played::{Verdict, field, flow, place, played};

/// A flow without one header field of a message, which has no body then if that was its type.
pub(crate) fn without(id: &str, number: &str, name: &str) -> Verdict {
    let template = flow(id);
    let mut events = played(&template);
    let at = place(&template, &events, number);
    take(&mut events[at], name);
    only(&template, &events)
}

pub(crate) fn take(event: &mut Event, name: &str) {
    let text = String::from_utf8(event.bytes.clone()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let is_body = name == "Content-Type";
    let left = head.split("\r\n").filter(|line| {
        let field = line.split(':').next().unwrap_or_default();
        field != name && !(is_body && field == "Content-Length")
    });
    let left: Vec<_> = left.collect();
    assert!(left.len() < head.split("\r\n").count(), "{name} in {text}");
    let body = if is_body { "" } else { body };
    event.bytes = format!("{}\r\n\r\n{body}", left.join("\r\n")).into_bytes();
}

#[test]
fn what_is_passed_on_keeps_its_fields() {
    for (id, number, name) in [
        ("rfc3665-two-proxies", "F5", "Contact"),
        ("rfc3665-two-proxies", "F14", "Contact"),
        ("ims-registration", "5", "Authorization"),
        ("ims-registration", "16", "Authorization"),
        ("presence-fetch", "5", "Expires"),
        ("presence-fetch", "6", "Expires"),
        ("presence-publish", "2", "Event"),
    ] {
        assert_eq!(without(id, number, name).told(), [(number, name)], "{id}");
    }
}

#[test]
fn what_is_passed_on_keeps_its_body() {
    for (id, number) in [
        ("rfc3665-two-proxies", "F5"),
        ("rfc3665-two-proxies", "F13"),
        ("presence-fetch", "8"),
    ] {
        let found = without(id, number, "Content-Type");
        let expected = [(number, "Content-Type"), (number, "Body")];
        assert_eq!(found.told(), expected, "{id}");
    }
}

/// RFC 3262 3 and 7.2: the response has RSeq and asks for 100rel, what acknowledges it has RAck; and all of that is passed on.
#[test]
fn reliable_answers_say_so_all_the_way() {
    let template = flow("ims-session-preconditions");
    let events = played(&template);
    let mut changes = 0;
    for (start, names) in [
        (&b"SIP/2.0 183"[..], &["RSeq", "Require"][..]),
        (b"PRACK", &["RAck"]),
    ] {
        for at in (0..events.len()).filter(|at| events[*at].bytes.starts_with(start)) {
            for name in names {
                let number = &template.steps[events[at].step].number;
                let mut events = events.clone();
                let _ = field(&events[at], name);
                take(&mut events[at], name);
                let found = only(&template, &events);
                assert_eq!(found.told(), [(number.as_str(), *name)]);
                changes += 1;
            }
        }
    }
    // One 183 and one PRACK over six hops.
    assert!(changes >= 15, "{changes}");
}
