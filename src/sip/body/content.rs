//! What a body is by its media type, and the reader for each.

use super::{
    Body, MessageSummary, Multipart, Pidf, PidfDiff, PocSettings, Reginfo, ResourceLists, Rlmi,
    Sdp, Watcherinfo, XcapDiff, Xml,
};
use crate::sip::index::Index;
use crate::sip::message::Message;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// The content of a body, read as its media type says.
#[derive(Debug)]
pub enum Content<'a> {
    /// Nothing at all.
    Empty,
    /// Several parts (RFC 2046).
    Multipart(Multipart<'a>),
    /// A session description (RFC 8866).
    Sdp(Sdp<'a>),
    /// Presence (RFC 3863 and its drafts).
    Pidf(Pidf<'a>),
    /// A change of presence (RFC 5262).
    PidfDiff(PidfDiff<'a>),
    /// Registration state (RFC 3680).
    Reginfo(Reginfo<'a>),
    /// Watchers (RFC 3858).
    Watcherinfo(Watcherinfo<'a>),
    /// State of a list of resources (RFC 4662).
    Rlmi(Rlmi<'a>),
    /// Lists of URIs (RFC 4826).
    ResourceLists(ResourceLists<'a>),
    /// Settings of push to talk (RFC 4354).
    PocSettings(PocSettings<'a>),
    /// Changes of documents on a server (RFC 5874).
    XcapDiff(XcapDiff<'a>),
    /// Any other XML.
    Xml(Xml<'a>),
    /// Waiting messages (RFC 3842).
    MessageSummary(MessageSummary<'a>),
    /// A SIP message or a part of one (RFC 3420).
    Fragment(Text<'a>),
    /// Anything else, and all that an encoding hides.
    Other,
}

impl<'a> Body<'a> {
    /// Reads the content.
    pub fn content(&self, problems: &mut Problems) -> Content<'a> {
        if self.text.is_empty() {
            return Content::Empty;
        }
        let Some((main, sub)) = self.content_type.and_then(|item| item.media_type()) else {
            return Content::Other;
        };
        if self.encoding.is_some() {
            return Content::Other;
        }
        let of = |wanted_main, wanted_sub| main.is(wanted_main) && sub.is(wanted_sub);
        if main.is("multipart") {
            let multipart = self.multipart(problems);
            multipart.map_or(Content::Other, Content::Multipart)
        } else if of("application", "sdp") {
            Content::Sdp(Sdp::read(self.text, problems))
        } else if of("application", "simple-message-summary") {
            Content::MessageSummary(MessageSummary::read(self.text, problems))
        } else if of("message", "sipfrag") || of("message", "sip") {
            Content::Fragment(self.text)
        } else if sub.is("xml") || ends_with_xml(sub) {
            self.xml(main, sub, problems)
        } else {
            Content::Other
        }
    }

    fn xml(&self, main: Text<'a>, sub: Text<'a>, problems: &mut Problems) -> Content<'a> {
        let xml = Xml::read(self.text, problems);
        if !main.is("application") {
            return Content::Xml(xml);
        }
        match sub.lossy().to_ascii_lowercase().as_str() {
            // The second is the name that the drafts of RFC 3863 had.
            "pidf+xml" | "cpim-pidf+xml" => Content::Pidf(Pidf::read(&xml, problems)),
            "pidf-diff+xml" => Content::PidfDiff(PidfDiff::read(&xml, problems)),
            "reginfo+xml" => Content::Reginfo(Reginfo::read(&xml, problems)),
            "watcherinfo+xml" => Content::Watcherinfo(Watcherinfo::read(&xml, problems)),
            "rlmi+xml" => Content::Rlmi(Rlmi::read(&xml, problems)),
            "resource-lists+xml" => Content::ResourceLists(ResourceLists::read(&xml, problems)),
            "poc-settings+xml" => Content::PocSettings(PocSettings::read(&xml, problems)),
            "xcap-diff+xml" => Content::XcapDiff(XcapDiff::read(&xml, problems)),
            _ => Content::Xml(xml),
        }
    }
}

impl<'a> Content<'a> {
    /// Reads a part of a SIP message: with a first line, or with header fields only (RFC 3420 2).
    pub fn fragment<'i>(text: Text<'a>, index: &'i mut Index) -> Message<'i>
    where
        'a: 'i,
    {
        let bytes = text.whole_up_to_end();
        index.read_from(bytes, text.start());
        Message::indexed(bytes, index)
    }

    /// The name of the format, for output.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Multipart(_) => "multipart",
            Self::Sdp(_) => "sdp",
            Self::Pidf(_) => "pidf",
            Self::PidfDiff(_) => "pidf-diff",
            Self::Reginfo(_) => "reginfo",
            Self::Watcherinfo(_) => "watcherinfo",
            Self::Rlmi(_) => "rlmi",
            Self::ResourceLists(_) => "resource-lists",
            Self::PocSettings(_) => "poc-settings",
            Self::XcapDiff(_) => "xcap-diff",
            Self::Xml(_) => "xml",
            Self::MessageSummary(_) => "message-summary",
            Self::Fragment(_) => "sipfrag",
            Self::Other => "other",
        }
    }

    /// Notes what is odd inside of parts and fragments; the other formats were checked when they were read. What a fragment
    /// carries is not looked at.
    pub(super) fn check(&self, problems: &mut Problems) {
        match self {
            Self::Multipart(multipart) => {
                for part in multipart.parts() {
                    part.check(problems);
                }
            }
            Self::Fragment(text) => {
                let mut index = Index::default();
                let fragment = Self::fragment(*text, &mut index);
                let nothing = fragment.start().is_none() && !fragment.has_fields();
                if nothing {
                    problems.note(text.span(), ProblemKind::Fragment);
                } else {
                    fragment.check_fragment(problems);
                }
            }
            _ => {}
        }
    }
}

fn ends_with_xml(sub: Text<'_>) -> bool {
    let bytes = sub.bytes();
    let suffix = bytes.len().checked_sub(4).map(|at| &bytes[at..]);
    suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(b"+xml"))
}
