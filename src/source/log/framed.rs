//! The shape that most logs share: a line announces a message, its lines follow, and often a mark closes it. A format says which
//! lines these are ([`Announces`]); this walks the lines.

use std::borrow::Cow;

use super::announced::completed;
pub(super) use super::announced::{Announced, Read};
use super::cut::{beginnings, is_of_message};
use super::margin::Margin;
use super::{Format, Kept, Known, Line, Log};
use crate::sip::begins_message;
use crate::source::about::About;

/// What a line behind an announcement is.
pub(super) enum Part {
    /// One of the message.
    Message,
    /// None of it, though the message goes on.
    Around,
    /// None of it, but of what it stands in, and so with what stands in front of its lines.
    InFront,
    /// The mark behind the message, unless that says that it is longer.
    End,
    /// The first of another entry: the message is at its end, or two writers got in each other's way.
    Beyond,
    /// None of it, and what was announced is of another protocol.
    Foreign,
    /// None of it: another format announces in the same words, and this line shows that it was that one.
    OfAnother,
    /// The first of it, which the logger spoiled: why it cannot be read.
    Spoiled(&'static str),
    /// One of the message from so many bytes on; what stands in front is none of it.
    Behind(usize),
    /// As many bytes of the line are the end of the message.
    EndAfter(usize),
}

/// What a format knows of its lines, which come without line ends.
pub(super) trait Announces: Clone + Default + Send {
    /// What the format keeps of a message.
    const ABOUT: &'static [About];
    /// No log of the format is without one of them.
    const MARKS: &'static [&'static [u8]];
    /// The first line of an entry has one of them.
    const SIGNS: &'static [&'static [u8]] = Self::MARKS;
    /// It begins with one of them, or with a stamp.
    const BEGINS: &'static [&'static [u8]] = &[];
    /// Whether it puts a mark behind every message.
    const CLOSES: bool = true;
    /// So many marks and blank lines may stand between an announcement and a message.
    const BETWEEN: u32 = 4;

    /// Whether the message that was announced last has no end but a mark, and the next entry begins with an empty line.
    fn needs_mark(&self) -> bool {
        false
    }

    /// What a line says of a message behind it.
    fn announced(&mut self, text: &[u8]) -> Option<Announced>;

    /// Whether this is the first line of an entry, from where it tells something.
    fn begins(&mut self, text: &[u8]) -> bool {
        self.announced(text)
            .is_some_and(|announced| announced.at == 0)
    }

    /// What a line is while a message is collected.
    fn part(&mut self, text: &[u8], log: &Log) -> Part;

    /// Whether a message begins with this line.
    fn is_start(&self, line: &[u8]) -> bool {
        begins_message(line.trim_ascii_start())
    }

    /// A line of a message as it was sent, where the logger writes its line end in another way.
    fn sent<'a>(&self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        Cow::Borrowed(raw)
    }

    /// The same of a line that is of no message that was announced, if it is of one all the same.
    fn sent_alone<'a>(&mut self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        Cow::Borrowed(raw)
    }

    /// Whether this is what the logger puts in front of an announcement, on a line of its own.
    fn is_front(&self, _text: &[u8]) -> bool {
        false
    }

    /// Whether a line outside of messages stands in something that only looks like one, or in front of an announcement.
    fn ignores(&mut self, _text: &[u8]) -> bool {
        false
    }
}

/// Reads a log of that shape.
#[derive(Clone, Default)]
struct Framed<A> {
    format: A,
    margin: Margin,
    /// What stood in front of the last announcement, whether lines of the message have it or not.
    front: Margin,
    /// The last line that announced.
    announcement: Option<Kept>,
    /// Whether a message of another thread has begun between the lines of this one, and no empty line has come behind its fields.
    is_in_other: bool,
}

