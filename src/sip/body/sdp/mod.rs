//! Session descriptions (RFC 8866, before it RFC 4566), as offers and answers have them. Only where the sections begin is
//! found in advance; values are read when asked for.

mod attribute;
mod codec;
mod line;
mod media;
mod order;
mod precondition;
mod repeat;
mod section;
mod session;

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod example_tests;

pub use attribute::{Attribute, Direction, Group, Setup};
pub use codec::{Codecs, Encoding, Fmtp, RtpMap};
pub use line::Line;
pub use media::Media;
pub use precondition::{
    Precondition, PreconditionFlow, PreconditionLine, PreconditionStatus, PreconditionStrength,
};
pub use section::Section;
pub use session::{Bandwidth, Connection, Origin, Timing};

use media::Inherited;
use order::Order;

use super::lines::{Lines, check_ends};
use crate::base::Span;
use crate::sip::clean::Clean;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// A session description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sdp<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The lines in front of the first m= line: bandwidths, groups, all attributes.
    pub session: Section<'a>,
}

impl<'a> Sdp<'a> {
    /// Reads a body.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let sdp = Self::of(text);
        sdp.check(problems, &mut Clean::default());
        sdp
    }

    /// A body without a look at what is odd about it.
    pub(in crate::sip) fn of(text: Text<'a>) -> Self {
        let mut sections = Sections { rest: text };
        let session = sections.take_session();
        Self { text, session }
    }

    /// `v=`
    pub fn version(&self) -> Option<Text<'a>> {
        self.session.values(b'v').next()
    }

    /// `o=`
    pub fn origin(&self) -> Option<Origin<'a>> {
        let read = |text| Origin::read(text, &mut Problems::ignored());
        self.origin_text().map(read)
    }

    /// What stands behind `o=`.
    pub fn origin_text(&self) -> Option<Text<'a>> {
        self.session.values(b'o').next()
    }

    /// `s=`
    pub fn name(&self) -> Option<Text<'a>> {
        self.session.values(b's').next()
    }

    /// `t=`
    pub fn times(&self) -> impl Iterator<Item = Timing<'a>> + Clone + use<'a> {
        let values = self.session.values(b't');
        values.map(|value| Timing::read(value, &mut Problems::ignored()))
    }

    /// `c=` of the session.
    pub fn connection(&self) -> Option<Connection<'a>> {
        self.session.connections().next()
    }

    /// The direction of the session, if it says one.
    pub fn direction(&self) -> Option<Direction> {
        self.session.direction()
    }

    /// The media descriptions in their order.
    pub fn media(&self) -> impl Iterator<Item = Media<'a>> + Clone + use<'a> {
        let inherited = self.inherited();
        let sections = self.media_sections();
        sections.map(move |section| Media::read(section, inherited, &mut Problems::ignored()))
    }

    /// Found once for all media descriptions: there may be many, and many lines to find it in.
    fn inherited(&self) -> Inherited<'a> {
        Inherited {
            connection: self.session.values(b'c').next(),
            direction: self.direction(),
        }
    }

    fn media_sections(&self) -> Sections<'a> {
        Sections {
            rest: self.text.from(self.session.text().end()),
        }
    }

    /// Notes what is odd about it, without looking again at lines that are known to be clean.
    pub(in crate::sip) fn check(&self, problems: &mut Problems, clean: &mut Clean) {
        if !problems.wanted() {
            return;
        }
        check_ends(self.text, problems);
        self.session.check(Order::of_session(), problems, clean);
        let mut needed = b"vost".to_vec();
        for line in self.session.lines() {
            needed.retain(|letter| line.letter != Some(*letter));
        }
        if !needed.is_empty() {
            let end = self.text.from(self.session.text().end());
            let missing = end.between(end.start(), end.start());
            problems.note(missing.span(), ProblemKind::SdpOrder);
        }
        let inherited = self.inherited();
        for section in self.media_sections() {
            section.check(Order::of_media(), problems, clean);
            let media = Media::read(section, inherited, problems);
            // Each needs one of its own, or that of the session (RFC 8866 5.7). A refused stream goes nowhere.
            if !media.has_connection() && !media.has_port_zero() {
                let end = section.text().end();
                problems.note(Span::new(end, end), ProblemKind::SdpOrder);
            }
        }
    }
}

/// Sections, each from its m= line to the next.
#[derive(Clone, Copy, Debug)]
struct Sections<'a> {
    rest: Text<'a>,
}

impl<'a> Sections<'a> {
    /// The lines in front of the first m= line.
    fn take_session(&mut self) -> Section<'a> {
        let start = self.rest.start();
        self.take_until_media(start)
    }

    /// Everything up to the next m= line that begins at this position or behind it.
    fn take_until_media(&mut self, from: usize) -> Section<'a> {
        let start = self.rest.start();
        let mut lines = Lines::new(self.rest.from(from));
        let media = lines.find(|line| line.bytes().starts_with(b"m="));
        let end = media.map_or(self.rest.end(), Text::start);
        let section = Section::new(self.rest.between(start, end));
        self.rest = self.rest.from(end);
        section
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        let line = Lines::new(self.rest).next()?;
        Some(self.take_until_media(line.end()))
    }
}
