//! Whether the two ends of a call play with each other, nothing being between them.

use std::collections::BTreeMap;
use std::fmt;

use super::event::Event;

/// A message that one end sends or waits for, and the other has no part in: what was between them took or sent it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Between {
    /// Of a request its method; of a response also its status code.
    method: Vec<u8>,
    status: Option<u16>,
}

/// What stands in the way, if anything does: the first message of one end that the other one's lacks.
pub(super) fn stopped_by(uac: &[Event], uas: &[Event]) -> Option<Between> {
    let ends = [(uac, uas), (uas, uac)];
    ends.into_iter()
        .find_map(|(one, other)| lacking(one, other))
}

fn lacking(one: &[Event], other: &[Event]) -> Option<Between> {
    let mut counts: BTreeMap<(bool, Between), usize> = BTreeMap::new();
    for event in other {
        *counts.entry((!event.sent, Between::of(event))).or_default() += 1;
    }
    let mut events = one
        .iter()
        .map(|event| (event.sent, Between::of(event)))
        // Every element sends this for itself, and no end waits for it in vain.
        .filter(|(_, event)| event.status != Some(100));
    let lacking = events.find(|event| match counts.get_mut(event) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    lacking.map(|(_, event)| event)
}

impl Between {
    fn of(event: &Event) -> Self {
        Self {
            method: event.method().to_vec(),
            status: event.message().status(),
        }
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = String::from_utf8_lossy(&self.method);
        match self.status {
            Some(status) => write!(f, "{status} to {method}"),
            None => write!(f, "{method}"),
        }
    }
}
