//! What belongs to one flow: one dialog is one flow however long it lasts, and several are one only where they are the same user's.

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Event, Options, synthesize};
use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::played::{
    SECOND, Verdict, edit, field, flow, later, matched, place, played,
};

pub(crate) fn told(found: &[Verdict]) -> Vec<(&str, Conclusion, usize, usize)> {
    let of = |one: &Verdict| {
        let matched = one.steps.iter().filter(|(_, fate)| *fate == Fate::Matched);
        (matched.count(), one.extra)
    };
    let all = found.iter().map(|one| {
        let (matched, extra) = of(one);
        (one.id.as_str(), one.conclusion, matched, extra)
    });
    all.collect()
}

/// A subscription that lasts: the state changes again and again, which is no more than the flow has, and the phone refreshes what it
/// asked for, which is beside it.
#[test]
fn a_long_subscription_is_one_flow() {
    let mut events = played(&flow("message-waiting"));
    let [subscribe, accepted, notify, taken] = [0, 1, 4, 5].map(|at| events[at].clone());
    for time in 1..4 {
        events.push(later(&notify, time, 60 * i64::from(time)));
        events.push(later(&taken, time, 60 * i64::from(time)));
    }
    let mailbox = field(&notify, "From").replace("From: ", "To: ");
    for (event, by) in [(&subscribe, 1), (&accepted, 1)] {
        let mut refresh = later(event, by, 600);
        let to = field(&refresh, "To");
        edit(&mut refresh, &to, &mailbox);
        events.push(refresh);
    }
    events.push(later(&notify, 4, 600));
    events.push(later(&taken, 4, 600));
    assert_eq!(
        told(&matched(&events, &templates())),
        [("message-waiting", Conclusion::Pass, 6, 1)]
    );
}

/// An INVITE inside a dialog changes the session; it begins none.
#[test]
fn what_changes_a_session_is_no_other_session() {
    let events = played(&flow("rfc3665-session"));
    let [invite, _, ok, ack, ..] = &events[..] else {
        panic!("{}", events.len());
    };
    let to = field(ack, "To");
    let mut all = events[..4].to_vec();
    for time in 1..4 {
        for event in [invite, ok, ack] {
            let mut again = later(event, time, 10 * i64::from(time));
            let own = field(&again, "To");
            edit(&mut again, &own, &to);
            all.push(again);
        }
    }
    for event in &events[4..] {
        let mut end = event.clone();
        end.time += 60 * SECOND;
        all.push(end);
    }
    // Each has an ACK of its own.
    assert_eq!(
        told(&matched(&all, &templates())),
        [("rfc3665-session", Conclusion::Pass, 6, 6)]
    );
    // Nor is there a session in what is left of one that began before.
    assert_eq!(told(&matched(&all[4..], &templates())), []);
}

#[test]
fn calls_of_others_are_no_part_of_a_flow() {
    let template = flow("refer");
    let mut events = played(&template);
    for event in &mut events {
        if ["INVITE", "ACK"]
            .iter()
            .any(|method| field(event, "CSeq").ends_with(method))
        {
            edit(event, "sip:b@", "sip:d@");
            edit(event, "sip:c@", "sip:e@");
            for end in [&mut event.source, &mut event.destination] {
                let other = end.to_string().replace("192.0.2.", "198.51.100.");
                *end = other.parse().unwrap();
            }
        }
    }
    let found = matched(&events, &templates());
    let refer = found.iter().find(|one| one.id == "refer").unwrap();
    for number in ["5", "7", "8"] {
        assert_ne!(refer.fate(number), &Fate::Matched, "{number}");
    }
}

/// Three users at once, whose messages come between each other.
fn at_once(id: &str, own: &str, others: [&str; 3]) -> Vec<Event> {
    let options = Options {
        transport: Transport::Udp,
        seed: 7,
        ..Options::default()
    };
    let mut all = Vec::new();
    for (run, other) in others.into_iter().enumerate() {
        let mut events = synthesize(&flow(id), &options, run as u64);
        for event in &mut events {
            let text = String::from_utf8(event.bytes.clone()).unwrap();
            event.bytes = text.replace(own, other).into_bytes();
            event.time += run as i64 * 3_100_000;
        }
        all.extend(events);
    }
    all.sort_by_key(|event| event.time);
    all
}

