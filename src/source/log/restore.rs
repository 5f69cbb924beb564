//! Puts messages together from the text that a log has of them.
//!
//! Most loggers write a message as text: its line ends become those of the file, and nothing tells any more which it had.
//! Headers get the line ends that the protocol wants (RFC 3261 7). Those of a body count in its length: the body is given the
//! line ends with which it has the length that Content-Length says. Where none do, the length is not provable.

use super::words::{number, split_once};
use crate::base::Spoiled;
use crate::sip::{Glance, begins_message, is_placeholder};

/// A message that was put together.
pub(super) struct Restored {
    pub(super) bytes: Vec<u8>,
    pub(super) glance: Glance,
    /// Where the same bytes stand in the text, if they do.
    pub(super) at: Option<usize>,
    /// Where it begins in the text.
    pub(super) from: usize,
    pub(super) whole: bool,
    pub(super) spoiled: Spoiled,
}

/// The message of a text that is known to be one, and where it ends. The log may tell how many bytes it has.
pub(super) fn one_message(text: &[u8], told: Option<usize>) -> (Vec<Restored>, usize) {
    let from = blank(text);
    match message(&text[from..], true, told) {
        Some((message, length)) => {
            let at = message.at.map(|_| from);
            (
                vec![Restored {
                    from,
                    at,
                    ..message
                }],
                from + length,
            )
        }
        None => (Vec::new(), 0),
    }
}

/// The messages of a text, one behind the other, and where they end.
pub(super) fn messages(text: &[u8]) -> (Vec<Restored>, usize) {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let from = at + blank(&text[at..]);
        if !begins_message(&text[from..]) {
            return (found, at);
        }
        let Some((message, length)) = message(&text[from..], false, None) else {
            return (found, at);
        };
        at = from + length;
        found.push(Restored {
            from,
            at: message.at.map(|_| from),
            ..message
        });
    }
}

/// Blank lines in front of a message.
pub(super) fn blank(text: &[u8]) -> usize {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if !line.trim_ascii().is_empty() {
            break;
        }
        at += line.len();
    }
    at
}

/// The message that a text begins with, and how much of the text it is: all of it, where it is known to hold no other.
fn message(text: &[u8], is_one: bool, told: Option<usize>) -> Option<(Restored, usize)> {
    let head = head_length(text);
    let is_sure =
        |found: &(Restored, usize)| found.0.whole && !found.0.spoiled.has(Spoiled::LENGTH);
    let as_told = || headed(text, head, is_one, Some(told?));
    let usual = headed(text, head, is_one, None);
    if let Some(found) = usual.as_ref().filter(|found| is_sure(found)) {
        // The line ends behind a body may be bytes of the message, too.
        let longer = as_told().filter(|told| is_sure(told) && told.1 > found.1);
        return longer.or(usual);
    }
    let lost = lost_end(text).and_then(|head| headed(text, head, true, None));
    lost.filter(is_sure).or_else(as_told).or(usual)
}

/// The same with a header section of this length.
fn headed(
    text: &[u8],
    head: usize,
    is_one: bool,
    told: Option<usize>,
) -> Option<(Restored, usize)> {
    let lost_line_ends = !text[..head]
        .split_inclusive(|byte| *byte == b'\n')
        .any(|line| line.ends_with(b"\r\n"));
    let blank_is_lost =
        !ends_with_blank(&text[..head]) && (head < text.len() || says_no_body(&text[..head]));
    if !lost_line_ends && !blank_is_lost {
        return as_it_is(text, told);
    }
    let mut bytes = Vec::with_capacity(2 * head);
    for line in text[..head].split_inclusive(|byte| *byte == b'\n') {
        push_line(&mut bytes, line);
    }
    let mut spoiled = Spoiled::LINE_ENDS;
    if blank_is_lost {
        bytes.extend_from_slice(b"\r\n");
        spoiled = spoiled.and(Spoiled::SPACES);
    }
    let glance = Glance::at(&bytes)?;
    if !glance.ended {
        return Some((restored(bytes, false, spoiled)?, text.len()));
    }
    let rest = &text[head..];
    let said = length_of_body(&glance);
    let told = told.and_then(|told| told.checked_sub(bytes.len()));
    let with = |length, is_all| Some((Body::of(rest, length, is_all)?, length));
    let by_itself = said.and_then(|length| with(length, is_one));
    let body = by_itself.or_else(|| told.and_then(|length| with(length, true)));
    if let Some((body, length)) = body {
        for line in rest[..body.used].split_inclusive(|byte| *byte == b'\n') {
            bytes.extend_from_slice(without_end(line));
            bytes.extend_from_slice(body.line_end);
        }
        bytes.truncate(glance.body as usize + length);
        return Some((restored(bytes, true, spoiled)?, head + body.used));
    }
    let used = rest.len() - trailing_blank(rest);
    for line in rest[..used].split_inclusive(|byte| *byte == b'\n') {
        push_line(&mut bytes, line);
    }
    let (whole, used) = match said {
        Some(length) => (
            bytes.len() >= (glance.body as usize).saturating_add(length),
            head + used,
        ),
        None => (true, text.len()),
    };
    Some((restored(bytes, whole, spoiled.and(Spoiled::LENGTH))?, used))
}

