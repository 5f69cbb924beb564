//! A call: everything that belongs together, across back-to-back user agents.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::{DialogScene, HopScene, SubscriptionScene, View};
use crate::trace::{Call, Hop, HopId, LinkKind, NodeId, Subscription, Turns};

/// Of a node that got more INVITEs in one call nobody could tell which legs belong together.
const MOST_LOOKED_AT: usize = 64;

/// A call with its hops, dialogs and subscriptions.
pub struct CallScene<'s> {
    /// Its place in the trace.
    pub call: Call<'s>,
    turns: &'s [Turns<'s>],
    subscriptions: &'s [Subscription<'s>],
    view: &'s View<'s>,
}

impl<'s> CallScene<'s> {
    pub(in crate::rules) fn of(
        call: Call<'s>,
        (turns, subscriptions): (&'s [Turns<'s>], &'s [Subscription<'s>]),
        view: &'s View<'s>,
    ) -> Self {
        Self {
            call,
            turns,
            subscriptions,
            view,
        }
    }

    /// Its hops, journey by journey: each behind the one that it continues, with how many stand above it.
    pub fn journeys(&self) -> Vec<(HopScene<'s>, usize)> {
        let all = self.call.journeys().into_iter();
        all.map(|(hop, depth)| (self.view.hop(hop), depth))
            .collect()
    }

    /// Its hops, Call-ID by Call-ID.
    pub fn hops(&self) -> impl Iterator<Item = HopScene<'s>> + use<'s> {
        let view = self.view;
        self.call.hops().map(move |hop| view.hop(hop))
    }

    /// The requests that caused others with another Call-ID, such as a REFER the INVITE that it asks for, and how that is known.
    pub fn causes(&self) -> impl Iterator<Item = (HopScene<'s>, HopScene<'s>, LinkKind)> {
        self.call.hops().filter_map(|hop| {
            let (by, kind) = hop.caused_by()?;
            Some((self.view.hop(by), self.view.hop(hop), kind))
        })
    }

    /// The INVITEs that a node got and did not pass on, each with the one that it sent because of it in another Call-ID: the
    /// legs of back-to-back user agents. Where a node got several by then, or sent several after one, it is not known which
    /// belong together.
    pub fn legs(&self) -> Vec<(HopScene<'s>, HopScene<'s>)> {
        let is_first = |hop: &Hop<'s>| {
            let request = hop.request();
            hop.method_name() == b"INVITE" && request.is_some_and(|one| one.to_tag().is_none())
        };
        let mut got: HashMap<NodeId, Vec<Hop<'s>>, RandomState> = HashMap::default();
        let mut sent = Vec::new();
        let mut passed_on: HashSet<HopId, RandomState> = HashSet::default();
        for hop in self.call.hops().filter(is_first) {
            if let Some(node) = hop.destination_node() {
                got.entry(node.id()).or_default().push(hop);
            }
            match hop.parent() {
                Some((parent, _)) => drop(passed_on.insert(parent.id())),
                None => sent.push(hop),
            }
        }
        let mut legs: Vec<(Hop<'s>, Hop<'s>)> = Vec::new();
        for hop in sent {
            let node = hop.source_node().and_then(|node| got.get(&node.id()));
            let node = node.filter(|all| all.len() <= MOST_LOOKED_AT);
            let mut before = node.into_iter().flatten().filter(|came| {
                came.call_id() != hop.call_id()
                    && !passed_on.contains(&came.id())
                    && came.first_message().id() < hop.first_message().id()
            });
            if let (Some(came), None) = (before.next(), before.next()) {
                legs.push((*came, hop));
            }
        }
        let mut times: HashMap<HopId, u32, RandomState> = HashMap::default();
        for (came, _) in &legs {
            *times.entry(came.id()).or_default() += 1;
        }
        legs.retain(|(came, _)| times.get(&came.id()) == Some(&1));
        let scenes = legs.into_iter();
        scenes
            .map(|(came, went)| (self.view.hop(came), self.view.hop(went)))
            .collect()
    }

    /// Its dialogs.
    pub fn dialogs(&self) -> impl Iterator<Item = DialogScene<'s>> {
        let all = self.turns.iter();
        all.map(|turns| DialogScene::of(turns, self.view))
    }

    /// Its subscriptions.
    pub fn subscriptions(&self) -> impl Iterator<Item = SubscriptionScene<'s>> {
        let all = self.subscriptions.iter();
        all.map(|one| SubscriptionScene::of(one, self.view))
    }
}
