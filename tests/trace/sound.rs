//! What holds for every trace, whatever was captured.

use std::collections::BTreeSet;

use sipscope::trace::{Call, DialogState, Entry, Hop, Part, Reply, Subject, Trace};

pub fn assert_sound(trace: &Trace) {
    every_sighting_is_of_one_message(trace);
    every_message_is_on_one_hop(trace);
    every_hop_is_in_one_call(trace);
    trace.hops().for_each(assert_order);
    trace.calls().for_each(assert_joined);
    trace.calls().for_each(assert_folded);
    trace.calls().for_each(assert_shapes);
    for dialog in trace.dialogs() {
        assert!(
            dialog
                .hops()
                .all(|hop| hop.call_id() == Some(dialog.call_id()))
        );
        assert!(dialog.hops().next().is_some());
    }
}

/// All that is said of a dialog rests on messages of its own, and an answer comes from the other side behind its offer.
pub fn assert_sound_dialogs(states: &[DialogState<'_>]) {
    for state in states {
        let own = state.dialog.hops().flat_map(|hop| hop.messages());
        let own: BTreeSet<_> = own.map(|message| message.id()).collect();
        let ends = [state.life.session_ended, state.life.ended];
        let ends = ends.into_iter().flatten().map(|ended| ended.message);
        let routes = [&state.routes.caller, &state.routes.callee];
        let routes = routes.into_iter().flatten().map(|set| set.message);
        let targets = state.targets.caller.iter().chain(&state.targets.callee);
        let mut named: Vec<_> = ends.chain(state.life.confirmed_by).chain(routes).collect();
        named.extend(targets.map(|target| target.message));
        named.extend(&state.session.unplaced);
        named.extend(&state.session.untold);
        for exchange in &state.session.exchanges {
            named.push(exchange.offer.message);
            if let Reply::Answered(answer) = &exchange.reply {
                named.push(answer.message);
                assert!(exchange.offer.message < answer.message);
                assert_eq!(exchange.offer.by, answer.by.other());
            }
        }
        assert!(named.iter().all(|message| own.contains(message)));
    }
}

fn every_sighting_is_of_one_message(trace: &Trace) {
    let all = trace.messages().flat_map(|message| message.sightings());
    let mut numbers: Vec<_> = all.map(|sighting| sighting.number()).collect();
    numbers.sort_unstable();
    let expected: Vec<_> = (1..=trace.sightings().len()).collect();
    assert_eq!(numbers, expected);
}

fn every_message_is_on_one_hop(trace: &Trace) {
    let mut seen = BTreeSet::new();
    for hop in trace.hops() {
        for message in hop.messages() {
            assert!(
                seen.insert(message.id()),
                "{:?} is on two hops",
                message.id()
            );
            assert_eq!(message.hop().id(), hop.id());
            if let Subject::Response(_) = message.subject() {
                let of_request = [Part::Request, Part::Retransmission, Part::Ack];
                assert!(!of_request.contains(&message.part()));
                assert_eq!(message.part() == Part::Stray, hop.request().is_none());
            }
        }
    }
    assert_eq!(seen.len(), trace.messages().len());
}

fn every_hop_is_in_one_call(trace: &Trace) {
    let mut seen = BTreeSet::new();
    for call in trace.calls() {
        for hop in call.hops() {
            assert!(seen.insert(hop.id()), "{:?} is in two calls", hop.id());
            assert_eq!(hop.call().id(), call.id());
        }
    }
    assert_eq!(seen.len(), trace.hops().len());
}

/// The request is first, and what a hop continues begins before it, and no hop stands above itself.
fn assert_order(hop: Hop<'_>) {
    if let Some(request) = hop.request() {
        assert_eq!(hop.first_message().id(), request.id());
        assert!(hop.messages().all(|message| message.id() >= request.id()));
    }
    // Where only answers were seen, they may come after what their request became.
    let parent = hop
        .parent()
        .filter(|(parent, _)| parent.request().is_some());
    if let Some((parent, _)) = parent {
        let (above, below) = (parent.first_message().id(), hop.first_message().id());
        assert!(above < below, "{:?} before {:?}", hop.id(), parent.id());
    }
}

/// Every hop stands in one journey or fold.
fn assert_folded(call: Call<'_>) {
    let mut hops = Vec::new();
    for entry in call.folded() {
        match entry {
            Entry::Journey(journey) => hops.extend(journey.iter().map(|(hop, _)| hop.id())),
            Entry::Fold(fold) => {
                assert!(fold.times >= 3 && fold.journeys.len() % fold.times == 0);
                hops.extend(fold.hops().map(|hop| hop.id()));
            }
        }
    }
    hops.sort_unstable();
    let mut all: Vec<_> = call.hops().map(|hop| hop.id()).collect();
    all.sort_unstable();
    assert_eq!(hops, all);
}

/// What shows a shape is of its call, and more than one hop.
fn assert_shapes(call: Call<'_>) {
    for shape in call.shapes() {
        assert!(shape.hops.len() > 1 && !shape.messages.is_empty());
        assert!(shape.hops.iter().all(|hop| hop.call().id() == call.id()));
    }
}

/// As many reasons as it takes to join all Call-IDs, each between two of them or parts of one.
fn assert_joined(call: Call<'_>) {
    let ids: BTreeSet<_> = call.call_ids().collect();
    let edges: Vec<_> = call.edges().collect();
    let between = edges.iter().filter(|edge| edge.call_id != edge.other);
    assert!(between.count() >= ids.len().saturating_sub(1));
    for edge in edges {
        assert!(
            ids.contains(edge.call_id) && ids.contains(edge.other),
            "{edge:?}"
        );
    }
}
