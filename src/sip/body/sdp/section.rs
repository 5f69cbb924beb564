//! The lines of one section: those about the whole session, or those of one media description. They are read when asked for,
//! so that a description of millions of lines takes no memory.

use super::attribute::{Attribute, Direction, Group, Setup};
use super::codec::{Fmtp, RtpMap};
use super::line::Line;
use super::order::Order;
use super::precondition::{Precondition, PreconditionLine};
use super::repeat;
use super::session::{Bandwidth, Connection, Origin, Timing};
use crate::sip::body::lines::{Lines, without_end};
use crate::sip::clean::{Clean, Stretch};
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Lines that belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Section<'a> {
    text: Text<'a>,
}

impl<'a> Section<'a> {
    pub(super) fn new(text: Text<'a>) -> Self {
        Self { text }
    }

    /// All of it, line ends included.
    pub fn text(self) -> Text<'a> {
        self.text
    }

    /// All lines, also those that are none of SDP.
    pub fn lines(self) -> impl Iterator<Item = Line<'a>> + Clone + use<'a> {
        Lines::new(self.text).map(|line| Line::read(without_end(line)))
    }

    /// The values of the lines with this letter.
    pub fn values(self, letter: u8) -> impl Iterator<Item = Text<'a>> + Clone + use<'a> {
        let lines = self.lines().filter(move |line| line.letter == Some(letter));
        lines.map(|line| line.value)
    }

    /// All attributes.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> + Clone + use<'a> {
        let values = self.values(b'a');
        values.map(|value| Attribute::read(value, &mut Problems::ignored()))
    }

    /// Those whose names begin with one of these letters. The others need not be taken apart.
    pub(super) fn attributes_with<'l>(
        self,
        letters: &'l [u8],
    ) -> impl Iterator<Item = Attribute<'a>> + Clone + use<'a, 'l> {
        let values = self.values(b'a').filter(move |value| {
            let first = value.bytes().trim_ascii_start().first();
            first.is_some_and(|first| letters.contains(&first.to_ascii_lowercase()))
        });
        values.map(|value| Attribute::read(value, &mut Problems::ignored()))
    }

    /// The first attribute with this name.
    pub fn attribute(self, name: &str) -> Option<Attribute<'a>> {
        self.attributes().find(|attribute| attribute.is(name))
    }

    /// The value of the first attribute with this name; `None` if it is not there or has none.
    pub fn value(self, name: &str) -> Option<Text<'a>> {
        self.attribute(name)?.value
    }

    /// Whether there is an attribute with this name.
    pub fn has(self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// `i=`: a text for people.
    pub fn information(self) -> Option<Text<'a>> {
        self.values(b'i').next()
    }

    /// Its own c= lines; a media description may have several.
    pub fn connections(self) -> impl Iterator<Item = Connection<'a>> + Clone + use<'a> {
        let values = self.values(b'c');
        values.map(|value| Connection::read(value, &mut Problems::ignored()))
    }

    /// Its b= lines.
    pub fn bandwidths(self) -> impl Iterator<Item = Bandwidth<'a>> + Clone + use<'a> {
        let values = self.values(b'b');
        values.map(|value| Bandwidth::read(value, &mut Problems::ignored()))
    }

    /// The first b= line of this kind, such as `AS`.
    pub fn bandwidth(self, kind: &str) -> Option<Bandwidth<'a>> {
        self.bandwidths().find(|bandwidth| bandwidth.kind.is(kind))
    }

    /// The first direction that it says itself.
    pub fn direction(self) -> Option<Direction> {
        let mut attributes = self.attributes_with(b"sri");
        attributes.find_map(|attribute| Direction::of(&attribute))
    }

    /// `a=setup`
    pub fn setup(self) -> Option<Setup> {
        self.value("setup").and_then(Setup::of)
    }

    /// Its preconditions, in their order.
    pub fn preconditions(self) -> impl Iterator<Item = Precondition<'a>> + Clone + use<'a> {
        self.attributes_with(b"cd").filter_map(|attribute| {
            let line = PreconditionLine::of(&attribute)?;
            let value = attribute.plain();
            Some(Precondition::read(line, value, &mut Problems::ignored()))
        })
    }

    /// `a=group`
    pub fn groups(self) -> impl Iterator<Item = Group<'a>> + Clone + use<'a> {
        self.read_all("group", Group::read)
    }

    /// `a=rtpmap`
    pub fn rtpmaps(self) -> impl Iterator<Item = RtpMap<'a>> + Clone + use<'a> {
        self.read_all("rtpmap", RtpMap::read)
    }

    /// `a=fmtp`
    pub fn fmtps(self) -> impl Iterator<Item = Fmtp<'a>> + Clone + use<'a> {
        self.read_all("fmtp", Fmtp::read)
    }

    /// The attributes with this name, read.
    fn read_all<T>(
        self,
        name: &'static str,
        read: fn(Text<'a>, &mut Problems) -> T,
    ) -> impl Iterator<Item = T> + Clone + use<'a, T> {
        let attributes = self.attributes();
        let named = attributes.filter(move |attribute| attribute.is(name));
        named.map(move |attribute| read(attribute.plain(), &mut Problems::ignored()))
    }

    /// Notes what is odd about each line and about their order. Nothing is noted about the value of an m= line.
    pub(super) fn check(self, mut order: Order, problems: &mut Problems, clean: &mut Clean) {
        let mut directed = false;
        for line in self.lines() {
            clean.unless_known(Stretch::SdpLine, line.text.bytes(), |_| {
                check_line(&line, problems);
                problems.list().is_empty()
            });
            let Some(letter) = meaning(&line) else {
                continue;
            };
            if !order.allows(letter) {
                problems.note(line.text.span(), ProblemKind::SdpOrder);
            }
            if letter == b'a' && is_direction(line.value) {
                if directed {
                    problems.note(line.value.span(), ProblemKind::SdpValue);
                }
                directed = true;
            }
        }
    }
}

