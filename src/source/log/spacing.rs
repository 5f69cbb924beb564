//! What somebody did to the line ends of all of a text. Double spacing: behind every line stands a blank one, as some mail programs
//! and editors leave it; no message could be read then, as a blank line ends its header section. Double carriage returns: a
//! program on Windows wrote a message with its own line ends to a file that makes such of every line feed.

use std::borrow::Cow;

use super::quote;

/// What was done to a text.
#[derive(Clone, Copy, Default)]
pub(super) struct Spacing {
    /// Every second line is blank.
    pub(super) has_blanks: bool,
    /// Lines of messages end with two carriage returns.
    has_returns: bool,
}

impl Spacing {
    /// What this beginning of a text shows.
    pub(super) fn of(prefix: &[u8]) -> Self {
        Self {
            has_blanks: is_double(prefix),
            has_returns: has_double_returns(prefix),
        }
    }

    /// A text before it was done.
    pub(super) fn undone<'a>(&self, text: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
        if !self.has_blanks && !self.has_returns {
            return text;
        }
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let kept = lines.step_by(if self.has_blanks { 2 } else { 1 });
        let kept = kept.map(|line| self.line(Cow::Borrowed(line)));
        Cow::Owned(kept.collect::<Vec<_>>().concat())
    }

    /// A line before.
    pub(super) fn line<'a>(&self, mut line: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
        if self.has_returns && line.ends_with(DOUBLE_RETURN) {
            let first = line.len() - DOUBLE_RETURN.len();
            line.to_mut().remove(first);
        }
        line
    }
}

const DOUBLE_RETURN: &[u8] = b"\r\r\n";
/// So many lines show it.
const LOOKED_AT: usize = 1000;

/// Whether all lines that may begin a message end with two.
fn has_double_returns(prefix: &[u8]) -> bool {
    memchr::memmem::find(prefix, DOUBLE_RETURN).is_some() && {
        let mut starts = whole(prefix)
            .filter(|line| may_start(line))
            .take(LOOKED_AT)
            .peekable();
        starts.peek().is_some() && starts.all(|line| line.ends_with(DOUBLE_RETURN))
    }
}

/// The last line may be cut.
fn whole(prefix: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let lines = prefix.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| line.ends_with(b"\n"))
}

fn may_start(line: &[u8]) -> bool {
    quote::may_begin(line) && quote::has_version(line)
}

/// Whether this beginning of a text is double spaced: the whole of it, with a start line and header fields in it.
fn is_double(prefix: &[u8]) -> bool {
    let mut blank = whole(prefix).skip(1).step_by(2).take(LOOKED_AT);
    if !blank.all(is_blank) {
        return false;
    }
    let written = || whole(prefix).step_by(2).take(LOOKED_AT);
    let mut pairs = written().zip(written().skip(1));
    // A header field may have something in front of it too.
    pairs.any(|(line, next)| may_start(line) && next.contains(&b':'))
}

/// Whether a line has nothing in it.
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(text: &str) -> String {
        let undone = Spacing::of(text.as_bytes()).undone(Cow::Borrowed(text.as_bytes()));
        String::from_utf8(undone.into_owned()).unwrap()
    }

    #[test]
    fn every_second_line_is_blank() {
        let text = "in\n\nBYE sip:b SIP/2.0\n\nCall-ID: 1\n\n\n\n";
        assert_eq!(undone(text), "in\nBYE sip:b SIP/2.0\nCall-ID: 1\n\n");
        for other in [
            "BYE sip:b SIP/2.0\nCall-ID: 1\n\n",
            "\n\nBYE sip:b SIP/2.0\n\n\nCall-ID: 1\n",
            "GET / HTTP/1.1\n\nHost: x\n\n",
            "",
        ] {
            assert_eq!(undone(other), other);
        }
    }

    #[test]
    fn lines_of_messages_have_two_carriage_returns() {
        let text = "in\r\nBYE sip:b SIP/2.0\r\r\nCall-ID: 1\r\r\n\r\r\n";
        assert_eq!(undone(text), text.replace("\r\r\n", "\r\n"));
        for other in [
            "BYE sip:b SIP/2.0\r\nCall-ID: 1\r\n\r\nv\r\r\n",
            "one\r\r\n",
        ] {
            assert_eq!(undone(other), other);
        }
    }
}
