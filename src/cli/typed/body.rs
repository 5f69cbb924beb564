//! What a body says: its parts, or its content as its media type has it.

use serde::ser::{Serialize, Serializer};
use sipscope::sip::body::{Body, BodyPart, Content, MessageCount, MessageSummary};
use sipscope::sip::{Index, Message, Problems, Text, Xml};

use super::FirstOf;
use super::write::{Each, Shown, object, shown};

/// How many bodies are around this one. Deeper ones are named and not shown, so that no message can nest too deep for the
/// stack.
#[derive(Clone, Copy, Default)]
pub(super) struct Within(u8);

impl Within {
    const MOST: u8 = 8;

    fn deeper(self) -> Option<Self> {
        (self.0 < Self::MOST).then_some(Self(self.0 + 1))
    }
}

/// A body, and how deep it is.
pub(super) struct Carried<'a> {
    pub(super) body: Body<'a>,
    pub(super) within: Within,
}

impl Serialize for Carried<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = &self.body;
        let content = body.content(&mut Problems::ignored());
        let deeper = self.within.deeper();
        let parts = match &content {
            Content::Multipart(multipart) => deeper.map(|within| {
                Each(move || multipart.parts().map(move |part| Part { part, within }))
            }),
            _ => None,
        };
        let sdp = match &content {
            Content::Sdp(sdp) => Some(Shown(sdp)),
            _ => None,
        };
        let summary = match &content {
            Content::MessageSummary(summary) => Some(Shown(summary)),
            _ => None,
        };
        let fragment = match &content {
            Content::Fragment(text) => deeper.map(|within| Fragment {
                text: *text,
                within,
            }),
            _ => None,
        };
        let xml = is_xml(&content).then(|| Xml::read(body.text, &mut Problems::ignored()));
        let root = xml.as_ref().and_then(|xml| xml.root()).map(Shown);
        object!(serializer;
            "span": Shown(body.text.span()),
            "content_length": body.said,
            "missing": body.missing,
            "excess": body.excess.len(),
            "format": content.name(),
            "content_type": body.content_type.map(Shown);
            "parts": parts,
            "sdp": sdp,
            "summary": summary,
            "fragment": fragment,
            "xml": root
        )
    }
}

/// Whether the content was read from XML, whatever it is called.
fn is_xml(content: &Content<'_>) -> bool {
    !matches!(
        content,
        Content::Empty
            | Content::Multipart(_)
            | Content::Sdp(_)
            | Content::MessageSummary(_)
            | Content::Fragment(_)
            | Content::Other
    )
}

struct Part<'a> {
    part: BodyPart<'a>,
    within: Within,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut index = Index::default();
        let message = self.part.read(&mut index);
        object!(serializer;
            "headers": Each(|| message.headers().map(Shown)),
            "body": Carried { body: self.part.body(&message), within: self.within }
        )
    }
}

struct Fragment<'a> {
    text: Text<'a>,
    within: Within,
}

impl Serialize for Fragment<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut index = Index::default();
        let message: Message<'_> = Content::fragment(self.text, &mut index);
        object!(serializer;
            "first_line": message.start().map(|_| Shown(FirstOf(message))),
            "headers": Each(|| message.headers().map(Shown)),
            "body": Carried { body: message.body(), within: self.within }
        )
    }
}

shown! {
    &MessageSummary<'_>, summary => {
        "waiting": summary.waiting(),
        "account": summary.account.map(Shown),
        "counts": Each(|| summary.counts().map(Shown))
    }
    MessageCount<'_>, count => {
        "class": Shown(count.class),
        "new": count.new,
        "old": count.old,
        "new_urgent": count.new_urgent,
        "old_urgent": count.old_urgent
    }
}
