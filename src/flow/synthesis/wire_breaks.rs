//! Violations that are not in a message but in when, whereto and how often it is sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Event;
use super::breaks::{Break, Change, Scene};
use super::message::Message;
use super::places::SIP;
use crate::base::Transport;
use crate::flow::{Template, What};

/// The least and the greatest time between two sendings (RFC 3261 17.1.2.1, timers T1 and T2).
pub(super) const T1: i64 = 500_000_000;
const T2: i64 = 4_000_000_000;
/// When a sender gives up (64 times T1).
const GIVES_UP: i64 = 64 * T1;
/// How much later everything behind it happens: nobody waits longer (with T1 of 2 s, 3GPP TS 24.229 7.7).
pub(super) const MUCH_LATER: i64 = 140_000_000_000;

pub(super) const UNACKNOWLEDGED: Break = Break {
    code: "TXN02",
    what: "no ACK to a refusal, which is sent again and again",
    fits: |scene| {
        let refused = scene.message.status().is_some_and(|status| status >= 300);
        refused && scene.is(&["INVITE"]) && is_missed(scene)
    },
    change: Change::Events(|template, events, step| {
        events.retain(|event| match &template.steps[event.step].what {
            What::Request(request) => request.acknowledges != Some(step) || request.method != "ACK",
            _ => true,
        });
        send_again(events, step);
    }),
};

pub(super) const UNANSWERED: Break = Break {
    code: "TXN05",
    what: "no answer to a request, which is sent again and again",
    fits: |scene| {
        let request = scene.message.is_request() && !scene.is(&["INVITE", "ACK", "CANCEL"]);
        request && is_missed(scene) && !scene.time_is_told_later()
    },
    change: Change::Events(|template, events, step| {
        events.retain(|event| match &template.steps[event.step].what {
            What::Response(response) => response.answers != step,
            _ => true,
        });
        send_again(events, step);
    }),
};

pub(super) const LATE: Break = Break {
    code: "TXN04",
    what: "a provisional answer behind the final one",
    fits: |scene| {
        let provisional = scene.message.status().is_some_and(|status| status < 200);
        provisional
            && scene.transport == Transport::Tcp
            && final_answer(scene.template, scene.step).is_some()
    },
    change: Change::Events(|template, events, step| {
        let Some(last) = final_answer(template, step) else {
            return;
        };
        let position = |step| events.iter().position(|event: &Event| event.step == step);
        if let (Some(early), Some(late)) = (position(step), position(last)) {
            events[early].time = events[late].time + T1 / 1000;
        }
    }),
};

pub(super) const AGAIN: Break = Break {
    code: "TXN06",
    what: "a request sent again on a stream",
    fits: |scene| {
        let request = scene.message.is_request() && !scene.is(&["ACK"]);
        request && scene.transport == Transport::Tcp
    },
    change: Change::Events(|_, events, step| {
        if let Some(position) = events.iter().position(|event| event.step == step) {
            let mut again = events[position].clone();
            again.time += T1;
            events.push(again);
        }
    }),
};

pub(super) const TRANSLATED: Break = Break {
    code: "VIA06",
    what: "a request that came from another address than it says, passed on without saying from where",
    fits: |scene| {
        let one = scene
            .before
            .map(|before| before.all("Via").collect::<Vec<_>>());
        let of_terminal = one.is_some_and(|vias| vias.len() == 1 && vias[0].contains(";rport"));
        let named = scene.came_from().is_some_and(|from| {
            scene.template.actors[scene.template.steps[from].from]
                .name
                .is_some()
        });
        scene.message.is_request() && of_terminal && !named && !scene.one().hides_via
    },
    change: Change::Both(
        |message, _| {
            message.change_last("Via", |via| {
                let params = via
                    .split(';')
                    .filter(|param| !param.starts_with("received="));
                let params = params.map(|param| match param.starts_with("rport=") {
                    true => "rport",
                    false => param,
                });
                params.collect::<Vec<_>>().join(";")
            });
        },
        |template, events, step| {
            let came = match &template.steps[step].what {
                What::Request(request) => request.relays,
                _ => None,
            };
            if let Some(came) = came {
                translate(template, events, came);
            }
        },
    ),
};

