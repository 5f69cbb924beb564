//! Findings of an audit as marks on the messages that they blame, and a line about each. What a node does wrong in one way each
//! time is found as often: such findings have numbers in a row, and one line.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use crate::base::escape;
use crate::report::audit::name_at;
use crate::report::severity_ink;
use crate::rules::{Finding as Found, Severity};
use crate::trace::{Call, Message, MessageId, NodeId, Subject, Trace};

/// Of more numbers only so many are listed.
const MOST_LISTED: usize = 8;

/// Findings that are told as one: with one rule, one text, and one place in what one node sends to another.
pub(in crate::report) type Equal<'f> = Vec<&'f Found>;

/// The findings of a call in the order of what they blame, those that are equal beside the first of them. `read` gives the bytes of
/// a message.
pub(in crate::report) fn found_in<'a, 'f, E>(
    trace: &'a Trace,
    call: &Call<'_>,
    found: &'f [Found],
    read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Vec<Equal<'f>>, E> {
    let of_call = found
        .iter()
        .filter(|finding| finding.call == Some(call.id()));
    let mut of_call: Vec<_> = of_call.collect();
    of_call.sort_by_key(|finding| finding.places.first().map(|place| place.message));
    let mut all: Vec<Equal<'f>> = Vec::new();
    let mut known = BTreeMap::new();
    for finding in of_call {
        let at = *known
            .entry(fault(trace, finding, read)?)
            .or_insert(all.len());
        match all.get_mut(at) {
            Some(equal) => equal.push(finding),
            None => all.push(vec![finding]),
        }
    }
    Ok(all)
}

/// What equal findings have in common: rule and severity, what was got and expected, and who sent what to whom with which part.
type Fault = (
    [&'static str; 2],
    [String; 2],
    Option<([Option<NodeId>; 2], bool, String)>,
);

fn fault<'a, E>(
    trace: &'a Trace,
    finding: &Found,
    read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Fault, E> {
    let place = finding.places.first();
    let blamed = place.and_then(|place| Some((trace.message(place.message)?, place.span)));
    let blamed = match blamed {
        Some((message, span)) => {
            let hop = message.hop();
            let ends = [hop.source_node(), hop.destination_node()];
            let ends = ends.map(|node| node.map(|node| node.id()));
            let is_request = matches!(message.subject(), Subject::Request(_));
            Some((ends, is_request, name_at(&read(&message)?, span)))
        }
        None => None,
    };
    let rule = [finding.rule.code, finding.severity.name()];
    let texts = [finding.got.clone(), finding.expected.clone()];
    Ok((rule, texts, blamed))
}

/// The numbers on each message.
pub(super) type Marks = BTreeMap<MessageId, Vec<usize>>;

/// The findings of calls, numbered in their order, and the numbers on each message.
pub(super) fn marks<'a, E>(
    trace: &'a Trace,
    calls: &[Call<'_>],
    found: &[Found],
    read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<(Vec<Finding>, Marks), E> {
    let mut marks = Marks::new();
    let mut all = Vec::new();
    let mut last = 0;
    for call in calls {
        for equal in found_in(trace, call, found, read)? {
            let first = last + 1;
            for finding in &equal {
                last += 1;
                if let Some(place) = finding.places.first() {
                    marks.entry(place.message).or_default().push(last);
                }
            }
            let text = text(&equal);
            let severity = equal.iter().map(|one| one.severity).max();
            all.push(Finding {
                first,
                last,
                ink: severity_ink(severity.unwrap_or(Severity::Info)),
                text,
            });
        }
    }
    marks
        .values_mut()
        .for_each(|numbers| numbers.sort_unstable());
    Ok((all, marks))
}

/// `error MF03 not-decremented, messages 3, 7: got 70; expected 69 (RFC 3261 16.6 step 3)`
fn text(equal: &[&Found]) -> String {
    let Some(finding) = equal.first() else {
        return String::new();
    };
    let rule = finding.rule;
    let blamed = equal.iter().filter_map(|one| one.places.first());
    let mut blamed: Vec<_> = blamed.map(|place| place.message.number()).collect();
    blamed.dedup();
    let plural = if blamed.len() > 1 { "s" } else { "" };
    let at = match blamed.is_empty() {
        true => String::new(),
        false => format!(", message{plural} {}", listed(blamed.into_iter())),
    };
    let citations: Vec<_> = rule.citations.iter().map(ToString::to_string).collect();
    let follows = equal.iter().flat_map(|one| &one.follows);
    let follows: BTreeSet<_> = follows.map(|message| message.number()).collect();
    let more = match follows.is_empty() {
        true => String::new(),
        false => format!("; the same follows in {}", listed(follows.into_iter())),
    };
    escape::text(&format!(
        "{} {} {}{at}: got {}; expected {} ({}){more}",
        finding.severity.name(),
        rule.code,
        rule.name,
        got(&finding.got),
        finding.expected,
        citations.join(", ")
    ))
}

/// What was got, so that it is seen where lines are broken and several spaces are as one: all but single ones as codes.
fn got(text: &str) -> Cow<'_, str> {
    match text {
        "" => "nothing".into(),
        text if text.contains("  ") => text.replace("  ", "\\x20\\x20").into(),
        text => text.into(),
    }
}

/// `2, 3, 5`, and of many how many more there are.
pub(super) fn listed(numbers: impl ExactSizeIterator<Item = usize>) -> String {
    let rest = numbers.len().saturating_sub(MOST_LISTED);
    let first: Vec<_> = numbers
        .take(MOST_LISTED)
        .map(|number| number.to_string())
        .collect();
    match rest {
        0 => first.join(", "),
        rest => format!("{} and {rest} more", first.join(", ")),
    }
}

/// `3-7, 9`: all of them, those that follow each other by the first and the last.
pub(in crate::report) fn in_runs(mut numbers: Vec<usize>) -> String {
    numbers.sort_unstable();
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let runs = runs.filter_map(|run| match (run.first()?, run.last()?) {
        (first, last) if first == last => Some(first.to_string()),
        (first, last) => Some(format!("{first}-{last}")),
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_the_first_are_listed() {
        assert_eq!(listed([4].into_iter()), "4");
        assert_eq!(listed(1..9), "1, 2, 3, 4, 5, 6, 7, 8");
        assert_eq!(listed(1..12), "1, 2, 3, 4, 5, 6, 7, 8 and 3 more");
    }

    #[test]
    fn what_cannot_be_seen_is_told() {
        assert_eq!(got("a b"), "a b");
        assert_eq!(got("INVITE  SIP/2.0"), "INVITE\\x20\\x20SIP/2.0");
        assert_eq!(got("a   b"), "a\\x20\\x20 b");
        assert_eq!(got(""), "nothing");
    }

    #[test]
    fn numbers_in_a_row_are_told_by_the_first_and_the_last() {
        assert_eq!(in_runs(vec![9, 4, 3, 5, 7, 8]), "3-5, 7-9");
        assert_eq!(in_runs(vec![2]), "2");
        assert_eq!(in_runs(Vec::new()), "");
    }
}
