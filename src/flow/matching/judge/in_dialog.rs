//! Where a request of a dialog goes: to the Contact of the other end, over those who put themselves into Record-Route (RFC 3261 12.2.1.1).
//! Held against it is only what its sender itself was seen to get, whichever of those messages was the last: they may have crossed.

use std::borrow::Cow;

use super::{Deviation, Judge};
use crate::flow::matching::beside::Beside;
use crate::flow::matching::meaning::{same_place, same_resource};
use crate::flow::matching::scene::SceneHop;
use crate::flow::template::REQUEST_URI;
use crate::trace::{Message, MessageId, Node, Subject};

/// Requests with which one end says where it is, and so do the answers to them (RFC 3261 12.1, RFC 3311 5.1, RFC 6665 4.4.1).
const REFRESHING: [&[u8]; 5] = [b"INVITE", b"UPDATE", b"SUBSCRIBE", b"NOTIFY", b"REFER"];

/// It may tell a subscriber the route set (RFC 6665 4.4.1).
const NOTIFY: &[u8] = b"NOTIFY";

const ROUTE: &str = "Route";

impl Judge<'_, '_> {
    /// What a request of a dialog has otherwise than what came to its sender before.
    pub(super) fn in_dialog(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let mut roots = self.plan.roots.iter().copied();
        let root = roots.find(|root| self.plan.hops[*root].request == step);
        let root = root.filter(|_| self.plan.tags[step][1].is_some());
        // Who passes it on got something else.
        let seen = root.and_then(|root| self.seen(root));
        let seen = seen.filter(|seen| seen.vias == Some(1));
        let Some((call_id, sender)) = seen.and_then(|seen| Some((seen.call_id, seen.source?)))
        else {
            return Vec::new();
        };
        let values = |id, header| self.scene.values(id, header).unwrap_or_default();
        let (target, route) = (values(message, REQUEST_URI), values(message, ROUTE));
        let (Some(target), own) = (
            target.first(),
            Beside::of([sender].into_iter(), [].into_iter()),
        ) else {
            return Vec::new();
        };
        let (mut goes, mut is_there, mut is_over) = (None, false, None);
        let mut over = Vec::new();
        for (one, makes) in self.got(call_id, sender, message) {
            if let Some(contact) = values(one.id(), "Contact").into_iter().next() {
                // A strict router finds itself in the Request-URI, and the target at the end of Route (RFC 3261 16.12.1.2).
                let strict = route.last().is_some_and(|last| same_place(last, &contact));
                is_there |= strict || same_place(target, &contact);
                goes = goes.max(Some((one.id(), contact)));
            }
            let mut entries = own.without("Record-Route", &values(one.id(), "Record-Route"));
            if matches!(one.subject(), Subject::Response(_)) {
                entries.reverse();
            }
            if makes || !entries.is_empty() {
                // It may go over others first, who are set by hand.
                let first = route.len().saturating_sub(entries.len());
                let mut pairs = entries.iter().zip(&route[first..]);
                let is = entries.len() <= route.len()
                    && pairs.all(|(one, other)| same_resource(one, other));
                is_over = Some(is || is_over == Some(true));
                over = entries;
            }
        }
        let differing = |what: &str, expected: &[Cow<'_, str>], got: &[Cow<'_, str>]| Deviation {
            what: what.to_owned(),
            expected: told(expected),
            got: told(got),
        };
        let wrong_target = goes.filter(|_| !is_there);
        let wrong_target = wrong_target
            .map(|(_, contact)| differing(REQUEST_URI, &[contact], std::slice::from_ref(target)));
        let wrong_route = is_over
            .filter(|is| !is)
            .map(|_| differing(ROUTE, &over, &route));
        wrong_target.into_iter().chain(wrong_route).collect()
    }

    /// What came to a node in a dialog before a message that says where the other end is, and whether it made the dialog or may have.
    fn got<'a>(
        &'a self,
        call_id: usize,
        node: Node<'a>,
        before: MessageId,
    ) -> impl Iterator<Item = (Message<'a>, bool)> {
        let hops = self.scene.hops_with(call_id);
        let hops = hops.filter(|hop| REFRESHING.contains(&hop.hop.method_name()));
        // What went the wrong way says where its sender is, not where the other end is.
        let own = self
            .scene
            .trace
            .message(before)
            .and_then(|one| one.from_tag());
        let got = hops.flat_map(move |hop: &SceneHop<'_>| {
            let is_own = |end: Option<Node<'_>>| end.is_some_and(|end| end.id() == node.id());
            let asked = hop
                .request
                .filter(|one| is_own(hop.destination) && one.from_tag() != own);
            let is_answered = is_own(hop.source) && hop.vias == Some(1);
            let answers = hop.responses.iter().copied().filter(move |answer| {
                is_answered
                    && answer.from_tag() == own
                    && matches!(answer.subject(), Subject::Response(101..300))
            });
            let makes = !hop.is_within && hop.hop.method_name() != NOTIFY;
            asked
                .into_iter()
                .chain(answers)
                .map(move |one| (one, makes))
        });
        got.filter(move |(one, _)| one.id() < before)
    }
}

fn told(values: &[Cow<'_, str>]) -> String {
    match values {
        [] => "none".to_owned(),
        values => values.join(", "),
    }
}
