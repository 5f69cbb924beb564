//! What must be true of every template, and how many steps the documents count.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sipscope::flow::{Request, Template, What, templates};

/// Requests that their document draws no response to.
const UNANSWERED: &[(&str, &str, &str)] = &[
    (
        "presence-outgoing-subscribe",
        "3",
        "the scenario ends when the request is sent",
    ),
    (
        "presence-incoming-subscribe",
        "3",
        "the scenario is about what the servers do, not about SIP",
    ),
    (
        "presence-incoming-subscribe",
        "9",
        "the scenario ends when the request is sent",
    ),
    (
        "presence-incoming-notify",
        "9",
        "the scenario is about what the servers do, not about SIP",
    ),
    (
        "presence-update-edge-server",
        "5",
        "the scenario ends when the request is sent",
    ),
    (
        "presence-update-presence-server",
        "5",
        "the scenario ends when the request is sent",
    ),
];

/// Steps, those of them that are SIP messages, and identifiers of tests.
const COUNTS: &[(&str, usize, usize, &[&str])] = &[
    ("ims-presence-notify", 8, 8, &[]),
    ("ims-presence-subscribe", 25, 21, &[]),
    ("presence-publish", 4, 4, &["PS-1.0-int-M-0100"]),
    ("presence-publish-refresh", 4, 4, &[]),
    ("presence-expiry", 5, 4, &["PS-1.0-int-M-0110"]),
    ("presence-fetch", 10, 10, &["PS-1.0-int-M-0120"]),
    ("presence-publish-refused", 4, 4, &["PS-1.0-int-M-0130"]),
    ("presence-polite-blocking", 8, 8, &["PS-1.0-int-M-0140"]),
    (
        "presence-reactive-authorization",
        15,
        14,
        &["PS-1.0-int-M-0150"],
    ),
    ("presence-six-messages", 8, 6, &[]),
    ("presence-outgoing-subscribe", 6, 1, &[]),
    ("presence-incoming-subscribe", 14, 2, &[]),
    ("presence-incoming-notify", 6, 1, &[]),
    ("presence-update-edge-server", 12, 1, &[]),
    ("presence-update-presence-server", 14, 1, &[]),
    // Step 11 is XCAP, step 28 an action.
    ("poc-registration", 32, 30, &[]),
    ("rfc3665-registration", 4, 4, &[]),
    // F1 and F2, and a challenge before them.
    ("rfc3665-contact-list", 4, 4, &[]),
    ("rfc3665-cancellation", 4, 4, &[]),
    // F1 to F6 with the media, and BYE and 200 from the other side.
    ("rfc3665-session", 9, 8, &[]),
    // F1 to F23 with the media, and F18 to F23 from the other side.
    ("rfc3665-two-proxies", 30, 29, &[]),
    // F1 to F20 with the media, and F17 to F20 from the other side.
    ("forking", 25, 24, &[]),
    ("refer", 10, 10, &[]),
    ("message-waiting", 6, 6, &[]),
    // Twice three hops of REGISTER, 401 and 200 over three hops each; Cx four times, two actions.
    ("ims-registration", 22, 12, &[]),
    ("ims-reregistration", 10, 6, &[]),
    ("ims-deregistration", 22, 12, &[]),
    // Two hops and one hop of NOTIFY, each answered; Cx twice.
    ("ims-deregistration-by-network", 8, 6, &[]),
    // INVITE over six hops, each with 100; 183, 180, 200 over six; PRACK, UPDATE, PRACK over five with their 200; ACK over five;
    // Cx twice, two evaluations, two reservations.
    ("ims-session-preconditions", 71, 65, &[]),
    ("ims-session-release", 10, 10, &[]),
];

#[test]
fn they_have_as_many_steps_as_their_documents() {
    for template in templates() {
        let id = template.id.as_str();
        let counted = COUNTS.iter().find(|(other, ..)| *other == id);
        assert!(
            counted.is_some(),
            "COUNTS does not say how many steps the document of {id} has"
        );
        let &(_, steps, messages, tests) = counted.unwrap();
        let sip = template.steps.iter().filter(|step| step.is_sip()).count();
        assert_eq!((template.steps.len(), sip), (steps, messages), "{id}");
        assert_eq!(template.tests, tests, "{id}");
    }
    assert_eq!(templates().len(), COUNTS.len());
}

