//! Which lines messages begin with. Prose quotes first lines as well, mostly in the midst of a paragraph: behind the first line of
//! a message stand header fields, and one that stands alone is no part of a sentence.

use super::lines::Line;
use super::message::{field, is_field};
use crate::sip::{METHODS, Name, begins_message, is_placeholder};

/// Whether this line looks like the first one of a message.
pub(super) fn looks_like_one(line: &Line<'_>) -> bool {
    let text = line.trimmed();
    let known = || {
        let method = text.split(' ').next().unwrap_or_default();
        METHODS.contains(&method) && text.ends_with("SIP/2.0")
    };
    let looks = text.starts_with("SIP/2.0 ") || known() || is_extension(text);
    line.quoted.is_some() || looks && begins_message(text.as_bytes())
}

/// Any token may be a method (RFC 3261 25.1). Words that happen to end with the version do not have a URI in their midst.
fn is_extension(text: &str) -> bool {
    let words = text
        .strip_suffix(" SIP/2.0")
        .and_then(|words| words.split_once(' '));
    let Some((_, uri)) = words.filter(|(_, uri)| !uri.contains(' ')) else {
        return false;
    };
    let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
    !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Marks the lines that messages begin with.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    for at in 0..lines.len() {
        lines[at].begins_message = looks_like_one(&lines[at])
            && (lines[at].quoted.is_some()
                || has_fields(&lines[at + 1..])
                || !is_in_prose(lines, at));
    }
}

/// Whether header fields, or dots for them, stand here.
fn has_fields(behind: &[Line<'_>]) -> bool {
    let blank = behind.iter().take_while(|line| line.is_blank()).count();
    let is_known = |line: &Line<'_>| {
        let name = field(line.trimmed()).map(|(name, _)| Name::of(name.as_bytes()));
        name.is_some_and(|name| name != Name::Other)
    };
    behind.get(blank).is_some_and(|next| {
        !next.begins_cell()
            && (is_placeholder(next.trimmed()) || is_known(next) || blank == 0 && is_field(next))
    })
}

/// Whether a line without fields behind it ends as sentences do, or the sentence of the line above goes on in it, or its own below.
fn is_in_prose(lines: &[Line<'_>], at: usize) -> bool {
    let is_lower = |first: char| first.is_lowercase();
    let text = |at: Option<usize>| at.and_then(|at| lines.get(at)).map_or("", Line::trimmed);
    let above = text(at.checked_sub(1)).split(' ').next_back();
    text(Some(at)).ends_with(['.', ',', ';', ':'])
        || above.is_some_and(|word| word.starts_with(is_lower) && word.ends_with(is_lower))
        || text(Some(at + 1)).starts_with(is_lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::lines;

    #[test]
    fn first_lines_are_told_from_other_words() {
        let begin = [
            "NOTIFY sip: [2001:db8::1] SIP/2.0 ",
            "NOTIFY sip:[2001:db8::1]SIP/2.0",
            "   SIP/2.0 180 Ringing",
            "\tACK sip:a@example.com SIP/2.0",
            "QUERY-ALL tel:+1-212-555-2222 SIP/2.0",
        ];
        let do_not = [
            "NOTIFY request",
            "The SIP/2.0 200 OK",
            "SIP/2.0",
            "a INVITE sip:a SIP/2.0",
            "Version is SIP/2.0",
            "It (see sip:a SIP/2.0",
        ];
        let is = |text: &str| looks_like_one(&Line::of(1, text));
        assert!(begin.iter().all(|text| is(text)));
        assert!(!do_not.iter().any(|text| is(text)));
    }

    #[test]
    fn a_sentence_may_quote_one() {
        let begins = |text: &str| lines(text).iter().any(|line| line.begins_message);
        for text in [
            "The callee answers with a\nSIP/2.0 200 OK which is not shown.\n\n2.\tA check",
            "It answers with\nSIP/2.0 200 OK\n\nNOTE: shown elsewhere",
            "SIP/2.0 200 OK reaches the caller,\nwho is glad.",
            "SIP/2.0 200 OK then reaches the caller.",
            "The request line is\nINVITE sip:b@example.com SIP/2.0\nand not another.",
            "INVITE sip:b@example.com SIP/2.0\nis the line.",
        ] {
            assert!(!begins(text), "{text}");
        }
        for text in [
            "The callee answers with\nSIP/2.0 200 OK\nVia: SIP/2.0/UDP a",
            "SIP/2.0 200 OK\n\nv: SIP/2.0/UDP a",
            "SIP/2.0 200 OK\nX-Own: 1",
            "\tSIP/2.0 200 OK\n...\n\tcell",
            "Table 1-1: 200 OK\n\nSIP/2.0 200 OK\n\n2.",
            "SIP/2.0 200 OK",
        ] {
            assert!(begins(text), "{text}");
        }
    }
}
