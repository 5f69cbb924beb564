//! The smallest changes that violate the rules of dialogs: numbers, targets, route sets, ACK and BYE.

use super::Event;
use super::breaks::{Break, Change, Scene};
use super::message::tag_of;
use super::wire_breaks::{MUCH_LATER, is_missed, may_be_delayed, send_again};
use crate::base::Transport;
use crate::flow::{Template, What};

use Change::{Events, Message as Changed};

/// So much in front of another message.
const JUST_BEFORE: i64 = 1_000_000;

/// By the codes of the rules.
pub(super) const DIALOG_BREAKS: &[Break] = &[
    Break {
        code: "DLG05",
        what: "the number of the request before in a BYE long after it",
        fits: |scene| {
            let direct = is_direct(scene) && scene.asked_before(&["INVITE"]);
            scene.is(&["BYE"]) && is_of_known(scene) && direct && may_be_delayed(scene)
        },
        change: Events(|template, events, step| {
            let again = |other: usize| other == step || answers(template, other, step);
            for event in events.iter_mut().filter(|event| event.step >= step) {
                event.time += MUCH_LATER;
                if again(event.step) {
                    let text = String::from_utf8_lossy(&event.bytes);
                    event.bytes = counted(&text, |number| number - 1).into_bytes();
                }
            }
        }),
    },
    Break {
        code: "DLG07",
        what: "BYE without the tag of the other side",
        fits: is_bye_of_known,
        change: Changed(|message, _| {
            message.change("To", |to| match tag_of(to) {
                Some(tag) => to.replace(&format!(";tag={tag}"), ""),
                None => to.to_owned(),
            });
        }),
    },
    Break {
        code: "DLG08",
        what: "another entry in Route than in the route set",
        fits: |scene| is_bye_of_known(scene) && scene.message.has("Route"),
        change: Changed(|message, _| {
            message.change("Route", |entry| entry.replace(";lr", ";lr;user=phone"));
        }),
    },
    Break {
        code: "DLG09",
        what: "another Request-URI than the Contact of the other side",
        fits: is_bye_of_known,
        change: Changed(|message, _| {
            let uri = format!("{};user=phone", message.uri());
            message.set_uri(&uri);
        }),
    },
    Break {
        code: "DLG10",
        what: "another tag in 180 than in 200",
        fits: |scene| {
            let contact = scene.message.has("Contact");
            let known = scene.transport == Transport::Udp && is_direct(scene) && sends(scene);
            known && scene.answers(180..181) && contact && !scene.message.has("RSeq")
        },
        change: Changed(|message, _| {
            message.change("To", |to| match tag_of(to) {
                Some(tag) => to.replace(tag, "other"),
                None => to.to_owned(),
            });
        }),
    },
    Break {
        code: "DLG11",
        what: "481 to a request within a dialog",
        fits: |scene| scene.answers(200..300) && scene.is(&["UPDATE"]) && is_direct(scene),
        change: Changed(|message, _| {
            "SIP/2.0 481 Call/Transaction Does Not Exist".clone_into(&mut message.first);
            for name in ["Contact", "Content-Type", "Require", "Session-Expires"] {
                message.remove(name);
            }
            message.body.clear();
        }),
    },
    Break {
        code: "DLG12",
        what: "a second BYE long after the first",
        fits: |scene| scene.is(&["BYE"]) && is_of_known(scene),
        change: Events(|_, events, step| {
            let first = events.iter().find(|event| event.step == step).cloned();
            if let Some(mut again) = first {
                again.time += MUCH_LATER;
                let text = String::from_utf8_lossy(&again.bytes).replacen(
                    ";branch=z9hG4bK",
                    ";branch=z9hG4bKx",
                    1,
                );
                again.bytes = counted(&text, |number| number + 1).into_bytes();
                events.push(again);
            }
        }),
    },
    Break {
        code: "DLG13",
        what: "the number of the challenged request in the one with credentials",
        fits: |scene| {
            let authorized =
                scene.message.has("Proxy-Authorization") || scene.message.has("Authorization");
            scene.begins() && authorized && scene.is(&["INVITE", "SUBSCRIBE", "PUBLISH"])
        },
        change: Changed(|message, _| {
            message.change("CSeq", |value| number(value, |number| number - 1))
        }),
    },
    Break {
        code: "DLG14",
        what: "an INVITE in front of the answer to the one before",
        fits: |scene| {
            let before = last_answer(scene.template, scene.step);
            let empty = scene.message.body.is_empty();
            // Over TCP the other side would seem too slow.
            scene.transport == Transport::Udp
                && scene.begins()
                && scene.is_inside()
                && scene.is(&["INVITE"])
                && empty
                && before.is_some_and(|(_, invite)| is_first_in(scene, invite))
        },
        change: Events(|template, events, step| before_answer(template, events, step)),
    },
    Break {
        code: "DLG15",
        what: "numbers left out",
        fits: |scene| scene.is(&["BYE"]) && is_of_known(scene) && scene.asked_before(&["INVITE"]),
        change: Changed(|message, _| {
            message.change("CSeq", |value| number(value, |number| number + 5))
        }),
    },
    Break {
        code: "DLG16",
        what: "a number of its own in the ACK to a 2xx",
        fits: |scene| is_of_known(scene) && scene.is(&["ACK"]) && !asks_later(scene),
        change: Changed(|message, _| {
            message.change("CSeq", |value| number(value, |number| number + 1))
        }),
    },
    Break {
        code: "DLG17",
        what: "no ACK to a 2xx, which is sent again and again",
        fits: |scene| {
            scene.answers(200..300) && scene.is(&["INVITE"]) && is_direct(scene) && is_missed(scene)
        },
        change: Events(|template, events, step| {
            events.retain(|event| !acknowledges(template, event.step, step));
            send_again(events, step);
        }),
    },
];

