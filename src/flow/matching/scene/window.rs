//! As many trees of hops as are looked at together: those of a long call one part after the other.

use std::collections::BTreeSet;

use super::{AT_A_TIME, Scene};
use crate::flow::template::CHALLENGES;
use crate::sip::Name;
use crate::trace::{HopId, MessageId};

impl Scene<'_, '_> {
    /// Looks at as many trees as there is room for.
    pub(super) fn fill(&mut self) {
        let mut hops = self.tree(&self.roots).len();
        while hops < AT_A_TIME
            && let Some(root) = self.later.pop()
        {
            hops += self.tree(&[root]).len();
            self.roots.push(root);
        }
    }

    /// The hops that are looked at, each before those that continue it.
    pub(in crate::flow::matching) fn looked_at(&self) -> Vec<usize> {
        self.tree(&self.roots)
    }

    /// These hops and all that continue them.
    pub(in crate::flow::matching) fn tree(&self, roots: &[usize]) -> Vec<usize> {
        let mut hops = roots.to_vec();
        let mut at = 0;
        while let Some(hop) = hops.get(at) {
            hops.extend(&self.hops[*hop].children);
            at += 1;
        }
        hops
    }

    /// Whether none of these hops is in the first half of what is looked at, and more follows: what begins so late may go on there.
    pub(in crate::flow::matching) fn may_go_on(&self, hops: &[HopId]) -> bool {
        if self.later.is_empty() {
            return false;
        }
        let with_one = self.roots_of(hops);
        let mut first = self.first_half().iter();
        !first.any(|root| with_one.contains(root))
    }

    /// Leaves the first half of what is looked at behind, if more follows.
    pub(in crate::flow::matching) fn go_on(&mut self) -> bool {
        if self.later.is_empty() {
            return false;
        }
        self.roots.drain(..self.first_half().len());
        self.fill();
        true
    }

    /// Trees that end with a challenge, where the next request is one of these and does not; nor one to which somebody else asked for
    /// credentials before (RFC 3261 22.1).
    fn asked_before(&self, taken: &[usize]) -> Vec<usize> {
        let key = |root: &usize| {
            let one = &self.hops[*root];
            (one.call_id, one.hop.method_name(), one.hop.cseq())
        };
        let is_challenge = |root: &&usize| {
            let status = self.hops[**root].hop.status();
            status.is_some_and(|status| CHALLENGES.contains(&status))
        };
        let taken: BTreeSet<usize> = taken.iter().copied().collect();
        let mut sorted = self.roots.clone();
        sorted.sort_by_cached_key(key);
        let mut asked = Vec::new();
        let mut next = None;
        let mut realms: BTreeSet<Option<Vec<u8>>> = BTreeSet::new();
        for attempt in sorted.chunk_by(|one, other| key(one) == key(other)).rev() {
            let (call_id, method, _) = key(&attempt[0]);
            let mut answered = attempt.iter().filter(|root| !is_challenge(root));
            if answered.any(|root| taken.contains(root)) {
                realms.clear();
                next = Some((call_id, method));
                continue;
            }
            let challenges: Vec<usize> = attempt.iter().filter(is_challenge).copied().collect();
            let realm = challenges.first().map(|root| self.realm(*root));
            // Who asks for what was sent already, or does not say for what, refuses.
            let is_new = realm.is_some_and(|realm| {
                let is_first = realms.is_empty();
                let is_said = realm.is_some();
                realms.insert(realm) && (is_first || is_said)
            });
            next = next.filter(|next| *next == (call_id, method) && is_new);
            if next.is_some() {
                asked.extend(challenges.iter().filter(|root| !taken.contains(*root)));
            }
        }
        asked
    }

    /// Where the credentials are good for that the answer to a hop asks for.
    fn realm(&self, hop: usize) -> Option<Vec<u8>> {
        let mut answers = self.hops[hop].responses.iter();
        answers.find_map(|answer| {
            let sip = self.sip(answer.id())?;
            let fields = [Name::WwwAuthenticate, Name::ProxyAuthenticate];
            let mut asked = fields.into_iter().flat_map(|name| sip.auths(name));
            asked.find_map(|one| Some(one.params.value("realm")?.bytes().to_vec()))
        })
    }

    /// Does not look at these trees any more, since flows have a part of them.
    pub(super) fn leave(&mut self, roots: &[usize]) {
        for hop in self.tree(roots) {
            self.taken.insert(self.hops[hop].hop.id());
        }
    }

    /// Whether a flow that was found has a hop, or another one of its tree.
    pub(in crate::flow::matching) fn is_taken(&self, hop: HopId) -> bool {
        self.taken.contains(&hop)
    }

    fn first_half(&self) -> &[usize] {
        &self.roots[..self.roots.len().div_ceil(2)]
    }

    /// The trees that have one of these hops.
    fn roots_of(&self, hops: &[HopId]) -> BTreeSet<usize> {
        let numbers = hops.iter().filter_map(|hop| self.numbers.get(hop));
        numbers.map(|hop| self.hops[*hop].root).collect()
    }

    /// Leaves out trees that have one of these hops, and what was refused before for want of credentials; gives the first messages of
    /// the hops of the former.
    pub(in crate::flow::matching) fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        let with_one = self.roots_of(hops);
        let (taken, kept): (Vec<usize>, Vec<usize>) =
            self.roots.iter().partition(|root| with_one.contains(root));
        let asked = self.asked_before(&taken);
        self.leave(&taken);
        self.leave(&asked);
        self.roots = kept;
        self.roots.retain(|root| !asked.contains(root));
        self.fill();
        let taken = self.tree(&taken).into_iter();
        taken.map(|hop| self.hops[hop].first_message).collect()
    }
}