/// Where the header section ends without a blank line: its last field is Content-Length, and as long as it says is what follows.
fn lost_end(text: &[u8]) -> Option<usize> {
    let mut head = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let inside = without_end(line);
        if inside.is_empty() {
            return None;
        }
        head += line.len();
        if let Some(length) = content_length(inside) {
            let rest = &text[head..];
            let has_blank = blank(rest) > 0;
            let fits = length > 0 && !has_blank && Body::of(rest, length, true).is_some();
            return fits.then_some(head);
        }
    }
    None
}

/// What this header field says, if it is Content-Length.
pub(super) fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = split_once(line, b":")?;
    let name = name.trim_ascii_end();
    let is_one = name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"l");
    number(value.trim_ascii()).filter(|_| is_one)
}

fn restored(bytes: Vec<u8>, whole: bool, spoiled: Spoiled) -> Option<Restored> {
    let glance = Glance::at(&bytes)?;
    let head = &bytes[..glance.body as usize];
    let mut spoiled = spoiled;
    if is_masked(head) {
        spoiled = spoiled.and(Spoiled::MASKED);
    }
    if is_abridged(head) {
        spoiled = spoiled.and(Spoiled::ABRIDGED);
    }
    Some(Restored {
        bytes,
        glance,
        at: None,
        from: 0,
        whole,
        spoiled,
    })
}

/// A message whose line ends are there.
fn as_it_is(text: &[u8], told: Option<usize>) -> Option<(Restored, usize)> {
    let glance = Glance::at(text)?;
    let head = glance.body as usize;
    let is_told = |told: &usize| {
        let behind = text.get(*told..).filter(|_| *told >= head);
        behind.is_some_and(|behind| behind.trim_ascii().is_empty())
    };
    let told = told.filter(is_told);
    let (length, whole, spoiled) = match (length_of_body(&glance), told) {
        _ if !glance.ended => (text.len(), false, Spoiled::NOTHING),
        (_, Some(told)) => (told, true, Spoiled::NOTHING),
        (Some(body), None) if head.saturating_add(body) <= text.len() => {
            (head + body, true, Spoiled::NOTHING)
        }
        (Some(_), None) => (text.len(), false, Spoiled::LENGTH),
        (None, None) => (
            text.len() - trailing_blank(&text[head..]),
            true,
            Spoiled::LENGTH,
        ),
    };
    let message = restored(text[..length].to_vec(), whole, spoiled)?;
    let message = Restored {
        at: Some(0),
        ..message
    };
    Some((message, length))
}

/// What Content-Length says; none where it is missing though a body is announced.
fn length_of_body(glance: &Glance) -> Option<usize> {
    match glance.content_length {
        Some(length) => Some(usize::try_from(length).unwrap_or(usize::MAX)),
        None if glance.content_type => None,
        None => Some(0),
    }
}

/// How much of a text is the body of some length.
struct Body {
    used: usize,
    /// The line ends with which it has that length.
    line_end: &'static [u8],
}

