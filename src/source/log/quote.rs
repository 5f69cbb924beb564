//! What people and programs put around the lines of a message: quotation marks of mail, indentation, what a logger puts in front
//! of every line, quotation marks of program text. The line that a message begins with shows it, and the others have the same.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::words::is_field;
use super::{escapes, stamp};
use crate::sip::{Name, begins_message, embedded};

/// What stands around every line of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Around {
    Nothing,
    /// Always the same.
    Mark(Vec<u8>),
    /// The same but for its digits; it may stand in front of the start line only.
    Front(Vec<u8>),
    /// Lines of program text, with their line ends as escapes.
    Literal,
}

/// What surrounds the first line of a message, if this is one, and the line without it.
pub(super) fn start(text: &[u8]) -> Option<(Around, Vec<u8>)> {
    let text = text.trim_ascii_end();
    if !may_begin(text) {
        return None;
    }
    if begins_message(text) {
        return Some((Around::Nothing, text.to_vec()));
    }
    if let Some(inside) = literal(text) {
        return begins_message(&inside).then_some((Around::Literal, inside));
    }
    let marks = text.iter().take_while(|byte| b" \t>|*".contains(byte));
    let (mark, rest) = text.split_at(marks.count());
    if begins_message(rest) {
        return Some((Around::Mark(mark.to_vec()), rest.to_vec()));
    }
    if !has_version(text) {
        return None;
    }
    let at = embedded(text).filter(|at| *at <= LONGEST_FRONT)?;
    let parted = matches!(
        text[..at].last(),
        Some(b' ' | b'\t' | b'|' | b']' | b':' | b'>')
    );
    parted.then(|| (Around::Front(text[..at].to_vec()), text[at..].to_vec()))
}

/// Whether a version or an address of SIP may stand in a text, which most lines do not have.
pub(super) fn may_begin(text: &[u8]) -> bool {
    let names = [&b"SIP"[..], b"sip", b"sips", b"tel", b"urn"];
    let mut ends = memchr::memchr2_iter(b':', b'/', text);
    ends.any(|end| names.iter().any(|name| text[..end].ends_with(name)))
}

/// Whether a version of SIP stands in a text that is not the one in a Via.
pub(super) fn has_version(text: &[u8]) -> bool {
    const VERSION: &[u8] = b"SIP/2.0";
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(VERSION));
    let mut found = FINDER.find_iter(text);
    found.any(|at| text.get(at + VERSION.len()) != Some(&b'/'))
}

/// A logger puts no more in front.
const LONGEST_FRONT: usize = 256;

impl Around {
    /// The line without what surrounds it; none if it is not surrounded in the same way.
    pub(super) fn inside(&self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Nothing => Some([text, b"\n"].concat()),
            Self::Mark(mark) => {
                if text.trim_ascii().is_empty() || text.trim_ascii() == mark.trim_ascii() {
                    return Some(b"\n".to_vec());
                }
                Some([text.strip_prefix(&mark[..])?, b"\n"].concat())
            }
            Self::Front(front) => {
                let (shown, blanks) = front.split_at(front.trim_ascii_end().len());
                let rest = behind(shown, text)?;
                let rest = rest.get(blanks.len()..).unwrap_or_default();
                Some([rest, b"\n"].concat())
            }
            Self::Literal => literal(text),
        }
    }

    /// Whether a sentence stands in front, not what a logger writes.
    pub(super) fn is_prose(&self) -> bool {
        let Self::Front(front) = self else {
            return false;
        };
        let marks = front.iter().take_while(|byte| b" \t>|*".contains(byte));
        let text = &front[marks.count()..];
        let words = || {
            text.split(|byte| *byte == b' ')
                .filter(|word| !word.is_empty())
        };
        let is_of_logger = |word: &[u8]| matches!(word.last(), Some(b':' | b']' | b'>' | b'|'));
        let in_word = |byte: &u8| byte.is_ascii_alphabetic() || b",;.'-".contains(byte);
        words()
            .next_back()
            .is_some_and(|word| word.iter().all(in_word))
            && !words().any(is_of_logger)
            && !text.contains(&b'\t')
            && stamp::find(text).is_none()
    }

    /// What is around the lines of the message that begins like this, if the next line is a header field.
    pub(super) fn around_fields(self, next: &[u8]) -> Option<Self> {
        let inside = self.inside(next);
        // A first field may be indented, though that folds it into the start line (RFC 4475 has one).
        let is_first = |inside: &[u8]| {
            is_field(inside) || inside.starts_with(b" ") && is_known_field(inside.trim_ascii())
        };
        if inside.is_some_and(|inside| is_first(&inside)) {
            return Some(self);
        }
        let Self::Front(front) = self else {
            return None;
        };
        // It may be indented behind that, and so are the others.
        let text = next.trim_ascii_start();
        let indentation = &next[..next.len() - text.len()];
        (front.ends_with(indentation) && is_known_field(text)).then(|| match indentation {
            b"" => Self::Nothing,
            _ => Self::Mark(indentation.to_vec()),
        })
    }
}

/// What stands behind this in a text that begins with it; its numbers may be others.
fn behind<'a>(shown: &[u8], text: &'a [u8]) -> Option<&'a [u8]> {
    let is_digit = u8::is_ascii_digit;
    let runs = shown.chunk_by(|one, other| is_digit(one) == is_digit(other));
    runs.into_iter()
        .try_fold(text, |text, run| match run[0].is_ascii_digit() {
            true => {
                let digits = text.iter().take_while(|byte| is_digit(byte)).count();
                text.get(digits..).filter(|_| digits > 0)
            }
            false => text.strip_prefix(run),
        })
}

