//! Line ends that a logger wrote as letters, so that a message stays on one line: `#015#012` of syslog (`<013><010>` of Kiwi's),
//! `\r\n` of programs.

use super::words::unhex;

/// Whether such line ends stand in this text.
pub(super) fn has(text: &[u8]) -> bool {
    let mut escapes = LINE_ENDS.iter();
    escapes.any(|escape| memchr::memmem::find(text, escape).is_some())
}

/// Gives the last line of a text the line end that the one in front has, if it has none: whoever writes an entry on one line mostly
/// leaves it out.
pub(super) fn end_line(text: &mut Vec<u8>) {
    if text.ends_with(b"\n") {
        return;
    }
    let last = memchr::memrchr(b'\n', text).unwrap_or_default();
    text.extend_from_slice(match text[..last].ends_with(b"\r") {
        true => b"\r\n",
        false => b"\n",
    });
}

/// How long the line end is that a text begins with.
pub(super) fn line_end(text: &[u8]) -> usize {
    let mut returns = RETURNS.iter();
    let first = returns.find(|escape| text.starts_with(escape));
    let first = first.map_or(0, |escape| escape.len());
    let mut ends = LINE_ENDS.iter();
    let end = ends.find(|escape| text[first..].starts_with(escape));
    end.map_or(0, |escape| first + escape.len())
}

/// A text without the beginning of a line end, if it ends inside of one.
pub(super) fn without_begun(text: &[u8]) -> &[u8] {
    let is_begun = |end: &[u8]| {
        let mut escapes = LINE_ENDS.iter().chain(&RETURNS);
        escapes.any(|escape| end.len() < escape.len() && escape.starts_with(end))
    };
    let longest = text.len().min(LINE_ENDS[2].len() - 1);
    let mut ends = (text.len() - longest..text.len()).map(|at| text.split_at(at));
    ends.find(|(_, end)| is_begun(end))
        .map_or(text, |(whole, _)| whole)
}

/// What stands in a quoted text behind its first quotation mark, and what behind its last one; as far as it goes and none where it does
/// not end.
pub(super) fn quoted(value: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut escaped = false;
    let end = value.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    match end {
        Some(end) => (&value[..end], Some(&value[end + 1..])),
        None => (without_begun(value.trim_ascii_end()), None),
    }
}

/// Whether a text ends with a line end.
pub(super) fn end_in(text: &[u8]) -> bool {
    LINE_ENDS.iter().any(|escape| text.ends_with(escape))
}

const RETURNS: [&[u8]; 3] = [b"#015", b"\\r", b"<013>"];
pub(super) const LINE_ENDS: [&[u8]; 3] = [b"#012", b"\\n", b"<010>"];

/// The text with its line ends. Syslog writes all control characters in that way and nothing else; in what a program wrote `\"`, `\\`
/// and bytes that are no ASCII (`\xc3\xa9`) are undone too.
pub(super) fn undone(text: &[u8]) -> Vec<u8> {
    let of_syslog = memchr::memmem::find(text, LINE_ENDS[0]).is_some();
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(length) = memchr::memchr3(b'#', b'\\', b'<', &text[at..]) {
        bytes.extend_from_slice(&text[at..at + length]);
        at += length;
        let (byte, taken) = match &text[at..] {
            [b'#', b'0', high @ b'0'..=b'3', low @ b'0'..=b'7', ..] => {
                ((high - b'0') * 8 + low - b'0', 4)
            }
            [byte, ..] if of_syslog => (*byte, 1),
            [b'<', b'0', b'1', b'0', b'>', ..] => (b'\n', 5),
            [b'<', b'0', b'1', b'3', b'>', ..] => (b'\r', 5),
            [b'<', b'0', b'0', b'9', b'>', ..] => (b'\t', 5),
            [b'\\', b'n', ..] => (b'\n', 2),
            [b'\\', b'r', ..] => (b'\r', 2),
            [b'\\', b't', ..] => (b'\t', 2),
            [b'\\', b'v', ..] => (0x0b, 2),
            [b'\\', b'"', ..] => (b'"', 2),
            [b'\\', b'\\', ..] => (b'\\', 2),
            [b'\\', b'x', high, low, ..] => match unhex(&[*high, *low]).as_deref() {
                Some([byte]) => (*byte, 4),
                _ => (b'\\', 1),
            },
            [byte, ..] => (*byte, 1),
            [] => break,
        };
        bytes.push(byte);
        at += taken;
    }
    bytes.extend_from_slice(&text[at..]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_come_back_and_the_rest_stays() {
        let cases = [
            ("a#015#012b#012", "a\r\nb\n"),
            (r#"a\r\nb\"c\"\\"#, "a\r\nb\"c\"\\"),
            ("tel:*21# #1 \\x", "tel:*21# #1 \\x"),
            ("#01", "#01"),
            ("a<013><010>b<010><01>", "a\r\nb\n<01>"),
            (r##"a#011"\"b\\"#033[m#012"##, "a\t\"\\\"b\\\\\"\u{1b}[m\n"),
            (r"caf\xc3\xA9 \xg1 \x:: \x1", "caf\u{e9} \\xg1 \\x:: \\x1"),
        ];
        for (text, expected) in cases {
            assert_eq!(undone(text.as_bytes()), expected.as_bytes(), "{text}");
        }
        assert!(has(b"a#012b") && has(br"a\r\nb") && !has(b"#015 \\r"));
    }
}
