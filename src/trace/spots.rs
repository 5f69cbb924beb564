//! Where sightings are made: a network as one capture point sees it. An input has several capture points if it has several
//! interfaces, as a file has that was merged from others, or if it holds what several agents sent as HEP.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::clocks::Origin;
use super::networks::{Network, Networks, Tags};
use super::sightings::{Sightings, Tap};
use crate::base::Label;

/// The files of a rotated set are one capture point each of whose interfaces goes on from file to file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    inputs: u32,
    tap: Tap,
    network: Network,
}

/// All that occur.
pub(super) struct Spots {
    all: Vec<Spot>,
    /// By number of the place of a sighting.
    of_place: Vec<u32>,
    /// The names of the inputs of a rotated set.
    names: BTreeMap<u32, BTreeSet<String>>,
    /// The capture points in them.
    taps: BTreeMap<u32, BTreeSet<Tap>>,
}

/// An input, or one of its capture points if it has several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Capture {
    pub(super) input: String,
    pub(super) tap: Option<Tap>,
}

/// `site-a.pcap`, `both.pcapng interface 1`.
impl fmt::Display for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tap {
            None => f.write_str(&self.input),
            Some(tap) => write!(f, "{} {tap}", self.input),
        }
    }
}

/// What can be said of where an address is.
pub(super) struct Whereabouts {
    pub(super) tags: Tags,
    pub(super) label: Option<Label>,
    pub(super) captures: Vec<Capture>,
}

impl Spots {
    pub(super) fn of(sightings: &Sightings, networks: &Networks, origins: &[Origin]) -> Self {
        let of_place: Vec<_> = (0..sightings.places())
            .map(|place| {
                let (input, tap, path) = sightings.place_at(place);
                let origin = origins.get(input as usize);
                Spot {
                    inputs: origin.map_or(0, |origin| origin.capture_point),
                    tap,
                    network: networks.all()[networks.of_path(path as usize) as usize],
                }
            })
            .collect();
        let mut all = of_place.clone();
        all.sort_unstable();
        all.dedup();
        let number = |own: &Spot| all.partition_point(|other| other < own) as u32;
        let of_place = of_place.iter().map(number).collect();
        let mut names: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        for origin in origins {
            let names = names.entry(origin.capture_point).or_default();
            names.insert(origin.name.clone());
        }
        let mut taps: BTreeMap<u32, BTreeSet<Tap>> = BTreeMap::new();
        for spot in &all {
            taps.entry(spot.inputs).or_default().insert(spot.tap);
        }
        Self {
            all,
            of_place,
            names,
            taps,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// By number of the place of a sighting.
    pub(super) fn of_places(&self) -> &[u32] {
        &self.of_place
    }

    pub(super) fn of_sighting(&self, sightings: &Sightings, sighting: usize) -> u32 {
        self.of_place[sightings.place_number(sighting) as usize]
    }

    pub(super) fn network(&self, spot: u32) -> Network {
        self.all[spot as usize].network
    }

    pub(super) fn place(&self, spot: u32) -> Whereabouts {
        let network = self.network(spot);
        Whereabouts {
            tags: network.tags,
            label: network.label,
            captures: self.captures(&[spot]),
        }
    }

    /// What captured all these, each once and sorted. Capture points are named only where they are not all that an input has.
    pub(super) fn captures(&self, spots: &[u32]) -> Vec<Capture> {
        let mut taps: BTreeMap<u32, BTreeSet<Tap>> = BTreeMap::new();
        for spot in spots {
            let Spot { inputs, tap, .. } = self.all[*spot as usize];
            taps.entry(inputs).or_default().insert(tap);
        }
        let mut captures = Vec::new();
        for (inputs, taps) in taps {
            let all = self.taps.get(&inputs) == Some(&taps);
            let named = match all {
                true => vec![None],
                false => taps.into_iter().map(Some).collect(),
            };
            for name in self.names.get(&inputs).into_iter().flatten() {
                captures.extend(named.iter().map(|tap| Capture {
                    input: name.clone(),
                    tap: *tap,
                }));
            }
        }
        captures.sort_unstable();
        captures
    }

    /// Whether one capture point sees several labels in one VLAN.
    pub(super) fn several_labels(&self) -> bool {
        let mut pairs = self.all.windows(2);
        pairs.any(|pair| pair[0].differs_by_label(&pair[1]))
    }

    /// Whether nothing but the label tells two spots apart.
    pub(super) fn differ_by_label(&self, one: u32, other: u32) -> bool {
        self.all[one as usize].differs_by_label(&self.all[other as usize])
    }

    /// Spots that nothing but label or capture point tells apart.
    pub(super) fn by_tags(&self) -> BTreeMap<Tags, Vec<u32>> {
        let mut groups: BTreeMap<Tags, Vec<u32>> = BTreeMap::new();
        for (spot, Spot { network, .. }) in (0..).zip(&self.all) {
            groups.entry(network.tags).or_default().push(spot);
        }
        groups
    }
}

impl Spot {
    fn differs_by_label(&self, other: &Self) -> bool {
        let but_label = |spot: &Self| (spot.inputs, spot.tap, spot.network.tags);
        but_label(self) == but_label(other) && self.network.label != other.network.label
    }
}
