//! Whether a dialog is early, confirmed or over. It is over when its last usage is: a session and each subscription are usages
//! of their own (RFC 5057 3), so that a BYE leaves a dialog in which a subscription goes on.

use std::collections::BTreeSet;

use super::heard::Heard;
use super::{BYE, PRACK, REFER};
use crate::trace::goodbye::ends_session;
use crate::trace::ids::MessageId;
use crate::trace::sightings::{INVITE, NOTIFY, SUBSCRIBE};
use crate::trace::subscription;
use crate::trace::view::Message;

/// How far a dialog came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// The message that confirmed it: a 2xx, or the NOTIFY that came before one. None if it is early, and if it was joined late.
    pub confirmed_by: Option<MessageId>,
    /// What ended its session; there may be other usages left.
    pub session_ended: Option<Ended>,
    /// What ended it.
    pub ended: Option<Ended>,
    usages: BTreeSet<Usage>,
    /// CSeq of the first REFER that was not refused.
    first_refer: Option<u32>,
    /// Whether the BYE that ended the session was refused, so that what is accepted later shows that it goes on.
    refused: bool,
}

/// How a dialog or a usage of it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// By which message.
    pub message: MessageId,
    /// Why that ends it.
    pub reason: EndReason,
}

/// What ends a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// A BYE (RFC 3261 15).
    Bye,
    /// The request that made it was refused with this status, while it was early (RFC 3261 12.3).
    Refused(u16),
    /// A NOTIFY told that its last subscription is terminated (RFC 6665 4.4.1).
    Terminated,
    /// A response with this status to a request within it: the other side does not know it any more (RFC 3261 12.2.1.2).
    Lost(u16),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Usage {
    Session,
    /// By event package and id.
    Subscription(String),
}

impl Life {
    pub(super) fn hear(&mut self, heard: &Heard<'_, '_>) {
        match heard.status() {
            Some(status) if heard.transaction.makes || heard.transaction.makes_unseen => {
                self.hear_made(heard, status);
            }
            Some(status) => self.hear_answer(heard, status),
            None if heard.sent() => self.hear_request(heard),
            None => {}
        }
    }

    fn hear_made(&mut self, heard: &Heard<'_, '_>, status: u16) {
        match (heard.method(), status) {
            (INVITE, 101..200) => self.open(Usage::Session),
            (INVITE, 300..) if self.confirmed_by.is_none() => {
                self.close(Usage::Session, heard, EndReason::Refused(status));
            }
            (method, 200..300) => {
                self.confirmed_by.get_or_insert(heard.id());
                match (method, heard.transaction.first.request()) {
                    (INVITE, _) => self.open(Usage::Session),
                    // A NOTIFY that came before may have ended it already.
                    (SUBSCRIBE, Some(request)) if self.ended.is_none() => {
                        self.open(self.subscription_of(&request));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn hear_request(&mut self, heard: &Heard<'_, '_>) {
        match heard.method() {
            BYE if heard.is_from_within() => self.close(Usage::Session, heard, EndReason::Bye),
            REFER => {
                let cseq = heard.transaction.first.cseq();
                self.first_refer.get_or_insert(cseq);
            }
            NOTIFY => {
                if heard.turns.made_by.is_some_and(|method| method != INVITE) {
                    self.confirmed_by.get_or_insert(heard.id());
                }
                let usage = self.subscription_of(&heard.message);
                let state = heard.message.subscription_state();
                if state.eq_ignore_ascii_case(b"terminated") {
                    self.close(usage, heard, EndReason::Terminated);
                } else {
                    self.open(usage);
                }
            }
            _ => {}
        }
    }

    fn hear_answer(&mut self, heard: &Heard<'_, '_>, status: u16) {
        let request = heard.transaction.first.request();
        let is_of_session = !matches!(heard.method(), SUBSCRIBE | NOTIFY);
        if (200..300).contains(&status) && is_of_session && self.refused {
            self.open(Usage::Session);
        }
        let cseq = heard.transaction.first.cseq();
        if heard.method() == REFER && status >= 300 {
            self.first_refer = self.first_refer.filter(|first| *first != cseq);
        }
        match (heard.method(), status, request) {
            (INVITE, 200..300, _) => {
                self.open(Usage::Session);
            }
            (BYE, 200.., bye) => {
                let bye = bye.map_or(heard.id(), |bye| bye.id());
                let by = |ended: Option<Ended>| ended.is_some_and(|by| by.message == bye);
                if ends_session(Some(status), heard.is_from_within()) {
                    self.close_by(Usage::Session, bye, EndReason::Bye);
                    self.refused = by(self.session_ended) && status >= 300;
                } else if by(self.session_ended) {
                    self.open(Usage::Session);
                }
            }
            (SUBSCRIBE, 200..300, Some(request)) if request.expires() != Some(0) => {
                self.open(self.subscription_of(&request));
            }
            (SUBSCRIBE | NOTIFY, status, Some(request)) if subscription::is_lost_by(status) => {
                let usage = self.subscription_of(&request);
                self.close(usage, heard, EndReason::Lost(status));
            }
            // To a PRACK it only says that there is no such response to acknowledge (RFC 3262 3).
            (BYE | PRACK | SUBSCRIBE | NOTIFY, ..) => {}
            (_, 408 | 481, _) => self.close(Usage::Session, heard, EndReason::Lost(status)),
            _ => {}
        }
    }

    /// The NOTIFYs of the first REFER may name it by its CSeq, or not, each as it likes (RFC 3515 2.4.6).
    fn subscription_of(&self, request: &Message<'_>) -> Usage {
        let event = subscription::event(request.event());
        let first = self.first_refer.map(subscription::of_refer);
        Usage::Subscription(match first == Some(event.clone()) {
            true => subscription::REFER_EVENT.to_owned(),
            false => event,
        })
    }

    fn open(&mut self, usage: Usage) {
        if usage == Usage::Session {
            (self.session_ended, self.refused) = (None, false);
        }
        self.usages.insert(usage);
        self.ended = None;
    }

    fn close(&mut self, usage: Usage, heard: &Heard<'_, '_>, reason: EndReason) {
        self.close_by(usage, heard.id(), reason);
    }

    fn close_by(&mut self, usage: Usage, message: MessageId, reason: EndReason) {
        let ended = Ended { message, reason };
        if usage == Usage::Session {
            self.session_ended.get_or_insert(ended);
        }
        self.usages.remove(&usage);
        if self.usages.is_empty() {
            self.ended.get_or_insert(ended);
        }
    }
}
