//! Networks that may use the same addresses: VLANs, unless a message was seen in two of them. Then what goes into one comes
//! out of the other, and they are one realm.

use super::MessageEntry;
use super::networks::{Networks, Tags};
use super::sightings::Sightings;

/// Which VLANs are one network.
#[derive(Default)]
pub(super) struct Realms {
    /// By number of the path.
    of_path: Vec<u32>,
    /// The tags of each, sorted.
    tags: Vec<Vec<Tags>>,
}

impl Realms {
    pub(super) fn find(
        sightings: &Sightings,
        networks: &Networks,
        messages: &[MessageEntry],
        seen: &[u32],
    ) -> Self {
        let distinct = networks.tags();
        let mut root: Vec<usize> = (0..distinct.len()).collect();
        for message in messages.iter().filter(|message| message.several) {
            let places = message.seen(seen).iter();
            let places = places.map(|one| networks.of_sighting(sightings, *one) as usize);
            join(&mut root, places);
        }
        let mut numbers = vec![u32::MAX; distinct.len()];
        let mut tags: Vec<Vec<Tags>> = Vec::new();
        for (at, own) in distinct.iter().enumerate() {
            let above = find(&mut root, at);
            if above == at {
                numbers[at] = tags.len() as u32;
                tags.push(Vec::new());
            } else {
                numbers[at] = numbers[above];
            }
            tags[numbers[at] as usize].push(*own);
        }
        let of_path = (0..sightings.paths())
            .map(|path| numbers[networks.of_path(path) as usize])
            .collect();
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

/// Halves the way for the next one: a hostile trace may join any number of VLANs in a row.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
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
