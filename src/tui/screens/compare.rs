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
use crate::tui::canvas::width;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// Narrower screens show one below the other.
const SIDE_BY_SIDE: usize = 100;
/// What two texts have in common is looked for in so many lines of them at a time, and in fewer where there are more: hostile
/// messages have a million.
const AT_ONCE: usize = 1500;
const AT_ONCE_OF_MORE: usize = 200;

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
    let left: Vec<_> = left.lines().collect();
    let right: Vec<_> = right.lines().collect();
    let half = (screen.saturating_sub(7)) / 2;
    for (old, new) in aligned(&left, &right) {
        let is_same = old == new;
        let signed = |text: Option<&str>, sign: &str, tone: Tone| {
            let (sign, tone) = match is_same || text.is_none() {
                true => ("  ", Tone::Plain),
                false => (sign, tone),
            };
            PageLine::of(tone, format!("{sign}{}", text.unwrap_or_default())).hang(4)
        };
        let old_line = signed(old, "< ", Tone::Warning);
        let new_line = signed(new, "> ", Tone::Good);
        if screen >= SIDE_BY_SIDE {
            page.lines.extend(beside(&old_line, &new_line, half + 2));
            continue;
        }
        if old.is_some() {
            page.push(old_line);
        }
        if new.is_some() && !is_same {
            page.push(new_line);
        }
    }
}

/// Two lines beside each other, each as high as the higher one.
fn beside(left: &PageLine, right: &PageLine, half: usize) -> Vec<PageLine> {
    let (left, right) = (left.broken(half), right.broken(half));
    let blank = || PageLine::of(Tone::Plain, "");
    let rows = (0..left.len().max(right.len())).map(|row| {
        let mut shown = left.get(row).cloned().unwrap_or_else(blank);
        let taken: usize = shown.pieces.iter().map(|(_, text)| width(text)).sum();
        let pad = " ".repeat(half.saturating_sub(taken));
        shown = shown.and(Tone::Dim, format!("{pad} | "));
        let other = right.get(row).cloned().unwrap_or_else(blank);
        shown.pieces.extend(other.pieces);
        shown
    });
    rows.collect()
}

/// The lines of two texts: the first ones, those that are the same in both, and of the others those with the same field name beside
/// each other.
fn aligned<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<Pair<'a>> {
    let (Some((first, left)), Some((other, right))) = (left.split_first(), right.split_first())
    else {
        let only_left = left.iter().map(|line| (Some(*line), None));
        return only_left
            .chain(right.iter().map(|line| (None, Some(*line))))
            .collect();
    };
    let mut pairs = vec![(Some(*first), Some(*other))];
    // What is the same at both ends need not be looked for.
    let same = |(one, other): &(&&str, &&str)| one == other;
    let head = left.iter().zip(right).take_while(same).count();
    let (equal, left) = left.split_at(head);
    let right = &right[head..];
    let tail = left.iter().rev().zip(right.iter().rev());
    let tail = tail.take_while(same).count();
    let (mut left, end) = left.split_at(left.len() - tail);
    let mut right = &right[..right.len() - tail];
    pairs.extend(equal.iter().map(|line| (Some(*line), Some(*line))));
    let most = match left.len().max(right.len()) > AT_ONCE {
        true => AT_ONCE_OF_MORE,
        false => AT_ONCE,
    };
    while !left.is_empty() || !right.is_empty() {
        let (one, other) = matched(
            &left[..left.len().min(most)],
            &right[..right.len().min(most)],
            left.len() <= most && right.len() <= most,
            &mut pairs,
        );
        (left, right) = (&left[one..], &right[other..]);
    }
    pairs.extend(end.iter().map(|line| (Some(*line), Some(*line))));
    pairs
}

/// Lines beside each other; none where one side has nothing to it.
type Pair<'a> = (Option<&'a str>, Option<&'a str>);

/// Lays the lines of two texts beside each other: all of them if these are the last ones or have nothing in common, else up to the
/// last one that both have. Gives how many were laid of each.
fn matched<'a>(
    left: &[&'a str],
    right: &[&'a str],
    last: bool,
    pairs: &mut Vec<Pair<'a>>,
) -> (usize, usize) {
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
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let (mut one, mut other) = (0, 0);
    let some = common[0] > 0;
    while one < left.len() || other < right.len() {
        if some && !last && common[one * columns + other] == 0 {
            break;
        }
        let both = one < left.len() && other < right.len();
        if both && left[one] == right[other] {
            beside_each_other(pairs, &mut gone, &mut come);
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
    beside_each_other(pairs, &mut gone, &mut come);
    (one, other)
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

    #[test]
    fn of_long_texts_all_lines_are_compared() {
        let texts: Vec<String> = (0..4000).map(|number| format!("a: {number}")).collect();
        let long: Vec<&str> = texts.iter().map(String::as_str).collect();
        let differing = |left: &[&'static str], right: &[&'static str]| {
            // Differences at both ends, so that all in between has to be looked for.
            let around = |few: &[&'static str]| {
                let all = [&["first"], &few[..1], &long, &few[1..]].concat();
                all.into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            let (left, right) = (around(left), around(right));
            let left: Vec<&str> = left.iter().map(String::as_str).collect();
            let right: Vec<&str> = right.iter().map(String::as_str).collect();
            let pairs = aligned(&left, &right);
            let of_left: Vec<_> = pairs.iter().filter_map(|(old, _)| *old).collect();
            let of_right: Vec<_> = pairs.iter().filter_map(|(_, new)| *new).collect();
            assert!(of_left == left && of_right == right);
            pairs.iter().filter(|(old, new)| old != new).count()
        };
        assert_eq!(differing(&["x", "y"], &["x", "y"]), 0);
        assert_eq!(differing(&["b: x", "c: y"], &["b: z", "c: w"]), 2);
        assert_eq!(differing(&["x", "y"], &["x", "y", "z"]), 1);
        assert_eq!(differing(&["x", "y", "z"], &["q", "y"]), 3);
    }

    #[test]
    fn texts_without_anything_in_common_are_laid_in_one_go() {
        let left: Vec<String> = (0..20_000).map(|number| format!("a{number}")).collect();
        let right: Vec<String> = (0..10_000).map(|number| format!("b{number}")).collect();
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        let right: Vec<&str> = right.iter().map(String::as_str).collect();
        assert_eq!(aligned(&left, &right).len(), 30_000 - 1);
    }

    #[test]
    fn long_lines_go_on_below_on_both_sides() {
        let mut page = Page::new("");
        let long = format!("INVITE\nA: {}end", "0123456789 ".repeat(9));
        lay(&mut page, &long, "INVITE\nA: b", 107);
        let text = page.text();
        assert!(text.contains("end"), "{text}");
        assert!(text.contains("> A: b"), "{text}");
        let bars: Vec<_> = text.lines().skip(2).map(|line| line.find('|')).collect();
        assert_eq!(bars, [Some(53); 4], "{text}");
    }
}
