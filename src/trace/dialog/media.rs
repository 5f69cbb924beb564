//! What a session description says of each stream, and what an offer and its answer agree on (RFC 3264).

use std::net::IpAddr;

use super::Party;
use crate::sip::body::{Body, Content, Direction, Media, Sdp};
use crate::sip::{self, Index, Name, Problems};
use crate::trace::ids::MessageId;

/// A session description: an offer or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The message that carries it.
    pub message: MessageId,
    /// Who sent it.
    pub by: Party,
    /// Its streams in their order; none if the capture cut it or an encoding hides it.
    pub media: Option<Vec<MediaLine>>,
}

/// What one side says of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaLine {
    /// `audio`, `video` or another.
    pub kind: String,
    /// Where it wants media; 0 for a stream that is refused or not used.
    pub port: Option<u16>,
    /// The names of its codecs, the best one first; formats that stand for none are as written.
    pub codecs: Vec<String>,
    /// Which way media flows, as this side sees it.
    pub direction: Direction,
    /// The address that it wants media at, where it is one and no name.
    pub address: Option<IpAddr>,
}

impl MediaLine {
    fn of(media: &Media<'_>) -> Self {
        let codecs = media.codecs();
        let mut names: Vec<String> = Vec::new();
        for format in media.formats() {
            let encoding = codecs.encoding_of(format);
            let name = encoding.map_or(format.bytes(), |encoding| encoding.name);
            let name = String::from_utf8_lossy(name).into_owned();
            // The same at several rates stands once.
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        Self {
            kind: media.kind.lossy().into_owned(),
            port: media.port,
            codecs: names,
            direction: media.direction(),
            address: media.connection().and_then(|at| at.ip),
        }
    }

    /// Whether the address is 0.0.0.0 or ::, so that no media can come (RFC 3264 8.4).
    pub fn is_nowhere(&self) -> bool {
        self.address.is_some_and(|address| address.is_unspecified())
    }

    fn wants_none(&self) -> bool {
        self.is_nowhere() || !self.direction.receives()
    }
}

/// A stream on which both sides have spoken.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'s> {
    /// What was offered.
    pub offer: &'s MediaLine,
    /// What was answered.
    pub answer: &'s MediaLine,
    /// Who offered.
    pub offered_by: Party,
}

impl<'s> Stream<'s> {
    /// What one side said.
    pub fn of(&self, party: Party) -> &'s MediaLine {
        match party == self.offered_by {
            true => self.offer,
            false => self.answer,
        }
    }

    /// Whether it is used: no side gave port 0.
    pub fn is_used(&self) -> bool {
        self.offer.port != Some(0) && self.answer.port != Some(0)
    }

    /// Whether media may flow from this side to the other.
    pub fn flows_from(&self, party: Party) -> bool {
        let (from, to) = (self.of(party), self.of(party.other()));
        self.is_used() && from.direction.sends() && !to.wants_none()
    }

    /// Whether this side holds the other: it wants no media. To an offer that sends none no other answer may be given
    /// (RFC 3264 6.1), so that such an answer holds nobody.
    pub fn held_by(&self, party: Party) -> bool {
        let own = self.of(party);
        let forced = party != self.offered_by && !self.offer.direction.sends() && !own.is_nowhere();
        self.is_used() && own.wants_none() && !forced
    }
}

/// The streams that a message describes, if it describes a session.
pub(super) enum Described {
    /// It describes none.
    Not,
    /// It does, but the description is not all there or hidden.
    Unread,
    Media(Vec<MediaLine>),
}

impl Described {
    pub(super) fn by(message: &sip::Message<'_>) -> Self {
        let body = message.body();
        if is_session(message, &body) {
            return Self::read(&body);
        }
        let Some(parts) = body.multipart(&mut Problems::ignored()) else {
            return Self::Not;
        };
        let mut index = Index::default();
        for part in parts.parts() {
            let head = part.read(&mut index);
            let inner = part.body(&head);
            if is_session(&head, &inner) {
                return match body.missing {
                    0 => Self::read(&inner),
                    _ => Self::Unread,
                };
            }
        }
        Self::Not
    }

    fn read(body: &Body<'_>) -> Self {
        match body.content(&mut Problems::ignored()) {
            _ if body.missing > 0 => Self::Unread,
            Content::Sdp(sdp) => Self::Media(streams(&sdp)),
            Content::Empty => Self::Not,
            _ => Self::Unread,
        }
    }
}

/// Whether a message or a part describes the session; `early-session` is another one (RFC 3959 4).
fn is_session(head: &sip::Message<'_>, body: &Body<'_>) -> bool {
    let disposition = head.item(Name::ContentDisposition);
    body.is("application", "sdp") && disposition.is_none_or(|item| item.word.is("session"))
}

fn streams(sdp: &Sdp<'_>) -> Vec<MediaLine> {
    sdp.media().map(|media| MediaLine::of(&media)).collect()
}
