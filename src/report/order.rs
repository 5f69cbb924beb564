//! In which order the messages of a call are told. Where times tell nothing, because they are equal or missing, the order of the
//! inputs is that of their links at most; then what was passed on stands behind what came in, and the hops of a journey stay
//! together.

use std::collections::BTreeMap;

use super::Times;
use crate::trace::{Call, Message};

/// The messages of calls, causes first.
pub(super) fn in_order<'a>(calls: &[Call<'a>], times: &Times) -> Vec<Message<'a>> {
    let messages = calls.iter().flat_map(|call| call.messages());
    let mut messages: Vec<_> = messages.collect();
    if calls.len() > 1 {
        messages.sort_by_key(|message| message.id());
    }
    let causes = causes(&messages, times);
    let order = causes_first(&causes);
    let mut messages: Vec<_> = messages.into_iter().map(Some).collect();
    let all = order.into_iter();
    all.filter_map(|place| messages[place].take()).collect()
}

/// What stands in front of each message: the one before it on its hop, and what it is passed on from, unless that is later.
fn causes(messages: &[Message<'_>], times: &Times) -> Vec<Vec<usize>> {
    let places: BTreeMap<_, _> = messages.iter().map(Message::id).zip(0..).collect();
    let mut latest = BTreeMap::new();
    let mut all = Vec::with_capacity(messages.len());
    for (place, message) in messages.iter().enumerate() {
        let relays = message.relays().into_iter();
        let came_in = relays.filter(|relay| relay.after.id() == message.id());
        let later = |cause: &Message<'_>| {
            let since = times.since(message, cause);
            since.is_some_and(|(nanos, _)| nanos > 0)
        };
        let came_in = came_in.filter(|relay| !later(&relay.before));
        let came_in = came_in.filter_map(|relay| places.get(&relay.before.id()).copied());
        let before = latest.insert(message.hop().id(), place);
        all.push(before.into_iter().chain(came_in).collect());
    }
    all
}

/// All places in their order, but each behind its causes. Where causes go round in a circle the order decides.
fn causes_first(causes: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(causes.len());
    let mut reached = vec![false; causes.len()];
    for first in 0..causes.len() {
        let mut waiting = Vec::new();
        let mut next = (!reached[first]).then_some(first);
        loop {
            if let Some(place) = next.take() {
                reached[place] = true;
                waiting.push((place, causes[place].iter()));
            }
            let Some((place, rest)) = waiting.last_mut() else {
                break;
            };
            next = rest.find(|cause| !reached[**cause]).copied();
            if next.is_none() {
                order.push(*place);
                waiting.pop();
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::causes_first;

    #[test]
    fn causes_stand_in_front_and_all_else_stays() {
        assert_eq!(causes_first(&[vec![], vec![], vec![0]]), [0, 1, 2]);
        assert_eq!(
            causes_first(&[vec![3], vec![], vec![1], vec![2]]),
            [1, 2, 3, 0]
        );
        assert_eq!(causes_first(&[vec![1], vec![0], vec![]]), [1, 0, 2]);
        let long: Vec<_> = (1..100_000)
            .map(|next| vec![next])
            .chain([vec![]])
            .collect();
        assert_eq!(causes_first(&long).first(), Some(&99_999));
    }
}
