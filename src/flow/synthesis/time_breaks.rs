//! Violations in when and how often something is sent, and in answers that should not be there.

use super::Event;
use super::breaks::{Break, Change, Scene};
use super::wire_breaks::{MUCH_LATER, T1, may_be_delayed};
use crate::base::Transport;
use crate::flow::{Template, What};

pub(super) const ENDED_TWICE: Break = Break {
    code: "TXN08",
    what: "a second final answer with another status",
    fits: |scene| scene.answers(200..300) && !scene.is(&["INVITE", "CANCEL"]),
    change: Change::Events(|_, events, step| {
        add(events, step, T1 / 10, |event| {
            with_first_line(event, "SIP/2.0 500 Server Internal Error");
        });
    }),
};

pub(super) const TOO_EARLY: Break = Break {
    code: "TXN09",
    what: "a request sent again after 200 ms",
    fits: |scene| is_request_over_udp(scene),
    change: Change::Events(|_, events, step| add(events, step, 2 * T1 / 5, |_| {})),
};

pub(super) const TOO_OFTEN: Break = Break {
    code: "TXN10",
    what: "a request sent again every 500 ms",
    fits: |scene| is_request_over_udp(scene),
    change: Change::Events(|_, events, step| {
        add(events, step, T1, |_| {});
        add(events, step, 2 * T1, |_| {});
    }),
};

pub(super) const TOO_LATE: Break = Break {
    code: "TXN11",
    what: "an answer after 40 s",
    fits: |scene| {
        let stream = scene.transport == Transport::Tcp;
        let answer = scene.answers(200..700) && !scene.is(&["INVITE"]);
        stream && answer && is_only_open(scene) && may_be_delayed(scene)
    },
    change: Change::Events(|_, events, step| delay(events, step, 80 * T1)),
};

pub(super) const NO_SIGN: Break = Break {
    code: "TXN12",
    what: "the first answer to an INVITE after 900 ms",
    fits: |scene| {
        let first = scene.request.is_some_and(|request| {
            let own = request.all("Via").count() == 1;
            own && scene.is(&["INVITE"]) && request.is_request()
        });
        let stream = scene.transport == Transport::Tcp;
        stream && first && scene.answers(100..700) && is_first_answer(scene)
    },
    change: Change::Events(|_, events, step| delay(events, step, 9 * T1 / 5)),
};

pub(super) const PROVISIONAL: Break = Break {
    code: "TXN13",
    what: "a provisional answer to another request than INVITE",
    fits: |scene| scene.answers(200..700) && !scene.is(&["INVITE"]),
    change: Change::Events(|_, events, step| {
        add(events, step, -T1 / 500, |event| {
            with_first_line(event, "SIP/2.0 183 Session Progress");
        });
    }),
};

pub(super) const TRYING_PASSED: Break = Break {
    code: "TXN15",
    what: "a 100 that was passed on, with its tag",
    fits: |scene| {
        scene.message.status() == Some(100) && trying_behind(scene.template, scene.step).is_some()
    },
    change: Change::Events(|template, events, step| {
        let both = [Some(step), trying_behind(template, step)];
        for event in events
            .iter_mut()
            .filter(|event| both.contains(&Some(event.step)))
        {
            let text = String::from_utf8_lossy(&event.bytes).into_owned();
            let at = text.find("\r\nTo: ").map(|at| at + 2).unwrap_or_default();
            let end = text[at..].find("\r\n").map_or(text.len(), |end| at + end);
            event.bytes.splice(end..end, *b";tag=passed-on");
        }
    }),
};

pub(super) const ACK_ANSWERED: Break = Break {
    code: "TXN16",
    what: "an answer to an ACK",
    fits: |scene| {
        let via = scene.message.get("Via").unwrap_or_default();
        scene.is(&["ACK"]) && scene.ends() && !via.contains(";rport")
    },
    change: Change::Events(|_, events, step| {
        add(events, step, T1 / 500, |event| {
            with_first_line(event, "SIP/2.0 481 Call/Transaction Does Not Exist");
            for name in [
                "Max-Forwards",
                "Route",
                "Proxy-Authorization",
                "Authorization",
            ] {
                without(event, name);
            }
            std::mem::swap(&mut event.source, &mut event.destination);
            std::mem::swap(&mut event.from, &mut event.to);
            event.is_request = false;
        });
    }),
};

