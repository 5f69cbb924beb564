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

use super::clean::{Clean, Stretch};
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
    /// The field that says so.
    encoding_name: Name,
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
        let hidden = [Name::ContentEncoding, Name::ContentTransferEncoding]
            .into_iter()
            .filter(|name| message.has(*name))
            .find_map(|name| {
                let encoding = message.values(name).find(|value| !plain(value))?;
                Some((encoding, name))
            });
        Self {
            text: rest.between(rest.start(), split),
            excess: rest.from(split),
            missing: length.saturating_sub(rest.len() as u64),
            said,
            content_type: message.item(Name::ContentType),
            encoding: hidden.map(|(encoding, _)| encoding),
            encoding_name: hidden.map_or(Name::Other, |(_, name)| name),
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
            problems.note(self.text.span(), ProblemKind::NestingNotRead);
            return None;
        }
        Multipart::read(self.text, content_type, self.depth + 1, problems)
    }

    /// Notes where Content-Length says another length.
    pub(super) fn check_length(&self, problems: &mut Problems) {
        problems.about(Name::ContentLength);
        if self.missing > 0 {
            problems.note(self.text.span(), ProblemKind::BodyShort);
        }
        if !self.excess.is_empty() {
            problems.note(self.excess.span(), ProblemKind::BodyLong);
        }
        problems.about(Name::Other);
    }

    /// Notes what is odd about its length, its type and its content.
    pub(super) fn check(&self, problems: &mut Problems, clean: &mut Clean) {
        self.check_length(problems);
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
            problems.about(self.encoding_name);
            problems.note(encoding.span(), ProblemKind::EncodingNotRead);
            problems.about(Name::Other);
            return;
        }
        problems.about(Name::Other);
        if !self.is("application", "sdp") {
            self.content(problems).check(problems);
            return;
        }
        clean.unless_known(Stretch::Sdp, self.text.bytes(), |clean| {
            Sdp::of(self.text).check(problems, clean);
            problems.list().is_empty()
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(head: &str, body: &str) -> Vec<(ProblemKind, Name)> {
        let fields = "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
            From: <sip:a@b.example>;tag=1\r\nTo: <sip:c@b.example>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n";
        let length = body.len();
        let message = format!(
            "MESSAGE sip:c@b.example SIP/2.0\r\n{fields}{head}Content-Length: {length}\r\n\r\n{body}"
        );
        let mut index = crate::sip::index::Index::default();
        let problems = Message::read(message.as_bytes(), &mut index).problems();
        let told = problems.iter().map(|problem| (problem.kind, problem.name));
        told.collect()
    }

    #[test]
    fn an_encoding_is_no_fault_and_belongs_to_the_field_that_says_it() {
        let kind = ProblemKind::EncodingNotRead;
        let sdp = "Content-Type: application/sdp\r\n";
        let gzip = told(&format!("{sdp}Content-Encoding: gzip\r\n"), "\u{1f}x");
        assert_eq!(gzip, [(kind, Name::ContentEncoding)]);
        let base64 = told(
            &format!("{sdp}Content-Encoding: identity\r\nContent-Transfer-Encoding: base64\r\n"),
            "dj0w",
        );
        assert_eq!(base64, [(kind, Name::ContentTransferEncoding)]);
        assert_eq!(told("Content-Type: text/plain\r\n", "x"), []);
    }
}
