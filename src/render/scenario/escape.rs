//! Captured text in a scenario: SIPp takes `[` for a keyword and `\x41` for a byte, XML ends a CDATA section at `]]>`, and what is
//! no ASCII would be read by nobody as it was sent. All of them are written as `\x41`.

use std::fmt::Write;

/// Appends bytes of one line.
pub(super) fn push(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        match byte {
            b'[' | b']' | b'\\' => hex(out, *byte),
            b' '..=b'~' => out.push(char::from(*byte)),
            other => hex(out, *other),
        }
    }
}

/// Appends a line of a body: SIPp drops white space at the begin and end of lines.
pub(super) fn push_line(out: &mut String, line: &[u8]) {
    let [first, middle @ .., last] = line else {
        return line.iter().for_each(|only| push_edge(out, *only));
    };
    push_edge(out, *first);
    push(out, middle);
    push_edge(out, *last);
}

fn push_edge(out: &mut String, byte: u8) {
    match byte {
        b' ' => hex(out, byte),
        other => push(out, &[other]),
    }
}

fn hex(out: &mut String, byte: u8) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\x{byte:02X}");
}

/// Bytes of one line.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    push(&mut out, bytes);
    out
}