pub(super) const CANCEL_EARLY: Break = Break {
    code: "TXN17",
    what: "a CANCEL in front of the 100 to its INVITE",
    fits: |scene| scene.message.is_request() && scene.is(&["CANCEL"]),
    change: Change::Events(|template, events, step| {
        let invite = match &template.steps[step].what {
            What::Request(request) => request.cancels,
            _ => None,
        };
        let asked = events.iter().find(|event| Some(event.step) == invite);
        let early = asked.map(|event| event.time + T1 / 500);
        for event in events.iter_mut().filter(|event| event.step == step) {
            event.time = early.unwrap_or(event.time);
        }
        let mut answers = events.iter_mut();
        if let Some(first) =
            answers.find(|event| invite.is_some() && answered(template, event.step) == invite)
        {
            with_first_line(first, "SIP/2.0 100 Trying");
        }
    }),
};

pub(super) const NOT_ENDED: Break = Break {
    code: "TXN18",
    what: "no 487 to an INVITE that was cancelled",
    fits: |scene| scene.message.is_request() && scene.is(&["CANCEL"]) && may_be_delayed(scene),
    change: Change::Events(|template, events, step| {
        let What::Request(cancel) = &template.steps[step].what else {
            return;
        };
        let ends = |step: usize| match &template.steps[step].what {
            What::Response(response) => {
                let last = response
                    .statuses
                    .first()
                    .is_some_and(|(status, _)| *status >= 200);
                last && Some(response.answers) == cancel.cancels
            }
            _ => false,
        };
        events.retain(|event| match &template.steps[event.step].what {
            What::Request(request) => !request.acknowledges.is_some_and(ends),
            _ => !ends(event.step),
        });
        if let Some(last) = events.iter().rposition(|event| event.step == step) {
            for event in events.iter_mut().skip(last + 2) {
                event.time += MUCH_LATER;
            }
        }
    }),
};

pub(super) const CANCEL_OF_OTHER: Break = Break {
    code: "TXN20",
    what: "a CANCEL for another request than INVITE",
    fits: |scene| scene.begins() && !scene.is(&["INVITE", "ACK", "CANCEL"]),
    change: Change::Events(|_, events, step| {
        add(events, step, T1 / 100, |event| {
            let text = String::from_utf8_lossy(&event.bytes).into_owned();
            let method = text.split(' ').next().unwrap_or_default();
            let text = text.replacen(method, "CANCEL", 1);
            let text = text.replacen(&format!(" {method}\r\n"), " CANCEL\r\n", 1);
            event.bytes = text.into_bytes();
        });
    }),
};

pub(super) const OLD_BRANCH: Break = Break {
    code: "VIA12",
    what: "the branch of an earlier request",
    fits: |scene| {
        scene.begins() && !scene.is(&["ACK"]) && earlier(scene.template, scene.step).is_some()
    },
    change: Change::Events(|template, events, step| {
        if let Some(earlier) = earlier(template, step) {
            take_branch(events, step, earlier);
        }
    }),
};

pub(super) const BRANCH_OF_INVITE: Break = Break {
    code: "TXN19",
    what: "the ACK to a 2xx with the branch of its INVITE",
    fits: |scene| scene.begins() && scene.is(&["ACK"]),
    change: Change::Events(|template, events, step| {
        let invite = match &template.steps[step].what {
            What::Request(ack) => ack
                .acknowledges
                .and_then(|answer| answered(template, answer)),
            _ => None,
        };
        if let Some(invite) = invite {
            take_branch(events, step, invite);
        }
    }),
};

/// A request that begins with the same two in the same dialog before.
fn earlier(template: &Template, step: usize) -> Option<usize> {
    let one = &template.steps[step];
    (0..step).find(|other| {
        let before = &template.steps[*other];
        let begins = matches!(&before.what, What::Request(request)
            if request.relays.is_none() && !["ACK", "CANCEL"].contains(&request.method.as_str()));
        let same = (before.from, before.to) == (one.from, one.to)
            && template.dialog_of(*other) == template.dialog_of(step);
        begins && same && !template.is_alternative(*other)
    })
}

