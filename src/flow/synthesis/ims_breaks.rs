//! The smallest changes that violate the rules about what CSCFs add for a terminal, and what they keep from it.

use super::breaks::{Break, Change, Scene};
use crate::trace::Role;

use Change::Message as Changed;

pub(super) const IMS_BREAKS: &[Break] = &[
    Break {
        code: "IMS06",
        what: "the identity that the terminal would like passed on",
        fits: |scene| {
            let wish = scene
                .before
                .is_some_and(|before| before.has("P-Preferred-Identity"));
            comes_from_terminal(scene) && wish
        },
        change: Changed(|message, before| {
            let wish = before.and_then(|before| before.get("P-Preferred-Identity"));
            message.set("P-Preferred-Identity", wish.unwrap_or_default());
        }),
    },
    Break {
        code: "IMS07",
        what: "no asserted identity",
        fits: |scene| {
            comes_from_terminal(scene)
                && is_initial(scene)
                && scene.message.has("P-Asserted-Identity")
        },
        change: Changed(|message, _| message.remove("P-Asserted-Identity")),
    },
    Break {
        code: "IMS08",
        what: "an identity that the terminal asserts",
        fits: |scene| scene.begins() && scene.message.has("P-Preferred-Identity"),
        change: Changed(|message, _| {
            let wish = message.take_top("P-Preferred-Identity");
            message.set("P-Asserted-Identity", wish.unwrap_or_default());
        }),
    },
    Break {
        code: "IMS09",
        what: "no charging vector",
        fits: |scene| {
            let counts = is_initial(scene) || scene.is(&["REGISTER"]);
            comes_from_terminal(scene) && counts && scene.message.has("P-Charging-Vector")
        },
        change: Changed(|message, _| message.remove("P-Charging-Vector")),
    },
    Break {
        code: "IMS10",
        what: "a charging vector of the terminal",
        fits: |scene| {
            let to = scene.template.actors[scene.one().to].role;
            let goes_on = scene.goes_on && to == Role::PCscf;
            let answers = scene.answers(200..300) && scene.is(&["NOTIFY"]);
            answers && goes_on && scene.is_asked_by(scene.one().from)
        },
        change: Changed(|message, _| message.set("P-Charging-Vector", "icid-value=\"own\"")),
    },
    Break {
        code: "IMS11",
        what: "Path not required",
        fits: registers,
        change: Changed(|message, _| message.remove("Require")),
    },
    Break {
        code: "IMS12",
        what: "no visited network",
        fits: registers,
        change: Changed(|message, _| message.remove("P-Visited-Network-ID")),
    },
    Break {
        code: "IMS13",
        what: "credentials that do not say how they came",
        fits: |scene| {
            let credentials = scene.message.get("Authorization").unwrap_or_default();
            registers(scene)
                && credentials.contains("AKAv1")
                && credentials.contains(", integrity-protected=")
        },
        change: Changed(|message, _| {
            message.change("Authorization", |value| {
                let params = value.split(", ");
                let kept = params.filter(|param| !param.starts_with("integrity-protected="));
                kept.collect::<Vec<_>>().join(", ")
            });
        }),
    },
    Break {
        code: "IMS14",
        what: "no Service-Route",
        fits: |scene| scene.answers(200..300) && scene.message.has("Service-Route"),
        change: Changed(|message, _| message.remove("Service-Route")),
    },
    Break {
        code: "IMS15",
        what: "no associated URIs",
        fits: |scene| scene.answers(200..300) && scene.message.has("P-Associated-URI"),
        change: Changed(|message, _| message.remove("P-Associated-URI")),
    },
    Break {
        code: "IMS16",
        what: "the called identity lost",
        fits: |scene| {
            let serves = scene.passes() && scene.role() == Role::SCscf;
            serves && is_initial(scene) && scene.message.has("P-Called-Party-ID")
        },
        change: Changed(|message, _| message.remove("P-Called-Party-ID")),
    },
    Break {
        code: "IMS17",
        what: "an I-CSCF that stays in the path",
        fits: |scene| scene.passes() && scene.role() == Role::ICscf && is_initial(scene),
        change: Changed(|message, _| {
            message.put_on_top("Record-Route", "<sip:icscf2.home2.net;lr>");
        }),
    },
    Break {
        code: "IMS18",
        what: "an identity shown against the wish of its owner",
        fits: |scene| {
            let privacy = scene.message.get("Privacy").unwrap_or_default();
            let private = privacy.split(';').any(|kind| kind == "id");
            private && goes_to_terminal(scene)
        },
        change: Changed(|message, before| {
            let identity = before.and_then(|before| before.get("P-Asserted-Identity"));
            message.set("P-Asserted-Identity", identity.unwrap_or_default());
        }),
    },
    Break {
        code: "IMS19",
        what: "the access network of one terminal shown to another",
        fits: |scene| {
            let before = scene.before;
            let told = before.is_some_and(|before| before.has("P-Access-Network-Info"));
            told && goes_to_terminal(scene)
        },
        change: Changed(|message, before| {
            let info = before.and_then(|before| before.get("P-Access-Network-Info"));
            message.set("P-Access-Network-Info", info.unwrap_or_default());
        }),
    },
    Break {
        code: "IMS20",
        what: "the served user told to a P-CSCF",
        fits: |scene| {
            let to = scene.template.actors[scene.one().to].role;
            scene.passes() && is_initial(scene) && scene.role() == Role::SCscf && to == Role::PCscf
        },
        change: Changed(|message, _| message.set("P-Served-User", "<sip:served@example.com>")),
    },
    Break {
        code: "IMS21",
        what: "the service that the terminal would like passed on",
        fits: |scene| {
            let wish = scene
                .before
                .is_some_and(|before| before.has("P-Preferred-Service"));
            wish && scene.passes() && scene.role() == Role::SCscf
        },
        change: Changed(|message, before| {
            let wish = before.and_then(|before| before.get("P-Preferred-Service"));
            message.set("P-Preferred-Service", wish.unwrap_or_default());
        }),
    },
    Break {
        code: "IMS22",
        what: "the name of somebody who wants it hidden",
        fits: |scene| {
            let to = scene.template.actors[scene.one().to].role;
            let from = scene.message.get("From").unwrap_or_default();
            let named = scene.message.has("Privacy") && !from.contains("anonymous");
            let serves = scene.passes() && scene.role() == Role::SCscf && to == Role::PCscf;
            serves && is_initial(scene) && named
        },
        change: Changed(|message, _| message.set("Privacy", "user")),
    },
    Break {
        code: "IMS23",
        what: "both networks named in the request",
        fits: |scene| {
            comes_from_terminal(scene)
                && is_initial(scene)
                && scene.message.has("P-Charging-Vector")
        },
        change: Changed(|message, _| {
            message.change("P-Charging-Vector", |vector| {
                format!("{vector};term-ioi=home2.net")
            });
        }),
    },
    Break {
        code: "IMS24",
        what: "no access network",
        fits: |scene| {
            let told = scene.message.has("P-Access-Network-Info");
            told && scene.begins() && scene.message.has("Security-Verify")
        },
        change: Changed(|message, _| message.remove("P-Access-Network-Info")),
    },
];

/// Whether a P-CSCF passes a request on that it had from the terminal.
fn comes_from_terminal(scene: &Scene<'_>) -> bool {
    let from = scene
        .came_from()
        .map(|step| scene.template.steps[step].from);
    let terminal = from.is_some_and(|from| scene.template.actors[from].role == Role::Ue);
    terminal && scene.passes() && scene.role() == Role::PCscf
}

/// Whether a P-CSCF passes a message on to the terminal.
fn goes_to_terminal(scene: &Scene<'_>) -> bool {
    scene.before.is_some() && scene.role() == Role::PCscf && scene.goes_to_terminal()
}

/// Whether a P-CSCF passes a REGISTER on.
fn registers(scene: &Scene<'_>) -> bool {
    comes_from_terminal(scene) && scene.is(&["REGISTER"])
}

/// Whether it is a request for a dialog or a standalone one.
fn is_initial(scene: &Scene<'_>) -> bool {
    let outside = !scene
        .message
        .get("To")
        .is_some_and(|to| to.contains(";tag="));
    outside && scene.message.is_request() && scene.is(&["INVITE", "SUBSCRIBE", "MESSAGE"])
}
