//! What is done to the messages of any flow is told where it was done, and nowhere else.

use sipscope::base::Transport;
use sipscope::flow::synthesis::log::{busiest, formats, write_log};
use sipscope::flow::synthesis::{Event, Options, synthesize, write_capture};
use sipscope::flow::{Conclusion, Fate, Group, GroupKind, Template, What, templates};

use crate::flow_match::played::{Verdict, flow, matched, matched_in, played};

pub(crate) fn number(template: &Template, step: usize) -> &str {
    &template.steps[step].number
}

/// The only flow that is found where only this one is looked for.
pub(crate) fn verdict(template: &Template, events: &[Event]) -> Result<Verdict, String> {
    let mut found = matched(events, std::slice::from_ref(template));
    match found.len() {
        1 => Ok(found.remove(0)),
        other => Err(format!("{other} flows")),
    }
}

/// Whether a flow is looked for among others: one of a message or two is in every trace.
fn says_enough(template: &Template) -> bool {
    let messages = template.steps.iter().filter(|step| step.is_sip());
    messages.count() > 2
}

fn over(transport: Transport) -> Options {
    Options {
        transport,
        seed: 7,
        ..Options::default()
    }
}

#[test]
fn whole_flows_are_found_among_all() {
    let known = templates();
    for template in &known {
        for transport in [Transport::Udp, Transport::Tcp] {
            let file = tempfile::NamedTempFile::new().unwrap();
            write_capture(&mut file.as_file(), template, &over(transport)).unwrap();
            let looked_for = match says_enough(template) {
                true => &known[..],
                false => std::slice::from_ref(template),
            };
            let all = matched_in(file.path(), looked_for);
            let all: Vec<_> = all
                .iter()
                .map(|found| {
                    (
                        found.id.as_str(),
                        found.conclusion,
                        found.blamed(),
                        found.extra,
                    )
                })
                .collect();
            assert_eq!(
                all,
                [(template.id.as_str(), Conclusion::Pass, vec![], 0)],
                "{transport:?}"
            );
        }
    }
}

#[test]
fn every_run_is_found() {
    for template in templates() {
        for transport in [Transport::Udp, Transport::Tcp] {
            let options = Options {
                count: 8,
                ..over(transport)
            };
            let file = tempfile::NamedTempFile::new().unwrap();
            write_capture(&mut file.as_file(), &template, &options).unwrap();
            let found = matched_in(file.path(), std::slice::from_ref(&template));
            let passed = found.iter().filter(|one| {
                (one.conclusion, one.extra, one.blamed()) == (Conclusion::Pass, 0, vec![])
            });
            let id = (&template.id, transport.name());
            assert_eq!((found.len(), passed.count()), (8, 8), "{id:?}");
        }
    }
}

#[test]
fn a_call_may_have_any_number_of_flows_in_it() {
    const TIMES: u64 = 180;
    let template = templates().into_iter();
    let mut template = template.filter(|template| template.id == "ims-registration");
    let template = template.next().unwrap();
    let mut events = Vec::new();
    let mut messages = 0;
    for run in 0..TIMES {
        let played = synthesize(&template, &over(Transport::Udp), run);
        messages = played.len();
        events.extend(played.into_iter().map(|mut event| {
            let text = String::from_utf8(event.bytes).unwrap();
            // One charging identity for all makes them one call (RFC 7315 4.6).
            let text = match text.split_once("icid-value=\"") {
                Some((before, rest)) => {
                    let (_, behind) = rest.split_once('"').unwrap();
                    format!("{before}icid-value=\"one\"{behind}")
                }
                None => text,
            };
            event.time += run as i64 * 60_000_000_000;
            event.bytes = text.into_bytes();
            event
        }));
    }
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found.len() as u64, TIMES);
    for one in &found {
        assert_eq!(
            (one.conclusion, one.extra),
            (Conclusion::Pass, 0),
            "{one:?}"
        );
        let seen = one.steps.iter().filter(|(_, fate)| *fate == Fate::Matched);
        assert_eq!(seen.count(), messages);
    }
}