impl Body {
    /// None: it has that length with no line ends.
    fn of(text: &[u8], length: usize, is_all: bool) -> Option<Self> {
        let mut found: Option<(bool, Self)> = None;
        let (mut used, mut crlf, mut lf) = (0, 0, 0);
        for line in std::iter::once(&text[..0]).chain(text.split_inclusive(|byte| *byte == b'\n')) {
            used += line.len();
            if !line.is_empty() {
                crlf += without_end(line).len() + 2;
                lf += without_end(line).len() + 1;
            }
            let line_end: &'static [u8] = match () {
                () if crlf == length => b"\r\n",
                () if lf == length => b"\n",
                // The last line of a body may have no end.
                () if crlf == length.saturating_add(2) => b"\r\n",
                () if lf == length.saturating_add(1) => b"\n",
                () if lf > length => break,
                () => continue,
            };
            let rest = &text[used..];
            let next = &rest[blank(rest)..];
            let ends_here = next.is_empty() || begins_message(next);
            let better = found.as_ref().is_none_or(|(sure, _)| !sure && ends_here);
            if better {
                found = Some((ends_here, Self { used, line_end }));
            }
        }
        let found = found.filter(|(sure, _)| *sure || !is_all);
        found.map(|(_, body)| body)
    }
}

/// Up to the first blank line and with it, or up to where a body begins without one.
fn head_length(text: &[u8]) -> usize {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let inside = without_end(line);
        let is_row = || inside.iter().all(|byte| *byte == b'-');
        let is_body = [&b"v=0"[..], b"<?xml", b"--"]
            .iter()
            .any(|body| inside.starts_with(body) && !is_row());
        if at > 0 && (is_body || begins_message(inside)) {
            return at;
        }
        at += line.len();
        if inside.is_empty() {
            return at;
        }
    }
    text.len()
}

/// Whether the header section says that nothing stands behind it: its end is lost then, no body.
fn says_no_body(head: &[u8]) -> bool {
    Glance::at(head).is_some_and(|glance| glance.content_length == Some(0))
}

fn ends_with_blank(head: &[u8]) -> bool {
    head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n")
}

