//! The smallest changes that violate the rules about registrations.

use super::breaks::{Break, Change, Scene};
use super::message::uri_of;

use Change::Message as Changed;

const SOMEWHERE: &str = "sip:somewhere.example.com";

pub(super) const REGISTRATION_BREAKS: &[Break] = &[
    Break {
        code: "REG05",
        what: "another mechanism than the one that was offered",
        fits: |scene| {
            scene.begins() && answers_challenge(scene) && scene.message.has("Security-Verify")
        },
        change: Changed(|message, _| {
            message.change("Security-Verify", |value| {
                value.replace("spi-c=", "spi-c=1")
            });
        }),
    },
    Break {
        code: "REG06",
        what: "a contact bound for longer than asked",
        fits: |scene| {
            let asks = scene.request.and_then(|request| request.get("Expires"));
            accepts_binding(scene) && asks.is_some()
        },
        change: Changed(|message, _| {
            message.change("Contact", |contact| {
                with_param(contact, "expires", "9999999")
            });
        }),
    },
    Break {
        code: "REG07",
        what: "no Contact in the answer",
        fits: accepts_binding,
        change: Changed(|message, _| message.remove("Contact")),
    },
    Break {
        code: "REG08",
        what: "a Contact without expires",
        fits: accepts_binding,
        change: Changed(|message, _| {
            message.change("Contact", |contact| {
                let params = contact.split(';');
                let kept = params.filter(|param| !param.starts_with("expires="));
                kept.collect::<Vec<_>>().join(";")
            });
        }),
    },
    Break {
        code: "REG09",
        what: "all contacts meant, and not removed",
        fits: |scene| {
            let lasts = scene
                .message
                .get("Expires")
                .is_some_and(|expires| expires != "0");
            scene.begins() && scene.is(&["REGISTER"]) && lasts
        },
        change: Changed(|message, _| message.set("Contact", "*")),
    },
    Break {
        code: "REG10",
        what: "the CSeq of the request before",
        fits: answers_challenge,
        change: Changed(|message, _| {
            message.change("CSeq", |value| {
                let (number, method) = value.split_once(' ').unwrap_or_default();
                let number: u32 = number.parse().unwrap_or_default();
                format!("{} {method}", number.saturating_sub(1))
            });
        }),
    },
    Break {
        code: "REG11",
        what: "no Security-Server in the challenge",
        fits: |scene| {
            let challenge = scene.message.status() == Some(401);
            challenge && scene.message.has("Security-Server")
        },
        change: Changed(|message, _| message.remove("Security-Server")),
    },
    Break {
        code: "REG12",
        what: "another realm than that of the challenge",
        fits: answers_challenge,
        change: Changed(|message, _| {
            message.change("Authorization", |value| {
                value.replace("realm=\"", "realm=\"not.")
            });
        }),
    },
    Break {
        code: "REG13",
        what: "a request counted like the one before",
        fits: |scene| {
            let credentials = scene.message.get("Authorization").unwrap_or_default();
            scene.begins() && credentials.contains("nc=00000002")
        },
        change: Changed(|message, _| {
            message.change("Authorization", |value| {
                value.replace("nc=00000002", "nc=00000001")
            });
        }),
    },
    Break {
        code: "REG14",
        what: "credentials for another URI",
        fits: answers_challenge,
        change: Changed(|message, _| {
            let uri = format!("uri=\"{}\"", message.uri());
            message.change("Authorization", |value| {
                value.replace(&uri, &format!("uri=\"{SOMEWHERE}\""))
            });
        }),
    },
    Break {
        code: "REG15",
        what: "a nonce called stale that nobody has used",
        fits: |scene| {
            let bare = scene
                .request
                .is_some_and(|request| !request.has("Authorization"));
            bare && scene.answers(401..402)
        },
        change: Changed(|message, _| {
            message.change("WWW-Authenticate", |value| {
                format!("{}, stale=true", value.replace(", stale=FALSE", ""))
            });
        }),
    },
    Break {
        code: "REG16",
        what: "a wish for another sequence number in credentials that are accepted",
        fits: |scene| {
            let credentials = scene.message.get("Authorization").unwrap_or_default();
            answers_challenge(scene) && credentials.contains("algorithm=AKAv1")
        },
        change: Changed(|message, _| {
            message.change("Authorization", |value| {
                format!("{value}, auts=\"5PYxMuX2NOT2NeQ=\"")
            });
        }),
    },
];

/// Whether a registrar accepts a binding of the user itself.
fn accepts_binding(scene: &Scene<'_>) -> bool {
    let end = |name| scene.message.get(name).map(uri_of);
    let bound = scene.message.get("Contact");
    let asks = scene.request.is_some_and(|request| request.has("Contact"));
    scene.answers(200..300)
        && scene.is(&["REGISTER"])
        && asks
        && end("From") == end("To")
        && bound.is_some_and(|contact| contact.contains(";expires="))
}

/// Whether a REGISTER begins here with credentials for a challenge.
fn answers_challenge(scene: &Scene<'_>) -> bool {
    let mut before = scene.played.sent[..scene.step].iter().flatten();
    let challenged = before.any(|message| message.status() == Some(401));
    let credentials = scene.message.get("Authorization").unwrap_or_default();
    let first = !credentials.contains("nc=") || credentials.contains("nc=00000001");
    scene.begins() && scene.is(&["REGISTER"]) && challenged && !credentials.is_empty() && first
}

/// A value with another value of one of its parameters.
fn with_param(value: &str, name: &str, other: &str) -> String {
    let start = format!("{name}=");
    let params = value
        .split(';')
        .map(|param| match param.starts_with(&start) {
            true => format!("{start}{other}"),
            false => param.to_owned(),
        });
    params.collect::<Vec<_>>().join(";")
}