#[test]
fn each_user_has_a_flow_of_its_own() {
    let users = ["user1_public1@", "user2_public1@", "user3_public1@"];
    let id = "ims-deregistration-by-network";
    let found = matched(&at_once(id, users[0], users), &templates());
    assert_eq!(told(&found), [(id, Conclusion::Pass, 6, 0); 3]);
    let users = ["poc-user-a", "poc-user-b", "poc-user-c"];
    let id = "poc-registration";
    let found = matched(&at_once(id, users[0], users), &templates());
    assert_eq!(told(&found), [(id, Conclusion::Pass, 30, 0); 3]);
}

/// A flow that is played by several users at several terminals at once: the terminal and the user of each.
fn at_terminals(id: &str, own: [&str; 2], others: &[[&str; 2]], between: i64) -> Vec<Event> {
    let options = Options {
        transport: Transport::Udp,
        seed: 7,
        ..Options::default()
    };
    let mut all = Vec::new();
    for (run, [terminal, user]) in others.iter().enumerate() {
        for mut event in synthesize(&flow(id), &options, run as u64) {
            let text = String::from_utf8(event.bytes.clone()).unwrap();
            let text = text.replace(own[0], terminal).replace(own[1], user);
            event.bytes = text.into_bytes();
            for end in [&mut event.source, &mut event.destination] {
                *end = end.to_string().replace(own[0], terminal).parse().unwrap();
            }
            event.time += run as i64 * between;
            all.push(event);
        }
    }
    all.sort_by_key(|event| event.time);
    all
}

/// One user has several terminals, one terminal several users.
#[test]
fn each_terminal_has_a_flow_of_its_own() {
    let id = "poc-registration";
    let terminal = played(&flow(id))[0].source.ip().to_string();
    let (terminal, user) = (terminal.as_str(), "poc-user-a");
    let (second, third) = ("198.51.100.7", "198.51.100.8");
    for others in [
        [[terminal, user], [second, user], [third, user]],
        [
            [terminal, user],
            [terminal, "poc-user-b"],
            [terminal, "poc-user-c"],
        ],
        [[terminal, user], [second, "poc-user-b"], [second, user]],
    ] {
        for between in [1_300_000, 3_100_000, 70_000_000, 410_000_000] {
            let events = at_terminals(id, [terminal, user], &others, between);
            assert_eq!(
                told(&matched(&events, &templates())),
                [(id, Conclusion::Pass, 30, 0); 3],
                "{others:?} {between}"
            );
        }
    }
}

/// A terminal more of the same user is told of it meanwhile: what is passed on to a terminal is not what the P-CSCF is told.
#[test]
fn another_subscription_between_is_no_part() {
    let id = "ims-deregistration-by-network";
    for between in [13_000_000, 25_000_000, 35_000_000] {
        let options = Options {
            transport: Transport::Udp,
            seed: 7,
            ..Options::default()
        };
        let mut events = Vec::new();
        for run in 0..2 {
            let mut played = synthesize(&flow(id), &options, run);
            // The second time the P-CSCF is told nothing.
            if run == 1 {
                played.truncate(4);
            }
            for event in &mut played {
                event.time += run as i64 * between;
            }
            events.extend(played);
        }
        events.sort_by_key(|event| event.time);
        assert_eq!(
            told(&matched(&events, &templates())),
            [(id, Conclusion::Pass, 6, 0), (id, Conclusion::Pass, 4, 0)],
            "{between}"
        );
    }
}

/// A request outside of any dialog has no tag in To (RFC 3261 8.1.1.2): what is answered with another one was none of a dialog.
#[test]
fn a_tag_that_nobody_gave_is_told() {
    for (id, number) in [
        ("rfc3665-session", "F1"),
        ("rfc3665-two-proxies", "F1"),
        ("forking", "F1"),
        ("refer", "5"),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        let at = place(&template, &events, number);
        let to = format!("{}\r\n", field(&events[at], "To"));
        edit(
            &mut events[at],
            &to,
            &format!("{};tag=added\r\n", to.trim_end()),
        );
        let found = matched(&events, &templates());
        let [found] = &found[..] else {
            panic!("{id}: {found:?}");
        };
        let told = found.told();
        assert_eq!(told, [(number, "To")], "{id}");
        assert_eq!(found.id, id);
    }
}
