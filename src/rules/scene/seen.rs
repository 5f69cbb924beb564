//! A message with its bytes.

use crate::base::{Layer, Span, Spoiled};
use crate::sip::body::{Content, Pidf, Reginfo, Sdp, Watcherinfo};
use crate::sip::{self, Address, CSeq, Name, Problem, Problems, Text, Via, is_placeholder};
use crate::trace::{Message, Subject};

use super::View;
use super::loaded::Made;

/// A message with its bytes.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    /// Its place in the trace.
    pub message: Message<'s>,
    /// Request or response.
    pub(super) subject: Subject,
    /// What stands in it.
    pub sip: sip::Message<'s>,
    /// What was read in it already.
    pub(super) made: &'s Made<'s>,
    pub(super) view: &'s View<'s>,
}

impl<'s> Seen<'s> {
    /// Whether it is a request.
    pub fn is_request(&self) -> bool {
        matches!(self.subject, Subject::Request(_))
    }

    /// Whether it is a request with this method.
    pub fn is(&self, method: &str) -> bool {
        self.sip.method().is_some_and(|found| found == method)
    }

    /// Whether it is a 2xx.
    pub fn accepts(&self) -> bool {
        matches!(self.subject, Subject::Response(200..300))
    }

    /// Whether all of it was seen.
    pub fn is_whole(&self) -> bool {
        self.message.sighting().whole()
    }

    /// Whether its source kept this of its original bytes.
    pub fn keeps(&self, what: Spoiled) -> bool {
        !self.message.sighting().spoiled().has(what)
    }

    /// Whether it is known from a log.
    pub fn is_of_log(&self) -> bool {
        self.message.sighting().path().contains(Layer::Log)
    }

    /// Whether it is known from a document.
    pub fn is_of_document(&self) -> bool {
        self.message.sighting().path().contains(Layer::Document)
    }

    /// Whether it is known from a log or document, or has no time.
    pub fn is_told(&self) -> bool {
        self.is_of_log() || self.is_of_document() || self.message.time().is_none()
    }

    /// Whether only somebody else says over which transport it went: an agent, an export, a log or a document.
    pub fn is_hearsay(&self) -> bool {
        let told = [Layer::Hep, Layer::Log, Layer::Document, Layer::ExportedPdu];
        let path = self.message.sighting().path();
        told.iter().any(|layer| path.contains(*layer))
    }

    /// Whether a text, of a document or a file, writes only that something stands there: `(...)`; or a document nothing, where the
    /// message that it repeats is not printed.
    pub fn leaves_out(&self, span: Span) -> bool {
        let written = span.of(self.sip.bytes());
        match (self.is_of_document(), self.is_of_log()) {
            (false, false) => false,
            (true, _) if written.trim_ascii().is_empty() => true,
            _ => is_placeholder(&String::from_utf8_lossy(written)),
        }
    }

    /// The header fields of which a document leaves out the value, and no other message has it.
    pub(in crate::rules) fn left_out(&self) -> impl Iterator<Item = sip::Header<'s>> {
        let seen = *self;
        let fields = seen
            .sip
            .headers()
            .take_while(move |_| seen.is_of_document());
        fields.filter(move |field| seen.leaves_out(field.value.span()))
    }

    /// Whether an empty line ended its header section, and nobody left fields out: else one may be missing because it was not
    /// captured, or not written down.
    pub fn has_all_headers(&self) -> bool {
        self.shows_end_of_headers() && self.keeps(Spoiled::ABRIDGED)
    }

    /// Whether its header section was captured to its end.
    fn shows_end_of_headers(&self) -> bool {
        self.is_whole() || self.sip.has_end_of_headers()
    }

    /// Whether the part of it in which this stands, header section or body, was not captured to its end.
    pub(in crate::rules) fn breaks_off_around(&self, span: Span) -> bool {
        let is_in_body = span.start as usize >= self.sip.rest().start();
        !self.shows_end_of_headers() || is_in_body && !self.is_whole()
    }

    /// Whether a part of it lies in a value that is left out.
    pub(in crate::rules) fn leaves_out_around(&self, span: Span) -> bool {
        let is_around = |value: Span| value.start <= span.start && span.end <= value.end;
        let mut left_out = self.left_out();
        left_out.any(|field| is_around(field.value.span()))
    }

    /// What stands otherwise in it than its grammar has it.
    pub(in crate::rules) fn problems(&self) -> &'s [Problem] {
        let find = || self.view.problems(&self.sip, self.is_whole());
        self.made.problems.get_or_init(find)
    }

    /// Its topmost Via. It is read once for all rules.
    pub fn via(&self) -> Option<Via<'s>> {
        let sip = self.sip;
        *self.made.via.get_or_init(|| sip.vias().next())
    }

    /// Its Via values as written, topmost first. They are read once for all rules.
    pub fn vias(&self) -> &'s [Text<'s>] {
        let sip = self.sip;
        let read = || sip.values(Name::Via).collect();
        self.made.vias.get_or_init(read)
    }

    /// Its CSeq. It is read once for all rules.
    pub fn cseq(&self) -> Option<CSeq<'s>> {
        let sip = self.sip;
        *self.made.cseq.get_or_init(|| sip.cseq())
    }

    /// Its From. It is read once for all rules.
    pub fn from(&self) -> Option<Address<'s>> {
        let sip = self.sip;
        *self.made.from.get_or_init(|| sip.from())
    }

    /// Its To. It is read once for all rules.
    pub fn to(&self) -> Option<Address<'s>> {
        let sip = self.sip;
        *self.made.to.get_or_init(|| sip.to())
    }

    /// What its body says. It is read once for all rules.
    pub fn content(&self) -> &'s Content<'s> {
        let sip = self.sip;
        let read = || Box::new(sip.body().content(&mut Problems::ignored()));
        self.made.content.get_or_init(read)
    }

    /// The session description that is its body.
    pub fn sdp(&self) -> Option<&'s Sdp<'s>> {
        match self.content() {
            Content::Sdp(sdp) => Some(sdp),
            _ => None,
        }
    }

    /// The presence document that is its body.
    pub fn pidf(&self) -> Option<&'s Pidf<'s>> {
        match self.content() {
            Content::Pidf(pidf) => Some(pidf),
            _ => None,
        }
    }

    /// The registration state that is its body.
    pub fn reginfo(&self) -> Option<&'s Reginfo<'s>> {
        match self.content() {
            Content::Reginfo(reginfo) => Some(reginfo),
            _ => None,
        }
    }

    /// The list of watchers that is its body.
    pub fn watcherinfo(&self) -> Option<&'s Watcherinfo<'s>> {
        match self.content() {
            Content::Watcherinfo(watcherinfo) => Some(watcherinfo),
            _ => None,
        }
    }
}
