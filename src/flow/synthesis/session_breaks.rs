//! The smallest changes that violate the rules of sessions: offers and answers, reliable answers, session timers.

use super::Event;
use super::breaks::{Break, Change, Scene};
use super::dialog_breaks::{acknowledges, before_answer, is_direct, last_answer};
use super::message::{Message, tag_of};
use super::time_breaks::delay;
use super::wire_breaks::{is_missed, send_again};
use crate::flow::{Template, What};

use Change::{Events, Message as Changed};

const TIMER: &str = "Session-Expires";
const BEHIND: i64 = 1_000_000;
/// No session is agreed on for longer.
const DAY: i64 = 86_400_000_000_000;

/// By the codes of the rules.
pub(super) const SESSION_BREAKS: &[Break] = &[
    Break {
        code: "SES01",
        what: "no answer in the 2xx",
        fits: |scene| scene.is(&["INVITE"]) && scene.answers(200..300) && answers_offer(scene),
        change: Changed(|message, _| empty(message)),
    },
    Break {
        code: "SES02",
        what: "no offer in the 2xx",
        fits: |scene| {
            let asks = scene.request.is_some_and(|request| request.body.is_empty());
            asks && is_direct(scene)
                && scene.is(&["INVITE"])
                && scene.answers(200..300)
                && has_sdp(scene.message)
        },
        change: Changed(|message, _| empty(message)),
    },
    Break {
        code: "SES03",
        what: "an offer in front of the answer to the one before",
        fits: |scene| {
            let answer = last_answer(scene.template, scene.step);
            let answer = answer.and_then(|(answer, _)| scene.played.sent[answer].as_ref());
            let answered = answer.is_some_and(has_sdp) && is_direct(scene);
            scene.begins() && answered && scene.is(&["UPDATE"]) && has_sdp(scene.message)
        },
        change: Events(|template, events, step| before_answer(template, events, step)),
    },
    Break {
        code: "SES04",
        what: "one more stream in the answer",
        fits: |scene| scene.is(&["INVITE"]) && scene.answers(101..300) && answers_offer(scene),
        change: Changed(|message, _| message.body.push_str("m=video 5000 RTP/AVP 31\r\n")),
    },
    Break {
        code: "SES05",
        what: "one stream less in a later offer",
        fits: |scene| {
            let inside = scene.message.get("To").and_then(tag_of).is_some();
            let several = scene.message.body.matches("\r\nm=").count() > 1;
            scene.begins() && inside && several && is_refused(scene) && scene.is(&["INVITE"])
        },
        change: Changed(|message, _| {
            let last = message.body.rfind("m=").unwrap_or_default();
            message.body.truncate(last);
        }),
    },
    Break {
        code: "SES06",
        what: "an answer that sends where the offer does",
        fits: |scene| {
            let only = |message: &Message, word| message.body.contains(word);
            let offered = scene
                .request
                .is_some_and(|request| only(request, "a=sendonly"));
            offered && scene.answers(200..300) && only(scene.message, "a=recvonly")
        },
        change: Changed(|message, _| {
            message.body = message.body.replacen("a=recvonly", "a=sendonly", 1)
        }),
    },
    Break {
        code: "SES07",
        what: "another codec in the answer",
        fits: |scene| {
            let offers = |message: &Message| message.body.contains("RTP/AVP 0\r\n");
            answers_offer(scene)
                && scene.answers(101..300)
                && scene.request.is_some_and(offers)
                && offers(scene.message)
        },
        change: Changed(|message, _| {
            let body = message.body.replacen("RTP/AVP 0\r\n", "RTP/AVP 8\r\n", 1);
            message.body = body.replacen("a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", 1);
        }),
    },
    Break {
        code: "SES08",
        what: "another session in the o= line",
        fits: is_last_offer,
        change: Changed(|message, _| origin(message, |words| words[1].push('7'))),
    },
    Break {
        code: "SES09",
        what: "a changed description with the version of the last one",
        fits: is_last_offer,
        change: Changed(|message, _| {
            origin(message, |words| {
                let version: u64 = words[2].parse().unwrap_or(1);
                words[2] = (version - 1).to_string();
            });
        }),
    },
    Break {
        code: "SES10",
        what: "preconditions without the option",
        fits: |scene| {
            let mandatory = scene.message.body.contains("a=des:qos mandatory");
            scene.begins() && scene.is(&["INVITE"]) && mandatory
        },
        change: Changed(|message, _| message.set("Supported", "100rel")),
    },
    Break {
        code: "SES11",
        what: "180 in front of the word that the caller has its resources",
        fits: |scene| {
            scene.message.status() == Some(180)
                && scene.message.all("Via").count() == 1
                && update_after_offer(scene.template, scene.step).is_some()
        },
        change: Events(|template, events, step| {
            let Some(update) = update_after_offer(template, step) else {
                return;
            };
            let relayed = |step: &usize| match &template.steps[*step].what {
                What::Response(response) => response.relays,
                _ => None,
            };
            let ringing: Vec<_> = std::iter::successors(Some(step), relayed).collect();
            let of_ringing = |event: &&mut Event| ringing.contains(&event.step);
            let start = events
                .iter()
                .find(|event| event.step == update)
                .map(|event| event.time);
            let last = events
                .iter_mut()
                .filter(of_ringing)
                .map(|event| event.time)
                .max();
            if let Some((start, last)) = start.zip(last) {
                for event in events.iter_mut().filter(of_ringing) {
                    event.time -= last - start + BEHIND;
                }
            }
        }),
    },
    Break {
        code: "SES12",
        what: "a session interval of a minute",
        fits: |scene| {
            scene.begins()
                && scene.message.has(TIMER)
                && scene.message.has("Min-SE")
                && is_refused(scene)
        },
        change: Changed(|message, _| message.set(TIMER, "60")),
    },
    Break {
        code: "SES13",
        what: "no Min-SE",
        fits: |scene| scene.answers(422..423),
        change: Changed(|message, _| message.remove("Min-SE")),
    },
    Break {
        code: "SES14",
        what: "a longer session interval than was asked for",
        fits: accepts_timer,
        change: Changed(|message, _| message.set(TIMER, "9999;refresher=uac")),
    },
    Break {
        code: "SES15",
        what: "nobody to refresh the session",
        fits: accepts_timer,
        change: Changed(|message, _| message.set(TIMER, "1800")),
    },
    Break {
        code: "SES16",
        what: "the client has to refresh, and timer is not required",
        fits: accepts_timer,
        change: Changed(|message, _| message.remove("Require")),
    },
    Break {
        code: "SES17",
        what: "a longer session interval from a proxy",
        fits: |scene| scene.passes() && scene.message.has(TIMER),
        change: Changed(|message, _| message.set(TIMER, "9999")),
    },
    Break {
        code: "SES18",
        what: "no PRACK for a reliable answer, which is sent again and again",
        fits: |scene| {
            scene.message.has("RSeq")
                && is_direct(scene)
                && is_missed(scene)
                && is_only_reliable(scene)
        },
        change: Events(|template, events, step| {
            let pracks: Vec<_> = (0..template.steps.len())
                .filter(|one| acknowledges(template, *one, step))
                .collect();
            events.retain(|event| match &template.steps[event.step].what {
                What::Response(response) => !pracks.contains(&response.answers),
                _ => !pracks.contains(&event.step),
            });
            send_again(events, step);
        }),
    },
    Break {
        code: "SES19",
        what: "another method in RAck",
        fits: |scene| scene.begins() && scene.is(&["PRACK"]),
        change: Changed(|message, _| {
            message.change("RAck", |rack| rack.replace("INVITE", "PRACK"))
        }),
    },
    Break {
        code: "SES20",
        what: "a reliable answer with the number of the one before",
        fits: |scene| scene.answers(180..181) && is_direct(scene) && scene.message.has("RSeq"),
        change: Changed(|message, _| {
            message.change("RSeq", |number| {
                (number.parse::<u32>().unwrap_or(2) - 1).to_string()
            });
        }),
    },
    Break {
        code: "SES21",
        what: "100rel not supported",
        fits: |scene| {
            let supported = scene.message.get("Supported").unwrap_or_default();
            scene.begins() && scene.ends() && scene.is(&["INVITE"]) && supported.contains("100rel")
        },
        change: Changed(|message, _| {
            message.change("Supported", |options| {
                match options.strip_prefix("100rel, ") {
                    Some(others) => others.to_owned(),
                    None => "replaces".to_owned(),
                }
            });
        }),
    },
    Break {
        code: "SES22",
        what: "the 2xx in front of the PRACK",
        fits: |scene| {
            let described = scene.played.sent.iter().enumerate().any(|(step, sent)| {
                acknowledges(scene.template, scene.step, step) && sent.as_ref().is_some_and(has_sdp)
            });
            scene.begins() && scene.is(&["PRACK"]) && is_direct(scene) && described
        },
        change: Events(|template, events, step| {
            let accepted = events.iter().find(|event| {
                let is_final = matches!(&template.steps[event.step].what, What::Response(response)
                    if response.statuses.first().is_some_and(|(status, _)| *status == 200));
                event.step > step && is_final && template.method_of(event.step) == Some("INVITE")
            });
            let Some(time) = accepted.map(|event| event.time) else {
                return;
            };
            for event in events.iter_mut() {
                let answers = matches!(&template.steps[event.step].what, What::Response(response)
                    if response.answers == step);
                if event.step == step || answers {
                    event.time = time + BEHIND * (1 + i64::from(answers));
                }
            }
        }),
    },
    Break {
        code: "SES23",
        what: "UPDATE not in Allow",
        fits: |scene| {
            let refused = |step: &usize| {
                scene.template.method_of(*step) == Some("UPDATE")
                    && scene.template.dialog_of(*step) == scene.template.dialog_of(scene.step)
                    && scene.played.sent[*step].as_ref().and_then(Message::status) == Some(405)
            };
            let later = scene.step + 1..scene.template.steps.len();
            let last = later.clone().all(|step| {
                let allow = scene.played.sent[step]
                    .as_ref()
                    .is_some_and(|sent| sent.has("Allow") && sent.status() == Some(200));
                !allow || scene.template.dialog_of(step) != scene.template.dialog_of(scene.step)
            });
            scene.is(&["INVITE"])
                && scene.answers(200..300)
                && last
                && later.clone().any(|step| refused(&step))
        },
        change: Changed(|message, _| {
            message.change("Allow", |methods| methods.replace("UPDATE, ", ""))
        }),
    },
    Break {
        code: "SES24",
        what: "a refresh behind the end of the session interval",
        fits: |scene| {
            scene.begins() && scene.is(&["UPDATE"]) && scene.message.has(TIMER) && is_timed(scene)
        },
        change: Events(|_, events, step| delay(events, step, DAY)),
    },
];