/// Another address of the same network, that of who translates.
fn translated(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [one, two, three, _] = address.octets();
            IpAddr::V4(Ipv4Addr::new(one, two, three, 254))
        }
        IpAddr::V6(address) => {
            let mut parts = address.segments();
            parts[7] = 0xfffe;
            IpAddr::V6(Ipv6Addr::from(parts))
        }
    }
}

pub(super) const ELSEWHERE: Break = Break {
    code: "VIA07",
    what: "the answer sent to another port than the request came from",
    fits: |scene| {
        let asks = scene
            .message
            .get("Via")
            .is_some_and(|via| via.contains(";rport"));
        let port = scene
            .played
            .events
            .iter()
            .find(|event| event.step == scene.step);
        let other = port.is_some_and(|event| event.destination.port() != SIP);
        !scene.message.is_request() && asks && other && scene.transport == Transport::Udp
    },
    change: Change::Events(|_, events, step| {
        for event in events.iter_mut().filter(|event| event.step == step) {
            event.destination.set_port(SIP);
        }
    }),
};

pub(super) const OWN_LEFT: Break = Break {
    code: "VIA13",
    what: "an answer passed on with a Via of its own on top",
    fits: |scene| {
        let vias = scene.before.map(|before| before.all("Via"));
        let are_known = vias.is_some_and(|mut vias| vias.all(|via| via.contains(";received=")));
        are_known && !scene.message.is_request() && !scene.is_hidden()
    },
    change: Change::Events(|template, events, step| {
        let What::Response(response) = &template.steps[step].what else {
            return;
        };
        let came = events
            .iter()
            .find(|event| Some(event.step) == response.relays);
        let came = came.map(|event| String::from_utf8_lossy(&event.bytes).into_owned());
        let mut lines = came.iter().flat_map(|text| text.split_inclusive('\n'));
        let Some(own) = lines.find(|line| line.starts_with("Via: ")) else {
            return;
        };
        let own = own.replacen("z9hG4bK", "z9hG4bKown", 1);
        for event in events.iter_mut().filter(|event| event.step == step) {
            let text = String::from_utf8_lossy(&event.bytes).into_owned();
            event.bytes = text
                .replacen("Via: ", &format!("{own}Via: "), 1)
                .into_bytes();
        }
    }),
};

pub(super) const NOT_NOTED: Break = Break {
    code: "VIA09",
    what: "an answer to a request that came from another address than it says, without saying from where",
    fits: |scene| {
        let via = scene.message.get("Via").unwrap_or_default();
        let passed_on = match &scene.one().what {
            What::Response(response) => is_passed_on(scene, response.answers),
            _ => true,
        };
        scene.answers(100..700) && via.contains(";received=") && !is_named(via) && !passed_on
    },
    change: Change::Both(
        |message, _| message.change("Via", |via| without(via, "received")),
        |template, events, step| {
            if let What::Response(response) = &template.steps[step].what {
                translate(template, events, response.answers);
            }
        },
    ),
};

pub(super) const OTHER_PORT: Break = Break {
    code: "VIA10",
    what: "the answers sent to another port than Via names",
    fits: |scene| {
        let via = scene.message.get("Via").unwrap_or_default();
        scene.begins()
            && !scene.is(&["ACK"])
            && scene.transport == Transport::Udp
            && via.contains(";rport")
            && !is_named(via)
    },
    change: Change::Both(
        |message, _| message.change("Via", |via| without(via, "rport")),
        |template, events, step| {
            for event in events.iter_mut() {
                if let What::Response(response) = &template.steps[event.step].what
                    && response.answers == step
                {
                    event.destination.set_port(event.destination.port() + 1);
                }
            }
        },
    ),
};

