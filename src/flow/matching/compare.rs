//! What a message must carry, held to what it carries.

use std::borrow::Cow;

use super::scene::Scene;
use crate::flow::template::{Demand, Must};
use crate::trace::MessageId;

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

/// Holds a message to a demand; `seen` tells which message a step is.
pub(super) fn meets(
    scene: &Scene<'_, '_>,
    message: MessageId,
    demand: &Demand,
    seen: impl Fn(usize) -> Option<MessageId>,
) -> Met {
    let compared = match &demand.must {
        Must::BeCopiedFrom(step) | Must::BeOneLessThanIn(step) | Must::BeConsumedFrom(step) => {
            match seen(*step) {
                None => return Met::Unknown,
                compared => compared,
            }
        }
        _ => None,
    };
    let Some(values) = scene.values(message, &demand.header) else {
        return Met::Unknown;
    };
    let got = || match values.as_slice() {
        [] => "none".to_owned(),
        values => values.join(", "),
    };
    let other = || scene.values(compared?, &demand.header);
    let expected = match &demand.must {
        Must::BePresent if values.is_empty() => "one".to_owned(),
        Must::BeAbsent if !values.is_empty() => "none".to_owned(),
        Must::BePresent | Must::BeAbsent => return Met::Yes,
        Must::Be(wanted) => {
            let is = |value: &Cow<'_, str>| wanted.iter().any(|wanted| is_value(value, wanted));
            if values.iter().any(is) {
                return Met::Yes;
            }
            wanted.join(" or ")
        }
        Must::HaveParameter(name) => {
            if values.iter().any(|value| has_parameter(value, name)) {
                return Met::Yes;
            }
            format!("one with {name}")
        }
        Must::BeCopiedFrom(_) => match other() {
            None => return Met::Unknown,
            Some(others) if others == values => return Met::Yes,
            Some(others) => others.join(", "),
        },
        Must::BeOneLessThanIn(_) => {
            let number = |values: &[Cow<'_, str>]| values.first()?.parse::<i64>().ok();
            let Some(before) = other().and_then(|others| number(&others)) else {
                return Met::Unknown;
            };
            if number(&values) == Some(before - 1) {
                return Met::Yes;
            }
            (before - 1).to_string()
        }
        Must::BeConsumedFrom(_) => {
            let Some(others) = other() else {
                return Met::Unknown;
            };
            if others.len() > values.len() && others.ends_with(&values) {
                return Met::Yes;
            }
            match others.get(1..) {
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

/// Whether a value has a parameter, behind a semicolon or as challenges have them.
fn has_parameter(value: &str, name: &str) -> bool {
    let mut quoted = false;
    let mut pieces = value.split(|letter| {
        quoted ^= letter == '"';
        !quoted && matches!(letter, ';' | ',' | ' ')
    });
    pieces.any(|piece| {
        let key = piece.split('=').next().unwrap_or_default();
        key.eq_ignore_ascii_case(name)
    })
}

#[cfg(test)]
mod tests {
    use super::{has_parameter, is_value};

    #[test]
    fn parameters_are_found_outside_of_quotes() {
        for (value, name, expected) in [
            ("<sip:a@b>;+g.poc.talkburst", "+g.poc.talkburst", true),
            ("Digest realm=\"a\", nonce=\"b\"", "nonce", true),
            ("Digest realm=\"a, nonce=b\"", "nonce", false),
            ("<sip:a@b>;Expires=3", "expires", true),
            ("<sip:a@b>;expired=3", "expires", false),
        ] {
            assert_eq!(has_parameter(value, name), expected, "{value} {name}");
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