fn has_sdp(message: &Message) -> bool {
    message.body.starts_with("v=0")
}

fn empty(message: &mut Message) {
    message.remove("Content-Type");
    message.body.clear();
}

fn answers_offer(scene: &Scene<'_>) -> bool {
    is_direct(scene) && scene.request.is_some_and(has_sdp) && has_sdp(scene.message)
}

fn accepts_timer(scene: &Scene<'_>) -> bool {
    scene.answers(200..300) && scene.message.has(TIMER)
}

/// Whether no other answer in the dialog is reliable.
fn is_only_reliable(scene: &Scene<'_>) -> bool {
    let dialog = scene.template.dialog_of(scene.step);
    let sent = scene.played.sent.iter().enumerate();
    let reliable = sent.filter(|(step, message)| {
        let has = message.as_ref().is_some_and(|message| message.has("RSeq"));
        has && scene.template.dialog_of(*step) == dialog
    });
    reliable.count() == 1
}

/// Whether the request ends with a refusal.
fn is_refused(scene: &Scene<'_>) -> bool {
    let mut sent = scene.played.sent.iter().enumerate();
    sent.any(|(step, message)| {
        let status = message.as_ref().and_then(Message::status);
        let own =
            scene.message.get("CSeq") == message.as_ref().and_then(|message| message.get("CSeq"));
        let same = scene.template.dialog_of(step) == scene.template.dialog_of(scene.step);
        own && same && status.is_some_and(|status| status >= 300)
    })
}

