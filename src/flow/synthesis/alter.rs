//! What is done to a flow that was played: steps that are lost, seen twice, out of order, or broken.

use super::breaks::{self, Change};
use super::message::Message;
use super::places::Places;
use super::{Event, Options, Player};
use crate::flow::Template;

/// Something that is done to a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alteration {
    /// The message of a step is not there.
    Drop(usize),
    /// The message of a step is there twice: the same packet.
    Duplicate(usize),
    /// The messages of two steps change places in time.
    Swap(usize, usize),
    /// A rule is violated at a step.
    Break(&'static str, usize),
}

/// When the second of two packets that are the same follows the first.
const AGAIN: i64 = 100_000;

/// Plays a flow once, with all that is done to it.
pub(super) fn play(
    template: &Template,
    places: &Places,
    options: &Options,
    run: u64,
) -> Vec<Event> {
    let broken = options.alterations.iter().filter_map(|one| match one {
        Alteration::Break(code, step) => Some((breaks::find(code)?, *step)),
        _ => None,
    });
    let broken: Vec<_> = broken.collect();
    let change = |step: usize, message: &mut Message, before: Option<&Message>| {
        for (one, at) in &broken {
            if let Change::Message(change) | Change::Both(change, _) = one.change
                && *at == step
            {
                change(message, before);
            }
        }
    };
    let player = Player::new(template, places, options, run);
    let mut events = player.play(Some(&change)).events;
    for (one, at) in &broken {
        match one.change {
            Change::Message(_) => {}
            Change::Bytes(change) => {
                let of_step = events.iter_mut().filter(|event| event.step == *at);
                for event in of_step {
                    change(&mut event.bytes);
                }
            }
            Change::Events(change) | Change::Both(_, change) => change(template, &mut events, *at),
        }
    }
    alter(&mut events, &options.alterations);
    events.sort_by_key(|event| event.time);
    events
}

/// Drops, duplicates and swaps messages.
pub fn alter(events: &mut Vec<Event>, alterations: &[Alteration]) {
    for one in alterations {
        match one {
            Alteration::Drop(step) => events.retain(|event| event.step != *step),
            Alteration::Duplicate(step) => {
                if let Some(position) = events.iter().position(|event| event.step == *step) {
                    let mut again = events[position].clone();
                    again.time += AGAIN;
                    events.insert(position + 1, again);
                }
            }
            Alteration::Swap(one, other) => {
                let mut places =
                    [*one, *other].map(|step| events.iter().position(|event| event.step == step));
                if let [Some(one), Some(other)] = &mut places {
                    let time = events[*one].time;
                    events[*one].time = events[*other].time;
                    events[*other].time = time;
                    events.swap(*one, *other);
                }
            }
            Alteration::Break(..) => {}
        }
    }
}
