//! What is drawn once though it came several times: what was sent again, and refreshes that are all alike.

use std::collections::BTreeMap;

use super::timing::lasting;
use super::{Panel, PanelKind};
use crate::base::escape;
use crate::trace::{Call, Entry, Fold, HopId, Message, Part, Subject};

/// Which hops of a call are drawn as a fold, and the folds.
pub(super) struct Folds<'a> {
    all: Vec<Fold<'a>>,
    of_hop: BTreeMap<HopId, usize>,
}

impl<'a> Folds<'a> {
    pub(super) fn of(call: &Call<'a>) -> Self {
        let entries = call.folded().into_iter();
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

    /// The line that stands for it.
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

/// Finds the row of what is sent again.
#[derive(Default)]
pub(super) struct Repeats<'a> {
    rows: BTreeMap<(HopId, Same<'a>), usize>,
}

impl<'a> Repeats<'a> {
    /// The row that shows this message already; otherwise `row` will show it.
    pub(super) fn row_of(&mut self, message: &Message<'a>, row: usize) -> Option<usize> {
        let (same, may_be_known) = match (message.subject(), message.part()) {
            (Subject::Request(_), Part::Ack) => (Same::Ack, true),
            (Subject::Request(_), part) => (Same::Request, part == Part::Retransmission),
            (Subject::Response(status), part) => {
                let same = Same::Response(status, message.to_tag());
                (same, part == Part::Repeated)
            }
        };
        let key = (message.hop().id(), same);
        if let Some(known) = self.rows.get(&key).filter(|_| may_be_known) {
            return Some(*known);
        }
        self.rows.insert(key, row);
        None
    }
}
