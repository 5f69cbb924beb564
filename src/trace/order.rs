//! The order in which messages are shown: by time, but no response before its request and no request before the one that it
//! continues, whatever the clocks say. Where these contradict each other, what one input saw stays together: its clock is taken to
//! be as wrong for its other messages of the call. Times that cannot be compared are laid beside each other by what they say of causes.

use std::collections::BTreeMap;

use super::hops::HopEntry;
use super::ids::MessageId;

/// Where a message stands: by time, then by the position that it had, or that of the message behind which it was moved and how
/// far behind. Without the position, what was moved would stand behind all others of that time, and there may be no times.
pub(super) type Place = (i64, u32, u32);

/// What says of the messages of one Call-ID which comes first.
pub(super) struct Order<'b> {
    hops: &'b [HopEntry],
    /// Hops that continue another, with that one.
    causes: Vec<(&'b HopEntry, &'b HopEntry)>,
    messages: &'b [MessageId],
}

/// Clocks of so many inputs are put right one after the other, each by the one before it on the way of a request.
const MOST_CLOCKS: usize = 8;

impl<'b> Order<'b> {
    /// Of the hops of one group, of which the first has this number, and the messages of all hops.
    pub(super) fn of(hops: &'b [HopEntry], start: usize, messages: &'b [MessageId]) -> Self {
        Self {
            hops,
            causes: causes(hops, start),
            messages,
        }
    }

    /// Puts every message behind its cause.
    pub(super) fn put(&self, places: &mut [Place], input: impl Fn(MessageId) -> u32) {
        let all = self.hops.iter().flat_map(|hop| self.messages_of(hop));
        let own: Vec<_> = all.map(|id| (*id, places[id.position()])).collect();
        let mut moved = self.put_behind_causes(places);
        let mut late: BTreeMap<u32, i64> = BTreeMap::new();
        for _ in 0..MOST_CLOCKS {
            if !moved {
                return;
            }
            // How much later the messages of each input are than its clock says.
            let before = late.clone();
            for (id, own) in &own {
                let later = places[id.position()].0.saturating_sub(own.0);
                let most = late.entry(input(*id)).or_default();
                *most = later.max(*most);
            }
            if late.len() < 2 || late == before {
                return;
            }
            for (id, (time, position, _)) in &own {
                let time = time.saturating_add(late[&input(*id)]);
                places[id.position()] = (time, *position, 0);
            }
            moved = self.put_behind_causes(places);
        }
    }

    /// Tells whether anything stood before its cause.
    fn put_behind_causes(&self, places: &mut [Place]) -> bool {
        let mut moved = false;
        for (hop, parent) in &self.causes {
            let cause = places[self.messages_of(parent)[0].position()];
            moved |= not_before(&mut places[self.messages_of(hop)[0].position()], cause);
        }
        for hop in self.hops {
            let messages = self.messages_of(hop);
            let cause = places[messages[0].position()];
            for message in &messages[1..] {
                moved |= not_before(&mut places[message.position()], cause);
            }
        }
        moved
    }

    /// Pairs of messages of which the first comes before the second.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (MessageId, MessageId)> {
        let first_of = |hop: &&HopEntry| self.messages_of(hop)[0];
        let hops = self.causes.iter();
        let hops = hops.map(move |(hop, parent)| (first_of(parent), first_of(hop)));
        let within = self.hops.iter().flat_map(|hop| {
            let (request, answers) = self.messages_of(hop).split_at(1);
            answers.iter().map(|answer| (request[0], *answer))
        });
        hops.chain(within)
    }

    fn messages_of(&self, hop: &HopEntry) -> &'b [MessageId] {
        &self.messages[hop.first as usize..][..hop.count as usize]
    }
}

/// Where the times of each frame lie among absolute ones, as far as causes tell: what is added to them.
#[derive(Default)]
pub(super) struct Frames(BTreeMap<u32, Bounds>);

/// What may be added at least and at most.
#[derive(Default)]
struct Bounds {
    least: Option<i64>,
    most: Option<i64>,
}

const SECOND: i64 = 1_000_000_000;

impl Frames {
    /// A message was before another one, each with its frame and time.
    pub(super) fn learn(&mut self, (of_cause, cause): (u32, i64), (of_effect, effect): (u32, i64)) {
        let apart = cause.saturating_sub(effect);
        match (of_cause, of_effect) {
            (0, frame @ 1..) => {
                let bounds = self.0.entry(frame).or_default();
                bounds.least = bounds.least.max(Some(apart));
            }
            (frame @ 1.., 0) => {
                let bounds = self.0.entry(frame).or_default();
                let most = apart.saturating_neg();
                bounds.most = Some(bounds.most.map_or(most, |known| known.min(most)));
            }
            _ => {}
        }
    }

    /// What is added to the times of a frame: nothing, if that may be, and else what is in the midst.
    pub(super) fn shift(&self, frame: u32) -> Option<i64> {
        let bounds = self.0.get(&frame)?;
        match (bounds.least, bounds.most) {
            (Some(least), Some(most)) if least <= 0 && 0 <= most => Some(0),
            (Some(least), None) => Some(least.max(0)),
            (None, Some(most)) => Some(most.min(0)),
            // Stamps of whole seconds may be one too early.
            (Some(least), Some(most)) if least.saturating_sub(most) <= SECOND => {
                Some(least.saturating_add(most.saturating_sub(least) / 2))
            }
            // What contradicts itself tells nothing.
            _ => None,
        }
    }
}

/// Moves a message to just behind another if it stands before it; tells whether it did.
pub(super) fn not_before(place: &mut Place, cause: Place) -> bool {
    let is_before = *place < cause;
    if is_before {
        *place = (cause.0, cause.1, cause.2 + 1);
    }
    is_before
}

/// Of the hops of one group, of which the first has this number: those that continue another, each with that one, in such an
/// order that what is continued comes first.
fn causes(hops: &[HopEntry], start: usize) -> Vec<(&HopEntry, &HopEntry)> {
    let parent_of = |hop: usize| Some(hops[hop].parent.known()?.position() - start);
    let mut depths: Vec<Option<u32>> = vec![None; hops.len()];
    for hop in 0..hops.len() {
        let mut above = vec![hop];
        while let Some(at) = above.last().copied()
            && depths[at].is_none()
            && let Some(parent) = parent_of(at)
        {
            above.push(parent);
        }
        let mut depth = None;
        for at in above.into_iter().rev() {
            depth = depths[at].or(Some(depth.map_or(0, |depth: u32| depth + 1)));
            depths[at] = depth;
        }
    }
    let children = (0..hops.len()).filter_map(|hop| Some((depths[hop], hop, parent_of(hop)?)));
    let mut children: Vec<_> = children.collect();
    children.sort_unstable();
    let causes = children.into_iter();
    let causes = causes.map(|(_, hop, parent)| (&hops[hop], &hops[parent]));
    // Answers say nothing about what came before their request.
    causes
        .filter(|(_, parent)| parent.request.known().is_some())
        .collect()
}
