//! Users who make a flow more than once: each of its runs is told by itself, however far it came.

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Event, Options, synthesize};
use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::played::{
    SECOND, Verdict, edit, field, flow, later, matched, place, played,
};

/// Two runs of a flow, the second so many seconds after the first, without the messages of some steps of each.
fn two_runs(id: &str, seconds: i64, lost: [&[&str]; 2]) -> Vec<Event> {
    let template = flow(id);
    let options = Options {
        transport: Transport::Udp,
        seed: 7,
        ..Options::default()
    };
    let mut all = Vec::new();
    for (run, lost) in lost.into_iter().enumerate() {
        let mut events = synthesize(&template, &options, run as u64);
        events.retain(|event| !lost.contains(&template.steps[event.step].number.as_str()));
        for event in &mut events {
            event.time += run as i64 * seconds * SECOND;
        }
        all.extend(events);
    }
    all
}

fn conclusions<'f>(found: &'f [Verdict], id: &str) -> Vec<(Conclusion, Vec<&'f str>)> {
    let of = found.iter().filter(|one| one.id == id);
    of.map(|one| (one.conclusion, one.blamed())).collect()
}

/// What is left of one run does not mend another one: requests of one dialog have one Call-ID.
#[test]
fn two_halves_are_no_whole() {
    for lost in [
        [&["5", "6", "7", "8", "9", "10"] as &[&str], &["3", "4"]],
        [&["2"], &["3", "5", "6", "7", "8"]],
        [&["9", "10"], &["3", "4"]],
    ] {
        for seconds in [20, 1_000] {
            let found = matched(&two_runs("refer", seconds, lost), &templates());
            let told = conclusions(&found, "refer");
            assert!(!told.is_empty(), "{lost:?}");
            let passes = told.iter().any(|(one, _)| *one == Conclusion::Pass);
            assert!(!passes, "{lost:?} {seconds}: {told:?}");
        }
    }
}

/// A call that a flow begins with has its own other dialogs; what began before it and went no further is told by itself.
#[test]
fn each_of_two_broken_runs_is_told() {
    let lost: [&[&str]; 2] = [&["5", "6", "7", "8", "9", "10"], &["3", "4"]];
    let found = matched(&two_runs("refer", 20, lost), &templates());
    let told = conclusions(&found, "refer");
    // Ringing may be left out.
    let rest = vec!["5", "7", "8", "9", "10"];
    assert_eq!(
        told,
        [
            (Conclusion::Inconclusive, rest),
            (Conclusion::Fail, vec!["3", "4"])
        ]
    );
}

/// RFC 3261 10.2: all registrations of one client have one Call-ID.
#[test]
fn another_call_id_in_a_dialog_is_a_difference() {
    let template = flow("poc-registration");
    let mut events = played(&template);
    let at = place(&template, &events, "3");
    edit(&mut events[at], "Call-ID: ", "Call-ID: q");
    let found = matched(&events, &templates());
    let [found] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(found.conclusion, Conclusion::Fail);
    let told = found.told();
    assert_eq!(told, [("3", "Call-ID")]);
}

#[test]
fn a_broken_run_is_told_before_a_whole_one() {
    for (id, step) in [
        ("ims-deregistration-by-network", "4"),
        ("refer", "4"),
        ("poc-registration", "2"),
        ("poc-registration", "15"),
    ] {
        for seconds in [5, 30, 1_000] {
            let found = matched(&two_runs(id, seconds, [&[step], &[]]), &templates());
            let told = conclusions(&found, id);
            let [(broken, blamed), (whole, none)] = &told[..] else {
                panic!("{id} {step} {seconds}: {told:?}");
            };
            assert_ne!(*broken, Conclusion::Pass, "{id} {step} {seconds}");
            assert_eq!(blamed, &[step], "{id} {step} {seconds}");
            assert_eq!((*whole, none.is_empty()), (Conclusion::Pass, true));
            assert_eq!(found.len(), 2, "{id} {step} {seconds}: {found:?}");
        }
    }
}

/// What need not happen is not left out where it was answered otherwise, unless as another step is.
#[test]
fn an_optional_step_with_another_answer_is_told() {
    for (id, number, from, to) in [
        ("ims-deregistration-by-network", "7", "200 OK", "500 Oops"),
        (
            "presence-reactive-authorization",
            "14",
            "200 OK",
            "500 Oops",
        ),
        (
            "presence-reactive-authorization",
            "15",
            "200 OK",
            "500 Oops",
        ),
        ("rfc3665-registration", "F2", "401 Unauthorized", "500 Oops"),
        (
            "rfc3665-two-proxies",
            "F2",
            "407 Proxy Authorization Required",
            "500 Oops",
        ),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        let at = place(&template, &events, number);
        let line = first_line(&events[at]);
        edit(&mut events[at], &line, &line.replace(from, to));
        for known in [templates(), vec![template.clone()]] {
            let found = matched(&events, &known);
            let [found] = &found[..] else {
                panic!("{id} {number}: {found:?}");
            };
            assert_eq!(found.blamed(), [number], "{id} {:?}", found.steps);
            let told = found.differences();
            assert_eq!(
                (told[0].1.what.as_str(), told[0].1.got.as_str()),
                ("status", "500")
            );
            assert_eq!(
                (found.id.as_str(), found.conclusion),
                (id, Conclusion::Fail)
            );
        }
    }
    // A registration that needs no credentials, and is made again.
    let mut events = played(&flow("rfc3665-registration"));
    let line = first_line(&events[1]);
    edit(&mut events[1], &line, "SIP/2.0 200 OK");
    for one in matched(&events, &templates()) {
        assert_eq!(one.fate("F2"), &Fate::LeftOut);
    }
}

fn first_line(event: &Event) -> String {
    let text = std::str::from_utf8(&event.bytes).unwrap();
    text.split("\r\n").next().unwrap().to_owned()
}

/// What need not happen is not left out where it happened otherwise.
#[test]
fn an_optional_step_that_is_wrong_is_told() {
    let template = flow("ims-deregistration-by-network");
    let mut events = played(&template);
    let at = place(&template, &events, "6");
    let event = format!("{}\r\n", field(&events[at], "Event"));
    edit(&mut events[at], &event, "");
    let found = matched(&events, &templates());
    assert_eq!(found.len(), 1);
    let told = found[0].differences();
    let told: Vec<_> = told
        .iter()
        .map(|(number, one)| (*number, one.what.as_str(), one.got.as_str()))
        .collect();
    assert_eq!(told, [("6", "Event", "none")]);
    assert_eq!(found[0].conclusion, Conclusion::Fail);
    // Another state in the body may be another notification: it is beside the flow.
    let mut events = played(&template);
    edit(&mut events[at], "event=\"rejected\"", "event=\"________\"");
    let found = matched(&events, &templates());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fate("6"), &Fate::LeftOut);
    assert_eq!(found[0].extra, 1);
}

/// What may come several times is nothing beside the flow.
#[test]
fn what_is_repeated_is_not_extra() {
    for (id, first) in [("message-waiting", "5"), ("presence-six-messages", "F5")] {
        let template = flow(id);
        let events = played(&template);
        let at = place(&template, &events, first);
        let mut all = events.clone();
        for time in 1..4 {
            let more = events[at..at + 2].iter();
            all.extend(more.map(|event| later(event, time, 60 * i64::from(time))));
        }
        let found = matched(&all, &templates());
        let [found] = &found[..] else {
            panic!("{found:?}");
        };
        let told = (found.id.as_str(), found.conclusion, found.extra);
        assert_eq!(told, (id, Conclusion::Pass, 0));
    }
}
