//! What is a step of one flow is not one of another: gives what several flows found to the one that explains most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::find::{Flow, Flows, Found, Passed};
use super::scene::Taken;
use crate::trace::{CallId, HopId, Trace};

/// What is chosen among, the best first.
enum Next {
    /// A flow, found when its call was looked into for so many times.
    Flow(Box<Flow>, usize),
    /// A call, without these hops.
    Again(CallId, Vec<HopId>),
}

/// The flows of a trace, one after the other.
struct Queue {
    /// A call is looked into again after all flows that explain as much as what was better in it. What is found then stands where
    /// that stood which it takes the place of: before what comes after it is looked for among the rest. Of flows that explain as much
    /// the one of fewer calls is first.
    next: BTreeMap<(Reverse<i64>, bool, usize, usize, usize), Next>,
    numbers: usize,
    /// How often each call was looked into again.
    rounds: BTreeMap<CallId, usize>,
}

impl Queue {
    fn add(&mut self, score: i64, next: Next, place: Option<usize>) {
        let (is_again, calls) = match &next {
            Next::Flow(flow, _) => (false, flow.0.calls.len()),
            Next::Again(..) => (true, 0),
        };
        self.numbers += 1;
        let place = place.unwrap_or(self.numbers);
        self.next
            .insert((Reverse(score), is_again, calls, place, self.numbers), next);
    }

    fn add_flows(&mut self, flows: Vec<Flow>, round: usize, place: Option<usize>) {
        for flow in flows {
            let score = flow.0.score;
            self.add(score, Next::Flow(Box::new(flow), round), place);
        }
    }

    /// What was found of a call now takes the place of what was found before.
    fn add_again(&mut self, call: CallId, found: Flows, without: Vec<HopId>, place: usize) {
        let round = self.rounds.entry(call).or_default();
        *round += 1;
        let round = *round;
        self.add_flows(found.flows, round, Some(place));
        if let Some(passed) = found.passed {
            let hops = passed.hops.into_iter().chain(without).collect();
            self.add(passed.score, Next::Again(call, hops), Some(place));
        }
    }

    fn is_outdated(&self, call: Option<CallId>, round: usize) -> bool {
        let last = call.and_then(|call| self.rounds.get(&call));
        last.is_some_and(|last| round < *last)
    }
}

/// What is a step of a flow that explains more is not one of another. Who lost some to it is looked for once more `among_the_rest`, and
/// is told however little it is: of several that look the same each flow has one. So is what begins with a call in which a flow of later ones
/// was better, as long as each time another of them is.
pub(super) fn without_shared(
    trace: &Trace,
    found: Vec<Flow>,
    passed: Vec<(CallId, Passed)>,
    mut among_the_rest: impl FnMut(CallId, &Taken, Option<usize>) -> io::Result<Flows>,
) -> io::Result<Vec<Found>> {
    let mut queue = Queue {
        next: BTreeMap::new(),
        numbers: 0,
        rounds: BTreeMap::new(),
    };
    queue.add_flows(found, 0, None);
    for (call, one) in passed {
        queue.add(one.score, Next::Again(call, one.hops), None);
    }
    let mut taken = Taken::default();
    let mut again: BTreeSet<CallId> = BTreeSet::new();
    let mut kept: BTreeMap<(Option<CallId>, usize), Found> = BTreeMap::new();
    while let Some(((.., place, number), next)) = queue.next.pop_first() {
        let (one, hops, round) = match next {
            Next::Flow(flow, round) => (flow.0, flow.1, round),
            Next::Again(call, without) => {
                let mut own = trace.call(call).into_iter().flat_map(|call| call.hops());
                if own.any(|hop| !taken.contains(&hop.id())) {
                    let added = without.iter().filter(|hop| taken.insert(**hop));
                    let added: Vec<HopId> = added.copied().collect();
                    let found = among_the_rest(call, &taken, None)?;
                    added.iter().for_each(|hop| {
                        taken.remove(hop);
                    });
                    queue.add_again(call, found, without, place);
                }
                continue;
            }
        };
        let call = one.calls.first().copied();
        if queue.is_outdated(call, round) {
            continue;
        }
        if !hops.iter().any(|hop| taken.contains(hop)) {
            taken.extend(hops);
            kept.insert((call, number), one);
            continue;
        }
        let mut own = call.and_then(|call| trace.call(call)).into_iter();
        let is_left = own.any(|call| call.hops().any(|hop| !taken.contains(&hop.id())));
        if let Some(call) = call.filter(|_| is_left)
            && again.insert(call)
        {
            let found = among_the_rest(call, &taken, Some(one.template))?;
            queue.add_again(call, found, Vec::new(), place);
        }
    }
    Ok(kept.into_values().collect())
}
