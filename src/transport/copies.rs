//! What a capture holds more than once of a stream: a message all of whose segments came once more is given once more, so
//! that it is known as seen twice. The first copies of segments are a stream of their own beside that of the second.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Exits;
use super::buffer::{Arrival, Runs};
use super::content::Content;
use crate::base::{AnomalyKind, Other, Outcome};

/// Segments that follow each other.
#[derive(Default)]
struct Stretch {
    bytes: Vec<u8>,
    runs: Runs,
}

/// Copies of segments whose messages did not come once more as a whole yet.
#[derive(Default)]
pub(super) struct Copies {
    /// By the how manieth copies they are, and where they begin.
    stretches: BTreeMap<(u8, u64), Stretch>,
    held: usize,
    /// The highest of them so far.
    most: u8,
    /// Of the latest messages those that came whole: in which copies, and where they begin.
    given: BTreeSet<(u8, u64)>,
}

/// What the record of a copy is that no message comes from.
const REPEAT: Outcome = Outcome::Other(Other::TcpRepeat);

impl Stretch {
    fn cost(&self) -> usize {
        self.bytes.len() + self.runs.len() * Runs::COST
    }

    fn end(&self, start: u64) -> u64 {
        start + self.bytes.len() as u64
    }
}

impl Copies {
    /// Memory that they hold.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// A segment that came once more; `copy` tells how often before.
    pub(super) fn add(
        &mut self,
        copy: u8,
        place: u64,
        bytes: &[u8],
        arrival: Arrival,
        content: &mut Content,
        exits: &mut Exits<'_>,
    ) {
        let record = arrival.records.all()[0];
        self.most = self.most.max(copy);
        let in_front = self.take_in_front(copy, place);
        let (start, mut stretch) = in_front.unwrap_or((place, Stretch::default()));
        stretch.runs.push(place, bytes.len(), arrival);
        stretch.bytes.extend_from_slice(bytes);
        if let Some(behind) = self.take(copy, stretch.end(start)) {
            stretch.bytes.extend_from_slice(&behind.bytes);
            stretch.runs.append(behind.runs);
        }
        self.give(copy, start, stretch, content, exits);
        if self.held > exits.limits.ahead_bytes {
            exits.anomalies.note(AnomalyKind::StreamLimit, record, || {
                "copies of segments were forgotten before their message was whole".to_owned()
            });
            self.forget(exits);
        }
    }

    /// From this place on the stream went on: copies that came before it did may be whole messages now.
    pub(super) fn went_on(&mut self, from: u64, content: &mut Content, exits: &mut Exits<'_>) {
        for copy in 1..=self.most {
            let before = self.stretches.range((copy, 0)..(copy, from)).next_back();
            let behind = self
                .stretches
                .range((copy, from)..(copy, content.position()));
            let starts: Vec<_> = before
                .into_iter()
                .chain(behind)
                .map(|((_, start), _)| *start)
                .collect();
            for start in starts {
                if let Some(stretch) = self.take(copy, start) {
                    self.give(copy, start, stretch, content, exits);
                }
            }
        }
    }

    /// Gives the messages that are whole, and keeps the rest.
    fn give(
        &mut self,
        copy: u8,
        mut start: u64,
        mut stretch: Stretch,
        content: &mut Content,
        exits: &mut Exits<'_>,
    ) {
        let latest = content.latest();
        for message in &latest {
            if start <= message.start
                && message.end <= stretch.end(start)
                && !self.given.contains(&(copy, message.start))
                && let Some(arrival) = stretch.runs.arrival(message.start, message.end)
            {
                let place = |at: u64| (at - start) as usize;
                let bytes = &stretch.bytes[place(message.start)..place(message.end)];
                content.copy(bytes, arrival, exits);
                self.given.insert((copy, message.start));
            }
        }
        // What is in front of the first message that may still come whole is of no more use.
        let oldest = content.oldest();
        let is_open = |message: &&Range<u64>| {
            message.end > start && !self.given.contains(&(copy, message.start))
        };
        let end = latest.last().map_or(oldest, |message| message.end);
        let open = latest
            .iter()
            .find(is_open)
            .map_or(end, |message| message.start);
        let used = (open.saturating_sub(start) as usize).min(stretch.bytes.len());
        self.given.retain(|(_, message)| *message >= oldest);
        start += used as u64;
        stretch.runs.use_up(start, REPEAT, exits);
        stretch.bytes.drain(..used);
        if !stretch.bytes.is_empty() {
            self.put(copy, start, stretch, exits);
        }
    }

    /// No more will come.
    pub(super) fn forget(&mut self, exits: &mut Exits<'_>) {
        for ((_, start), mut stretch) in std::mem::take(self).stretches {
            stretch.runs.use_up(stretch.end(start), REPEAT, exits);
        }
    }

    /// The stretch that ends here.
    fn take_in_front(&mut self, copy: u8, end: u64) -> Option<(u64, Stretch)> {
        let mut in_front = self.stretches.range((copy, 0)..(copy, end));
        let ((_, start), stretch) = in_front.next_back()?;
        let start = *start;
        if stretch.end(start) != end {
            return None;
        }
        self.take(copy, start).map(|stretch| (start, stretch))
    }

    /// The stretch that begins here.
    fn take(&mut self, copy: u8, start: u64) -> Option<Stretch> {
        let stretch = self.stretches.remove(&(copy, start))?;
        self.held -= stretch.cost();
        Some(stretch)
    }

    fn put(&mut self, copy: u8, start: u64, stretch: Stretch, exits: &mut Exits<'_>) {
        self.held += stretch.cost();
        // Segments may be cut in another way when they are sent again.
        if let Some(mut other) = self.stretches.insert((copy, start), stretch) {
            self.held -= other.cost();
            other.runs.use_up(other.end(start), REPEAT, exits);
        }
    }
}
