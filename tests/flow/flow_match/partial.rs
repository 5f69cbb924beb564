//! Captures of a part: what nobody captured is held neither against a step nor against a flow.

use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::played::{flow, later, matched, matched_cut, place, played};

/// Flows of so few messages that no other one can be told from them.
const PARTS: [&str; 5] = [
    "presence-incoming-notify",
    "presence-incoming-subscribe",
    "presence-outgoing-subscribe",
    "presence-update-edge-server",
    "presence-update-presence-server",
];

/// Each who takes part sees what it sends and what it gets; or only one of the two.
#[test]
fn what_one_element_saw_fails_no_flow() {
    let mut wrong = Vec::new();
    for template in templates() {
        let events = played(&template);
        for actor in 0..template.actors.len() {
            for (sent, got) in [(true, true), (true, false), (false, true)] {
                let mut seen = events.clone();
                seen.retain(|one| sent && one.from == actor || got && one.to == actor);
                if seen.is_empty() || seen.len() == events.len() {
                    continue;
                }
                let mut found = matched(&seen, std::slice::from_ref(&template));
                if !PARTS.contains(&template.id.as_str()) {
                    found.extend(matched(&seen, &templates()));
                }
                for one in found
                    .iter()
                    .filter(|one| one.conclusion == Conclusion::Fail)
                {
                    let id = &template.id;
                    let label = &template.actors[actor].label;
                    let blamed = one.steps.iter().filter(|(_, fate)| {
                        matches!(
                            fate,
                            Fate::Missing | Fate::Deviates(_) | Fate::OutOfOrder(_)
                        )
                    });
                    let blamed: Vec<_> = blamed.collect();
                    wrong.push(format!("{id} {label} {sent} {got}: {} {blamed:?}", one.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What stands behind the cut may be what seems to be missing.
#[test]
fn packets_that_were_cut_fail_no_flow() {
    let mut wrong = Vec::new();
    let mut told = 0;
    for template in templates() {
        let events = played(&template);
        for most in (120..1000).step_by(110) {
            let found = matched_cut(&events, std::slice::from_ref(&template), most);
            told += found.len();
            let failed = found
                .iter()
                .filter(|one| one.conclusion == Conclusion::Fail);
            wrong.extend(failed.map(|one| {
                let blamed: Vec<_> = one.blamed();
                format!(
                    "{} at {most}: {blamed:?} {:?}",
                    template.id,
                    one.differences()
                )
            }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told > 100, "{told}");
}

/// What comes in with the name of the element next to the terminal was on the last of its hops.
#[test]
fn what_a_terminal_saw_is_on_its_own_hop() {
    for (id, actor, hop) in [
        ("ims-presence-notify", "UE", ["4", "5"]),
        ("ims-presence-subscribe", "UE", ["21", "22"]),
        ("presence-fetch", "watcher", ["8", "9"]),
    ] {
        let template = flow(id);
        let mut actors = template.actors.iter();
        let actor = actors.position(|one| one.label == actor).unwrap();
        let mut events = played(&template);
        events.retain(|event| [event.from, event.to].contains(&actor));
        let found = matched(&events, std::slice::from_ref(&template));
        for number in hop {
            assert_eq!(found[0].fate(number), &Fate::Matched, "{id} {number}");
        }
    }
}

/// A flow of which everything was seen that can be seen there is told before another one that fails.
#[test]
fn a_part_of_a_flow_is_no_other_flow_that_fails() {
    for (id, actor) in [
        ("ims-presence-subscribe", "P-CSCF#1"),
        ("ims-presence-subscribe", "S-CSCF#1"),
        ("presence-fetch", "watcher"),
    ] {
        let template = flow(id);
        let mut actors = template.actors.iter();
        let actor = actors.position(|one| one.label == actor).unwrap();
        let mut events = played(&template);
        events.retain(|event| [event.from, event.to].contains(&actor));
        let found = matched(&events, &templates());
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.id.as_str(), one.conclusion))
            .collect();
        assert_eq!(told, [(id, Conclusion::Inconclusive)]);
    }
}

/// Via entries tell that others sent it before: who has its first hop is nobody of a flow that begins there, whatever follows.
#[test]
fn who_passed_it_on_did_not_begin_it() {
    let id = "ims-presence-subscribe";
    let template = flow(id);
    let whole = played(&template);
    let notified = place(&template, &whole, "18");
    let again = whole[notified..].iter().map(|event| later(event, 1, 60));
    let twice: Vec<_> = whole.iter().cloned().chain(again).collect();
    for (events, seen) in [
        (&twice, &["P-CSCF#1"][..]),
        (&twice, &["S-CSCF#1"]),
        (&twice, &["S-CSCF#2"]),
        (&whole, &["I-CSCF#2", "S-CSCF#2"]),
    ] {
        let mut events = events.clone();
        events.retain(|event| {
            let mut ends = [event.from, event.to].into_iter();
            ends.any(|end| seen.contains(&template.actors[end].label.as_str()))
        });
        let found = matched(&events, &templates());
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.id.as_str(), one.conclusion))
            .collect();
        assert_eq!(told, [(id, Conclusion::Inconclusive)], "{seen:?}");
    }
}

/// Two hops that are one in a network of one domain count once: of a fetch that a watcher saw nobody knows whether it has both.
#[test]
fn what_may_be_one_counts_once() {
    let template = flow("presence-fetch");
    let mut events = played(&template);
    events.retain(|event| event.from == 0 || event.to == 0);
    // No other flow is one of a fetch.
    let found = matched(&events, &templates());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion))
        .collect();
    assert_eq!(told, [("presence-fetch", Conclusion::Inconclusive)]);
}

/// What follows in a dialog is no flow of its own where the trace shows how the dialog began.
#[test]
fn a_notification_belongs_to_its_subscription() {
    let id = "presence-polite-blocking";
    let events = played(&flow(id));
    let found = matched(&events[3..], &templates());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion))
        .collect();
    assert_eq!(told, [(id, Conclusion::Inconclusive)]);
}

/// A PRACK acknowledges the answer whose RSeq it has in RAck (RFC 3262 7.2): where the first one was not captured, the second one is
/// not taken for it.
#[test]
fn a_prack_is_for_the_answer_that_it_names() {
    let template = flow("ims-session-preconditions");
    let events = played(&template);
    let [first, last] = ["34", "51"].map(|number| place(&template, &events, number));
    for from in first..=last {
        for found in matched(&events[from..], &templates()) {
            assert_eq!(found.id, template.id, "from message {from} on");
            assert_eq!(
                found.conclusion,
                Conclusion::Inconclusive,
                "from message {from} on: {:?}",
                found.steps
            );
            for number in ["23", "28", "32"] {
                let fate = found.fate(number);
                assert_eq!(fate, &Fate::NotCaptured, "{number} from message {from} on");
            }
            assert_eq!(found.fate("51"), &Fate::Matched, "from message {from} on");
        }
    }
}