fn trailing_blank(text: &[u8]) -> usize {
    let lines = text.rsplit(|byte| *byte == b'\n');
    let blank = lines
        .take_while(|line| line.trim_ascii().is_empty())
        .count();
    // The line end of the last line that is not blank stays.
    let kept = text.trim_ascii_end().len();
    let end = &text[kept..];
    match (blank, memchr::memchr(b'\n', end)) {
        (0, _) | (_, None) => 0,
        (_, Some(first)) => end.len() - first - 1,
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn push_line(bytes: &mut Vec<u8>, line: &[u8]) {
    bytes.extend_from_slice(without_end(line));
    bytes.extend_from_slice(b"\r\n");
}

/// Whether a line of dots stands for header fields.
fn is_abridged(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n');
    lines.any(|line| {
        // Fields begin with a letter.
        let is_field = line.first().is_some_and(u8::is_ascii_alphabetic);
        !is_field && std::str::from_utf8(line.trim_ascii()).is_ok_and(is_placeholder)
    })
}

/// Whether credentials were blotted out, as some loggers do.
fn is_masked(head: &[u8]) -> bool {
    let fields = head.split(|byte| *byte == b'\n');
    let fields = fields.filter_map(|line| split_once(line, b":"));
    let mut credentials = fields.filter(|(name, _)| {
        let name = name.trim_ascii_end().to_ascii_lowercase();
        name.ends_with(b"authorization")
    });
    credentials.any(|(_, value)| {
        let is_starred = [&b"***"[..], b"XXX", b"xxx"]
            .iter()
            .any(|blot| memchr::memmem::find(value, blot).is_some());
        is_starred || has_word_in_brackets(value) || is_word_between_signs(value.trim_ascii())
    })
}

/// `<masked>`, `[private]`, alone or as a value. Brackets of an address have digits or signs inside.
fn has_word_in_brackets(value: &[u8]) -> bool {
    let opens = memchr::memchr2_iter(b'<', b'[', value);
    opens.map(|open| &value[open + 1..]).any(|behind| {
        let of_words = |byte: &&u8| byte.is_ascii_alphabetic() || b" _-".contains(byte);
        let length = behind.iter().take_while(of_words).count();
        length > 0 && matches!(behind.get(length), Some(b'>' | b']'))
    })
}

/// `-- removed --`.
fn is_word_between_signs(value: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_punctuation() || *byte == b' ';
    let signs = value.iter().take_while(|byte| is_sign(byte)).count();
    let word = value[signs..].iter().take_while(|byte| !is_sign(byte));
    let word = &value[signs..signs + word.count()];
    let behind = &value[signs + word.len()..];
    let is_word = !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    is_word && signs > 0 && !behind.is_empty() && behind.iter().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\n";

    fn one(text: &str) -> (String, bool, Vec<&'static str>) {
        let (found, _) = messages(text.as_bytes());
        assert_eq!(found.len(), 1, "{text:?}");
        let message = &found[0];
        let names = message.spoiled.names().collect();
        (
            String::from_utf8(message.bytes.clone()).unwrap(),
            message.whole,
            names,
        )
    }

    fn message(body: &str) -> String {
        format!(
            "{HEAD}Content-Type: a/b\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    #[test]
    fn bodies_get_the_line_ends_that_their_length_tells() {
        for body in [
            "",
            "v=0\r\ns=-\r\n",
            "v=0\r\no=-\r\ns=-",
            "a\nb\n",
            "a\nb",
            "\r\n",
            "a\r\n\r\nb\r\n",
        ] {
            let sent = message(body);
            for separator in ["", "\n", "\n\n\n"] {
                let logged = sent.replace("\r\n", "\n") + separator;
                let (bytes, whole, spoiled) = one(&logged);
                assert_eq!((bytes, whole), (sent.clone(), true), "{logged:?}");
                assert_eq!(spoiled, ["line ends"]);
            }
        }
    }

    #[test]
    fn what_is_there_byte_by_byte_is_left_as_it_is() {
        let sent = message("v=0\r\ns=-\r\n");
        let (found, end) = messages(format!("\n{sent}\nnext entry").as_bytes());
        assert_eq!(found[0].bytes, sent.as_bytes());
        assert_eq!((found[0].at, end), (Some(1), 1 + sent.len()));
        assert!(found[0].whole && found[0].spoiled.is_nothing());
    }

    #[test]
    fn a_lost_blank_line_is_put_back() {
        let sent = message("v=0\r\ns=-\r\n");
        let (bytes, whole, spoiled) = one(&sent.replace("\r\n\r\n", "\r\n").replace("\r\n", "\n"));
        assert_eq!((bytes, whole), (sent, true));
        assert_eq!(spoiled, ["line ends", "white space"]);
    }

    #[test]
    fn a_lost_end_of_the_headers_is_put_back_where_no_body_follows() {
        let (bytes, whole, spoiled) =
            one(&format!("{HEAD}Content-Length: 0").replace("\r\n", "\n"));
        assert_eq!(
            (bytes, whole),
            (format!("{HEAD}Content-Length: 0\r\n\r\n"), true)
        );
        assert_eq!(spoiled, ["line ends", "white space"]);
        let (_, whole, _) = one(&format!("{HEAD}Max-Forw").replace("\r\n", "\n"));
        assert!(!whole, "cut in its headers");
    }

    #[test]
    fn a_body_of_no_known_length_is_said_to_be_one() {
        let sent = message("v=0\r\ns=-\r\n").replace("Length: 10", "Length: 99");
        let (_, whole, spoiled) = one(&sent.replace("\r\n", "\n"));
        assert_eq!((whole, spoiled), (false, vec!["line ends", "length"]));
    }

    #[test]
    fn several_messages_are_taken_apart() {
        let (first, second) = (message("a\nb\n"), message(""));
        let logged = format!("{first}\n{second}").replace("\r\n", "\n");
        let (found, end) = messages(logged.as_bytes());
        let bytes: Vec<_> = found.iter().map(|message| message.bytes.clone()).collect();
        assert_eq!(bytes, [first.into_bytes(), second.into_bytes()]);
        assert_eq!(end, logged.len());
    }

    #[test]
    fn blotted_credentials_are_noticed() {
        let spoiled = |value: &str| one(&format!("{HEAD}Authorization: {value}\r\n\r\n")).2;
        for value in [
            "Digest username=\"a\", response=\"***\"",
            "<masked>",
            "<hidden>",
            "[masked]",
            "Digest <redacted>",
            "-- removed --",
            "Digest username=\"<private>\", realm=\"x\", response=\"<not shown>\"",
        ] {
            assert_eq!(spoiled(value), ["masked values"], "{value}");
        }
        for value in [
            "Digest username=\"a\", uri=\"sip:[2001:db8::1]\", response=\"0a\"",
            "Digest uri=\"sip:[::1]\"",
            "Digest",
            "",
            "\"",
        ] {
            assert!(spoiled(value).is_empty(), "{value}");
        }
    }
}
