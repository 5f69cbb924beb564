//! Offers and answers. They stand in INVITE, 2xx and ACK (RFC 3261 13.2), in reliable provisional responses and PRACK
//! (RFC 3262 5), and in UPDATE (RFC 3311); RFC 6337 2.2 lists which answers which.

use super::heard::Heard;
use super::media::{Described, Description, Stream};
use super::turns::{Role, Turns};
use super::{PRACK, Party, UPDATE};
use crate::sip::Name;
use crate::trace::ids::MessageId;
use crate::trace::sightings::{ACK, INVITE};

/// The session of a dialog.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Offers and what became of them, in order.
    pub exchanges: Vec<Exchange>,
    /// Messages with a description that is neither offer nor answer where it stands.
    pub unplaced: Vec<MessageId>,
    /// Messages with a description that is one of the two; which one, only the request of the response tells, or the INVITE
    /// of the ACK, and that was not read. An ACK then most likely answers a 2xx with an offer (RFC 3261 13.2.1).
    pub untold: Vec<MessageId>,
}

impl Session {
    /// The latest exchange that was answered: what holds at the end of the trace.
    pub fn agreed(&self) -> Option<&Exchange> {
        let mut latest = self.exchanges.iter().rev();
        latest.find(|exchange| matches!(exchange.reply, Reply::Answered(_)))
    }
}

/// An offer and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was offered.
    pub offer: Description,
    /// An unreliable provisional response that carries the answer before it is given (RFC 6337 3.1.1).
    pub preview: Option<MessageId>,
    /// What became of it.
    pub reply: Reply,
}

/// What became of an offer.
#[derive(Clone, Debug)]
pub enum Reply {
    /// No answer was seen.
    None,
    /// It was answered.
    Answered(Description),
    /// The request that carried or awaited it was refused, as with 488 or 491.
    Refused {
        /// By which message.
        message: MessageId,
        /// Its status.
        status: u16,
    },
}

impl Exchange {
    /// The streams that were offered and answered; empty without a readable answer.
    pub fn streams(&self) -> Vec<Stream<'_>> {
        let Reply::Answered(answer) = &self.reply else {
            return Vec::new();
        };
        let (Some(offered), Some(answered)) = (&self.offer.media, &answer.media) else {
            return Vec::new();
        };
        // An answer has the streams of its offer in the same order (RFC 3264 6).
        let both = offered.iter().zip(answered);
        both.map(|(offer, answer)| Stream {
            offer,
            answer,
            offered_by: self.offer.by,
        })
        .collect()
    }

    /// Whether this side holds the other: on all streams that are used.
    pub fn held_by(&self, party: Party) -> bool {
        let streams = self.streams();
        let mut used = streams.iter().filter(|stream| stream.is_used()).peekable();
        used.peek().is_some() && used.all(|stream| stream.held_by(party))
    }
}

/// Puts descriptions in their places while the messages are read.
pub(super) struct Offers {
    pub(super) session: Session,
    /// For each transaction.
    talks: Vec<Talk>,
}

/// What was said on a transaction so far.
#[derive(Clone, Copy, Default)]
struct Talk {
    /// Whether its request was read, so that it is known whether that offers something.
    known: bool,
    /// Whether anything was offered on it.
    offered: bool,
    /// The exchange that awaits its answer here.
    open: Option<usize>,
}

impl Offers {
    pub(super) fn new(turns: &Turns<'_>) -> Self {
        Self {
            session: Session::default(),
            talks: vec![Talk::default(); turns.transactions.len()],
        }
    }

    pub(super) fn hear(&mut self, heard: &Heard<'_, '_>) {
        let carries = matches!(heard.method(), INVITE | ACK | PRACK | UPDATE);
        let elsewhere = matches!(
            heard.role,
            Role::Arrived { .. } | Role::Given(_) | Role::TooBrief
        );
        if !carries || elsewhere {
            return;
        }
        match heard.status() {
            None => self.hear_request(heard),
            Some(status @ 300..) => self.hear_refusal(heard, status),
            Some(status) => self.hear_answer(heard, status),
        }
    }

