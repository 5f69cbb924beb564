//! Faces: the addresses of nodes that have several. That they are one node shows only once hops stand. Where a node with several
//! faces also leaves hops without the Via values that came, hops are linked once more, by the node in place of the address.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::Trace;
use super::hops::HopEntry;
use super::journeys::Link;
use super::nodes::{Elements, NodeHint};

/// The nodes with several addresses, by where messages went from or to, and the realm where the address is used in several.
#[derive(Default)]
pub(super) struct Faces(HashMap<(u32, Option<u32>), Face, RandomState>);

/// One of the addresses of a node.
#[derive(Clone, Copy)]
struct Face {
    node: u32,
    address: IpAddr,
}

impl Faces {
    /// Those of a trace of which the hops stand; none if they change nothing.
    pub(super) fn that_matter(trace: &Trace, hints: &[NodeHint]) -> Option<Self> {
        let calls = trace.call_id_groups.windows(2);
        let mut calls = calls.map(|groups| {
            let [first, end] =
                [groups[0], groups[1]].map(|group| trace.group_hops[group as usize] as usize);
            &trace.hops[first..end]
        });
        // To find nodes takes memory, and most traces have no such hop.
        if !calls.clone().any(|hops| rest_on_addresses(trace, hops)) {
            return None;
        }
        let faces = Self::of(trace, &mut Elements::find(trace, hints));
        let matter = !faces.0.is_empty() && calls.any(|hops| faces.matter(trace, hops));
        matter.then_some(faces)
    }

    fn of(trace: &Trace, elements: &mut Elements) -> Self {
        let mut first: HashMap<u32, IpAddr, RandomState> = HashMap::default();
        let mut several: HashSet<u32, RandomState> = HashSet::default();
        let mut all = HashMap::default();
        for (end, realm, node) in elements.ends() {
            let Some(at) = trace.sightings.endpoint_at(end) else {
                continue;
            };
            let address = at.address;
            if *first.entry(node).or_insert(address) != address {
                several.insert(node);
            }
            all.insert((end, realm), Face { node, address });
        }
        all.retain(|_, face| several.contains(&face.node));
        all.shrink_to_fit();
        Self(all)
    }

    /// Whether a request came to a node of this Call-ID that left it at another address, on a hop of which the Via list does not
    /// say which it continues.
    fn matter(&self, trace: &Trace, hops: &[HopEntry]) -> bool {
        let mut came: HashMap<_, IpAddr, RandomState> = HashMap::default();
        hops.iter().any(|hop| {
            if hop.request.known().is_none() {
                return false;
            }
            let (fact, realm) = trace.lead_of(hop);
            let key = |face: Face| (face.node, fact.from_tag, hop.cseq, hop.method);
            let open = matches!(hop.link, Link::None | Link::Inferred);
            let left = self.at(hop.source, realm).filter(|_| open);
            let crossed = left.is_some_and(|left| {
                let known = came.get(&key(left));
                known.is_some_and(|address| *address != left.address)
            });
            if let Some(face) = self.at(hop.destination, realm) {
                came.insert(key(face), face.address);
            }
            crossed
        })
    }

    fn at(&self, end: u32, realm: u32) -> Option<Face> {
        let anywhere = self.0.get(&(end, None));
        let here = || self.0.get(&(end, Some(realm)));
        anywhere.or_else(here).copied()
    }

    /// The node with several addresses that an end belongs to in a realm.
    pub(super) fn node(&self, end: u32, realm: u32) -> Option<u32> {
        match self.0.is_empty() {
            true => None,
            false => self.at(end, realm).map(|face| face.node),
        }
    }
}

/// Whether a request of this Call-ID was seen on another hop before, and the Via list does not say which it continues.
fn rest_on_addresses(trace: &Trace, hops: &[HopEntry]) -> bool {
    let mut came = HashSet::<_, RandomState>::default();
    let mut requests = hops.iter().filter(|hop| hop.request.known().is_some());
    hops.len() > 1
        && requests.any(|hop| {
            let (fact, _) = trace.lead_of(hop);
            let is_open = matches!(hop.link, Link::None | Link::Inferred);
            !came.insert((fact.from_tag, hop.cseq, hop.method)) && is_open
        })
}
