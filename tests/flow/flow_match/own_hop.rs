//! An answer has From, To, Call-ID, CSeq and Via of the request of its own hop (RFC 3261 8.2.6.2, 17.1.3, 18.1.2): also one that is
//! passed on, whether or not what it passes on was captured.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Template, templates};

use crate::flow_match::details::only;
use crate::flow_match::played::{Verdict, edit, field, flow, matched, place, played};

/// What goes between two of those who take part.
fn one_hop(template: &Template, ends: [&str; 2]) -> Vec<Event> {
    let actor = |label: &&str| {
        let mut actors = template.actors.iter();
        actors.position(|actor| actor.label == **label).unwrap()
    };
    let ends: Vec<usize> = ends.iter().map(actor).collect();
    let mut events = played(template);
    events.retain(|event| ends.contains(&event.from) && ends.contains(&event.to));
    events
}

/// A line with something else in it.
type Change = (&'static str, fn(&str) -> String);

const CHANGES: [Change; 6] = [
    ("From", |line| format!("{line}x")),
    ("CSeq", |line| line.replace("CSeq: ", "CSeq: 7")),
    ("To", |line| line.replace("<sip:", "<sip:x")),
    ("To", |line| line.split(";tag=").next().unwrap().to_owned()),
    ("Via", |line| line.replace("/UDP ", "/UDP x")),
    ("Via", |line| {
        line.replace("branch=z9hG4bK", "branch=z9hG4bKx")
    }),
];

/// The same messages, one of them with a change.
fn with_change(events: &[Event], at: usize, (name, change): Change) -> Vec<Event> {
    let mut events = events.to_vec();
    let own = field(&events[at], name);
    edit(&mut events[at], &own, &change(&own));
    events
}

/// Hops of which nothing else was captured, and the answers on them.
const HOPS: [(&str, [&str; 2], &[&str]); 4] = [
    ("rfc3665-two-proxies", ["Alice", "Proxy 1"], &["F11", "F14"]),
    ("ims-presence-notify", ["S-CSCF#2", "PS"], &["8"]),
    ("ims-registration", ["UE", "P-CSCF"], &["10", "22"]),
    (
        "presence-publish",
        ["Presence Source1", "SIP/IP Core"],
        &["4"],
    ),
];

#[test]
fn an_answer_is_that_to_the_request_of_its_own_hop() {
    for (id, ends, answers) in HOPS {
        let template = flow(id);
        let events = one_hop(&template, ends);
        let whole = only(&template, &events);
        assert_eq!(whole.told(), [], "{id}");
        assert_ne!(whole.conclusion, Conclusion::Fail, "{id}");
        for number in answers {
            let at = place(&template, &events, number);
            for (name, change) in CHANGES {
                let events = with_change(&events, at, (name, change));
                let found = only(&template, &events);
                assert_eq!(
                    found.told(),
                    [(*number, name)],
                    "{id}: {}",
                    field(&events[at], name)
                );
            }
        }
    }
}

/// It is held against the flow that is told without it.
#[test]
fn an_answer_to_something_else_makes_no_other_flow() {
    let mut wrong = Vec::new();
    for (id, ends, answers) in HOPS {
        let template = flow(id);
        let events = one_hop(&template, ends);
        let whole = matched(&events, &templates());
        let ids = |found: &[Verdict]| found.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(whole.len(), 1, "{id}");
        for number in answers {
            let at = place(&template, &events, number);
            for (name, change) in CHANGES {
                let events = with_change(&events, at, (name, change));
                let found = matched(&events, &templates());
                let told: Vec<_> = found
                    .iter()
                    .flat_map(Verdict::told)
                    .map(|(_, what)| what)
                    .collect();
                let is_failed = found.iter().all(|one| one.conclusion == Conclusion::Fail);
                if ids(&found) != ids(&whole) || told != [name] || !is_failed {
                    wrong.push(format!(
                        "{id} {number} {}: {:?} {told:?}",
                        String::from_utf8_lossy(&events[at].bytes),
                        ids(&found)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who passes it on as it came is not blamed for it; nor is who puts right what was wrong.
#[test]
fn it_is_told_where_it_came_from() {
    let template = flow("rfc3665-two-proxies");
    let events = played(&template);
    for (first, others) in [("F9", ["F10", "F11"]), ("F12", ["F13", "F14"])] {
        for (name, change) in &CHANGES[..4] {
            for passed_on in 0..=others.len() {
                let mut events = events.clone();
                for number in [first].iter().chain(&others[..passed_on]) {
                    let at = place(&template, &events, number);
                    let own = field(&events[at], name);
                    edit(&mut events[at], &own, &change(&own));
                }
                let found = only(&template, &events);
                let put_back = found.fate(first).name() == "deviates";
                assert!(put_back, "{first} {name} {passed_on}: {found:?}");
                // The tag is its own: nobody knows another one.
                if *name != "To" {
                    assert_eq!(found.told(), [(first, *name)], "{passed_on}");
                }
            }
        }
    }
}
