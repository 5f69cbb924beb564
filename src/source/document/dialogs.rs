//! Which dialog a new request belongs to whose From, To and Call-ID a document leaves out: they are those of the message in it that
//! its sender saw last, From and To the other way round where they name its sender second (RFC 3261 12.2.1.1).

use super::model::{Header, Message, Step, StepKind};
use super::name;
use crate::sip::is_placeholder;

/// Only so many of the steps before are looked at.
const MOST_LOOKED_AT: usize = 64;

/// Requests with one of these methods go on with each other (RFC 5057 4).
const USAGES: [&[&str]; 2] = [
    &["INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO"],
    &["SUBSCRIBE", "NOTIFY", "REFER"],
];
/// These are in no dialog.
const OUTSIDE: [&str; 2] = ["REGISTER", "PUBLISH"];
/// These are in one if it was accepted before.
const ALSO_OUTSIDE: [&str; 5] = ["INVITE", "SUBSCRIBE", "REFER", "MESSAGE", "OPTIONS"];

/// A message of the dialog, as the sender of the new request saw it.
#[derive(Clone, Copy)]
pub(super) struct Dialog<'a> {
    /// Position of its step.
    pub(super) step: usize,
    message: &'a Message,
    /// Whether its To names the sender of the new request.
    is_reversed: bool,
    /// Whether the tag of its To is not known.
    is_open: bool,
}

impl<'a> Dialog<'a> {
    /// The dialog that the request of this step is in, which is this message.
    pub(super) fn of(steps: &'a [Step], at: usize, message: &Message) -> Option<Self> {
        let step = &steps[at];
        let method = step.method.as_deref()?;
        let to = message.value("To").filter(|to| is_printed(to));
        let begins_one = method != "CANCEL" && to.is_some_and(|to| !has_tag(to));
        if OUTSIDE.contains(&method) || begins_one {
            return None;
        }
        let ends = [&step.said.0, &step.said.1].map(key);
        let earlier = (at.saturating_sub(MOST_LOOKED_AT)..at).rev();
        let seen: Vec<_> = earlier
            .filter(|other| goes_on_with(step, method, &steps[*other]))
            .filter_map(|other| Seen::of(steps, other, &ends, method == "CANCEL"))
            .filter(|seen| seen.dialog.is_called(message.value("Call-ID")))
            .collect();
        let adjacent = seen.iter().find(|seen| seen.is_between_both);
        let found = adjacent.or_else(|| only_end(&seen))?;
        let last = &steps[found.dialog.step];
        let is_over = last.kind == StepKind::Response && last.method.as_deref() == Some("BYE");
        let is_accepted = || {
            let mut all = seen.iter().map(|seen| &steps[seen.dialog.step]);
            all.any(|step| matches!(step.status, Some(200..300)))
        };
        let is_inside = !ALSO_OUTSIDE.contains(&method) || is_accepted();
        (is_inside && !is_over).then_some(found.dialog)
    }

    /// The field of that message whose value this one of the new request repeats.
    pub(super) fn field(&self, header: &Header) -> Option<&'a Header> {
        let is_to = header.is("To");
        let source = if header.is("Call-ID") {
            "Call-ID"
        } else if !is_to && !header.is("From") {
            return None;
        } else if is_to != self.is_reversed {
            "To"
        } else {
            "From"
        };
        let mut named = self
            .message
            .headers
            .iter()
            .filter(|header| header.is(source));
        let is_known = source != "To" || !self.is_open;
        named
            .next()
            .filter(|header| is_known && is_printed(&header.value))
    }

    /// Who the sender of the new request is in it.
    fn own(&self) -> &'a str {
        let name = if self.is_reversed { "To" } else { "From" };
        let value = self.message.value(name).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    fn is_called(&self, call: Option<&str>) -> bool {
        let known = self.message.value("Call-ID");
        match (call, known) {
            (Some(call), Some(known)) if is_printed(call) && is_printed(known) => call == known,
            _ => true,
        }
    }
}

/// A message that one of the ends of the new request saw.
struct Seen<'a> {
    dialog: Dialog<'a>,
    is_between_both: bool,
}

impl<'a> Seen<'a> {
    fn of(
        steps: &'a [Step],
        at: usize,
        ends: &[Option<String>; 2],
        is_cancel: bool,
    ) -> Option<Self> {
        let step = &steps[at];
        let message = step.message.as_ref()?;
        let [sender, receiver] = ends;
        let own = [&step.said.0, &step.said.1].map(key);
        sender.as_ref()?;
        let sides = [&own[0] == sender, &own[1] == sender];
        // Nobody knows which of two with the same name it is.
        if sides[0] == sides[1] {
            return None;
        }
        let is_request = step.kind == StepKind::Request;
        Some(Self {
            is_between_both: own.contains(receiver),
            dialog: Dialog {
                step: at,
                message,
                is_reversed: sides[0] != is_request,
                is_open: is_request && !is_cancel && !message.value("To").is_some_and(has_tag),
            },
        })
    }
}

/// The last message of one who is the same end of all of them: no proxy, that is.
fn only_end<'s, 'a>(seen: &'s [Seen<'a>]) -> Option<&'s Seen<'a>> {
    let last = seen.first()?;
    let is_same = |seen: &Seen<'_>| seen.dialog.own() == last.dialog.own();
    seen.iter().all(is_same).then_some(last)
}

/// Whether a request with this method is in a dialog with the other message, if there is one.
fn goes_on_with(step: &Step, method: &str, other: &Step) -> bool {
    let Some(known) = other.method.as_deref() else {
        return false;
    };
    let is_request = other.kind == StepKind::Request;
    if method == "CANCEL" {
        return is_request && known == "INVITE" && key(&step.said.0) == key(&other.said.0);
    }
    // What refuses a request is in no dialog that it asked for.
    let is_of_dialog = is_request || matches!(other.status, Some(101..300)) || method == "ACK";
    let mut usages = USAGES.iter().filter(|usage| usage.contains(&known));
    let is_any = method == "REFER" || !USAGES.iter().any(|usage| usage.contains(&method));
    is_of_dialog
        && known != "CANCEL"
        && other.status != Some(100)
        && usages.any(|usage| is_any || usage.contains(&method))
}

fn key(end: &Option<String>) -> Option<String> {
    end.as_deref().map(name::key)
}

fn is_printed(value: &str) -> bool {
    !value.is_empty() && !is_placeholder(value)
}

fn has_tag(value: &str) -> bool {
    let mut parameters = value.split(';').skip(1);
    parameters.any(|parameter| parameter.trim_start().starts_with("tag="))
}
