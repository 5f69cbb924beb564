//! Where a packet was seen: the VLANs that its frame was tagged with, by number, and the label that a carrier put around it.
//! Nothing else around a packet tells one network from another: the two sides of a tunnel are the same network.

use super::sightings::Sightings;
use crate::base::Label;

/// The tags of a frame, outermost first; zeros stand for none.
pub(super) type Tags = [u16; 2];

/// What tells a network from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Network {
    pub(super) tags: Tags,
    pub(super) label: Option<Label>,
}

/// Every network that occurs.
pub(super) struct Networks {
    /// By number of the path.
    of_path: Vec<u32>,
    all: Vec<Network>,
}

impl Networks {
    pub(super) fn of(sightings: &Sightings) -> Self {
        let of_path: Vec<Network> = (0..sightings.paths())
            .map(|path| {
                let path = sightings.path_at(path);
                let mut tags = Tags::default();
                let vlans = path.vlans();
                tags[..vlans.len()].copy_from_slice(vlans);
                let label = path.label();
                Network { tags, label }
            })
            .collect();
        let mut all = of_path.clone();
        all.sort_unstable();
        all.dedup();
        let number = |own: &Network| all.partition_point(|other| other < own) as u32;
        Self {
            of_path: of_path.iter().map(number).collect(),
            all,
        }
    }

    /// All, by number.
    pub(super) fn all(&self) -> &[Network] {
        &self.all
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
