//! Double spacing: behind every line of a text stands a blank one, as some mail programs and editors leave it. No message could
//! be read then, as a blank line ends its header section.

use std::borrow::Cow;

use super::quote;

/// Whether this beginning of a text is double spaced: the whole of it, with a start line and header fields in it.
pub(super) fn is_double(prefix: &[u8]) -> bool {
    const LOOKED_AT: usize = 1000;
    let lines = prefix.split_inclusive(|byte| *byte == b'\n');
    // The last line may be cut.
    let whole = || lines.clone().filter(|line| line.ends_with(b"\n"));
    let mut blank = whole().skip(1).step_by(2).take(LOOKED_AT);
    if !blank.all(is_blank) {
        return false;
    }
    let written = || whole().step_by(2).take(LOOKED_AT);
    let starts = |line: &[u8]| quote::may_begin(line) && quote::has_version(line);
    let mut pairs = written().zip(written().skip(1));
    // A header field may have something in front of it too.
    pairs.any(|(line, next)| starts(line) && next.contains(&b':'))
}

/// Whether a line has nothing in it.
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

/// A double spaced text without its second lines.
pub(super) fn undone(text: &[u8]) -> Cow<'_, [u8]> {
    if !is_double(text) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    Cow::Owned(lines.step_by(2).flatten().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_line_is_blank() {
        let text = "in\n\nBYE sip:b SIP/2.0\n\nCall-ID: 1\n\n\n\n";
        assert_eq!(
            undone(text.as_bytes()),
            &b"in\nBYE sip:b SIP/2.0\nCall-ID: 1\n\n"[..]
        );
        for other in [
            "BYE sip:b SIP/2.0\nCall-ID: 1\n\n",
            "\n\nBYE sip:b SIP/2.0\n\n\nCall-ID: 1\n",
            "GET / HTTP/1.1\n\nHost: x\n\n",
            "",
        ] {
            assert!(!is_double(other.as_bytes()), "{other:?}");
        }
    }
}
