//! References in XML: the five entities that every document has, and characters by number. Others are never expanded, so
//! that no document can grow by being read.

use memchr::memchr3;

use crate::base::Span;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// The character that a reference stands for: its name without `&` and `;`.
pub(super) fn character(name: &[u8]) -> Option<char> {
    match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"apos" => Some('\''),
        b"quot" => Some('"'),
        [b'#', b'x', digits @ ..] => numbered(digits, 16),
        [b'#', digits @ ..] => numbered(digits, 10),
        _ => None,
    }
}

fn numbered(digits: &[u8], base: u32) -> Option<char> {
    let number = digits.iter().try_fold(0u32, |number, digit| {
        let digit = char::from(*digit).to_digit(base)?;
        number.checked_mul(base)?.checked_add(digit)
    });
    char::from_u32(number?).filter(|found| may_stand_in_xml(*found))
}

/// XML 1.0 2.2 `Char`.
fn may_stand_in_xml(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The name of the reference that begins with the `&` in front; `None` if no reference begins here.
fn name(text: &[u8]) -> Option<&[u8]> {
    let rest = text.get(1..)?;
    let end = memchr3(b';', b'&', b'<', rest).filter(|end| rest[*end] == b';')?;
    let name = &rest[..end];
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"#._:-".contains(byte);
    (!name.is_empty() && name.iter().all(in_name)).then_some(name)
}

/// Adds text with its references replaced; what is no reference, or an unknown one, stays as it is.
pub(super) fn push_characters(raw: &str, text: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = name(rest.as_bytes())
            .and_then(|name| character(name).map(|character| (character, name.len() + 2)));
        let (character, length) = found.unwrap_or(('&', 1));
        text.push(character);
        rest = &rest[length..];
    }
    text.push_str(rest);
}

/// Notes each `&` that begins no reference and each reference to an unknown entity.
pub(super) fn check(text: Text<'_>, problems: &mut Problems) {
    for at in memchr::memchr_iter(b'&', text.bytes()) {
        let start = text.start() + at;
        match name(&text.bytes()[at..]) {
            None => problems.note(Span::new(start, start + 1), ProblemKind::Xml),
            Some(name) if character(name).is_none() => {
                let span = Span::new(start, start + name.len() + 2);
                problems.note(span, ProblemKind::XmlEntity);
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_five_names_and_all_numbers() {
        let known = [
            ("amp", '&'),
            ("lt", '<'),
            ("gt", '>'),
            ("apos", '\''),
            ("quot", '"'),
            ("#65", 'A'),
            ("#x1F600", '\u{1f600}'),
            ("#0000000000000065", 'A'),
        ];
        for (name, expected) in known {
            assert_eq!(character(name.as_bytes()), Some(expected), "{name}");
        }
        let unknown = [
            "",
            "AMP",
            "nbsp",
            "#",
            "#x",
            "#+65",
            "#0",
            "#xD800",
            "#x110000",
            "#XA",
            "#99999999999",
        ];
        for name in unknown {
            assert_eq!(character(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_reference_stays() {
        let mut text = String::new();
        push_characters("AT&T &amp;lt; &nope; &#66;&", &mut text);
        assert_eq!(text, "AT&T &lt; &nope; B&");
    }

    #[test]
    fn notes_unknown_and_unfinished_ones() {
        let mut problems = Problems::kept();
        check(Text::all(b"&amp; &nope; a&b c; &"), &mut problems);
        let found: Vec<_> = problems
            .list()
            .iter()
            .map(|problem| (problem.kind, problem.span))
            .collect();
        assert_eq!(
            found,
            [
                (ProblemKind::XmlEntity, Span::new(6, 12)),
                (ProblemKind::Xml, Span::new(14, 15)),
                (ProblemKind::Xml, Span::new(20, 21)),
            ]
        );
    }
}