#[test]
fn every_file_of_the_folder_is_listed_under_its_name() {
    let all = templates();
    let ids: BTreeSet<_> = all.iter().map(|one| format!("{}.toml", one.id)).collect();
    assert_eq!(ids.len(), all.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = names.filter(|name| name.ends_with(".toml")).collect();
    let alone: Vec<_> = ids.symmetric_difference(&names).collect();
    assert!(
        alone.is_empty(),
        "only in templates/, or only in TEMPLATES in src/flow/library.rs: {alone:?}"
    );
}

#[test]
fn everybody_takes_part_and_everything_is_used() {
    for template in templates() {
        let id = &template.id;
        let taking_part: BTreeSet<_> = template
            .steps
            .iter()
            .flat_map(|step| [step.from, step.to])
            .collect();
        assert_eq!(taking_part.len(), template.actors.len(), "{id}: actors");
        let bodies: BTreeSet<_> = template.steps.iter().filter_map(|step| step.body).collect();
        assert_eq!(bodies.len(), template.bodies.len(), "{id}: bodies");
        let dialogs: BTreeSet<_> = (0..template.steps.len())
            .filter_map(|step| template.dialog_of(step))
            .collect();
        assert_eq!(dialogs.len(), template.dialogs.len(), "{id}: dialogs");
        assert!(!template.about.is_empty(), "{id}: about");
    }
}

fn request(template: &Template, step: usize) -> Option<&Request> {
    match &template.steps[step].what {
        What::Request(request) => Some(request),
        _ => None,
    }
}

/// The final statuses of the response to the request of a step.
fn final_statuses(template: &Template, request: usize) -> Vec<u16> {
    let answers = template.steps.iter().filter_map(|step| match &step.what {
        What::Response(response) if response.answers == request => response.statuses.first(),
        _ => None,
    });
    answers
        .map(|(status, _)| *status)
        .filter(|status| *status >= 200)
        .collect()
}

#[test]
fn every_request_has_one_final_answer_on_its_hop() {
    let mut unanswered = BTreeSet::new();
    for template in templates() {
        for (index, step) in template.steps.iter().enumerate() {
            let Some(request) = request(&template, index) else {
                continue;
            };
            let place = format!("{} step {}", template.id, step.number);
            let answers = final_statuses(&template, index);
            match (request.method.as_str(), answers.as_slice()) {
                ("ACK", answers) => assert!(answers.is_empty(), "{place}"),
                (_, []) => {
                    unanswered.insert((template.id.clone(), step.number.clone()));
                }
                (_, [_]) => {}
                (_, several) => panic!("{place}: {several:?}"),
            }
        }
    }
    let expected = UNANSWERED.iter();
    let expected = expected.map(|(id, step, _)| ((*id).to_owned(), (*step).to_owned()));
    let expected: BTreeSet<_> = expected.collect();
    let wrong: Vec<_> = unanswered.symmetric_difference(&expected).collect();
    assert!(
        wrong.is_empty(),
        "without an answer and not in UNANSWERED, or the other way round: {wrong:?}"
    );
}

/// Each final answer to an INVITE is acknowledged: a failure on its own hop, a success from where the INVITE began.
#[test]
fn every_invite_is_acknowledged() {
    for template in templates() {
        let acknowledged: BTreeSet<_> = (0..template.steps.len())
            .filter_map(|step| request(&template, step))
            .filter(|request| request.method == "ACK")
            .filter_map(|request| request.acknowledges)
            .collect();
        for (index, step) in template.steps.iter().enumerate() {
            let What::Response(response) = &step.what else {
                continue;
            };
            let of_invite = template.method_of(index) == Some("INVITE");
            let status = response.statuses[0].0;
            let begins =
                request(&template, response.answers).is_some_and(|one| one.relays.is_none());
            let expected = of_invite && (status >= 300 || (status >= 200 && begins));
            let place = format!("{} step {}", template.id, step.number);
            let found = acknowledged.contains(&index);
            assert_eq!(found, expected, "{place}");
        }
    }
}

/// What is copied was there to be copied, and a message that comes through a server has come to it before.
#[test]
fn demands_refer_to_messages_that_were_there() {
    for template in templates() {
        for index in 0..template.steps.len() {
            for demand in template.demands(index) {
                use sipscope::flow::Must::*;
                let (BeCopiedFrom(from) | BeOneLessThanIn(from) | BeConsumedFrom(from)) =
                    demand.must
                else {
                    continue;
                };
                let place = format!("{} step {}", template.id, template.steps[index].number);
                assert!(
                    from < index && template.steps[from].is_sip(),
                    "{place}: {}",
                    demand.header
                );
                let same = template.dialog_of(from) == template.dialog_of(index);
                assert!(same, "{place}: {} of another dialog", demand.header);
            }
        }
    }
}
