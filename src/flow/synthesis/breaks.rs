//! Violations of rules: what one is, and at which steps of a flow it can be. What a change does to a message goes on to whoever
//! passes the message on or answers it, as it would in a network.

use super::break_table::BREAKS;
use super::dialog_breaks::DIALOG_BREAKS;
use super::ims_breaks::IMS_BREAKS;
use super::message::{Message, tag_of};
use super::places::{Places, is_terminal};
use super::play::Played;
use super::registration_breaks::REGISTRATION_BREAKS;
use super::session_breaks::SESSION_BREAKS;
use super::{Event, Options, Player};
use crate::base::Transport;
use crate::flow::{Step, Template, What};
use crate::trace::Role;

/// A way to violate a rule.
pub struct Break {
    /// The code of the rule.
    pub code: &'static str,
    /// What is done.
    pub what: &'static str,
    pub(super) fits: fn(&Scene<'_>) -> bool,
    pub(super) change: Change,
}

/// What is changed.
#[derive(Clone, Copy)]
pub(super) enum Change {
    /// The message, and so what others make of it. The second is the message that its sender passes on with it.
    Message(fn(&mut Message, Option<&Message>)),
    /// The same, and what goes over the wire.
    Both(
        fn(&mut Message, Option<&Message>),
        fn(&Template, &mut Vec<Event>, usize),
    ),
    /// Its bytes on this hop only.
    Bytes(fn(&mut Vec<u8>)),
    /// What goes over the wire; the step is that of the message to blame.
    Events(fn(&Template, &mut Vec<Event>, usize)),
}

/// A message of a flow that is right, and what is known of it.
pub(super) struct Scene<'s> {
    pub(super) template: &'s Template,
    pub(super) played: &'s Played,
    pub(super) transport: Transport,
    pub(super) step: usize,
    pub(super) message: &'s Message,
    /// The message that its sender passes on with it.
    pub(super) before: Option<&'s Message>,
    /// The request that it answers.
    pub(super) request: Option<&'s Message>,
    /// Whether its receiver passes it on.
    pub(super) goes_on: bool,
}

/// The way to violate a rule.
pub(super) fn find(code: &str) -> Option<&'static Break> {
    breaks().find(|one| one.code == code)
}

/// All of them.
pub fn breaks() -> impl Iterator<Item = &'static Break> {
    let tables = [
        BREAKS,
        DIALOG_BREAKS,
        IMS_BREAKS,
        REGISTRATION_BREAKS,
        SESSION_BREAKS,
    ];
    tables.into_iter().flatten()
}

/// The steps of a flow at which a rule can be violated.
pub fn breakable(template: &Template, options: &Options, one: &Break) -> Vec<usize> {
    let places = Places::of(template);
    let played = Player::new(template, &places, options, 0).play(None);
    let relays = |step: usize| match &template.steps[step].what {
        What::Request(request) => request.relays,
        What::Response(response) => response.relays,
        What::Other { .. } | What::Action => None,
    };
    let fits = |step: &usize| {
        let step = *step;
        let Some(message) = &played.sent[step] else {
            return false;
        };
        let got = |step: usize| played.got[step].as_ref();
        (one.fits)(&Scene {
            template,
            played: &played,
            transport: options.transport,
            step,
            message,
            before: relays(step).and_then(got),
            request: match &template.steps[step].what {
                What::Response(response) => got(response.answers),
                _ => None,
            },
            goes_on: (step..played.sent.len())
                .any(|later| relays(later) == Some(step) && played.sent[later].is_some()),
        })
    };
    (0..template.steps.len()).filter(fits).collect()
}