impl<A: Announces + 'static> Format for Framed<A> {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let mut format = self.format.clone();
        let announced = format.announced(text);
        if let Some(announced) = announced {
            if log.owns(self.margin.peeled(&text[..announced.at])) {
                return self.inside(line, log);
            }
            if self.format.needs_mark() {
                log.finish_unmarked();
            }
            self.format = format;
            self.margin = Margin::of(&text[..announced.at]);
            self.front = self.margin.clone();
            self.is_in_other = false;
            self.announcement = Some(line.kept());
            let moment = completed(announced.moment, &text[..announced.at]);
            return Announced {
                moment,
                ..announced
            }
            .begin(line, log);
        }
        self.format = format;
        if !log.is_open() {
            self.outside(line, log);
        } else {
            let peeled = self.margin.peeled(text);
            match self.format.part(peeled, log) {
                Part::Message if log.ahead(line, peeled) => {}
                Part::Message => self.inside(line, log),
                Part::Around if log.doubts() => self.inside(line, log),
                Part::Around => {}
                Part::InFront => self.margin.begin(text),
                // No mark: the message says where it ends.
                Part::End if peeled.trim_ascii().is_empty() && log.is_in_doubt() => {
                    self.inside(line, log)
                }
                Part::End if self.is_end(log) => log.finish(),
                Part::End => self.inside(line, log),
                Part::Beyond if log.doubts() => self.inside(line, log),
                Part::Beyond if log.lacks_more() => log.between(line),
                Part::Beyond => {
                    log.finish();
                    self.outside(line, log);
                }
                Part::Foreign => {
                    log.drop_announced();
                    self.outside(line, log);
                }
                Part::Spoiled(why) => log.lost(why),
                Part::OfAnother => {
                    log.take_back();
                    if let Some(announcement) = self.announcement.take() {
                        log.left(announcement.line());
                    }
                    self.outside(line, log);
                }
                Part::Behind(before) => {
                    let before = text.len() - peeled.len() + before;
                    let raw = &line.raw[before..];
                    let offset = line.offset.map(|offset| offset + before as u64);
                    self.margin.begin(text);
                    log.text(Line {
                        raw,
                        offset,
                        ..line
                    });
                }
                Part::EndAfter(length) => {
                    let raw = &text[..text.len() - peeled.len() + length];
                    self.inside(Line { raw, ..line }, log);
                    log.finish();
                }
            }
        }
    }

    fn handed_on(&mut self, left: Kept) -> Kept {
        match self.format.sent_alone(&left.raw) {
            Cow::Borrowed(_) => left,
            Cow::Owned(raw) => Kept {
                raw,
                offset: None,
                coloured: None,
                ..left
            },
        }
    }

    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        A::SIGNS
            .iter()
            .any(|sign| memchr::memmem::find(text, sign).is_some())
            .then_some(())?;
        let is_front = |at: &usize| self.format.is_front(&text[*at..]);
        let begins = |at: &usize| self.format.clone().begins(&text[*at..]);
        let announced = || {
            let announced = beginnings(text, A::BEGINS).find(begins)?;
            self.front.start_in(&text[..announced])
        };
        let front = beginnings(text, A::BEGINS).find(is_front);
        let at = front.or_else(announced)?;
        (at > 0 && is_of_message(self.front.peeled(&text[..at]))).then_some(at)
    }
}

impl<A: Announces> Framed<A> {
    fn is_end(&self, log: &mut Log) -> bool {
        match A::CLOSES {
            true => log.ends_at_certain_mark(0),
            false => log.ends_at_mark(0),
        }
    }

    fn outside(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        match self.format.ignores(text) || self.format.is_front(text) {
            true => log.other(),
            false => log.left(line),
        }
    }

    fn inside(&mut self, line: Line<'_>, log: &mut Log) {
        if self.is_in_other && line.text().is_empty() && !self.margin.is_empty() {
            self.is_in_other = false;
            return log.left(line);
        }
        let sent = self.format.sent(line.raw);
        match (self.margin.clean(&sent), &sent) {
            (Some(clean), Cow::Owned(sent)) if clean.len() == sent.len() => {
                log.rewritten(line, clean);
            }
            (Some(clean), _) => log.cleaned(line, clean),
            (None, _) => {
                self.is_in_other |= begins_message(line.raw);
                log.left(line);
            }
        }
    }
}

/// The line of a format of that shape in the list of all.
pub(super) const fn known<A: Announces + 'static>(name: &'static str) -> Known {
    Known {
        name,
        about: A::ABOUT,
        marks: A::MARKS,
        sniff: sniff::<A>,
        make: || Box::<Framed<A>>::default(),
    }
}

/// Whether a message follows an announcement near the beginning of a file.
fn sniff<A: Announces>(prefix: &[u8]) -> bool {
    let mut format = A::default();
    let mut margin = Margin::default();
    let mut left = 0;
    super::lines(prefix).any(|line| {
        if let Some(announced) = format.announced(line) {
            margin = Margin::of(&line[..announced.at]);
            left = A::BETWEEN;
            return false;
        }
        if left == 0 {
            return false;
        }
        left -= 1;
        let clean = margin.clean(line);
        clean.is_some_and(|line| format.is_start(line))
    })
}

#[cfg(test)]
mod tests {
    use crate::source::log::{ANY_TEXT, FORMATS};

    /// The sources name every announcement, and some files have messages too.
    #[test]
    fn nothing_else_is_claimed() {
        let texts: [(&[u8], &str); 12] = [
            (include_bytes!("../../../README.md"), ""),
            (include_bytes!("../../../CHANGELOG.md"), ""),
            (include_bytes!("../../../samples/call.pcap"), ""),
            (
                include_bytes!("../../../samples/logs/sipdump.data"),
                "sipdump",
            ),
            (
                include_bytes!("../../../samples/logs/sipp_messages.log"),
                "sipp",
            ),
            (
                include_bytes!("../../../samples/torture/rfc4475-wsinv.sip"),
                "",
            ),
            (include_bytes!("asterisk.rs"), ""),
            (include_bytes!("linphone.rs"), ""),
            (include_bytes!("pjsua.rs"), ""),
            (include_bytes!("sofia.rs"), ""),
            (b"", ""),
            (
                b"UDP 192.0.2.1:5060 -> 192.0.2.2:5060\nOPTIONS sip:b SIP/2.0\n",
                "",
            ),
        ];
        for (number, (text, own)) in texts.into_iter().enumerate() {
            let others = FORMATS.iter();
            let others = others.filter(|known| ![ANY_TEXT, own].contains(&known.name));
            let claiming = others.filter(|known| (known.sniff)(text));
            let claiming: Vec<_> = claiming.map(|known| known.name).collect();
            assert!(claiming.is_empty(), "text {number}: {claiming:?}");
        }
    }
}
