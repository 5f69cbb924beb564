//! What a message must carry, held to what it carries.

use std::borrow::Cow;

use super::beside::Beside;
use super::meaning::{mean_the_same, same_host};
use super::outcome::{is_referred_to, tells_status_of};
use super::scene::Scene;
use crate::flow::parameter::has_parameter;
use crate::flow::template::{Demand, Must};
use crate::trace::MessageId;

/// The message of another step.
pub(super) struct Compared {
    pub(super) message: MessageId,
    /// Over how many hops it came to be the message that is compared with it: as the trace has them, and as Via entries tell.
    pub(super) hops: [usize; 2],
}

/// What a message has of a field that is not there.
pub(super) const NONE: &str = "none";

/// What came of one demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Met {
    Yes,
    /// It is not, and this is why.
    No {
        expected: String,
        got: String,
    },
    /// The message, or the one that it is compared with, was not seen whole.
    Unknown,
}

/// Holds a message to a demand; `seen` tells which message a step is, and entries of those `beside` the flow count for nothing.
pub(super) fn meets(
    scene: &Scene<'_, '_>,
    message: MessageId,
    demand: &Demand,
    beside: &Beside,
    seen: impl Fn(usize) -> Option<Compared>,
) -> Met {
    let compared = match demand.must.step() {
        Some(step) => match seen(step) {
            None => return Met::Unknown,
            compared => compared,
        },
        None => None,
    };
    let Some(all) = scene.values(message, &demand.header) else {
        return Met::Unknown;
    };
    let values = beside.without(&demand.header, &all);
    let got = || match all.as_slice() {
        [] => NONE.to_owned(),
        values => values.join(", "),
    };
    let hops = compared.as_ref().map_or([1, 1], |compared| compared.hops);
    let other = || {
        let all = scene.values(compared.as_ref()?.message, &demand.header)?;
        Some(beside.without(&demand.header, &all))
    };
    let same = |others: &[Cow<'_, str>], values: &[Cow<'_, str>]| {
        let mut pairs = others.iter().zip(values);
        others.len() == values.len()
            && pairs.all(|(one, other)| mean_the_same(&demand.header, one, other))
    };
    let expected = match &demand.must {
        Must::BePresent | Must::BePresentAfter(_) if all.is_empty() => "one".to_owned(),
        Must::BeAbsent if !values.is_empty() => "none".to_owned(),
        Must::BePresent | Must::BePresentAfter(_) | Must::BeAbsent => return Met::Yes,
        Must::Be(wanted) => {
            let is = |value: &Cow<'_, str>| wanted.iter().any(|wanted| is_value(value, wanted));
            if values.iter().any(is) {
                return Met::Yes;
            }
            wanted.join(" or ")
        }
        Must::Say(wanted) => {
            let says = |value: &Cow<'_, str>| wanted.iter().any(|wanted| says(value, wanted));
            if values.iter().any(says) {
                return Met::Yes;
            }
            return Met::No {
                expected: format!("one that says {}", wanted.join(" or ")),
                got: match values.as_slice() {
                    [] => NONE,
                    _ => "one that does not",
                }
                .to_owned(),
            };
        }
        Must::HaveParameter(name) => {
            if values.iter().any(|value| has_parameter(value, name)) {
                return Met::Yes;
            }
            format!("one with {name}")
        }
        Must::BeCopiedFrom(_) => match other() {
            None => return Met::Unknown,
            Some(others) if same(&others, &values) => return Met::Yes,
            Some(others) => others.join(", "),
        },
        Must::BeReferredToIn(_) => {
            // A proxy that was not captured may have put in where the user is registered (RFC 3261 16.5).
            let was_passed_on = scene.sip(message).is_none_or(|sip| sip.vias().count() > 1);
            let refer = compared.as_ref().filter(|_| !was_passed_on);
            let refer = refer.and_then(|of| scene.sip(of.message));
            match refer.and_then(|refer| is_referred_to(&refer, values.first()?)) {
                None | Some((_, true)) => return Met::Yes,
                Some((uri, false)) => uri,
            }
        }
        Must::TellStatusOf(_) => {
            let body = values.first().map(|body| &**body);
            let told = compared.as_ref();
            match told.and_then(|of| tells_status_of(scene, of.message, body)) {
                None | Some((_, true)) => return Met::Yes,
                Some((status, false)) => {
                    let line = body.and_then(|body| body.trim_start().lines().next());
                    return Met::No {
                        expected: format!("SIP/2.0 {status}"),
                        got: line.unwrap_or(NONE).to_owned(),
                    };
                }
            }
        }
        Must::BeOneLessThanIn(_) => {
            let number = |values: &[Cow<'_, str>]| values.first()?.parse::<i64>().ok();
            let Some(before) = other().and_then(|others| number(&others)) else {
                return Met::Unknown;
            };
            let left = hops.map(|hops| before.saturating_sub_unsigned(hops as u64));
            if number(&values).is_some_and(|number| left.contains(&number)) {
                return Met::Yes;
            }
            left[0].to_string()
        }
        Must::BeConsumedFrom(_) => {
            let Some(others) = other() else {
                return Met::Unknown;
            };
            let gone = others.len().saturating_sub(values.len());
            let (used, left) = others.split_at(gone);
            // Who is on it with two entries uses up both.
            let is_gone = !values.is_empty()
                || gone <= hops[0].max(hops[1])
                || used.iter().all(|entry| same_host(&used[0], entry));
            if gone > 0 && is_gone && same(left, &values) {
                return Met::Yes;
            }
            match others.get(1..) {
                // There was nothing to use up.
                None if values.is_empty() => "one before".to_owned(),
                Some([]) | None => "none".to_owned(),
                Some(rest) => rest.join(", "),
            }
        }
    };
    Met::No {
        expected,
        got: got(),
    }
}

/// Whether a value is the wanted one, perhaps with parameters behind it.
fn is_value(value: &str, wanted: &str) -> bool {
    let Some((head, rest)) = value.split_at_checked(wanted.len()) else {
        return false;
    };
    head.eq_ignore_ascii_case(wanted) && (rest.is_empty() || rest.starts_with([';', ' ']))
}

/// Whether something stands in a value, white space and the kind of quotes aside.
fn says(value: &str, wanted: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|letter| !letter.is_whitespace());
        letters
            .map(|letter| if letter == '\'' { '"' } else { letter })
            .collect()
    };
    plain(value).contains(&plain(wanted))
}

#[cfg(test)]
mod tests {
    use super::{is_value, says};

    #[test]
    fn what_is_said_may_be_spelled_otherwise() {
        for (value, expected) in [
            ("<contact event=\"rejected\">", true),
            ("<contact event = 'rejected'>", true),
            ("<contact event=\"created\">", false),
        ] {
            assert_eq!(says(value, "event=\"rejected\""), expected, "{value}");
        }
    }

    #[test]
    fn parameters_do_not_matter() {
        for (value, wanted, expected) in [
            ("presence", "presence", true),
            ("Presence;id=1", "presence", true),
            ("active ;expires=7200", "active", true),
            ("presence.winfo", "presence", false),
            ("Digest realm=\"x\"", "Digest", true),
            ("pres", "presence", false),
        ] {
            assert_eq!(is_value(value, wanted), expected, "{value} {wanted}");
        }
    }
}
