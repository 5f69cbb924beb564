//! Media descriptions: an m= line and the lines behind it (RFC 8866 5.14).

use super::attribute::Direction;
use super::codec::{Codecs, payload_type};
use super::line::{Words, cut, number};
use super::section::Section;
use super::session::Connection;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// What the session says for each of its media descriptions that does not say it itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Inherited<'a> {
    /// What stands behind its `c=`.
    pub(super) connection: Option<Text<'a>>,
    pub(super) direction: Option<Direction>,
}

/// One media description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Media<'a> {
    /// Its lines, the m= line first: bandwidths, preconditions, all attributes.
    pub section: Section<'a>,
    /// What stands behind `m=`.
    pub text: Text<'a>,
    /// `audio`, `video`, `message`, `image` or another.
    pub kind: Text<'a>,
    /// The port as written, without the number of ports.
    pub port_text: Text<'a>,
    /// The port, if it is one; 0 for a stream that is not used.
    pub port: Option<u16>,
    /// How many ports, if that is said.
    pub port_count: Option<u32>,
    /// `RTP/AVP` or another.
    pub protocol: Text<'a>,
    /// The formats as written.
    pub formats_text: Text<'a>,
    inherited: Inherited<'a>,
}

impl<'a> Media<'a> {
    /// Reads a section that begins with an m= line.
    pub(super) fn read(
        section: Section<'a>,
        inherited: Inherited<'a>,
        problems: &mut Problems,
    ) -> Self {
        let text = section.values(b'm').next();
        let text = text.unwrap_or(section.text());
        let mut words = Words::new(text, problems);
        let kind = words.expect(problems);
        let (port_text, count) = cut(words.expect(problems), b'/');
        let media = Self {
            section,
            text,
            kind,
            port_text,
            port: number(port_text, problems),
            port_count: count.and_then(|count| number(count, problems)),
            protocol: words.expect(problems),
            formats_text: words.rest().trimmed(),
            inherited,
        };
        media.check_formats(words, problems);
        media
    }

    /// Notes formats that are missing or, where they have to be, no payload types.
    fn check_formats(&self, mut words: Words<'a>, problems: &mut Problems) {
        if !problems.wanted() {
            return;
        }
        let is_rtp = self.is_rtp();
        let mut format = Some(words.expect(problems)).filter(|format| !format.is_empty());
        while let Some(one) = format {
            if is_rtp && payload_type(one).is_none() {
                problems.note(one.span(), ProblemKind::SdpValue);
            }
            format = words.next(problems);
        }
    }

    /// The formats in their order, the best one first.
    pub fn formats(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        let mut ignored = Problems::ignored();
        let mut words = Words::new(self.formats_text, &mut ignored);
        std::iter::from_fn(move || words.next(&mut ignored))
    }

    /// Whether its media is RTP, so that its formats are payload types.
    pub fn is_rtp(&self) -> bool {
        let mut parts = self.protocol.bytes().split(|byte| *byte == b'/');
        parts.any(|part| part.eq_ignore_ascii_case(b"RTP"))
    }

    /// What its formats stand for. Made anew with each call: ask once for all formats.
    pub fn codecs(&self) -> Codecs<'a> {
        Codecs::of(self.section)
    }

    /// Its first c= line, else that of the session.
    pub fn connection(&self) -> Option<Connection<'a>> {
        let own = self.section.connections().next();
        own.or_else(|| {
            let read = |text| Connection::read(text, &mut Problems::ignored());
            self.inherited.connection.map(read)
        })
    }

    /// Whether there is one.
    pub(super) fn has_connection(&self) -> bool {
        self.section.values(b'c').next().is_some() || self.inherited.connection.is_some()
    }

    /// Its direction: as it says, else as the session says, else both ways.
    pub fn direction(&self) -> Direction {
        let said = self.section.direction().or(self.inherited.direction);
        said.unwrap_or_default()
    }

    /// Its name in groups.
    pub fn mid(&self) -> Option<Text<'a>> {
        self.section.value("mid")
    }

    /// Milliseconds of media in a packet, as wanted; perhaps with a fraction.
    pub fn packet_time(&self) -> Option<Text<'a>> {
        self.section.value("ptime")
    }

    /// Milliseconds of media in a packet, at most.
    pub fn max_packet_time(&self) -> Option<Text<'a>> {
        self.section.value("maxptime")
    }

    /// Whether the port is 0: refused, in an answer; not used, in an offer (RFC 3264 5.1, 6).
    pub fn has_port_zero(&self) -> bool {
        self.port == Some(0)
    }

    /// Whether the writer wants no media: by direction, or by an address that means none (RFC 3264 8.4).
    pub fn is_held(&self) -> bool {
        let nowhere = |connection: Connection<'_>| connection.is_unspecified();
        !self.direction().receives() || self.connection().is_some_and(nowhere)
    }
}
