//! What a message carries: how long its body is and should be, what it says it is, and its parts.

mod content;
mod expect;
mod lines;
mod message_summary;
mod multipart;
pub mod patch;
pub mod pidf;
pub mod pidf_diff;
pub mod poc_settings;
pub mod reginfo;
pub mod resource_lists;
pub mod rlmi;
mod sdp;
#[cfg(test)]
mod testing;
pub mod watcherinfo;
pub mod xcap_diff;
pub mod xml;

pub use content::Content;
pub use expect::Extent;

pub use message_summary::{MessageCount, MessageSummary};
pub use multipart::{BodyPart, Multipart};
pub use pidf::Pidf;
pub use pidf_diff::PidfDiff;
pub use poc_settings::PocSettings;
pub use reginfo::Reginfo;
pub use resource_lists::ResourceLists;
pub use rlmi::Rlmi;
pub use sdp::{
    Attribute, Bandwidth, Codecs, Connection, Direction, Encoding, Fmtp, Group, Line, Media,
    Origin, Precondition, PreconditionFlow, PreconditionLine, PreconditionStatus,
    PreconditionStrength, RtpMap, Sdp, Section, Setup, Timing,
};
pub use watcherinfo::Watcherinfo;
pub use xcap_diff::XcapDiff;
pub use xml::{Xml, XmlValue};

use super::message::Message;
use super::name::Name;
use super::problem::{ProblemKind, Problems};
use super::text::Text;
use super::value::Item;

/// Multipart bodies nested deeper than this are not taken apart.
const DEEPEST: u8 = 8;

/// The body of a message or of a part.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// The bytes that Content-Length counts, or all if there is no such number.
    pub text: Text<'a>,
    /// Bytes behind them.
    pub excess: Text<'a>,
    /// How many bytes are missing.
    pub missing: u64,
    /// What Content-Length says.
    pub said: Option<u64>,
    /// What Content-Type says.
    pub content_type: Option<Item<'a>>,
    /// The encoding that hides the content: a Content-Encoding, or a transfer encoding other than the plain ones.
    pub encoding: Option<Text<'a>>,
    depth: u8,
}

/// What Content-Length says. Several that differ say nothing (RFC 4475 3.3.9).
fn said(message: &Message<'_>) -> Option<u64> {
    let mut lengths = message.values(Name::ContentLength).map(Text::number);
    let first = lengths.next()??;
    lengths.all(|other| other == Some(first)).then_some(first)
}

impl<'a> Message<'a> {
    /// The body.
    pub fn body(&self) -> Body<'a> {
        Body::of(self, 0)
    }
}

impl<'a> Body<'a> {
    fn of(message: &Message<'a>, depth: u8) -> Self {
        let rest = message.rest();
        let said = said(message);
        let length = said.unwrap_or(rest.len() as u64);
        let split = rest.start()
            + usize::try_from(length).map_or(rest.len(), |length| length.min(rest.len()));
        let plain = |encoding: &Text<'_>| {
            ["identity", "7bit", "8bit", "binary"]
                .iter()
                .any(|plain| encoding.is(plain))
        };
        let encodings = message
            .values(Name::ContentEncoding)
            .chain(message.values(Name::ContentTransferEncoding));
        Self {
            text: rest.between(rest.start(), split),
            excess: rest.from(split),
            missing: length.saturating_sub(rest.len() as u64),
            said,
            content_type: message.item(Name::ContentType),
            encoding: { encodings }.find(|encoding| !plain(encoding)),
            depth,
        }
    }

    /// Whether it says to be of this media type.
    pub fn is(&self, main: &str, sub: &str) -> bool {
        self.content_type
            .is_some_and(|item| item.is_media_type(main, sub))
    }

    /// Its parts, if it is a multipart body that can be taken apart.
    pub fn multipart(&self, problems: &mut Problems) -> Option<Multipart<'a>> {
        let content_type = self.content_type?;
        let (main, _) = content_type.media_type()?;
        if !main.is("multipart") || self.encoding.is_some() {
            return None;
        }
        if self.depth >= DEEPEST {
            problems.note(self.text.span(), ProblemKind::Nesting);
            return None;
        }
        Multipart::read(self.text, content_type, self.depth + 1, problems)
    }

    /// Notes what is odd about its length, its type and its content.
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.about(Name::ContentLength);
        if self.missing > 0 {
            problems.note(self.text.span(), ProblemKind::BodyShort);
        }
        if !self.excess.is_empty() {
            problems.note(self.excess.span(), ProblemKind::BodyLong);
        }
        problems.about(Name::ContentType);
        if self.text.is_empty() {
            self.check_empty(problems);
            return;
        }
        // A part without a type is plain text (RFC 2046 5.1); a message must say what it carries (RFC 3261 7.4.1).
        if self.content_type.is_none() && self.depth == 0 {
            problems.note(self.text.span(), ProblemKind::ContentType);
        }
        if let Some(encoding) = self.encoding {
            problems.note(encoding.span(), ProblemKind::Encoding);
            return;
        }
        problems.about(Name::Other);
        self.content(problems).check(problems);
    }
    /// Where there is a body, a missing boundary is noted when it is taken apart.
    fn check_empty(&self, problems: &mut Problems) {
        let without_boundary = |item: &Item<'_>| {
            let multipart = item
                .media_type()
                .is_some_and(|(main, _)| main.is("multipart"));
            multipart && !item.params.has("boundary")
        };
        if let Some(item) = self.content_type.filter(without_boundary) {
            problems.note(item.text.span(), ProblemKind::Boundary);
        }
    }
}
