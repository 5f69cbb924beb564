//! Findings of an audit as marks on the messages that they blame, and a line about each.

use std::collections::BTreeMap;

use super::Finding;
use crate::base::escape;
use crate::rules::Finding as Found;
use crate::trace::{Call, MessageId};

/// Of more numbers only so many are listed.
const MOST_LISTED: usize = 8;

/// The findings of a call in the order of what they blame.
pub(in crate::report) fn found_in<'f>(call: &Call<'_>, found: &'f [Found]) -> Vec<&'f Found> {
    let of_call = found
        .iter()
        .filter(|finding| finding.call == Some(call.id()));
    let mut of_call: Vec<_> = of_call.collect();
    of_call.sort_by_key(|finding| finding.places.first().map(|place| place.message));
    of_call
}

/// The findings of calls, numbered in the order of what they blame, and the numbers on each message.
pub(super) fn marks(
    calls: &[Call<'_>],
    found: &[Found],
) -> (Vec<Finding>, BTreeMap<MessageId, Vec<usize>>) {
    let mut marks: BTreeMap<MessageId, Vec<usize>> = BTreeMap::new();
    let mut all = Vec::new();
    let of_calls = calls.iter().flat_map(|call| found_in(call, found));
    for (number, finding) in (1..).zip(of_calls) {
        if let Some(place) = finding.places.first() {
            marks.entry(place.message).or_default().push(number);
        }
        let text = text(finding);
        all.push(Finding { number, text });
    }
    (all, marks)
}

/// `error MF03 not-decremented, message 3: got 70; expected 69 (RFC 3261 16.6 step 3)`
fn text(finding: &Found) -> String {
    let rule = finding.rule;
    let place = finding.places.first();
    let at = place.map_or(String::new(), |place| {
        format!(", message {}", place.message.number())
    });
    let citations: Vec<_> = rule.citations.iter().map(ToString::to_string).collect();
    let follows = finding.follows.iter().map(|message| message.number());
    let more = match finding.follows.is_empty() {
        true => String::new(),
        false => format!("; the same follows in {}", listed(follows)),
    };
    escape::text(&format!(
        "{} {} {}{at}: got {}; expected {} ({}){more}",
        finding.severity.name(),
        rule.code,
        rule.name,
        finding.got,
        finding.expected,
        citations.join(", ")
    ))
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

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn of_many_the_first_are_listed() {
        assert_eq!(listed([4].into_iter()), "4");
        assert_eq!(listed(1..9), "1, 2, 3, 4, 5, 6, 7, 8");
        assert_eq!(listed(1..12), "1, 2, 3, 4, 5, 6, 7, 8 and 3 more");
    }
}
