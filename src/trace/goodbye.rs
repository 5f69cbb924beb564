//! Whether a BYE ends its session, which is asked in several places.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::hops::HopEntry;
use super::journeys::whereabouts;
use super::sightings::{BYE, Sightings};
use super::view::Hop;
use crate::base::Party;

/// By the final status of the BYE, if there was one. Who is in the session has ended it by sending the BYE, whatever comes back
/// (RFC 3261 15.1.1), but for a challenge, after which the BYE comes again (22.1). A stranger who knows the tags, which `from_within`
/// excludes, ends it only if the other side lets it be ended. What is accepted in the dialog after a refusal shows that the
/// session was there all the same: who asks has to see to that.
pub(super) fn ends_session(status: Option<u16>, from_within: bool) -> bool {
    match status {
        Some(200..300) => true,
        Some(401 | 407) => false,
        _ => from_within,
    }
}

/// Between whom the messages of a session go, but for its BYEs.
#[derive(Default)]
pub(super) struct Places(HashSet<Option<Party>, RandomState>);

impl Places {
    /// Also those of the hops that it continues, of which the trace may lack the answers.
    pub(super) fn add(&mut self, hop: &Hop<'_>) {
        let above = std::iter::successors(Some(*hop), |hop| Some(hop.parent()?.0));
        for hop in above {
            self.add_entry(hop.entry, &hop.trace.sightings);
        }
    }

    pub(super) fn add_entry(&mut self, hop: &HopEntry, sightings: &Sightings) {
        if hop.method != BYE {
            let ends = [hop.source, hop.destination];
            self.0.extend(ends.map(|end| whereabouts(sightings, end)));
        }
    }

    pub(super) fn has_sender_of(&self, bye: &Hop<'_>) -> bool {
        self.has_sender(bye.entry, &bye.trace.sightings)
    }

    /// Whether one of them sent a BYE. Where nothing but BYEs was seen, nobody is a stranger.
    pub(super) fn has_sender(&self, bye: &HopEntry, sightings: &Sightings) -> bool {
        self.0.is_empty() || self.0.contains(&whereabouts(sightings, bye.source))
    }
}
