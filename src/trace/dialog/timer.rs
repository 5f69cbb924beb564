//! The session timer (RFC 4028): what each INVITE and UPDATE asked for, what its 2xx settled, and what was refused as too brief.

use super::heard::Heard;
use super::turns::{Role, Turns};
use super::{Party, UPDATE};
use crate::sip::Name;
use crate::trace::ids::MessageId;
use crate::trace::sightings::INVITE;

/// The session timer of a dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionTimer {
    /// What was settled: the first starts the timer, each further one is a refresh, and the last one holds. One without an
    /// interval ends the timer. Empty if there never was one.
    pub agreements: Vec<Agreement>,
    /// The 422 responses within the dialog, and the one to the attempt before it.
    pub too_brief: Vec<TooBrief>,
}

/// A request that the other side accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The request, if it was seen.
    pub request: Option<MessageId>,
    /// The 2xx.
    pub answer: MessageId,
    /// Who sent the request.
    pub by: Party,
    /// Seconds that the request asks for.
    pub asked: Option<u32>,
    /// The least seconds that the request allows (Min-SE).
    pub least: Option<u32>,
    /// Seconds that the 2xx gives; none if it ends the timer.
    pub interval: Option<u32>,
    /// Who has to refresh.
    pub refresher: Option<Party>,
}

/// A 422: less than the other side, or a proxy, allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooBrief {
    /// The response.
    pub message: MessageId,
    /// The least seconds that it allows (Min-SE).
    pub least: Option<u32>,
}

impl SessionTimer {
    /// What was settled last; none if there is no timer.
    pub fn current(&self) -> Option<&Agreement> {
        let last = self.agreements.last();
        last.filter(|last| last.interval.is_some())
    }

    /// How many requests refreshed the session.
    pub fn refreshes(&self) -> usize {
        let given = self.agreements.iter().filter(|one| one.interval.is_some());
        given.count().saturating_sub(1)
    }
}

#[derive(Clone, Copy, Default)]
struct Asked {
    request: Option<MessageId>,
    interval: Option<u32>,
    least: Option<u32>,
}

pub(super) struct Timing {
    pub(super) timer: SessionTimer,
    /// What the request of each transaction asks for.
    asked: Vec<Asked>,
}

impl Timing {
    pub(super) fn new(turns: &Turns<'_>) -> Self {
        Self {
            timer: SessionTimer::default(),
            asked: vec![Asked::default(); turns.transactions.len()],
        }
    }

    pub(super) fn hear(&mut self, heard: &Heard<'_, '_>) {
        let (INVITE | UPDATE, Some(fields)) = (heard.method(), heard.fields) else {
            return;
        };
        let seconds = |name| fields.number(name).and_then(|number| number.value);
        let (interval, least) = (seconds(Name::SessionExpires), seconds(Name::MinSe));
        let message = heard.id();
        match heard.role {
            Role::Sent { .. } => {
                self.asked[heard.at] = Asked {
                    request: Some(message),
                    interval,
                    least,
                };
            }
            Role::Answer(200..300) if interval.is_some() || self.timer.current().is_some() => {
                let asked = self.asked[heard.at];
                self.timer.agreements.push(Agreement {
                    request: asked.request,
                    answer: message,
                    by: heard.transaction.from,
                    asked: asked.interval,
                    least: asked.least,
                    interval,
                    refresher: refresher(heard),
                });
            }
            Role::Answer(422) | Role::TooBrief => {
                self.timer.too_brief.push(TooBrief { message, least });
            }
            _ => {}
        }
    }
}

/// `uac` is the side that sent the request, `uas` the other, whoever made the dialog (RFC 4028 4).
fn refresher(heard: &Heard<'_, '_>) -> Option<Party> {
    let expires = heard.fields?.number(Name::SessionExpires)?;
    let refresher = expires.params.value("refresher")?;
    let from = heard.transaction.from;
    let sides = [("uac", from), ("uas", from.other())];
    let found = sides.iter().find(|(name, _)| refresher.is(name));
    found.map(|(_, party)| *party)
}