/// The last description of its side that the other one accepts, and not its first.
fn is_last_offer(scene: &Scene<'_>) -> bool {
    scene.begins() && scene.is(&["UPDATE"]) && has_sdp(scene.message)
}

/// The UPDATE with which the caller says, before a step, that it has its resources.
fn update_after_offer(template: &Template, step: usize) -> Option<usize> {
    let mut before = (0..step).rev();
    before.find(|one| {
        let body = template.steps[*one]
            .body
            .map(|body| &template.bodies[body].text);
        let begins = matches!(&template.steps[*one].what, What::Request(request)
            if request.method == "UPDATE" && request.relays.is_none());
        begins && body.is_some_and(|body| body.contains("a=curr:qos local sendrecv"))
    })
}

/// Whether its sender agreed to refresh the session.
fn is_timed(scene: &Scene<'_>) -> bool {
    let before = scene.played.sent[..scene.step].iter().enumerate();
    let mut own = before.filter(|(step, _)| {
        scene.template.dialog_of(*step) == scene.template.dialog_of(scene.step)
    });
    own.any(|(_, sent)| {
        let accepts = sent.as_ref().filter(|sent| sent.status() == Some(200));
        let timer = accepts.and_then(|sent| sent.get(TIMER));
        timer.is_some_and(|timer| timer.ends_with("refresher=uac"))
    })
}

/// Changes the words of the o= line.
fn origin(message: &mut Message, change: impl FnOnce(&mut [String])) {
    let Some((head, rest)) = message.body.split_once("o=") else {
        return;
    };
    let (line, rest) = rest.split_once("\r\n").unwrap_or_default();
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    if words.len() > 2 {
        change(&mut words);
    }
    message.body = format!("{head}o={}\r\n{rest}", words.join(" "));
}
