//! Remote targets: the Contact of the other side, as it reached this one. Requests that refresh it and their 2xx replace it
//! (RFC 3261 12.2, RFC 3311 5, RFC 6665 4.4.1), once a 2xx says that they were accepted.

use super::heard::Heard;
use super::turns::Turns;
use super::{Both, Party, UPDATE};
use crate::sip::Name;
use crate::trace::ids::MessageId;
use crate::trace::sightings::{INVITE, NOTIFY, SUBSCRIBE};

/// Where a side sends its requests to from some message on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URI.
    pub uri: String,
    /// The message whose Contact it is.
    pub message: MessageId,
}

pub(super) struct Targets {
    pub(super) of: Both<Vec<Target>>,
    /// The Contact of the request of each transaction, until that is answered.
    asked: Vec<Option<Target>>,
}

impl Targets {
    pub(super) fn new(turns: &Turns<'_>) -> Self {
        Self {
            of: Both::default(),
            asked: vec![None; turns.transactions.len()],
        }
    }

    pub(super) fn hear(&mut self, heard: &Heard<'_, '_>) {
        let makes = heard.transaction.makes;
        if !makes && !matches!(heard.method(), INVITE | UPDATE | SUBSCRIBE | NOTIFY) {
            return;
        }
        let sender = heard.transaction.from;
        if heard.is_request() {
            match contact(heard) {
                Some(target) if makes && heard.arrived() => self.set(sender, target),
                // What arrives comes last and counts. Where that was not seen, what was sent is known all the same.
                target => self.asked[heard.at] = target.filter(|_| !makes),
            }
            return;
        }
        match heard.status() {
            Some(200..300) => {
                if let Some(asked) = self.asked[heard.at].take() {
                    self.set(sender, asked);
                }
            }
            Some(101..200) if makes => {}
            _ => return,
        }
        if let Some(target) = contact(heard) {
            self.set(sender.other(), target);
        }
    }

    /// The Contact of one side is where the other sends to.
    fn set(&mut self, party: Party, target: Target) {
        let targets = self.of.of_mut(party.other());
        if targets.last().is_none_or(|last| last.uri != target.uri) {
            targets.push(target);
        }
    }
}

fn contact(heard: &Heard<'_, '_>) -> Option<Target> {
    let contact = heard.fields?.address(Name::Contact)?;
    Some(Target {
        uri: contact.uri_text().lossy().into_owned(),
        message: heard.id(),
    })
}
