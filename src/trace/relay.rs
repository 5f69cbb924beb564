//! What a node did to a message that it passed on: the fields of the message as it came in beside those of the message as it
//! went out, value by value.

use std::collections::{HashMap, HashSet};

use crate::sip::{Header, Message, Name, Problems, Text, Via, is_placeholder};

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is another.
    Changed,
    /// It stands at another place among the values of its name.
    Moved,
    /// It is the same, though the node had to change it.
    Kept,
}

impl Edit {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Kept => "kept",
        }
    }
}

/// Where in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In its first line.
    FirstLine,
    /// In a field with this name.
    Field(Name),
    /// In its body.
    Body,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// Where it is.
    pub place: Place,
    /// `first line`, `body`, or the name of a field, as the registry spells it where it is registered.
    pub what: String,
    /// What happened.
    pub edit: Edit,
    /// As it came in.
    pub before: Option<Text<'a>>,
    /// As it went out.
    pub after: Option<Text<'a>>,
}

/// Of more values with one name only those at both ends are compared.
const MOST_COMPARED: usize = 128;

/// Every difference between a message and what became of it, first line first, then the fields in their order.
pub fn changes<'a>(before: &Message<'a>, after: &Message<'a>) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    compare(
        (Place::FirstLine, "first line"),
        before.first_line_text(),
        after.first_line_text(),
        &mut changes,
    );
    let (old, new) = (values(before), values(after));
    for (name, what) in names(before, after) {
        let key = (name, what.to_ascii_lowercase());
        let of = |all: &Values<'a>| all.get(&key).cloned().unwrap_or_default();
        compare_values(&what, name, &of(&old), &of(&new), &mut changes);
    }
    let body = (Place::Body, "body");
    compare(body, before.rest(), after.rest(), &mut changes);
    changes
}

fn compare<'a>(
    (place, what): (Place, &str),
    before: Text<'a>,
    after: Text<'a>,
    changes: &mut Vec<Change<'a>>,
) {
    if before.bytes() != after.bytes() {
        let there = |text: Text<'a>| Some(text).filter(|text| !text.is_empty());
        let edit = match (before.is_empty(), after.is_empty()) {
            (true, _) => Edit::Added,
            (_, true) => Edit::Removed,
            _ => Edit::Changed,
        };
        changes.push(Change {
            place,
            what: what.to_owned(),
            edit,
            before: there(before),
            after: there(after),
        });
    }
}

/// The names of all fields of both, each once, in the order of the message that went out, then what is only in the other.
fn names(before: &Message<'_>, after: &Message<'_>) -> Vec<(Name, String)> {
    let mut seen = HashSet::new();
    let all = after.headers().chain(before.headers());
    let named = all.map(|header| (header.known, spelling(&header)));
    named
        .filter(|(name, what)| seen.insert((*name, what.to_ascii_lowercase())))
        .collect()
}

fn spelling(header: &Header<'_>) -> String {
    match header.known {
        Name::Other => header.name.lossy().into_owned(),
        known => known.spelling().to_owned(),
    }
}

/// The values of each name, in small letters.
type Values<'a> = HashMap<(Name, String), Vec<Text<'a>>>;

fn values<'a>(message: &Message<'a>) -> Values<'a> {
    let mut all = Values::new();
    for header in message.headers() {
        let key = (header.known, spelling(&header).to_ascii_lowercase());
        all.entry(key).or_default().extend(header.values());
    }
    all
}

/// What stands in front and behind alike is left out: proxies add and take at the front.
fn compare_values<'a>(
    what: &str,
    name: Name,
    mut before: &[Text<'a>],
    mut after: &[Text<'a>],
    changes: &mut Vec<Change<'a>>,
) {
    let bounded = before.len().max(after.len()) <= MOST_COMPARED;
    while let ([first, rest @ ..], [other, others @ ..]) = (before, after)
        && same(*first, *other)
    {
        (before, after) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., other]) = (before, after)
        && same(*last, *other)
    {
        (before, after) = (rest, others);
    }
    let mut push = |edit, before, after| {
        changes.push(Change {
            place: Place::Field(name),
            what: what.to_owned(),
            edit,
            before,
            after,
        });
    };
    let is_in = |value: &Text<'a>, others: &[Text<'a>]| {
        bounded && others.iter().any(|other| same(*value, *other))
    };
    let only = |values: &[Text<'a>], others: &[Text<'a>]| -> Vec<Text<'a>> {
        let alone = values.iter().filter(|value| !is_in(value, others));
        alone.copied().collect()
    };
    let (removed, mut added) = (only(before, after), only(after, before));
    let moved = removed.is_empty() && added.is_empty() && !before.is_empty();
    let mut gone = Vec::new();
    for old in removed {
        match added
            .iter()
            .position(|new| bounded && is_akin(name, old, *new))
        {
            Some(at) => push(Edit::Changed, Some(old), Some(added.remove(at))),
            None => gone.push(old),
        }
    }
    if gone.len() == added.len() {
        for (old, new) in gone.iter().zip(&added) {
            push(Edit::Changed, Some(*old), Some(*new));
        }
    } else {
        gone.iter()
            .for_each(|old| push(Edit::Removed, Some(*old), None));
        added
            .iter()
            .for_each(|new| push(Edit::Added, None, Some(*new)));
    }
    if moved {
        push(Edit::Moved, before.first().copied(), after.first().copied());
    }
}

