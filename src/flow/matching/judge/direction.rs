//! Messages that went the wrong way: who should get one sent it, and who should send it got it.

use std::collections::BTreeMap;

use super::{Deviation, Judge};
use crate::base::Endpoint;
use crate::trace::MessageId;

/// Where each actor is on most messages, as far as that is clear: its host, and there its port.
pub(super) struct Usual {
    hosts: BTreeMap<usize, Endpoint>,
    ports: BTreeMap<usize, Endpoint>,
}

impl Judge<'_, '_> {
    /// Where the actors are.
    pub(super) fn usual(&self) -> Usual {
        let mut hosts: BTreeMap<(usize, Endpoint), usize> = BTreeMap::new();
        let mut ports = hosts.clone();
        for (step, message) in self.template.steps.iter().zip(&self.messages) {
            let Some(places) = message.and_then(|message| self.places(message)) else {
                continue;
            };
            for (actor, place) in [step.from, step.to].into_iter().zip(places) {
                *hosts.entry((actor, host(place))).or_default() += 1;
                *ports.entry((actor, place)).or_default() += 1;
            }
        }
        Usual {
            hosts: clear(hosts),
            ports: clear(ports),
        }
    }

    /// Addresses tell, since the nodes of a trace are made of them: one that sends as another does is one with it. Where the two
    /// cannot be told apart, an answer does not go where its request went.
    pub(super) fn direction(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let one = &self.template.steps[step];
        let [source, destination] = self.places(message)?;
        let usual = self.usual.as_ref()?;
        let (usual, of): (_, fn(Endpoint) -> Endpoint) = match host(source) == host(destination) {
            true => (&usual.ports, |place| place),
            false => (&usual.hosts, host),
        };
        let ends = [source, destination].map(of);
        let known = [usual.get(&one.from), usual.get(&one.to)];
        let is_wrong = match known[0] == known[1] {
            true => {
                let asked = self.answered(step).and_then(|asked| self.places(asked));
                asked.is_some_and(|asked| asked.map(of) == ends)
            }
            false => known
                .iter()
                .zip([ends[1], ends[0]])
                .all(|(known, other)| known.is_none_or(|known| *known == other)),
        } && ends[0] != ends[1];
        let label = |actor: usize| self.template.actors[actor].label.as_str();
        let (from, to) = (label(one.from), label(one.to));
        is_wrong.then(|| Deviation {
            what: "direction".to_owned(),
            expected: format!("{from} to {to}"),
            got: format!("{to} to {from}"),
        })
    }

    /// From where to where a message went.
    fn places(&self, message: MessageId) -> Option<[Endpoint; 2]> {
        let sighting = self.scene.trace.message(message)?.sighting();
        Some([
            sighting.source()?.endpoint()?,
            sighting.destination()?.endpoint()?,
        ])
    }
}

/// A host, whatever the port.
fn host(place: Endpoint) -> Endpoint {
    Endpoint { port: 0, ..place }
}

/// Where each is on more messages than anywhere else; nothing where two places are as good.
fn clear(counts: BTreeMap<(usize, Endpoint), usize>) -> BTreeMap<usize, Endpoint> {
    let mut best: BTreeMap<usize, (usize, Option<Endpoint>)> = BTreeMap::new();
    for ((actor, place), count) in counts {
        let entry = best.entry(actor).or_default();
        if count > entry.0 {
            *entry = (count, Some(place));
        } else if count == entry.0 {
            entry.1 = None;
        }
    }
    let known = best.into_iter();
    known
        .filter_map(|(actor, (_, place))| Some((actor, place?)))
        .collect()
}