/// The same, where the trace knows the names of who sends it: of a stream it knows only the address.
fn is_bye_of_known(scene: &Scene<'_>) -> bool {
    scene.transport == Transport::Udp && scene.is(&["BYE"]) && is_of_known(scene)
}

/// Whether who sends it also sends requests, by which its name is known.
fn sends(scene: &Scene<'_>) -> bool {
    let own = scene.one().from;
    let mut events = scene.played.events.iter();
    events.any(|event| event.from == own && event.is_request)
}

/// Whether its sender sends another INVITE in the dialog.
fn asks_later(scene: &Scene<'_>) -> bool {
    let template = scene.template;
    (scene.step + 1..template.steps.len()).any(|step| {
        let request = scene.played.sent[step]
            .as_ref()
            .is_some_and(|sent| sent.method() == "INVITE");
        request
            && template.steps[step].from == scene.one().from
            && template.dialog_of(step) == template.dialog_of(scene.step)
    })
}

/// A request within a dialog that was made in this flow, so that the trace knows what its sender knows.
fn is_of_known(scene: &Scene<'_>) -> bool {
    scene.begins() && scene.is_inside() && scene.is_made()
}

/// Nobody stands between who sends it and who gets it.
pub(super) fn is_direct(scene: &Scene<'_>) -> bool {
    scene.before.is_none() && scene.ends() && scene.message.all("Via").count() == 1
}

/// Whether an INVITE is not the one that makes the dialog and what it waits for moves: none may stand between.
fn is_first_in(scene: &Scene<'_>, invite: usize) -> bool {
    let sent = scene.played.sent[invite].as_ref();
    sent.is_some_and(|sent| sent.get("To").and_then(tag_of).is_some())
}

/// Whether one step is an answer to another.
fn answers(template: &Template, step: usize, request: usize) -> bool {
    matches!(&template.steps[step].what, What::Response(response) if response.answers == request)
}

/// Whether one step is the ACK or PRACK for another.
pub(super) fn acknowledges(template: &Template, step: usize, response: usize) -> bool {
    matches!(&template.steps[step].what, What::Request(request) if request.acknowledges == Some(response))
}

/// The final answer to the INVITE that the sender of a step sent last before it in the dialog, and that INVITE.
pub(super) fn last_answer(template: &Template, step: usize) -> Option<(usize, usize)> {
    let from = template.steps[step].from;
    let invite = (0..step).rev().find(|other| {
        let request = match &template.steps[*other].what {
            What::Request(request) => request.method == "INVITE",
            _ => false,
        };
        request
            && template.steps[*other].from == from
            && template.dialog_of(*other) == template.dialog_of(step)
    })?;
    let answer = (invite + 1..step).find(|later| match &template.steps[*later].what {
        What::Response(response) => {
            let status = response.statuses.first().map_or(0, |(status, _)| *status);
            response.answers == invite && status >= 200
        }
        _ => false,
    })?;
    Some((answer, invite))
}

/// Sends a message just before that answer.
pub(super) fn before_answer(template: &Template, events: &mut [Event], step: usize) {
    let Some((answer, _)) = last_answer(template, step) else {
        return;
    };
    let time = events
        .iter()
        .find(|event| event.step == answer)
        .map(|event| event.time);
    for event in events.iter_mut().filter(|event| event.step == step) {
        event.time = time.unwrap_or(event.time) - JUST_BEFORE;
    }
}

/// CSeq with another number.
fn number(cseq: &str, change: impl FnOnce(u32) -> u32) -> String {
    let (number, method) = cseq.split_once(' ').unwrap_or_default();
    format!("{} {method}", change(number.parse().unwrap_or_default()))
}

/// A message with another number in CSeq.
fn counted(text: &str, change: impl FnOnce(u32) -> u32) -> String {
    let Some((head, rest)) = text.split_once("CSeq: ") else {
        return text.to_owned();
    };
    let (cseq, rest) = rest.split_once("\r\n").unwrap_or_default();
    format!("{head}CSeq: {}\r\n{rest}", number(cseq, change))
}