/// The letters that mean something.
const LETTERS: &[u8] = b"vosiuepcbtrzkam";

/// The letter of a line, if it means something.
fn meaning(line: &Line<'_>) -> Option<u8> {
    line.letter.filter(|letter| LETTERS.contains(letter))
}

/// Notes what is odd about a line wherever it stands.
fn check_line(line: &Line<'_>, problems: &mut Problems) {
    check_bytes(line.text, problems);
    match meaning(line) {
        None => problems.note(line.text.span(), ProblemKind::Sdp),
        Some(_) if line.value.is_empty() => {
            problems.note(line.value.span(), ProblemKind::SdpValue);
        }
        Some(letter) => check_value(letter, line.value, problems),
    }
}

/// A value may hold any byte but NUL, CR and LF (RFC 8866 9 `byte-string`).
fn check_bytes(line: Text<'_>, problems: &mut Problems) {
    if let Some(at) = memchr::memchr2(0, b'\r', line.bytes()) {
        let at = line.start() + at;
        problems.note(line.between(at, at + 1).span(), ProblemKind::SdpValue);
    }
}

fn check_value(letter: u8, value: Text<'_>, problems: &mut Problems) {
    match letter {
        b'v' if value != "0" => problems.note(value.span(), ProblemKind::SdpValue),
        b'o' => _ = Origin::read(value, problems),
        b'c' => _ = Connection::read(value, problems),
        b'b' => _ = Bandwidth::read(value, problems),
        b't' => _ = Timing::read(value, problems),
        b'r' => repeat::check(value, problems),
        b'a' => Attribute::read(value, problems).check(problems),
        _ => {}
    }
}

fn is_direction(value: Text<'_>) -> bool {
    let attribute = Attribute::read(value, &mut Problems::ignored());
    Direction::of(&attribute).is_some()
}
