//! The times for which the two sides of a session settled who refreshes it, and how often (RFC 4028 10).

use super::agreements;
use crate::rules::{DialogScene, Fault, Seen, TransactionScene};
use crate::sip::Name;
use crate::trace::{MessageId, Party};

const SECOND: i64 = 1_000_000_000;

/// From one agreement to the next.
pub(super) struct Interval<'s> {
    /// The answer that settled it.
    pub(super) answer: Seen<'s>,
    /// What settled the next one.
    pub(super) next: Option<MessageId>,
    pub(super) seconds: u32,
    /// Who has to refresh.
    pub(super) refresher: Party,
}

impl<'s> Interval<'s> {
    /// All of a dialog of which a message was seen.
    pub(super) fn all(dialog: &DialogScene<'s>) -> Vec<Self> {
        let all = agreements(dialog);
        let next = all.iter().skip(1).map(|next| Some(next.answer));
        let pairs = all.iter().zip(next.chain([None]));
        let known = pairs.filter_map(|(agreement, next)| {
            Some(Self {
                answer: dialog.message(agreement.answer)?,
                next,
                seconds: agreement.interval?,
                refresher: agreement.refresher?,
            })
        });
        known.collect()
    }

    /// In nanoseconds.
    pub(super) fn limit(&self) -> i64 {
        i64::from(self.seconds).saturating_mul(SECOND)
    }

    /// Where those begin of what a side sent that were sent behind the answer.
    pub(super) fn behind(&self, sent: &[TransactionScene<'_>]) -> usize {
        let answer = self.answer.message.id();
        sent.partition_point(|one| one.transaction.first.first_message().id() < answer)
    }

    /// Whether a message comes later than what settled the next.
    pub(super) fn ends_before(&self, message: &Seen<'_>) -> bool {
        self.next.is_some_and(|next| next < message.message.id())
    }

    /// Of a request that comes so many nanoseconds after the answer, and too late.
    pub(super) fn late(&self, request: &Seen<'_>, expected: &str, got: &str, took: i64) -> Fault {
        let agreed = self.answer.sip.value(Name::SessionExpires);
        Fault::at(request, request.sip.first_line_text())
            .with(&self.answer, agreed.unwrap_or_default())
            .expected(format!("{expected} within {} s", self.seconds))
            .got(format!("{got} for {} s", took / SECOND))
    }
}
