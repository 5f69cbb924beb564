//! One pass over the header section for what framing and the index need: where it ends, how long the body claims to be,
//! which call and transaction it belongs to. Nothing is copied.

use memchr::{memchr, memrchr};

use super::short;
use super::start_line::{self, Start};
use crate::base::Span;

/// What one look at a message tells. Spans are relative to its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Request or response.
    pub start: Start,
    /// Length of the start line without its line end.
    pub start_line: u32,
    /// Where the header section ends: first byte of the body.
    pub body: u32,
    /// Whether an empty line ended it.
    pub ended: bool,
    /// The first Content-Length, if it is a number.
    pub content_length: Option<u64>,
    /// Whether a Content-Type is there, so that a body is to be expected.
    pub content_type: bool,
    /// The first Call-ID; empty when there is none.
    pub call_id: Span,
    /// The number of the first CSeq.
    pub cseq: Option<u32>,
    /// The method of the first CSeq; empty when there is none.
    pub cseq_method: Span,
}

impl Glance {
    /// Looks at a message that begins with the first byte. `None`: this is no SIP message.
    pub fn at(bytes: &[u8]) -> Option<Self> {
        let first = memchr(b'\n', bytes);
        let (line, next) = match first {
            Some(end) => (without_cr(bytes, 0, end), end + 1),
            None => (bytes.len(), bytes.len()),
        };
        let start = start_line::read(bytes, line, &bytes[next..])?;
        let mut glance = Self {
            start,
            start_line: line as u32,
            body: bytes.len() as u32,
            ended: false,
            content_length: None,
            content_type: false,
            call_id: Span::default(),
            cseq: None,
            cseq_method: Span::default(),
        };
        let mut at = next;
        while let Some(length) = memchr(b'\n', &bytes[at..]) {
            let end = without_cr(bytes, at, at + length);
            if end == at {
                glance.body = (at + length + 1) as u32;
                glance.ended = true;
                return Some(glance);
            }
            glance.field(bytes, at, end, at + length + 1);
            at += length + 1;
        }
        glance.field(bytes, at, bytes.len(), bytes.len());
        Some(glance)
    }

    /// What is known of a message whose end was not seen: nobody knows how the line went on that breaks off, even behind its end.
    pub fn cut(mut self, bytes: &[u8]) -> Self {
        if self.ended {
            return self;
        }
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let breaks_off = memrchr(b'\n', line).map_or(0, |feed| feed + 1);
        let is_cut = |value: Span| value.end as usize > breaks_off;
        if is_cut(self.call_id) {
            self.call_id = Span::default();
        }
        if is_cut(self.cseq_method) {
            (self.cseq, self.cseq_method) = (None, Span::default());
        }
        self
    }

    /// Whether a field that matters stands in this line; `next` is where the following line begins.
    fn field(&mut self, bytes: &[u8], start: usize, end: usize, next: usize) {
        let line = &bytes[start..end];
        match line.first() {
            Some(b'C' | b'c' | b'I' | b'i' | b'L' | b'l') => {}
            _ => return,
        }
        let Some(colon) = short::find(b':', line) else {
            return;
        };
        let name = line[..colon].trim_ascii_end();
        let is = |long: &[u8], short: u8| {
            name.eq_ignore_ascii_case(long)
                || name.len() == 1 && name[0].to_ascii_lowercase() == short
        };
        let value = || value(bytes, start + colon + 1, end, next);
        if is(b"Call-ID", b'i') {
            if self.call_id.is_empty() {
                self.call_id = value();
            }
        } else if is(b"CSeq", 0) {
            if self.cseq_method.is_empty() && self.cseq.is_none() {
                (self.cseq, self.cseq_method) = cseq(bytes, value());
            }
        } else if is(b"Content-Length", b'l') {
            if self.content_length.is_none() {
                self.content_length = number(value().of(bytes));
            }
        } else if is(b"Content-Type", b'c') {
            self.content_type = true;
        }
    }
}

