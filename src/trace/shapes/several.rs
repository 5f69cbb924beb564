//! Nodes that are several: what came in and what went out differ by more than one proxy does. Each of them is told once, with
//! all relays that show it.

use std::collections::BTreeMap;

use super::{Shape, ShapeKind};
use crate::trace::ids::{HopId, NodeId};
use crate::trace::journeys::Link;
use crate::trace::view::Hop;

/// The node, or the hop that came in where the node is not known.
type Which = (Option<NodeId>, Option<HopId>);

pub(super) fn find<'a>(journeys: &[(Hop<'a>, usize)]) -> Vec<Shape<'a>> {
    let mut found: BTreeMap<(ShapeKind, &str, Which), Vec<Hop<'a>>> = BTreeMap::new();
    for (hop, _) in journeys {
        let Some((parent, Link::Via | Link::Inferred)) = hop.parent() else {
            continue;
        };
        let node = parent.destination_node().map(|node| node.id());
        let which = (node, node.is_none().then_some(parent.id()));
        for (kind, why) in signs(&parent, hop) {
            let hops = found.entry((kind, why, which)).or_default();
            hops.extend([parent, *hop]);
        }
    }
    let shapes = found.into_iter();
    shapes
        .map(|((kind, why, _), hops)| Shape::new(kind, why, hops))
        .collect()
}

/// What shows that more than one proxy was at work between two hops.
fn signs(came: &Hop<'_>, went: &Hop<'_>) -> Vec<(ShapeKind, &'static str)> {
    let (arrived, sent) = (came.fact(), went.fact());
    let (old, new) = (came.heading(), went.heading());
    let starts_dialog = arrived.to_tag.is_none();
    let mut signs = Vec::new();
    if sent.vias > arrived.vias.saturating_add(1) {
        let why = "the request left with several Via values more";
        signs.push((ShapeKind::Collapsed, why));
    }
    match new.record_routes.saturating_sub(old.record_routes) {
        0 | 1 => {}
        2 => signs.push((
            ShapeKind::DoubleRecordRoute,
            "the request left with two Record-Route values more",
        )),
        _ => signs.push((
            ShapeKind::Collapsed,
            "the request left with more than two Record-Route values more",
        )),
    }
    // Within a dialog both values of a double Record-Route are taken off at once.
    let most = if starts_dialog { 1 } else { 2 };
    if old.routes.saturating_sub(new.routes) > most {
        let why = "several Route values were taken off at once";
        signs.push((ShapeKind::Collapsed, why));
    }
    signs
}