pub(super) const NOT_TO_ROUTE: Break = Break {
    code: "RTE08",
    what: "a Route entry for the sender itself",
    fits: |scene| {
        let own = scene.begins() && !scene.is(&["INVITE"]) && !scene.is_inside();
        own && scene.message.has("Route") && scene.transport == Transport::Udp
    },
    change: Change::Events(|_, events, step| {
        for event in events.iter_mut().filter(|event| event.step == step) {
            let text = String::from_utf8_lossy(&event.bytes).into_owned();
            if let Some((head, rest)) = text.split_once("\r\nRoute: <sip:")
                && let Some((_, rest)) = rest.split_once('>')
            {
                let text = format!("{head}\r\nRoute: <sip:{};lr>{rest}", event.source);
                event.bytes = text.into_bytes();
            }
        }
    }),
};

/// Whether a Via names its sender, so that nobody knows its address.
fn is_named(via: &str) -> bool {
    let sent_by = via.split([' ', ';']).nth(1).unwrap_or_default();
    !sent_by.starts_with(|first: char| first.is_ascii_digit() || first == '[')
}

/// A Via without a parameter.
fn without(via: &str, name: &str) -> String {
    let kept = via
        .split(';')
        .filter(|param| param.split('=').next() != Some(name));
    kept.collect::<Vec<_>>().join(";")
}

fn is_passed_on(scene: &Scene<'_>, request: usize) -> bool {
    let mut steps = scene.template.steps.iter().zip(&scene.played.sent);
    steps.any(|(step, sent)| {
        sent.is_some() && matches!(&step.what, What::Request(one) if one.relays == Some(request))
    })
}

/// A request comes from another address, and its answers go there.
fn translate(template: &Template, events: &mut [Event], request: usize) {
    for event in events.iter_mut() {
        let of_it = match &template.steps[event.step].what {
            What::Request(_) => event.step == request,
            What::Response(response) => response.answers == request,
            _ => false,
        };
        if of_it {
            let end = match event.is_request {
                true => &mut event.source,
                false => &mut event.destination,
            };
            end.set_ip(translated(end.ip()));
        }
    }
}

/// Whether what is sent again and again is seen to be so: over UDP, and enough happens behind it.
pub(super) fn is_missed(scene: &Scene<'_>) -> bool {
    let later = scene.played.sent[scene.step + 1..].iter().flatten();
    scene.transport == Transport::Udp && later.count() > 2 && may_be_delayed(scene)
}

/// Whether nothing behind a step counts the time since something in front of it, as a NOTIFY does since the last one.
pub(super) fn may_be_delayed(scene: &Scene<'_>) -> bool {
    let (before, behind) = scene.played.sent.split_at(scene.step + 1);
    let notifies = |sent: &[Option<Message>]| {
        let mut all = sent.iter().flatten();
        all.any(|message| message.is_request() && message.method() == "NOTIFY")
    };
    !notifies(before) || !notifies(behind)
}

/// Sends a message again until its sender gives up; everything behind it happens much later.
pub(super) fn send_again(events: &mut Vec<Event>, step: usize) {
    let Some(position) = events.iter().position(|event| event.step == step) else {
        return;
    };
    let first = events[position].clone();
    for event in &mut events[position + 1..] {
        event.time += MUCH_LATER;
    }
    let (mut wait, mut after) = (T1, T1);
    while after < GIVES_UP {
        let mut again = first.clone();
        again.time += after;
        events.push(again);
        wait = (2 * wait).min(T2);
        after += wait;
    }
}

/// The final answer to the same request on the same hop.
fn final_answer(template: &Template, step: usize) -> Option<usize> {
    let answers = |step: usize| match &template.steps[step].what {
        What::Response(response) => Some(response),
        _ => None,
    };
    let request = answers(step)?.answers;
    (step + 1..template.steps.len()).find(|later| {
        answers(*later).is_some_and(|response| {
            let status = response.statuses.first().map_or(0, |(status, _)| *status);
            response.answers == request && status >= 200
        })
    })
}