/// Whether this is a header field that everybody knows: what reads like a field in prose is none.
pub(super) fn is_known_field(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next();
    let known = name.is_some_and(|name| Name::of(name.trim_ascii_end()) != Name::Other);
    known && is_field(line)
}

/// Whether a start line and a header field below it stand anywhere in a text.
pub(super) fn holds_message(text: &[u8]) -> bool {
    let mut begun: Option<Around> = None;
    super::lines(text).any(|line| {
        let goes_on = begun.take().and_then(|around| around.around_fields(line));
        begun = start(line).map(|(around, _)| around);
        goes_on.is_some()
    })
}

/// What stands between quotation marks with escapes for line ends. People forget to escape those inside, but none stands behind a
/// line end.
fn literal(text: &[u8]) -> Option<Vec<u8>> {
    let mut marks = text.iter().enumerate().filter_map(|(at, byte)| {
        let escaped = at > 0 && text[at - 1] == b'\\';
        (*byte == b'"' && !escaped).then_some(at)
    });
    let (open, first) = (marks.next()?, marks.next()?);
    let mut closing = std::iter::once(first).chain(marks);
    let close = closing.find(|close| text[..*close].ends_with(b"\\n"));
    let close = close.unwrap_or(first);
    let inside = &text[open + 1..close];
    escapes::has(inside).then(|| escapes::undone(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_shows_what_the_others_have_around_them() {
        let request = "OPTIONS sip:b SIP/2.0";
        let cases = [
            ("", "To: b", Some("To: b\n")),
            ("> ", "> To: b", Some("To: b\n")),
            ("> ", ">", Some("\n")),
            ("> ", "no quote", None),
            ("    ", "      b", Some("  b\n")),
            ("    ", "", Some("\n")),
            (
                "09:08:07.123 dbg: ",
                "09:08:07.999 dbg: To: b",
                Some("To: b\n"),
            ),
            ("09:08:07.123 dbg: ", "09:08:07.999 dbg:", Some("\n")),
            ("09:08:07.123 dbg: ", "09:08:07.999 err: To: b", None),
            ("#99 dbg: ", "#100 dbg: To: b", Some("To: b\n")),
            ("#99 dbg: ", "# dbg: To: b", None),
        ];
        for (front, line, expected) in cases {
            let (around, bytes) = start(format!("{front}{request}").as_bytes()).unwrap();
            assert_eq!(bytes, request.as_bytes());
            let inside = around.inside(line.as_bytes());
            let inside = inside.map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(inside.as_deref(), expected, "{front:?} {line:?}");
        }
    }

    #[test]
    fn a_word_in_front_is_no_method() {
        for front in [
            "INFO: got message ",
            "INFO got ",
            "[MESSAGE] ",
            "12:00:01 NOTIFY: ",
            "12:00:01 INFO ",
            "INFO [sip] ",
            "12:00:01 INFO app: ",
        ] {
            for line in [
                "INVITE sip:b SIP/2.0",
                "PRACK sip:a@b SIP/2.0",
                "SIP/2.0 200 OK",
            ] {
                let expected = (Around::Front(front.into()), line.into());
                assert_eq!(start(format!("{front}{line}").as_bytes()), Some(expected));
            }
        }
    }

    #[test]
    fn what_stands_in_front_of_the_first_line_may_stand_there_only() {
        let start = "12:00:01 got OPTIONS sip:b SIP/2.0";
        for (next, expected) in [
            ("To: b", true),
            ("12:00:02 got To: b", true),
            ("Note: b", false),
            ("and so on", false),
        ] {
            let text = format!("x\n{start}\r\n{next}\r\n");
            assert_eq!(holds_message(text.as_bytes()), expected, "{next}");
        }
    }

    #[test]
    fn lines_of_a_program_are_read_between_their_marks() {
        let (around, bytes) = start(br#"char* t = ("BYE sip:b SIP/2.0\r\n""#).unwrap();
        assert_eq!(
            (&around, &bytes[..]),
            (&Around::Literal, &b"BYE sip:b SIP/2.0\r\n"[..])
        );
        let inside = around.inside(br#"  "To: \"b\" <sip:b>\r\n\r\n");"#);
        assert_eq!(inside.unwrap(), b"To: \"b\" <sip:b>\r\n\r\n");
        assert_eq!(around.inside(b"x();"), None);
        let unescaped = br#""To: "b" <sip:b>\r\n" "c\r\n""#;
        assert_eq!(around.inside(unescaped).unwrap(), b"To: \"b\" <sip:b>\r\n");
    }

    #[test]
    fn a_version_in_a_via_is_none_of_a_message() {
        for (text, expected) in [
            ("SIP/2.0 200 OK", true),
            ("BYE sip:b SIP/2.0", true),
            ("Via: SIP/2.0/UDP 192.0.2.1", false),
            ("BYE sip:b SIP/2.0\\r\\nVia: SIP/2.0/UDP b", true),
            ("Via: SIP/2.0/UDP b\\r\\n SIP/2.0", true),
            ("SIP/2.", false),
        ] {
            assert_eq!(has_version(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn prose_begins_nothing() {
        for text in [
            "The INVITE sip:b SIP/2.0 was sent",
            "see RFC 3261 for SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.1",
        ] {
            assert_eq!(start(text.as_bytes()), None, "{text}");
        }
    }
}
