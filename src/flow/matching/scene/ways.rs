//! The ways of requests through the hops of a scene: where each begins and ends, what it carries, and in which direction of its
//! dialog it goes.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Scene, SceneHop};
use crate::flow::template::PRACK;
use crate::sip::Name;
use crate::trace::{Node, Subject};

impl<'t> Scene<'t, '_> {
    /// Finds where each hop's way begins and ends.
    pub(super) fn find_ends(&mut self) {
        let roots = 0..self.hops.len();
        let roots = roots.filter(|hop| self.hops[*hop].parent.is_none());
        let hops = self.tree(&roots.collect::<Vec<_>>());
        for hop in &hops {
            let above = self.hops[*hop].parent;
            self.hops[*hop].root = above.map_or(*hop, |above| self.hops[above].root);
        }
        for hop in hops.iter().rev() {
            let children = self.hops[*hop].children.iter();
            let mut beyond = children.filter(|child| !self.hops[**child].is_empty());
            let end = match (beyond.next(), beyond.next()) {
                (None, _) => Some(*hop),
                (Some(one), None) => self.hops[*one].end,
                _ => None,
            };
            self.hops[*hop].end = end;
        }
    }

    /// Finds what tells what each hop is about: what is passed on keeps its Call-ID, CSeq and From (RFC 3261 16.6).
    pub(super) fn find_requests(&mut self) {
        let key = |one: &SceneHop<'t>| {
            let hop = one.hop;
            (one.call_id, hop.method_name(), hop.cseq(), hop.from())
        };
        let mut asked: HashMap<_, _, RandomState> = HashMap::default();
        for one in &self.hops {
            if let Some(request) = one.request {
                asked.entry(key(one)).or_insert(request);
            }
        }
        for one in &mut self.hops {
            one.told_by = one.request.or_else(|| asked.get(&key(one)).copied());
        }
    }

    /// Finds which answers PRACKs are for: those with the RSeq that they have in RAck (RFC 3262 7.2).
    pub(super) fn find_acknowledged(&mut self) {
        let is_prack =
            |one: &SceneHop<'t>| one.hop.method_name().eq_ignore_ascii_case(PRACK.as_bytes());
        if !self.hops.iter().any(is_prack) {
            return;
        }
        let mut reliable: HashMap<_, u16, RandomState> = HashMap::default();
        for one in &self.hops {
            for response in &one.responses {
                let Subject::Response(status @ 101..200) = response.subject() else {
                    continue;
                };
                let sip = self.sip(response.id());
                let number = sip.and_then(|sip| sip.number(Name::RSeq)?.value);
                if let Some(number) = number {
                    let key = (one.call_id, one.hop.cseq(), number);
                    reliable.entry(key).or_insert(status);
                }
            }
        }
        let of = |one: &SceneHop<'t>| {
            let request = one.told_by.filter(|_| is_prack(one))?;
            let rack = self.sip(request.id())?.rack()?;
            let key = (one.call_id, rack.cseq?, rack.response?);
            reliable.get(&key).copied()
        };
        let found: Vec<Option<u16>> = self.hops.iter().map(of).collect();
        for (one, status) in self.hops.iter_mut().zip(found) {
            one.acknowledges = status;
        }
    }

    /// Finds which of the two ends sends each request of a dialog: the one that began, with the tag that it gave then.
    pub(super) fn find_directions(&mut self) {
        let mut first: HashMap<usize, Vec<u8>, RandomState> = HashMap::default();
        for hop in 0..self.hops.len() {
            let one = &self.hops[hop];
            let sip = one.request.and_then(|request| self.sip(request.id()));
            let tags = sip.map(|sip| [sip.from(), sip.to()]);
            let tags = tags.map(|tags| tags.map(|end| Some(end?.tag()?.bytes().to_vec())));
            let Some([Some(from), to]) = tags else {
                continue;
            };
            match first.get(&one.call_id) {
                None if one.is_within => {}
                None => {
                    first.insert(one.call_id, from);
                }
                Some(first) if *first == from => self.hops[hop].is_backward = Some(false),
                Some(first) if to.as_ref() == Some(first) => {
                    self.hops[hop].is_backward = Some(true);
                }
                Some(_) => {}
            }
        }
    }

    /// Who got last what a hop carries, where that is one.
    pub(in crate::flow::matching) fn last_destination(&self, hop: usize) -> Option<Node<'t>> {
        let hop = &self.hops[hop];
        hop.end
            .map_or(hop.destination, |end| self.hops[end].destination)
    }

    /// Whether Via entries tell that nobody stands between a hop and the one that it continues.
    pub(in crate::flow::matching) fn is_next(&self, hop: usize) -> bool {
        let hop = &self.hops[hop];
        let above = hop.parent.and_then(|above| self.hops[above].vias);
        above.is_some_and(|above| hop.vias == Some(above + 1))
    }

    /// Whether two hops are one, or one of them is part of what continues the other.
    pub(in crate::flow::matching) fn are_of_one_way(&self, one: usize, other: usize) -> bool {
        let is_above = |below: usize, above: usize| {
            let mut at = Some(below);
            while at.is_some_and(|at| at != above) {
                at = at.and_then(|at| self.hops[at].parent);
            }
            at.is_some()
        };
        is_above(one, other) || is_above(other, one)
    }
}
