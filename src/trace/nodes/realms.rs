//! Networks that may use the same private addresses: VLANs, unless a message was seen in two of them.

use crate::trace::{MessageEntry, Sightings};

/// The tags of a frame, outermost first; zeros stand for none.
pub(super) type Tags = [u16; 2];

/// Which VLANs are one network.
#[derive(Default)]
pub(super) struct Realms {
    /// By number of the path.
    of_path: Vec<u32>,
    /// The tags of each, sorted.
    tags: Vec<Vec<Tags>>,
}

impl Realms {
    pub(super) fn find(sightings: &Sightings, messages: &[MessageEntry], seen: &[u32]) -> Self {
        let tags_of = |path: usize| {
            let mut tags = Tags::default();
            let vlans = sightings.path_at(path).vlans();
            tags[..vlans.len()].copy_from_slice(vlans);
            tags
        };
        let mut distinct: Vec<Tags> = (0..sightings.paths()).map(tags_of).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let of_path: Vec<usize> = (0..sightings.paths())
            .map(|path| distinct.partition_point(|tags| *tags < tags_of(path)))
            .collect();
        let mut root: Vec<usize> = (0..distinct.len()).collect();
        for message in messages.iter().filter(|message| message.count > 1) {
            let start = message.seen as usize;
            let sightings_of = &seen[start..start + message.count as usize];
            let places = sightings_of.iter().map(|sighting| {
                let (_, path) = sightings.place_of(*sighting as usize);
                of_path[path as usize]
            });
            join(&mut root, places);
        }
        let mut numbers = vec![u32::MAX; distinct.len()];
        let mut tags: Vec<Vec<Tags>> = Vec::new();
        for (at, own) in distinct.iter().enumerate() {
            let above = find(&root, at);
            if above == at {
                numbers[at] = tags.len() as u32;
                tags.push(Vec::new());
            } else {
                numbers[at] = numbers[above];
            }
            tags[numbers[at] as usize].push(*own);
        }
        let of_path = of_path.into_iter().map(|at| numbers[at]).collect();
        Self { of_path, tags }
    }

    /// The realm of a path.
    pub(super) fn of_path(&self, path: u32) -> u32 {
        self.of_path[path as usize]
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.tags.len() as u32
    }

    /// Whether there are several.
    pub(super) fn differ(&self) -> bool {
        self.count() > 1
    }

    /// The tags that make up a realm.
    pub(super) fn tags(&self, realm: u32) -> &[Tags] {
        self.tags.get(realm as usize).map_or(&[], Vec::as_slice)
    }

    /// The identifiers of a realm, each once.
    pub(super) fn vlans(&self, realm: u32) -> Vec<u16> {
        let all = self.tags(realm).iter().flatten().copied();
        let mut vlans: Vec<u16> = all.filter(|vlan| *vlan != 0).collect();
        vlans.sort_unstable();
        vlans.dedup();
        vlans
    }
}

fn find(root: &[usize], mut at: usize) -> usize {
    while root[at] != at {
        at = root[at];
    }
    at
}

/// The smallest one stands for all.
fn join(root: &mut [usize], places: impl Iterator<Item = usize>) {
    let mut first = None;
    for place in places {
        let other = find(root, *first.get_or_insert(place));
        let own = find(root, place);
        root[own.max(other)] = own.min(other);
    }
}