fn without_cr(bytes: &[u8], start: usize, end: usize) -> usize {
    if end > start && bytes[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// The value of a field without space around it. Lines that are folded onto it belong to it (RFC 3261 7.3.1).
fn value(bytes: &[u8], start: usize, mut end: usize, mut next: usize) -> Span {
    while matches!(bytes.get(next), Some(b' ' | b'\t')) {
        end = next + memchr(b'\n', &bytes[next..]).unwrap_or(bytes.len() - next);
        next = bytes.len().min(end + 1);
    }
    let text = &bytes[start..end];
    let from = start + (text.len() - text.trim_ascii_start().len());
    Span::new(from, from + text.trim_ascii().len())
}

fn cseq(bytes: &[u8], value: Span) -> (Option<u32>, Span) {
    let text = value.of(bytes);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = number(&text[..digits]).and_then(|number| u32::try_from(number).ok());
    let rest = &text[digits..];
    let spaces = rest.len() - rest.trim_ascii_start().len();
    let start = value.start as usize + digits + spaces;
    (number, Span::new(start, value.end as usize))
}

fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    text.iter().try_fold(0u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], span: Span) -> &str {
        std::str::from_utf8(span.of(bytes)).unwrap()
    }

    #[test]
    fn finds_what_the_index_needs() {
        let message =
            b"BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCall-ID: one@h\r\nCSeq: 7 BYE\r\n\
            Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi";
        let glance = Glance::at(message).unwrap();
        assert_eq!(text(message, glance.call_id), "one@h");
        assert_eq!(
            (glance.cseq, text(message, glance.cseq_method)),
            (Some(7), "BYE")
        );
        assert_eq!(glance.content_length, Some(2));
        assert!(glance.content_type && glance.ended);
        assert_eq!(&message[glance.body as usize..], b"hi");
    }

    #[test]
    fn knows_compact_names_bare_line_feeds_odd_case_and_folding() {
        let message = b"SIP/2.0 200 OK\ni : two\nCSEQ:\n 1\tINVITE\nl:0\nc: x/y\n\n";
        let glance = Glance::at(message).unwrap();
        assert_eq!(text(message, glance.call_id), "two");
        assert_eq!(
            (glance.cseq, text(message, glance.cseq_method)),
            (Some(1), "INVITE")
        );
        assert_eq!(
            (glance.content_length, glance.content_type),
            (Some(0), true)
        );
        assert_eq!(glance.body as usize, message.len());
    }

    /// RFC 3261 7.3.1: a fold is as good as a space, wherever it is.
    #[test]
    fn values_go_on_over_folded_lines() {
        for cseq in [
            "CSeq: 1\r\n INVITE",
            "CSeq:\r\n\t1\r\n  INVITE",
            "CSeq: 1 INVITE\r\n ",
            "CSeq:\n \n 1 \n INVITE \n\t",
        ] {
            let message = format!("SIP/2.0 200 OK\r\n{cseq}\r\nl:\r\n 5\r\n i: no\r\ni: a\r\n\r\n");
            let message = message.as_bytes();
            let glance = Glance::at(message).unwrap();
            let found = (glance.cseq, text(message, glance.cseq_method));
            assert_eq!(found, (Some(1), "INVITE"), "{}", message.escape_ascii());
            assert_eq!(text(message, glance.call_id), "a");
            assert!(glance.ended);
        }
        let cut = b"SIP/2.0 200 OK\r\nCSeq: 1\r\n INV";
        let glance = Glance::at(cut).unwrap();
        assert_eq!(
            (glance.cseq, text(cut, glance.cseq_method)),
            (Some(1), "INV")
        );
    }

    #[test]
    fn of_a_line_that_breaks_off_nothing_is_known() {
        let message = b"BYE sip:a@b SIP/2.0\r\nCall-ID: one@h\r\nCSeq: 17 BYE\r\nTo: x\r\n\r\n";
        let known = |end: &str| {
            let found = memchr::memmem::find(message, end.as_bytes()).unwrap();
            let seen = &message[..found + end.len()];
            let glance = Glance::at(seen).unwrap().cut(seen);
            (
                text(seen, glance.call_id),
                glance.cseq,
                text(seen, glance.cseq_method),
            )
        };
        assert_eq!(known("Call-ID: o"), ("", None, ""));
        assert_eq!(known("one@h\r"), ("", None, ""));
        assert_eq!(known("one@h\r\n"), ("", None, ""));
        assert_eq!(known("one@h\r\nCSeq: 1"), ("one@h", None, ""));
        assert_eq!(known("CSeq: 17 "), ("one@h", None, ""));
        assert_eq!(known("17 BY"), ("one@h", None, ""));
        assert_eq!(known("17 BYE\r\n"), ("one@h", None, ""));
        assert_eq!(known("17 BYE\r\nT"), ("one@h", Some(17), "BYE"));
        assert_eq!(known("x\r\n\r\n"), ("one@h", Some(17), "BYE"));
    }

    #[test]
    fn first_field_counts_and_nonsense_is_absent() {
        let message =
            b"SIP/2.0 200 OK\r\nCall-ID: a\r\nCall-ID: b\r\nContent-Length: -1\r\nCSeq: x\r\n";
        let glance = Glance::at(message).unwrap();
        assert_eq!(text(message, glance.call_id), "a");
        assert_eq!(glance.content_length, None);
        assert_eq!(
            (glance.cseq, text(message, glance.cseq_method)),
            (None, "x")
        );
        assert!(!glance.ended);
        let huge = b"SIP/2.0 200 OK\r\nl: 99999999999999999999\r\n\r\n";
        assert_eq!(Glance::at(huge).unwrap().content_length, None);
    }
}
