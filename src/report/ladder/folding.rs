//! What is drawn once though it came several times: what was sent again, and refreshes that are all alike.

use std::collections::BTreeMap;

use super::timing::lasting;
use super::{Panel, PanelKind};
use crate::base::escape;
use crate::trace::{Call, Entry, Fold, HopId, Message, Part, Subject};

/// Which hops of a call are drawn as a fold, and the folds.
#[derive(Default)]
pub(super) struct Folds<'a> {
    all: Vec<Fold<'a>>,
    of_hop: BTreeMap<HopId, usize>,
}

impl<'a> Folds<'a> {
    pub(super) fn of(calls: &[Call<'a>]) -> Self {
        let entries = calls.iter().flat_map(|call| call.folded());
        let all: Vec<_> = entries
            .filter_map(|entry| match entry {
                Entry::Fold(fold) => Some(fold),
                Entry::Journey(_) => None,
            })
            .collect();
        let mut of_hop = BTreeMap::new();
        for (number, fold) in all.iter().enumerate() {
            of_hop.extend(fold.hops().map(|hop| (hop.id(), number)));
        }
        Self { all, of_hop }
    }

    /// The fold that a message is part of.
    pub(super) fn with(&self, message: &Message<'_>) -> Option<usize> {
        self.of_hop.get(&message.hop().id()).copied()
    }

    /// The line that stands for it, `5 refreshes: REGISTER 200; every 10 min`.
    pub(super) fn panel(&self, number: usize) -> Panel {
        let fold = &self.all[number];
        let plural = match fold.kind.name() {
            name if name.ends_with("sh") => format!("{name}es"),
            name => format!("{name}s"),
        };
        let each = fold.each.iter().map(|(method, status)| {
            let status = status.map_or("no answer".to_owned(), |status| status.to_string());
            format!("{} {status}", escape::bytes(method))
        });
        let each: Vec<_> = each.collect();
        let every = match fold.every {
            Some((shortest, longest)) if lasting(shortest) == lasting(longest) => {
                format!("; every {}", lasting(shortest))
            }
            Some((shortest, longest)) => {
                format!("; every {} to {}", lasting(shortest), lasting(longest))
            }
            None => String::new(),
        };
        Panel {
            number: String::new(),
            first: 0,
            last: 0,
            text: format!("{} {plural}: {}{every}", fold.times, each.join(", ")),
            kind: PanelKind::Fold,
            folded: Vec::new(),
        }
    }
}

/// What on a hop is the same message when it comes again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Same<'a> {
    Request,
    Response(u16, Option<&'a [u8]>),
    Ack,
}

/// Where a message is drawn: in a row, or as one of those that are folded in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: usize,
    pub(super) folded: Option<usize>,
}

/// Finds the place of what is sent again.
#[derive(Default)]
pub(super) struct Repeats<'a> {
    places: BTreeMap<(HopId, Same<'a>), Place>,
}

impl<'a> Repeats<'a> {
    /// Where this message is drawn already; otherwise it will be drawn at `place`.
    pub(super) fn place_of(&mut self, message: &Message<'a>, place: Place) -> Option<Place> {
        let (same, may_be_known) = match (message.subject(), message.part()) {
            (Subject::Request(_), Part::Ack) => (Same::Ack, true),
            (Subject::Request(_), part) => (Same::Request, part == Part::Retransmission),
            (Subject::Response(status), part) => {
                let same = Same::Response(status, message.to_tag());
                (same, part == Part::Repeated)
            }
        };
        let key = (message.hop().id(), same);
        if let Some(known) = self.places.get(&key).filter(|_| may_be_known) {
            return Some(*known);
        }
        self.places.insert(key, place);
        None
    }
}
