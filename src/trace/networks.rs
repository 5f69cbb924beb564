//! Where a packet was seen: the VLANs that its frame was tagged with, by number. Nothing else around a packet tells one
//! network from another: the two sides of a tunnel are the same network.

use super::sightings::Sightings;

/// The tags of a frame, outermost first; zeros stand for none.
pub(super) type Tags = [u16; 2];

/// Every combination of tags that occurs.
pub(super) struct Networks {
    /// By number of the path.
    of_path: Vec<u32>,
    tags: Vec<Tags>,
}

impl Networks {
    pub(super) fn of(sightings: &Sightings) -> Self {
        let of_path: Vec<Tags> = (0..sightings.paths())
            .map(|path| {
                let mut tags = Tags::default();
                let vlans = sightings.path_at(path).vlans();
                tags[..vlans.len()].copy_from_slice(vlans);
                tags
            })
            .collect();
        let mut tags = of_path.clone();
        tags.sort_unstable();
        tags.dedup();
        let number = |own: &Tags| tags.partition_point(|other| other < own) as u32;
        Self {
            of_path: of_path.iter().map(number).collect(),
            tags,
        }
    }

    /// The tags of each network, by number.
    pub(super) fn tags(&self) -> &[Tags] {
        &self.tags
    }

    /// The network of a path.
    pub(super) fn of_path(&self, path: usize) -> u32 {
        self.of_path[path]
    }

    /// The network in which a sighting was made.
    pub(super) fn of_sighting(&self, sightings: &Sightings, sighting: u32) -> u32 {
        let (_, path) = sightings.place_of(sighting as usize);
        self.of_path(path as usize)
    }
}
