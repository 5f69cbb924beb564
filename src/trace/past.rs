//! What was heard of a party until some moment: whether its session has ended, or nobody said anything for long.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::facts::TextId;
use super::goodbye::{Places, ends_session};
use super::hops::{Draft, Part};
use super::ids::MessageId;
use super::sightings::{BYE, Sightings};

/// No INVITE is without any message for longer: a proxy cancels it (timer C, RFC 3261 16.6 step 11).
const SILENCE: i64 = 180_000_000_000;

/// What happened in one party.
pub(super) struct Past {
    /// All messages in their order, each with its time and the one that was known last before it.
    messages: Vec<(MessageId, Option<i64>, Option<i64>)>,
    /// The answers that ended a session, by each of its tags, in their order.
    ends: HashMap<TextId, Vec<MessageId>, RandomState>,
}

impl Past {
    pub(super) fn of(
        hops: &[&Draft<'_>],
        sightings: &Sightings,
        time: impl Fn(MessageId) -> Option<i64>,
    ) -> Self {
        let mut places = Places::default();
        for hop in hops {
            places.add_entry(&hop.entry, sightings);
        }
        let mut past = Self {
            messages: Vec::new(),
            ends: HashMap::default(),
        };
        for hop in hops {
            let all = hop.messages.iter().map(|(message, _)| *message);
            let all = all.map(|message| (message, time(message), None));
            past.messages.extend(all);
            let is_answer = |part: &Part| matches!(part, Part::Final | Part::Stray);
            let mut answers = hop.messages.iter().filter(|(_, part)| is_answer(part));
            let from_within = places.has_sender(&hop.entry, sightings);
            if hop.entry.method == BYE
                && let Some((answer, _)) = answers.next()
                && ends_session(Some(hop.entry.status), from_within)
            {
                let fact = hop.lead.fact;
                for tag in [fact.from_tag, fact.to_tag] {
                    past.ends.entry(tag).or_default().push(*answer);
                }
            }
        }
        past.messages.sort_unstable();
        let mut latest = None;
        for (_, time, before) in &mut past.messages {
            (*before, latest) = (latest, time.or(latest));
        }
        for ends in past.ends.values_mut() {
            ends.sort_unstable();
        }
        past
    }

    /// Whether more than this lies between two messages, as far as times tell.
    pub(super) fn lies_between(&self, one: MessageId, other: MessageId, nanos: i64) -> bool {
        let time = |message: MessageId| {
            let at = self.messages.binary_search_by_key(&message, |(of, ..)| *of);
            self.messages[at.ok()?].1
        };
        let times = time(one).zip(time(other));
        times.is_none_or(|(one, other)| other.saturating_sub(one) > nanos)
    }

    /// Whether a session of this tag that began since then has ended before this message, or nobody said anything for long.
    pub(super) fn is_over(&self, tag: TextId, since: MessageId, message: MessageId) -> bool {
        let ends = self.ends.get(&tag).map_or(&[][..], Vec::as_slice);
        let end = ends.partition_point(|end| *end < since);
        let has_ended = ends.get(end).is_some_and(|end| *end < message);
        let at = self
            .messages
            .partition_point(|(other, ..)| *other < message);
        let known = self.messages.get(at);
        let silence = known.and_then(|(_, now, last)| last.zip(*now));
        let silence = silence.map(|(last, now)| now.saturating_sub(last));
        has_ended || silence.is_some_and(|silence| silence > SILENCE)
    }
}
