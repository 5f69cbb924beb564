//! Detours: a serving node sends a request over an application server with a Route value of its own by which it knows the dialog
//! when that comes back, even with another Call-ID (TS 24.229 5.4.3: the original dialog identifier).

use super::Trace;
use super::clue::LinkKind;
use super::facts::TextId;
use super::hops::HopEntry;
use super::ids::HopId;
use super::legs::{MOST_LOOKED_AT, SOON};
use super::mention::Mention;

/// A hop with such a value; first those that take it there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Marked {
    value: TextId,
    came_back: bool,
    hop: HopId,
}

/// Groups with what came back of them. A value that several groups take along names no dialog.
pub(super) fn find(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let mut marked = marked(trace);
    marked.sort_unstable();
    let group = |one: &Marked| trace.hops[one.hop.position()].group;
    let mut pairs = Vec::new();
    for same in marked.chunk_by(|one, other| one.value == other.value) {
        let (there, back) = same.split_at(same.partition_point(|one| !one.came_back));
        let is_unique = there.windows(2).all(|two| group(&two[0]) == group(&two[1]));
        let Some(first) = there.first().filter(|_| is_unique) else {
            continue;
        };
        let returned = back.iter().filter(|back| {
            // They are of one group, and so in their order.
            let request = |one: &Marked| trace.hops[one.hop.position()].request;
            let before = there.partition_point(|one| request(one) < request(back));
            let mut latest = there[..before].iter().rev().take(MOST_LOOKED_AT);
            latest.any(|there| returns(trace, there.hop, back.hop))
        });
        pairs.extend(returned.map(|back| (group(first), group(back), LinkKind::OriginalDialog)));
    }
    pairs
}

fn marked(trace: &Trace) -> Vec<Marked> {
    let mut all = Vec::new();
    for (position, hop) in trace.hops.iter().enumerate() {
        let Some(request) = hop.request.known() else {
            continue;
        };
        let seen = trace.first_sighting(&trace.messages[request.position()]);
        let is_routed = trace.facts.heading(&trace.facts.of(seen)).routes > 0;
        if !is_routed || !trace.has_call_id(hop.group) {
            continue;
        }
        let ways = trace.facts.mentions(seen).iter();
        all.extend(ways.filter_map(|fact| {
            let came_back = match fact.mention {
                Mention::WayBack => false,
                Mention::CameBack => true,
                _ => return None,
            };
            Some(Marked {
                value: fact.text,
                came_back,
                hop: HopId::at(position),
            })
        }));
    }
    all
}

/// Whether a hop soon leads from where another ended to where that came from.
fn returns(trace: &Trace, there: HopId, back: HopId) -> bool {
    let [there, back] = [there, back].map(|hop| &trace.hops[hop.position()]);
    let time = |hop: &HopEntry| trace.time_of(&trace.messages[hop.request.position()]);
    trace.sightings.is_at(there.destination, back.source)
        && trace.sightings.is_at(back.destination, there.source)
        && time(there)
            .zip(time(back))
            .is_none_or(|(there, back)| back.saturating_sub(there) <= SOON)
}
