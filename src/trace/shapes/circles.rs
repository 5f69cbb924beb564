//! Spirals and loops: a request that comes to a node which it came to before. If Request-URI and Route are others, the node
//! sends it another way, and that is a spiral. If they are the same, the node will do the same again, and that is a loop, also
//! when nobody has said so yet. A node that the journey begins at is not looked at: what it had got itself was not seen.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Shape, ShapeKind};
use crate::base::Endpoint;
use crate::trace::ids::{HopId, NodeId};
use crate::trace::journeys::Link;
use crate::trace::view::{Hop, Message};

/// Where a hop ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Node(NodeId),
    At(Endpoint),
}

/// A hop above the one that is looked at.
struct Above<'a> {
    hop: Hop<'a>,
    place: Option<Place>,
    /// The loop that it is part of, by position.
    turns: Option<usize>,
}

pub(super) fn find<'a>(journeys: &[(Hop<'a>, usize)]) -> Vec<Shape<'a>> {
    let mut shapes: Vec<Shape<'a>> = Vec::new();
    let mut below: HashMap<HopId, Vec<Hop<'a>>, RandomState> = HashMap::default();
    for (hop, _) in journeys {
        if let Some((parent, _)) = hop.parent() {
            below.entry(parent.id()).or_default().push(*hop);
        }
    }
    let mut path: Vec<Above<'a>> = Vec::new();
    // Of each place on the path, where on it the request came there.
    let mut arrivals: HashMap<Place, Vec<usize>, RandomState> = HashMap::default();
    for (hop, depth) in journeys {
        while path.len() > *depth {
            let left = path.pop().and_then(|above| above.place);
            if let Some(known) = left.and_then(|place| arrivals.get_mut(&place)) {
                known.pop();
            }
        }
        let place = place_of(hop, path.last());
        let known = place.and_then(|place| arrivals.get(&place)?.last().copied());
        let mut turns = None;
        if let Some(earlier) = known {
            let next = below.get(&hop.id()).map_or(&[][..], Vec::as_slice);
            turns = match is_loop(&path[earlier], path.get(earlier + 1), hop, next) {
                // A request that turns between several nodes makes a loop at each of them.
                true => path[earlier].turns.or(Some(shapes.len())),
                false => None,
            };
            match turns {
                Some(known) if known < shapes.len() => shapes[known].hops.push(*hop),
                _ => {
                    let kind = match turns {
                        Some(_) => ShapeKind::Loop,
                        None => ShapeKind::Spiral,
                    };
                    // Why it is a loop is said when all of its hops are known.
                    let hops = vec![path[earlier].hop, *hop];
                    shapes.push(Shape::new(kind, spiral_why(&hops), hops));
                }
            }
        }
        if let Some(place) = place {
            arrivals.entry(place).or_default().push(path.len());
        }
        let hop = *hop;
        path.push(Above { hop, place, turns });
    }
    let loops = shapes
        .iter_mut()
        .filter(|shape| shape.kind == ShapeKind::Loop);
    for shape in loops {
        let last = shape.hops.last().map(|last| last.id());
        end(shape, last.is_some_and(|last| below.contains_key(&last)));
    }
    shapes
}

/// Where a hop ends, if that is not merely the second sighting of a hop that address translation shows twice.
fn place_of(hop: &Hop<'_>, above: Option<&Above<'_>>) -> Option<Place> {
    let node = hop.destination_node().map(|node| Place::Node(node.id()));
    let place = node.or_else(|| Some(Place::At(hop.destination()?.endpoint()?)))?;
    let again = matches!(hop.parent(), Some((_, Link::Unchanged)))
        && above.is_some_and(|above| above.place == Some(place));
    (!again).then_some(place)
}

fn has_same_target(first: &Hop<'_>, again: &Hop<'_>) -> bool {
    first.heading().target == again.heading().target
}

/// Whether a request is as it was, or as it was sent when only the Route value that named the node had been taken off.
fn is_unchanged(first: &Hop<'_>, sent: Option<&Hop<'_>>, again: &Hop<'_>) -> bool {
    let own_route =
        |sent: &Hop<'_>| first.heading().routes.checked_sub(1) == Some(sent.heading().routes);
    let as_sent = sent.is_some_and(|sent| own_route(sent) && has_same_target(sent, again));
    as_sent || has_same_target(first, again)
}

/// Whether a request that came to a node twice goes round in circles: the node says so, or does as it did the first time, or
/// has not sent it on yet.
fn is_loop<'a>(
    first: &Above<'a>,
    sent: Option<&Above<'a>>,
    again: &Hop<'a>,
    next: &[Hop<'a>],
) -> bool {
    let unchanged = is_unchanged(&first.hop, sent.map(|sent| &sent.hop), again);
    if next.is_empty() {
        let status = again.status();
        let served = matches!(status, Some(200..300));
        return status == Some(482) || unchanged && !served;
    }
    let way = sent.and_then(|sent| sent.place);
    let same_way = |hop: &Hop<'a>| place_of(hop, None) == way;
    unchanged && way.is_some() && next.iter().any(same_way)
}

fn spiral_why(hops: &[Hop<'_>]) -> &'static str {
    match has_same_target(&hops[0], &hops[1]) {
        true => "the request came again, and went another way with the same Request-URI and Route",
        false => "the request came again with another Request-URI or Route",
    }
}

/// Says how a loop ended, when all of its hops are known: at the node, or behind it if it passed the request on once more.
fn end(shape: &mut Shape<'_>, passed_on: bool) {
    let last = shape.hops.last().copied();
    let answer = last.and_then(|last| last.answer());
    shape.why = match last.and_then(|last| last.status()) {
        Some(482) if passed_on => {
            "the request came again, and a node behind this one found that out (482)"
        }
        Some(482) => "the request came again, and the node found that out (482)",
        Some(483) => "the request came again unchanged, until Max-Forwards was used up (483)",
        Some(_) => "the request came again unchanged, until it was refused",
        None => "the request came again unchanged, and nobody has answered it",
    };
    let requests = shape.hops.iter().filter_map(Hop::request);
    shape.messages = requests.chain(answer).collect();
    shape.messages.sort_unstable_by_key(Message::id);
}
