//! Traces that are longer than what is looked at together: what lies too far off is not found, and fails no flow.

use sipscope::flow::Conclusion;
use sipscope::flow::synthesis::Event;

use crate::flow_match::played::{Verdict, field, flow, later, matched, place, played};

/// Other calls of the same users between the two calls of a flow: OPTIONS that somebody answers.
fn with_calls_between(count: usize) -> Vec<Verdict> {
    let template = flow("poc-registration");
    let mut events = played(&template);
    let first = field(&events[0], "Call-ID");
    let second = events
        .iter()
        .position(|event| field(event, "Call-ID") != first)
        .unwrap();
    let mut between = Vec::new();
    for number in 0..count {
        let of = &events[second];
        let (from, to) = (field(of, "From"), field(of, "To"));
        let lines = format!(
            "Via: SIP/2.0/UDP 203.0.113.50;branch=z9hG4bKo{number}\r\nMax-Forwards: 70\r\n{from}\r\n{to}\r\nCall-ID: o{number}\r\n\
             CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        );
        let request = Event {
            time: of.time - 1_000_000 + number as i64 * 1_000,
            source: "203.0.113.50:5060".parse().unwrap(),
            destination: "203.0.113.51:5060".parse().unwrap(),
            is_request: true,
            bytes: format!("OPTIONS sip:203.0.113.51 SIP/2.0\r\n{lines}").into_bytes(),
            ..of.clone()
        };
        let answer = Event {
            time: request.time + 500,
            source: request.destination,
            destination: request.source,
            is_request: false,
            bytes: format!("SIP/2.0 200 OK\r\n{lines}").into_bytes(),
            ..of.clone()
        };
        between.extend([request, answer]);
    }
    events.splice(second..second, between);
    matched(&events, &[template])
}

#[test]
fn other_dialogs_are_looked_for_in_sixteen_later_calls() {
    for (between, passes) in [(0, true), (14, true), (15, false), (40, false)] {
        let found = with_calls_between(between);
        let conclusions: Vec<_> = found.iter().map(|one| one.conclusion).collect();
        assert_eq!(conclusions.contains(&Conclusion::Pass), passes, "{between}");
        assert!(
            !conclusions.contains(&Conclusion::Fail),
            "{between} {found:#?}"
        );
    }
}

/// A session with so many requests between its beginning and its end that they are not looked at together: how it ends is not found, and
/// fails nothing.
#[test]
fn a_session_is_followed_for_a_thousand_requests() {
    for (between, expected) in [(1_000, Conclusion::Pass), (1_100, Conclusion::Inconclusive)] {
        let template = flow("rfc3665-session");
        let mut events = played(&template);
        let end = place(&template, &events, "F5");
        let (bye, answer) = (events[end].clone(), events[end + 1].clone());
        events.truncate(end);
        for number in 0..between {
            for message in [&bye, &answer] {
                let mut info = later(message, number, i64::from(number));
                let text = String::from_utf8(info.bytes).unwrap();
                info.bytes = text.replace("BYE", "INFO").into_bytes();
                events.push(info);
            }
        }
        for message in [&bye, &answer] {
            events.push(later(message, between, i64::from(between)));
        }
        let found = matched(&events, &[template]);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.conclusion, one.blamed()))
            .collect();
        let blamed = match expected {
            Conclusion::Pass => vec![],
            _ => vec!["F5", "F6"],
        };
        assert_eq!(told, [(expected, blamed)], "{between}");
    }
}