/// Placeholders of an example are one, however many dots they have.
fn same(one: Text<'_>, other: Text<'_>) -> bool {
    let left_out = |text: Text<'_>| is_placeholder(&text.lossy());
    one.unfolded() == other.unfolded() || left_out(one) && left_out(other)
}

/// Whether one value is the other with something done to it: the same Via with `received` (RFC 3261 18.2.1), the same URI or
/// word with other parameters.
fn is_akin(name: Name, one: Text<'_>, other: Text<'_>) -> bool {
    if name == Name::Via {
        let read = |text| Via::read(text, &mut Problems::ignored());
        let (one, other) = (read(one), read(other));
        return one.branch().is_some() && one.branch() == other.branch();
    }
    let head = |text: Text<'_>| {
        let end = text.bytes().iter().position(|byte| *byte == b';');
        text.between(text.start(), text.start() + end.unwrap_or(text.len()))
            .lossy()
            .into_owned()
    };
    head(one) == head(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Index;

    #[track_caller]
    fn assert_changes(before: &str, after: &str, expected: &[(&str, Edit, &str, &str)]) {
        let (mut one, mut other) = (Index::default(), Index::default());
        let before = Message::read(before.as_bytes(), &mut one);
        let after = Message::read(after.as_bytes(), &mut other);
        let text = |text: Option<Text<'_>>| text.unwrap_or_default().lossy().into_owned();
        let found: Vec<_> = changes(&before, &after)
            .into_iter()
            .map(|change| {
                (
                    change.what.clone(),
                    change.edit,
                    text(change.before),
                    text(change.after),
                )
            })
            .collect();
        let owned = |(what, edit, before, after): &(&str, Edit, &str, &str)| {
            (
                what.to_string(),
                *edit,
                before.to_string(),
                after.to_string(),
            )
        };
        assert_eq!(found, expected.iter().map(owned).collect::<Vec<_>>());
    }

    #[test]
    fn a_proxy_adds_takes_and_counts_down() {
        let before = "INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n\
            Route: <sip:p1;lr>, <sip:p2;lr>\r\nMax-Forwards: 70\r\nX-Odd: kept\r\nAllow: INVITE, BYE\r\n\r\nbody";
        let after = "INVITE sip:b@192.0.2.4 SIP/2.0\r\nv: SIP/2.0/UDP p;branch=z9hG4bK2\r\n\
            v: SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.1\r\nRoute: <sip:p2;lr>\r\n\
            max-forwards: 69\r\nRecord-Route: <sip:p;lr>\r\nX-ODD: kept\r\nAllow: BYE,INVITE\r\n\r\nbody";
        let expected = [
            (
                "first line",
                Edit::Changed,
                "INVITE sip:b@x SIP/2.0",
                "INVITE sip:b@192.0.2.4 SIP/2.0",
            ),
            (
                "Via",
                Edit::Changed,
                "SIP/2.0/UDP a;branch=z9hG4bK1",
                "SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.1",
            ),
            ("Via", Edit::Added, "", "SIP/2.0/UDP p;branch=z9hG4bK2"),
            ("Route", Edit::Removed, "<sip:p1;lr>", ""),
            ("Max-Forwards", Edit::Changed, "70", "69"),
            ("Record-Route", Edit::Added, "", "<sip:p;lr>"),
            ("Allow", Edit::Moved, "INVITE", "BYE"),
        ];
        assert_changes(before, after, &expected);
    }

    #[test]
    fn what_is_left_out_did_not_change_and_is_nothing_known() {
        let message =
            |length: &str| format!("BYE sip:a SIP/2.0\r\nContent-Length: {length}\r\n\r\n");
        assert_changes(&message("(...)"), &message("(\u{2026})"), &[]);
        let known = [("Content-Length", Edit::Changed, "(\u{2026})", "142")];
        assert_changes(&message("(\u{2026})"), &message("142"), &known);
    }

    #[test]
    fn what_is_equal_is_no_change() {
        let message = "BYE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nSubject: one\r\n two\r\n\r\n";
        let same = "BYE sip:a SIP/2.0\r\nv: SIP/2.0/UDP a\r\nsubject: one two\r\n\r\n";
        assert_changes(message, same, &[]);
    }
}