    fn hear_request(&mut self, heard: &Heard<'_, '_>) {
        let Some(fields) = heard.fields else {
            return;
        };
        self.talks[heard.at].known = true;
        let Some(description) = description(heard) else {
            return;
        };
        let by = heard.by();
        match heard.method() {
            INVITE | UPDATE => self.offer(heard.at, description),
            ACK => {
                let invite = (by, heard.transaction.first.cseq());
                let invite = heard.turns.invites.get(&invite);
                let known = invite.is_some_and(|invite| self.talks[*invite].known);
                match self.awaited(invite, by) {
                    Some(invite) => self.answer(invite, description),
                    None if known => self.session.unplaced.push(heard.id()),
                    None => self.session.untold.push(heard.id()),
                }
            }
            _ => {
                let cseq = fields.rack().and_then(|rack| rack.cseq);
                let invite = cseq.and_then(|cseq| heard.turns.invites.get(&(by, cseq)));
                match self.awaited(invite, by) {
                    Some(invite) => self.answer(invite, description),
                    None => self.offer(heard.at, description),
                }
            }
        }
    }

    fn hear_answer(&mut self, heard: &Heard<'_, '_>, status: u16) {
        let Some(description) = description(heard) else {
            return;
        };
        let reliable = status >= 200 || is_reliable(heard);
        let (at, talk) = (heard.at, self.talks[heard.at]);
        match self.awaited(Some(&at), heard.by()) {
            Some(at) if reliable => self.answer(at, description),
            Some(at) => self.preview(at, heard.id()),
            None => {
                let may_offer = talk.known && !talk.offered && heard.method() == INVITE;
                match reliable {
                    true if may_offer => self.offer(at, description),
                    true if !talk.known => self.session.untold.push(heard.id()),
                    _ => self.session.unplaced.push(heard.id()),
                }
            }
        }
    }

    fn hear_refusal(&mut self, heard: &Heard<'_, '_>, status: u16) {
        if let Some(open) = self.talks[heard.at].open.take() {
            let message = heard.id();
            self.session.exchanges[open].reply = Reply::Refused { message, status };
        }
    }

    /// The transaction, if an offer of the other side awaits its answer there.
    fn awaited(&self, at: Option<&usize>, by: Party) -> Option<usize> {
        let at = *at?;
        let open = self.talks[at].open?;
        (self.session.exchanges[open].offer.by != by).then_some(at)
    }

    fn offer(&mut self, at: usize, offer: Description) {
        let talk = &mut self.talks[at];
        talk.offered = true;
        talk.open = Some(self.session.exchanges.len());
        self.session.exchanges.push(Exchange {
            offer,
            preview: None,
            reply: Reply::None,
        });
    }

    fn answer(&mut self, at: usize, answer: Description) {
        if let Some(open) = self.talks[at].open.take() {
            self.session.exchanges[open].reply = Reply::Answered(answer);
        }
    }

    fn preview(&mut self, at: usize, message: MessageId) {
        if let Some(open) = self.talks[at].open {
            self.session.exchanges[open].preview.get_or_insert(message);
        }
    }
}

fn description(heard: &Heard<'_, '_>) -> Option<Description> {
    let media = match Described::by(&heard.fields?) {
        Described::Not => return None,
        Described::Unread => None,
        Described::Media(media) => Some(media),
    };
    Some(Description {
        message: heard.id(),
        by: heard.by(),
        media,
    })
}

/// Whether a provisional response is one that PRACK acknowledges (RFC 3262 3).
fn is_reliable(heard: &Heard<'_, '_>) -> bool {
    heard
        .fields
        .is_some_and(|fields| fields.has_token(Name::Require, "100rel") && fields.has(Name::RSeq))
}