/// Gives a request the branch of another, wherever it stands.
fn take_branch(events: &mut [Event], step: usize, of: usize) {
    let branch = |step: usize| {
        let event = events.iter().find(|event| event.step == step)?;
        let text = String::from_utf8_lossy(&event.bytes).into_owned();
        let rest = text.split_once(";branch=")?.1;
        let end = rest.find([';', '\r'])?;
        Some(rest[..end].to_owned())
    };
    let Some((own, other)) = branch(step).zip(branch(of)) else {
        return;
    };
    for event in events {
        let text = String::from_utf8_lossy(&event.bytes);
        event.bytes = text.replace(&own, &other).into_bytes();
    }
}

fn is_request_over_udp(scene: &Scene<'_>) -> bool {
    scene.message.is_request() && !scene.is(&["ACK"]) && scene.transport == Transport::Udp
}

/// One more event for a step, so many nanoseconds after the first.
fn add(events: &mut Vec<Event>, step: usize, after: i64, change: impl Fn(&mut Event)) {
    if let Some(first) = events.iter().find(|event| event.step == step) {
        let mut another = first.clone();
        another.time += after;
        change(&mut another);
        events.push(another);
    }
}

/// A step and everything behind it happens so many nanoseconds later.
pub(super) fn delay(events: &mut [Event], step: usize, later: i64) {
    if let Some(first) = events.iter().position(|event| event.step == step) {
        for event in &mut events[first..] {
            event.time += later;
        }
    }
}

fn with_first_line(event: &mut Event, line: &str) {
    let end = event.bytes.windows(2).position(|pair| pair == b"\r\n");
    event.bytes.splice(..end.unwrap_or_default(), line.bytes());
}

/// Takes a header field out, however often it is there.
fn without(event: &mut Event, name: &str) {
    let text = String::from_utf8_lossy(&event.bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let is_it = |line: &&str| line.split(':').next() == Some(name);
    let kept: Vec<_> = head.split("\r\n").filter(|line| !is_it(line)).collect();
    event.bytes = format!("{}\r\n\r\n{body}", kept.join("\r\n")).into_bytes();
}

fn answered(template: &Template, step: usize) -> Option<usize> {
    match &template.steps[step].what {
        What::Response(response) => Some(response.answers),
        _ => None,
    }
}

fn is_first_answer(scene: &Scene<'_>) -> bool {
    let request = answered(scene.template, scene.step);
    let mut earlier = (0..scene.step).filter(|step| scene.played.sent[*step].is_some());
    !earlier.any(|step| answered(scene.template, step) == request)
}

/// Whether no other request waits for its final answer, those aside that this one was passed on from.
fn is_only_open(scene: &Scene<'_>) -> bool {
    let template = scene.template;
    let request = answered(template, scene.step);
    let passed_on = |step: usize| {
        let above = |step: &usize| match &template.steps[*step].what {
            What::Request(request) => request.relays,
            _ => None,
        };
        std::iter::successors(request, above).any(|above| above == step)
    };
    let waits = |step: usize| {
        let sent = scene.played.sent[step].as_ref();
        let asks = sent.is_some_and(|sent| sent.is_request() && sent.method() != "ACK");
        let mut answers = step..scene.step;
        let ended = answers.any(|later| {
            let status = scene.played.sent[later]
                .as_ref()
                .and_then(|sent| sent.status());
            answered(template, later) == Some(step) && status.is_some_and(|status| status >= 200)
        });
        asks && !ended
    };
    (0..scene.step).all(|step| !waits(step) || passed_on(step))
}

/// The 100 that answers the request further on, of which this one answers the sender.
fn trying_behind(template: &Template, step: usize) -> Option<usize> {
    let request = answered(template, step)?;
    (0..template.steps.len()).find(|other| {
        let trying = matches!(&template.steps[*other].what, What::Response(response)
            if response.statuses.first().is_some_and(|(status, _)| *status == 100));
        let further = answered(template, *other).map(|asked| &template.steps[asked].what);
        trying && matches!(further, Some(What::Request(passed)) if passed.relays == Some(request))
    })
}
