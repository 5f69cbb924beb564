//! The ends of a call: who sent its first request, and where the journey of that request ended.

use std::collections::{BTreeMap, BTreeSet};

use super::Unplayable;
use crate::trace::{Call, Hop, HopId, Node, NodeId, Subject};

/// An end of a call.
pub(super) struct End<'t> {
    pub node: Node<'t>,
    /// Whom it speaks with.
    pub neighbour: Option<NodeId>,
    /// The Call-ID that the call has there.
    pub call_id: Option<&'t [u8]>,
}

/// The node that began the call, and the one where it arrived.
pub(super) fn of<'t>(call: &Call<'t>) -> Result<(End<'t>, End<'t>), Unplayable> {
    let first = call.first_message();
    let number = first.id().number();
    if !matches!(first.subject(), Subject::Request(_)) {
        return Err(Unplayable::Begin(number));
    }
    let unknown = Unplayable::Ends(number);
    let begun_by = first.hop().source_node().ok_or(unknown)?;
    let last = end_of(call, not_only_challenged(call, first.hop(), begun_by.id()));
    let number = last.first_message().id().number();
    let arrived_at = last.destination_node().ok_or(Unplayable::Ends(number))?;
    let began = End {
        node: begun_by,
        neighbour: first.hop().destination_node().map(|node| node.id()),
        call_id: first.hop().call_id(),
    };
    let arrived = End {
        node: arrived_at,
        neighbour: last.source_node().map(|node| node.id()),
        call_id: last.call_id(),
    };
    Ok((began, arrived))
}

/// The first attempt that was not only asked for credentials: a challenge may come from on the way.
fn not_only_challenged<'t>(call: &Call<'t>, first: Hop<'t>, from: NodeId) -> Hop<'t> {
    let attempts = call.hops().filter(|hop| {
        let is_from = hop.source_node().is_some_and(|node| node.id() == from);
        hop.method() == first.method() && hop.parent().is_none() && is_from
    });
    let passed = attempts.filter(|hop| !matches!(hop.status(), Some(401 | 407)));
    passed
        .min_by_key(|hop| hop.first_message().id())
        .unwrap_or(first)
}

/// Down the hops that were answered as the one above, and across elements that went on with another Call-ID.
fn end_of<'t>(call: &Call<'t>, begin: Hop<'t>) -> Hop<'t> {
    let mut caused: BTreeMap<HopId, Vec<Hop<'t>>> = BTreeMap::new();
    for hop in call.hops() {
        if let Some((by, _)) = hop
            .caused_by()
            .filter(|(by, _)| by.method() == hop.method())
        {
            caused.entry(by.id()).or_default().push(hop);
        }
    }
    let mut known = BTreeSet::new();
    let mut hop = begin;
    while known.insert(hop.id()) {
        let mut next: Vec<_> = hop.continued_by().collect();
        next.extend(caused.get(&hop.id()).into_iter().flatten());
        let by_answer = |next: &Hop<'_>| {
            let is_accepted = matches!(next.status(), Some(200..300));
            (!is_accepted, next.status() != hop.status())
        };
        match next.into_iter().min_by_key(by_answer) {
            Some(next) => hop = next,
            None => break,
        }
    }
    hop
}