impl Scene<'_> {
    pub(super) fn one(&self) -> &Step {
        &self.template.steps[self.step]
    }

    pub(super) fn is(&self, methods: &[&str]) -> bool {
        let request = self.request.unwrap_or(self.message);
        methods.contains(&request.method())
    }

    /// The step that its sender passes on.
    pub(super) fn came_from(&self) -> Option<usize> {
        match &self.one().what {
            What::Request(request) => request.relays,
            What::Response(response) => response.relays,
            What::Other { .. } | What::Action => None,
        }
    }

    pub(super) fn is_of_hop(&self) -> bool {
        let of_ack = match &self.one().what {
            What::Request(request) => request.acknowledges,
            _ => None,
        };
        let refused = of_ack.and_then(|step| self.played.sent[step].as_ref()?.status());
        self.is(&["CANCEL"]) || self.is(&["ACK"]) && refused.is_some_and(|status| status >= 300)
    }

    /// A request that begins here, and is its own.
    pub(super) fn begins(&self) -> bool {
        self.message.is_request() && self.before.is_none() && !self.is_of_hop()
    }

    /// Whether its sender sent one of these before in the same dialog.
    pub(super) fn asked_before(&self, methods: &[&str]) -> bool {
        let from = self.one().from;
        (0..self.step).any(|step| {
            let sent = self.played.sent[step].as_ref();
            self.template.steps[step].from == from
                && self.template.dialog_of(step) == self.template.dialog_of(self.step)
                && sent.is_some_and(|sent| methods.contains(&sent.method()))
        })
    }

    /// Whether it is sent within a dialog.
    pub(super) fn is_inside(&self) -> bool {
        self.message.get("To").and_then(tag_of).is_some()
    }

    /// Whether its dialog was made by an INVITE of this flow.
    pub(super) fn is_made(&self) -> bool {
        let dialog = self.template.dialog_of(self.step);
        (0..self.step).any(|step| {
            let sent = self.played.sent[step].as_ref();
            self.template.dialog_of(step) == dialog
                && self.template.method_of(step) == Some("INVITE")
                && sent.and_then(Message::status) == Some(200)
        })
    }

    /// A request that is passed on here, so that its Via list shows it.
    pub(super) fn passes(&self) -> bool {
        self.message.is_request() && self.before.is_some() && !self.one().hides_via
    }

    /// An answer that begins here.
    pub(super) fn answers(&self, status: std::ops::Range<u16>) -> bool {
        let own = self.message.status().filter(|_| self.before.is_none());
        own.is_some_and(|own| status.contains(&own))
    }

    pub(super) fn ends(&self) -> bool {
        !self.goes_on
    }

    pub(super) fn role(&self) -> Role {
        self.template.actors[self.one().from].role
    }

    pub(super) fn goes_to_terminal(&self) -> bool {
        is_terminal(&self.template.actors[self.one().to])
    }

    /// Whether the receiver sends requests, by which it is known to be a terminal.
    pub(super) fn is_asked_by_terminal(&self) -> bool {
        self.is_asked_by(self.one().to)
    }

    /// Whether an actor sends requests.
    pub(super) fn is_asked_by(&self, actor: usize) -> bool {
        let mut events = self.played.events.iter();
        events.any(|event| event.from == actor && event.is_request)
    }

    /// Whether the answer that is passed on here is to a request whose Via list was hidden.
    pub(super) fn is_hidden(&self) -> bool {
        let answered = self
            .came_from()
            .and_then(|step| match &self.template.steps[step].what {
                What::Response(response) => Some(response.answers),
                _ => None,
            });
        answered.is_some_and(|step| self.template.steps[step].hides_via)
    }

    /// The SUBSCRIBE of the same dialog that came before it, of several the last.
    pub(super) fn subscribed_by(&self) -> Option<&Message> {
        let call_id = self.message.get("Call-ID");
        let before = self.played.sent[..self.step].iter().flatten();
        let mut own = before.filter(|message| message.get("Call-ID") == call_id);
        own.rfind(|message| message.is_request() && message.method() == "SUBSCRIBE")
    }

    /// Whether an answer in the same dialog granted time.
    pub(super) fn has_time(&self) -> bool {
        let call_id = self.message.get("Call-ID");
        let mut before = self.played.sent[..self.step].iter().flatten();
        before.any(|message| {
            let accepts = message.status().is_some_and(|status| status / 100 == 2);
            accepts && message.get("Call-ID") == call_id && message.has("Expires")
        })
    }

    /// Whether it tells that a subscription is in this state.
    pub(super) fn tells(&self, state: &str) -> bool {
        let told = self.message.get("Subscription-State");
        told.is_some_and(|told| told.starts_with(state))
    }

    /// Whether the same sender tells something of the same subscription later, without a SUBSCRIBE between.
    pub(super) fn tells_again(&self) -> bool {
        let of_dialog = |other: &&Message| {
            let same = |name| other.get(name) == self.message.get(name);
            other.is_request() && same("Call-ID") && !same("CSeq")
        };
        let after = self.played.sent[self.step..].iter().flatten();
        let next = after
            .filter(of_dialog)
            .find(|other| other.method() != "ACK");
        next.is_some_and(|next| next.has("Subscription-State"))
    }

    /// Whether a later message tells how much time is left: it does not know of a delay.
    pub(super) fn time_is_told_later(&self) -> bool {
        let mut after = self.played.sent[self.step..].iter().flatten();
        after.any(|message| {
            let state = message.get("Subscription-State");
            state.is_some_and(|state| state.contains("expires="))
        })
    }

    pub(super) fn says_where(&self) -> bool {
        let request =
            self.begins() && self.is(&["INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "UPDATE"]);
        let answer = self.answers(200..300) && self.is(&["INVITE", "SUBSCRIBE", "UPDATE"]);
        self.message.has("Contact") && (request || answer)
    }
}
