//! The bytes of a document as text, as its author had it: UTF-8, or the letters of Windows where it is none; without the marks of
//! whoever quoted all of it in a mail. Lines keep their numbers.

use std::borrow::Cow;

/// A document as text. What is no UTF-8 is a letter of Windows-1252.
pub(super) fn of(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().copied().map(letter));
    }
    Cow::Owned(text)
}

/// The letters of Windows-1252 from 0x80 on that are not those of ISO 8859-1.
const OF_WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž',
    '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}',
    'ž', 'Ÿ',
];

fn letter(byte: u8) -> char {
    let place = usize::from(byte).checked_sub(0x80);
    let of_windows = place.and_then(|place| OF_WINDOWS.get(place));
    of_windows.copied().unwrap_or(char::from(byte))
}

/// Somebody quoted a quotation so often.
const DEEPEST: usize = 8;

/// A text without the marks of a quotation, where most lines have them; whoever quoted it may have written some of his own.
pub(super) fn unquoted(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..DEEPEST {
        let written = text.lines().filter(|line| !line.trim().is_empty());
        let (quoted, own): (Vec<_>, Vec<_>) = written.partition(|line| line.starts_with(MARK));
        if quoted.len() < FEWEST || quoted.len() < own.len() * 4 {
            break;
        }
        let is_spaced = quoted.iter().all(|line| has_space(line));
        let lines = text.split_inclusive('\n');
        text = Cow::Owned(lines.map(|line| without_mark(line, is_spaced)).collect());
    }
    text
}

/// What is quoted in a text, without its marks, among what is not; none if nothing is.
pub(super) fn with_quotation(text: &str) -> Option<String> {
    let mut unmarked: Option<String> = None;
    for _ in 0..DEEPEST {
        let text = unmarked.as_deref().unwrap_or(text);
        let quoted = || text.lines().filter(|line| line.starts_with(MARK));
        if quoted().nth(1).is_none() {
            break;
        }
        let is_spaced = quoted().all(has_space);
        let lines = text.split_inclusive('\n');
        unmarked = Some(lines.map(|line| without_mark(line, is_spaced)).collect());
    }
    unmarked
}

/// A blank stands behind a mark, unless another mark does.
fn has_space(line: &str) -> bool {
    line[1..].starts_with([' ', MARK]) || line[1..].is_empty()
}

const MARK: char = '>';
/// Fewer lines may be anything.
const FEWEST: usize = 8;

fn without_mark(line: &str, is_spaced: bool) -> &str {
    let Some(inside) = line.strip_prefix(MARK) else {
        return line;
    };
    let behind = inside.strip_prefix(' ').filter(|_| is_spaced);
    behind.unwrap_or(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_utf_8_are_letters_of_windows() {
        assert_eq!(of(b"(\x85) \x96 \xe4"), "(\u{2026}) \u{2013} \u{e4}");
        assert_eq!(of("(\u{2026})".as_bytes()), "(\u{2026})");
    }

    #[test]
    fn marks_of_a_quotation_are_taken_away_as_often_as_most_lines_have_them() {
        let lines = "one\n\n  two\nthree\n".repeat(8);
        let quoted = |mark: &str| -> String {
            let marked = |line: &str| format!("{mark}{line}").trim_end().to_owned() + "\n";
            lines.lines().map(marked).collect()
        };
        for mark in ["> ", ">", ">> ", "> > "] {
            assert_eq!(unquoted(&quoted(mark)), lines, "{mark}");
            let answered = format!("Bob wrote:\n{}Yes.\n", quoted(mark));
            let expected = format!("Bob wrote:\n{lines}Yes.\n");
            assert_eq!(unquoted(&answered), expected);
            assert_eq!(with_quotation(&answered), Some(expected));
        }
        let some = format!("> one\n{lines}");
        assert_eq!(unquoted(&some), some);
        assert_eq!(with_quotation(&some), None);
    }
}
