//! Untrusted text on its way to a person: control bytes never get to a terminal or into a figure.

use std::fmt::Write;

/// Bytes as one line of text: what is not printable is written as an escape.
pub fn bytes(bytes: &[u8]) -> String {
    let mut escaped = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        escaped.push_str(&text(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\x{byte:02x}");
        }
    }
    escaped
}

/// Text as one line.
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(hidden));
            }
            visible => escaped.push(visible),
        }
    }
    escaped
}

/// A message for reading: lines stay lines, everything else that is not printable is escaped.
pub fn lines(message: &[u8]) -> String {
    let mut shown = String::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let (content, end) = match line {
            [content @ .., b'\r', b'\n'] => (content, "\n"),
            [content @ .., b'\n'] => (content, "\n"),
            content => (content, ""),
        };
        let content = content.split(|byte| *byte == b'\t').map(bytes);
        shown.push_str(&content.collect::<Vec<_>>().join("\t"));
        shown.push_str(end);
    }
    shown
}

/// Control characters, those that reorder or hide text (UAX 9, zero-width characters), and code points that are none and that XML
/// does not allow or advises against (Unicode 23.7).
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(bytes(b"a\x1b[31m\r\n\xffb"), "a\\u{1b}[31m\\r\\n\\xffb");
        assert_eq!(
            bytes("Zo\u{eb} \u{202e}x\u{200b}\u{fffe}\u{1ffff}".as_bytes()),
            "Zo\u{eb} \\u{202e}x\\u{200b}\\u{fffe}\\u{1ffff}"
        );
        assert_eq!(lines(b"A: b\r\n\tc\n\x07d"), "A: b\n\tc\n\\u{7}d");
    }
}
