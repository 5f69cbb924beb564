//! What a dialog is known by: the tags of its ends and its Call-ID, as the request that made it and the answers to that have them. Where
//! these do not agree, or nobody saw them, all messages of the dialog tell.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use super::Judge;
use crate::flow::matching::tags::Tagged;
use crate::flow::template::What;
use crate::trace::MessageId;

/// What is known of the dialogs of a flow.
#[derive(Default)]
pub(super) struct Established {
    /// The tag of each actor in each dialog.
    pub(super) tags: BTreeMap<Tagged, Vec<u8>>,
    /// The Call-ID of each dialog.
    pub(super) call_ids: BTreeMap<usize, Vec<u8>>,
}

/// Messages with one value: how many of those that made the dialog, how many of those that one of its two ends wrote, and the first.
type Vote = (usize, usize, Reverse<MessageId>);

/// The values of something, and who has them.
struct Votes<K>(BTreeMap<K, BTreeMap<Vec<u8>, Vote>>);

impl<K: Ord + Hash> Votes<K> {
    fn add(&mut self, of: K, value: Vec<u8>, message: MessageId, [made, own]: [bool; 2]) {
        let values = self.0.entry(of).or_default();
        let vote = values.entry(value).or_insert((0, 0, Reverse(message)));
        vote.0 += usize::from(made);
        vote.1 += usize::from(own);
    }

    fn decided(self) -> BTreeMap<K, Vec<u8>> {
        let decided = self.0.into_iter();
        decided
            .filter_map(|(of, values)| Some((of, decided_among(values)?)))
            .collect()
    }
}

/// The value that most of those have which made the dialog, of as many the one that most others have, and of these the earliest. One
/// message that all others contradict is the one that is wrong.
fn decided_among(values: BTreeMap<Vec<u8>, Vote>) -> Option<Vec<u8>> {
    let is_alone = |vote: &Vote| vote.0 == 1 && vote.1 <= 1;
    let by_number: Vec<_> = values.iter().collect();
    if let [(value, all), (other, of_other)] = by_number[..] {
        for (alone, (value, others)) in [(all, (other, of_other)), (of_other, (value, all))] {
            if is_alone(alone) && others.0 == 0 && others.1 > 1 {
                return Some(value.clone());
            }
        }
    }
    let best = values.into_iter().max_by_key(|(_, vote)| *vote);
    best.map(|(value, _)| value)
}

impl Judge<'_, '_> {
    pub(super) fn established(&self) -> Established {
        let made = self.made_by();
        let mut tags = Votes(BTreeMap::new());
        let mut call_ids = Votes(BTreeMap::new());
        for (step, message) in self.messages.iter().enumerate() {
            let Some(message) = *message else { continue };
            let origin = self.origin_of(step);
            let votes = [made.contains(&step), origin == step];
            // Who answers in other names than the request has says nothing of its own dialog.
            let wrong = self.of_request(step, message);
            let is_wrong = |what: &str| wrong.iter().any(|one| one.what == what);
            for (what, end, tag) in self.tags_as(origin, step, message) {
                if let Some(tag) = tag.filter(|_| !is_wrong(what)) {
                    tags.add(end, tag, message, votes);
                }
            }
            let call_id = self.scene.values(message, "Call-ID").unwrap_or_default();
            if let (Some(dialog), [call_id]) = (self.template.dialog_of(step), &call_id[..]) {
                call_ids.add(dialog, call_id.as_bytes().to_vec(), message, votes);
            }
        }
        Established {
            tags: tags.decided(),
            call_ids: call_ids.decided(),
        }
    }

    /// The steps of the requests that made the dialogs, and of their answers, on all their ways.
    fn made_by(&self) -> BTreeSet<usize> {
        let mut made: BTreeMap<usize, usize> = BTreeMap::new();
        let seen = self.plan.roots.iter().copied();
        let seen = seen.filter(|root| self.assignment.contains_key(root));
        for root in seen.filter(|root| self.plan.hops[*root].begins) {
            let request = self.plan.hops[root].request;
            let Some(dialog) = self.template.dialog_of(request) else {
                continue;
            };
            // What is refused makes none: that with other credentials does.
            let has_tags = |root: usize| self.plan.tags[self.plan.hops[root].request][0].is_some();
            let first = made.entry(dialog).or_insert(root);
            if has_tags(root) && !has_tags(*first) {
                *first = root;
            }
        }
        let hops = made
            .into_values()
            .flat_map(|root| self.plan.below(root).into_iter().chain([root]));
        let steps = hops.flat_map(|hop| {
            let hop = &self.plan.hops[hop];
            hop.responses.iter().copied().chain([hop.request])
        });
        steps.collect()
    }

    /// The step whose message is passed on as that of a step.
    fn origin_of(&self, step: usize) -> usize {
        let mut origin = step;
        while let Some(from) = match &self.template.steps[origin].what {
            What::Request(request) => request.relays,
            What::Response(response) => response.relays,
            _ => None,
        } {
            origin = from;
        }
        origin
    }
}
