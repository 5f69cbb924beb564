//! The numbers in the CSeq of the requests of one side: each grows by one from request to request (RFC 3261 12.2.1.1).

use super::turns::Turns;
use super::{Both, Party};
use crate::trace::ids::MessageId;
use crate::trace::sightings::ACK;

/// How one side counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The first number that was seen.
    pub first: u32,
    /// The number of the latest request.
    pub latest: u32,
    /// Where numbers were left out: requests that the trace did not see, or that were never sent.
    pub gaps: Vec<Jump>,
    /// Where a request has no larger number than the one before it.
    pub back: Vec<Jump>,
}

/// Two requests, one behind the other, whose numbers do not follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// The number of the first.
    pub from: u32,
    /// The number of the second.
    pub to: u32,
    /// The second.
    pub message: MessageId,
}

impl Sequence {
    /// Of both sides. An ACK has the number of its INVITE: where that was not seen it tells the number, elsewhere nothing.
    pub(super) fn of_both(turns: &Turns<'_>) -> Both<Option<Self>> {
        let all = turns.transactions.iter().map(|one| {
            let (message, number) = (one.first.first_message().id(), one.first.cseq());
            (message, one.from, number, one.method() == ACK)
        });
        let told = |(_, from, number, is_ack): &(MessageId, Party, u32, bool)| {
            !is_ack || !turns.invites.contains_key(&(*from, *number))
        };
        let mut requests: Vec<_> = all.filter(told).collect();
        requests.sort_unstable();
        let mut both = Both::default();
        for (message, from, number, is_ack) in requests {
            let sequence: &mut Option<Self> = both.of_mut(from);
            match sequence {
                // What came behind the INVITE may have overtaken its ACK.
                Some(sequence) if is_ack && number <= sequence.latest => {}
                Some(sequence) => sequence.add(number, message),
                None => {
                    *sequence = Some(Self {
                        first: number,
                        latest: number,
                        gaps: Vec::new(),
                        back: Vec::new(),
                    });
                }
            }
        }
        both
    }

    fn add(&mut self, to: u32, message: MessageId) {
        let from = self.latest;
        let jump = Jump { from, to, message };
        if to <= from {
            self.back.push(jump);
        } else if to - from > 1 {
            self.gaps.push(jump);
        }
        self.latest = to;
    }
}
