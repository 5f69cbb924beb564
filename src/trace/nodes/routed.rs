//! Names that a node takes out of Route. It takes out its own (RFC 3261 16.4), unless something is wrong: what all other
//! evidence gives to an element that was seen is not the name of another, so these come last.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::points::{Key, PointId, Points};
use super::reason::JoinReason;
use crate::trace::ids::MessageId;

/// Who took out which name, at which message first, and how often.
#[derive(Default)]
pub(super) struct Routed(BTreeMap<(PointId, PointId), (MessageId, u32)>);

impl Routed {
    pub(super) fn add(&mut self, node: PointId, named: PointId, message: MessageId) {
        let known = self.0.entry((node, named)).or_insert((message, 0));
        known.1 = known.1.saturating_add(1);
    }

    pub(super) fn join(mut self, points: &mut Points) {
        let seen = points.seen_sets();
        let elements = self.elements_there(points);
        self.0.retain(|(node, named), _| {
            let (own, root) = (points.root(*node), points.root(*named));
            let free = match points.get(*named).key {
                // Nobody else has another port of it.
                Key::Address(ip, _, realm) => elements
                    .get(&(ip, realm))
                    .is_none_or(|roots| roots.contains(&own)),
                Key::Name(_) | Key::Party(_) => true,
            };
            own == root || !seen[root as usize] && free
        });
        for ((node, named), (message, count)) in self.0 {
            for _ in 0..count {
                points.join(node, named, JoinReason::Route, message);
            }
        }
    }

    /// The elements that were seen at the addresses that are named.
    fn elements_there(
        &self,
        points: &mut Points,
    ) -> HashMap<(IpAddr, u32), BTreeSet<PointId>, RandomState> {
        let address = |points: &Points, point: PointId| match points.get(point).key {
            Key::Address(ip, _, realm) => Some((ip, realm)),
            Key::Name(_) | Key::Party(_) => None,
        };
        let named = self
            .0
            .keys()
            .filter_map(|(_, named)| address(points, *named));
        let mut there: HashMap<_, BTreeSet<PointId>, RandomState> =
            named.map(|place| (place, BTreeSet::new())).collect();
        for point in 0..points.len() as PointId {
            let root = points.root(point);
            if let Some(place) = address(points, point).filter(|_| points.is_seen(point))
                && let Some(roots) = there.get_mut(&place)
            {
                roots.insert(root);
            }
        }
        there.retain(|_, roots| !roots.is_empty());
        there
    }
}