#[test]
fn logs_pass_as_far_as_they_see() {
    let mut wrong = Vec::new();
    for template in templates() {
        for transport in [Transport::Udp, Transport::Tcp] {
            let options = over(transport);
            let events = synthesize(&template, &options, 0);
            let actor = busiest(&events, template.actors.len());
            for format in formats() {
                let file = tempfile::NamedTempFile::new().unwrap();
                write_log(&mut file.as_file(), &template, &options, format, actor).unwrap();
                let name = format!("{} {} {}", format.name, template.id, transport.name());
                let found = matched_in(file.path(), std::slice::from_ref(&template));
                let [found] = &found[..] else {
                    wrong.push(format!("{name}: {} flows", found.len()));
                    continue;
                };
                let seen =
                    |event: &&Event| !format.one_sided || [event.from, event.to].contains(&actor);
                for event in events.iter().filter(seen) {
                    let number = number(&template, event.step);
                    if found.fate(number) != &Fate::Matched {
                        wrong.push(format!("{name} {number}: {:?}", found.fate(number)));
                    }
                }
                // What the log of another element has is no fault of this one.
                let all = events.iter().all(|event| seen(&event));
                let expected = match all {
                    true => Conclusion::Pass,
                    false => found.conclusion.min(Conclusion::Inconclusive),
                };
                if found.conclusion != expected {
                    wrong.push(format!("{name}: {:?}", found.conclusion));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_step_that_is_not_there_is_the_only_one_that_is_told() {
    let mut wrong = Vec::new();
    for template in templates() {
        let events = played(&template);
        for at in 0..events.len() {
            let step = events[at].step;
            let (id, number) = (&template.id, number(&template, step));
            let mut left = events.clone();
            left.remove(at);
            let found = verdict(&template, &left);
            match found {
                _ if left.is_empty() => {}
                Err(said) => wrong.push(format!("{id} {number}: {said}")),
                Ok(found) if may_be_gone(&template, step) => {
                    if found.conclusion == Conclusion::Fail {
                        wrong.push(format!("{id} {number} (optional): {:?}", found.blamed()));
                    }
                }
                Ok(found) => {
                    let fate = found.fate(number);
                    let gone = matches!(fate, Fate::Missing | Fate::NotReached | Fate::NotCaptured);
                    let only = found.blamed() == [number];
                    if !gone || !only || found.conclusion == Conclusion::Pass {
                        wrong.push(format!(
                            "{id} {number}: {fate:?}, {:?}, blamed {:?}",
                            found.conclusion,
                            found.blamed()
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_step_that_is_not_there_is_told_among_all_flows_too() {
    let known = templates();
    let mut wrong = Vec::new();
    for template in known.iter().filter(|template| says_enough(template)) {
        let events = played(template);
        for at in 0..events.len() {
            let step = events[at].step;
            let (id, number) = (&template.id, number(template, step));
            let mut left = events.clone();
            left.remove(at);
            let found = matched(&left, &known);
            let ids: Vec<_> = found.iter().map(|one| one.id.as_str()).collect();
            let [one] = &found[..] else {
                wrong.push(format!("{id} {number}: {ids:?}"));
                continue;
            };
            let optional = may_be_gone(template, step);
            let told = one.id == *id && (optional || one.blamed() == [number]);
            if !told {
                wrong.push(format!("{id} {number}: {ids:?} {:?}", one.blamed()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A trace that begins late has all that its messages are the effects of, and nothing is known of what was before.
#[test]
fn what_was_before_the_trace_is_not_missing() {
    let mut wrong = Vec::new();
    for template in templates() {
        let events = played(&template);
        // Of two that look the same, the later one may be taken for the earlier one where only that is left.
        for from in 1..=events.len() / 2 {
            for one in matched(&events[from..], std::slice::from_ref(&template)) {
                let missing = one.steps.iter().filter(|(_, fate)| *fate == Fate::Missing);
                let missing: Vec<_> = missing.map(|(number, _)| number).collect();
                if !missing.is_empty() {
                    wrong.push(format!("{} from {from}: {missing:?}", template.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One message proves another one over those that were not captured between them.
#[test]
fn what_others_prove_is_not_missing() {
    for (id, numbers) in [
        ("ims-registration", &["8", "9"][..]),
        ("ims-registration", &["20", "21"]),
        ("ims-registration", &["5", "8", "9"]),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        events.retain(|event| !numbers.contains(&number(&template, event.step)));
        let found = verdict(&template, &events).unwrap();
        assert_eq!(found.blamed(), numbers, "{id}");
        assert_eq!(
            found.conclusion,
            Conclusion::Inconclusive,
            "{id} {numbers:?}"
        );
    }
}

/// Whether a step may be left out alone: no other message is of its group.
fn may_be_gone(template: &Template, step: usize) -> bool {
    let mut groups = template.groups.iter();
    let has_others = |group: &Group| {
        let mut others = group.steps.iter().filter(|other| **other != step);
        others.any(|other| template.steps[*other].is_sip())
    };
    groups.any(|group| {
        group.steps.contains(&step) && group.kind == GroupKind::Optional && !has_others(group)
    })
}

/// Whether a message can only be sent after another one.
fn follows(template: &Template, step: usize, other: usize) -> bool {
    match &template.steps[step].what {
        What::Request(request) => {
            [request.relays, request.acknowledges, request.cancels].contains(&Some(other))
        }
        What::Response(response) => response.answers == other || response.relays == Some(other),
        _ => false,
    }
}

/// Steps that have no order: of two branches of a fork (RFC 3261 16.7), the two answers to what is cancelled (9.2), the first
/// notification and the answer to what asked for it (RFC 6665 4.1.2.4).
const FREE: &[(&str, [&str; 2])] = &[
    ("forking", ["F3", "F4"]),
    ("forking", ["F4", "F5"]),
    ("forking", ["F6", "F7"]),
    ("forking", ["F8", "F9"]),
    ("forking", ["F10", "F11"]),
    ("forking", ["F12", "F13"]),
    ("forking", ["F14", "F15"]),
    // The two subscribers are told on their own.
    ("ims-deregistration-by-network", ["5", "6"]),
    ("refer", ["2", "3"]),
    ("message-waiting", ["2", "3"]),
    ("presence-fetch", ["6", "7"]),
    ("presence-polite-blocking", ["4", "5"]),
    ("presence-reactive-authorization", ["6", "7"]),
    ("presence-six-messages", ["F2", "F3"]),
    ("poc-registration", ["8", "9"]),
    ("poc-registration", ["13", "14"]),
    ("poc-registration", ["19", "20"]),
];

#[test]
fn steps_that_change_places_are_told() {
    let mut wrong = Vec::new();
    let mut swaps = 0;
    for template in templates() {
        let events = played(&template);
        for at in 1..events.len() {
            let (one, other) = (&events[at - 1], &events[at]);
            let ends = [other.from, other.to];
            let shared = ends.contains(&one.from) || ends.contains(&one.to);
            if follows(&template, other.step, one.step) || !shared {
                continue;
            }
            let trying = |event: &Event| event.bytes.starts_with(b"SIP/2.0 100");
            if trying(one) || trying(other) {
                continue;
            }
            swaps += 1;
            let mut swapped = events.clone();
            (swapped[at - 1].time, swapped[at].time) = (other.time, one.time);
            swapped.swap(at - 1, at);
            let (id, pair) = (
                &template.id,
                [one, other].map(|event| number(&template, event.step)),
            );
            match verdict(&template, &swapped) {
                Err(said) => wrong.push(format!("{id} {pair:?}: {said}")),
                Ok(found) if is_free(id, pair) => {
                    if found.conclusion != Conclusion::Pass {
                        wrong.push(format!("{id} {pair:?}: {:?}", found.blamed()));
                    }
                }
                Ok(found) => {
                    let blamed = found.blamed();
                    let out = |number: &&str| matches!(found.fate(number), Fate::OutOfOrder(_));
                    if blamed.len() != 1 || !pair.contains(&blamed[0]) || !out(&blamed[0]) {
                        wrong.push(format!(
                            "{id} {pair:?}: {blamed:?} {:?}",
                            found.differences()
                        ));
                    }
                }
            }
        }
    }
    assert!(swaps > 20, "{swaps}");
    let wrong = wrong.join("\n");
    assert!(
        wrong.is_empty(),
        "steps that have no order are in FREE, others are not:\n{wrong}"
    );
}

fn is_free(id: &str, pair: [&str; 2]) -> bool {
    FREE.contains(&(id, pair))
}
