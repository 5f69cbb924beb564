//! Two messages side by side; on a narrow screen, one below the other line by line.
//!
//! ```text
//! Message 1 and message 3
//!   INVITE sip:bob@example.org SIP/2.0   │   INVITE sip:bob@example.org SIP/2.0
//! < Max-Forwards: 70                     │ > Max-Forwards: 69
//!                                        │ > Record-Route: <sip:10.0.0.1;lr>
//! ```

use crate::base::escape;
use crate::trace::MessageId;
use crate::tui::canvas::{cut, width};
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// Narrower screens show one below the other.
const SIDE_BY_SIDE: usize = 100;
/// Of messages with more lines than this only the first are laid beside each other.
const MOST_LINES: usize = 1500;

/// Any two messages.
pub(in crate::tui) fn page(
    world: &mut World,
    one: MessageId,
    other: MessageId,
    screen: usize,
) -> Option<Page> {
    let title = format!("Message {} and message {}", one.number(), other.number());
    let mut page = Page::new(title);
    page.about = Some(Target::Message(other));
    let (left, right) = (text(world, one)?, text(world, other)?);
    lay(&mut page, &left, &right, screen);
    Some(page)
}

/// A message as lines.
fn text(world: &mut World, id: MessageId) -> Option<String> {
    let trace = world.trace.clone();
    let message = trace.message(id)?;
    Some(match world.read(&message) {
        Ok(bytes) => escape::lines(&bytes),
        Err(error) => format!("cannot be read again: {error}"),
    })
}

/// Two texts, line by line.
pub(super) fn lay(page: &mut Page, left: &str, right: &str, screen: usize) {
    let left: Vec<_> = left.lines().take(MOST_LINES).collect();
    let right: Vec<_> = right.lines().take(MOST_LINES).collect();
    let half = (screen.saturating_sub(7)) / 2;
    for pair in aligned(&left, &right) {
        let (old, new) = pair;
        if old == new {
            let text = old.unwrap_or_default();
            page.push(match screen < SIDE_BY_SIDE {
                true => PageLine::of(Tone::Plain, format!("  {text}")).hang(4),
                false => beside(("  ", text, Tone::Plain), ("  ", text, Tone::Plain), half),
            });
        } else if screen < SIDE_BY_SIDE {
            if let Some(old) = old {
                page.push(PageLine::of(Tone::Warning, format!("< {old}")).hang(4));
            }
            if let Some(new) = new {
                page.push(PageLine::of(Tone::Good, format!("> {new}")).hang(4));
            }
        } else {
            let sign = |text: Option<&str>, sign| if text.is_some() { sign } else { "  " };
            page.push(beside(
                (sign(old, "< "), old.unwrap_or_default(), Tone::Warning),
                (sign(new, "> "), new.unwrap_or_default(), Tone::Good),
                half,
            ));
        }
    }
}

fn beside(left: (&str, &str, Tone), right: (&str, &str, Tone), half: usize) -> PageLine {
    let shown = cut(left.1, half);
    let pad = " ".repeat(half - width(&shown));
    PageLine::of(left.2, format!("{}{shown}{pad}", left.0))
        .and(Tone::Dim, " | ")
        .and(right.2, format!("{}{}", right.0, cut(right.1, half)))
}

/// The lines of two texts: the first ones, those that are the same in both, and of the others those with the same field name beside
/// each other.
fn aligned<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<(Option<&'a str>, Option<&'a str>)> {
    let (Some((first, left)), Some((other, right))) = (left.split_first(), right.split_first())
    else {
        let only_left = left.iter().map(|line| (Some(*line), None));
        return only_left
            .chain(right.iter().map(|line| (None, Some(*line))))
            .collect();
    };
    // How many lines are common to what is left of both.
    let columns = right.len() + 1;
    let mut common = vec![0u16; (left.len() + 1) * columns];
    for one in (0..left.len()).rev() {
        for other in (0..right.len()).rev() {
            let at = one * columns + other;
            common[at] = match left[one] == right[other] {
                true => common[at + columns + 1] + 1,
                false => common[at + columns].max(common[at + 1]),
            };
        }
    }
    let mut pairs = vec![(Some(*first), Some(*other))];
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let (mut one, mut other) = (0, 0);
    while one < left.len() || other < right.len() {
        let both = one < left.len() && other < right.len();
        if both && left[one] == right[other] {
            beside_each_other(&mut pairs, &mut gone, &mut come);
            pairs.push((Some(left[one]), Some(right[other])));
            (one, other) = (one + 1, other + 1);
        } else if other == right.len()
            || (both && common[(one + 1) * columns + other] >= common[one * columns + other + 1])
        {
            gone.push(left[one]);
            one += 1;
        } else {
            come.push(right[other]);
            other += 1;
        }
    }
    beside_each_other(&mut pairs, &mut gone, &mut come);
    pairs
}

/// Lines that only one side has: those of one field stand beside each other.
fn beside_each_other<'a>(
    pairs: &mut Vec<(Option<&'a str>, Option<&'a str>)>,
    gone: &mut Vec<&'a str>,
    come: &mut Vec<&'a str>,
) {
    let name = |line: &'a str| line.split(':').next();
    for old in gone.drain(..) {
        let partner = come.iter().position(|new| name(new) == name(old));
        let Some(partner) = partner else {
            pairs.push((Some(old), None));
            continue;
        };
        pairs.extend(come.drain(..partner).map(|new| (None, Some(new))));
        pairs.push((Some(old), Some(come.remove(0))));
    }
    pairs.extend(come.drain(..).map(|new| (None, Some(new))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_stands_beside_what_it_was() {
        let left = ["INVITE", "Route: a", "Max-Forwards: 70", "To: b"];
        let right = ["INVITE", "Via: p", "Max-Forwards: 69", "To: b", "New: x"];
        let expected = [
            (Some("INVITE"), Some("INVITE")),
            (Some("Route: a"), None),
            (None, Some("Via: p")),
            (Some("Max-Forwards: 70"), Some("Max-Forwards: 69")),
            (Some("To: b"), Some("To: b")),
            (None, Some("New: x")),
        ];
        assert_eq!(aligned(&left, &right), expected);
        let first = aligned(&["INVITE b", "To: b"], &["SIP/2.0 200 OK", "To: b"]);
        assert_eq!(first[0], (Some("INVITE b"), Some("SIP/2.0 200 OK")));
        assert_eq!(first.len(), 2);
        assert_eq!(aligned(&[], &["a"]), [(None, Some("a"))]);
        assert_eq!(aligned(&["a"], &[]), [(Some("a"), None)]);
    }
}
