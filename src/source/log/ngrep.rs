//! What ngrep prints with `-W byline` (`ngrep.c`, `dump_packet`, `dump_byline`).
//!
//! `U 2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5060 #7`, the payload of the packet, a line end. The number of the
//! packet is there since 1.47, the time with `-t`: local, in microseconds. With `-T` a span of time stands in its place, which is
//! none. Behind `T` and the ends stand the flags of TCP: such a packet is a part of a stream and need not be a message. IPv6 has no
//! brackets. In front of an entry is a line of hashes, one for each packet that came since the one before, or with `-q` a blank
//! line.
//!
//! Every byte but a line feed that is not printable in ASCII is a dot: also a carriage return, so that lines of SIP end with a dot,
//! and the end of their header section is a line of one dot. These are carriage returns again here; other bytes, as tabs and letters
//! beyond ASCII, are lost, and a dot at the end of a packet of TCP is taken for a carriage return. Without `-W byline` line feeds are dots too, and a message is one line, folded: that is not taken apart,
//! but pointed to.

use std::borrow::Cow;

use super::framed::{Announced, Announces, Part, Read};
use super::quote::has_version;
use super::words::{endpoint, is_lettered_field, last_stamp_at, split_once};
use super::{Log, Transport};
use crate::sip::begins_message;
use crate::source::Who;
use crate::source::about::About;

const DOT: &[u8] = b".";
/// What stands in front of a line of a payload that is folded.
const FOLD: &[u8] = b"  ";

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Ngrep {
    /// The last message began with a line that has none.
    lacks_dots: bool,
    is_tcp: bool,
    /// The last message that nothing announced has dots.
    has_dots_alone: bool,
}

impl Announces for Ngrep {
    const ABOUT: &'static [About] = &[About {
        what: "ngrep `-W byline`",
        time: "microseconds, no zone; none without `-t`",
        addresses: "both",
        transport: "yes",
        message: "exact, with dots for bytes that are not printable in ASCII",
        note: "without `-W byline` line ends are dots: such messages are counted, not read",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" -> "];
    const BEGINS: &'static [&'static [u8]] = &[b"U ", b"T ", b"U(17) ", b"T(6) "];
    const CLOSES: bool = false;

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let (before, behind) = split_once(text, b" -> ")?;
        let (before, source) = last_word(before);
        let mut behind = behind.split(|byte| *byte == b' ');
        let destination = behind.next()?;
        let is_flag = |word: &[u8]| word.starts_with(b"[") && word.ends_with(b"]");
        let is_number = |word: &[u8]| {
            let digits = word.strip_prefix(b"#").unwrap_or_default();
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        };
        if !behind.all(|word| word.is_empty() || is_flag(word) || is_number(word)) {
            return None;
        }
        let stamp = last_stamp_at(before).filter(|(_, place)| place.end == before.len());
        let (moment, before) = match stamp {
            Some((moment, place)) => (Some(moment), before[..place.start].strip_suffix(b" ")?),
            None => (None, without_span(before)),
        };
        let (front, letter) = last_word(before);
        let (transport, read) = match letter {
            b"U" | b"U(17)" => (Transport::Udp, None),
            b"T" | b"T(6)" => (Transport::Tcp, Some(Read::WithLineEnd)),
            _ => return None,
        };
        let at = |text: &[u8]| endpoint(text).map(Who::At);
        self.is_tcp = transport == Transport::Tcp;
        self.has_dots_alone = false;
        Some(Announced {
            at: before.len() - letter.len(),
            moment: moment.filter(|moment| moment.date.is_some()),
            read,
            ..Announced::between(at(source)?, at(destination)?, transport)
        })
        .filter(|_| front.len() < before.len())
    }

    fn is_start(&self, line: &[u8]) -> bool {
        begins_message(without_dot(line.trim_ascii())) || is_folded(line)
    }

    fn sent<'a>(&self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        match self.lacks_dots {
            true => Cow::Borrowed(raw),
            false => restored(raw),
        }
    }

    fn sent_alone<'a>(&mut self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        let text = raw.trim_ascii();
        if begins_message(without_dot(text)) {
            self.has_dots_alone = text.ends_with(DOT);
        }
        match self.has_dots_alone {
            true => restored(raw),
            false => Cow::Borrowed(raw),
        }
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        let is_hashes = !text.is_empty() && text.iter().all(|byte| *byte == b'#');
        if is_hashes || text.is_empty() && log.is_complete() {
            return Part::End;
        }
        if begins_message(without_dot(text)) {
            // A packet of a stream may end behind the start line.
            self.lacks_dots = !text.ends_with(DOT) && !self.is_tcp;
        } else if log.is_empty() && is_folded(text) {
            return Part::Spoiled("its line ends are dots: ngrep keeps them with -W byline");
        } else if log.is_empty() && !text.is_empty() && !self.is_tcp && is_foreign(text) {
            return Part::Foreign;
        }
        Part::Message
    }
}

/// A line with its carriage return, where that is a dot.
fn restored(raw: &[u8]) -> Cow<'_, [u8]> {
    let text = raw.strip_suffix(b"\n");
    // The file may have been put into the line ends of Windows.
    let text = text.map(|text| text.strip_suffix(b"\r").unwrap_or(text));
    match text.and_then(|text| text.strip_suffix(DOT)) {
        Some(text) => Cow::Owned([text, b"\r\n"].concat()),
        None => Cow::Borrowed(raw),
    }
}

/// What stands in front of the last word, and that.
fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let space = text.iter().rposition(|byte| *byte == b' ');
    space.map_or((b"", text), |space| (&text[..space], &text[space + 1..]))
}

/// Without the time since the packet before: `+0.001234`.
fn without_span(text: &[u8]) -> &[u8] {
    let (before, word) = last_word(text);
    match word.starts_with(b"+") {
        true => before,
        false => text,
    }
}

/// Whether a payload begins here that lost its line ends.
fn is_folded(line: &[u8]) -> bool {
    let Some(text) = line.strip_prefix(FOLD) else {
        return false;
    };
    let method = text.iter().take_while(|byte| byte.is_ascii_uppercase());
    let behind = &text[method.count()..];
    let is_request = || {
        [&b" sip:"[..], b" sips:"]
            .iter()
            .any(|uri| behind.starts_with(uri))
    };
    text.starts_with(b"SIP/2.0 ") || behind.len() < text.len() && is_request()
}

/// Whether a payload that begins with this is of another protocol. What is not printable is none of ngrep: the file was damaged.
fn is_foreign(line: &[u8]) -> bool {
    let is_printed = line.iter().all(|byte| matches!(byte, b' '..=b'~'));
    is_printed && !has_version(line) && !is_lettered_field(line)
}

fn without_dot(text: &[u8]) -> &[u8] {
    text.strip_suffix(DOT).unwrap_or(text)
}
