//! What does not matter: the order of frames in a file and of files, how a trace is cut into files, the number of threads. And
//! what must not happen when something is missing.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sipscope::trace::{Call, Hints};

use super::calls::{cancelled, through_two_proxies};
use super::causes::registration;
use super::dialogs::forked_subscribe;
use super::equal_call_ids::{kept_by_a_b2bua, of_strangers, started_again};
use super::forks::{answered_twice, without_branch};
use super::journeys::{behind_nat, hidden, spiral, two_addresses};
use super::legs::charged_legs;
use super::odd::{without_call_id, without_via};
use super::retransmissions::sent_again;
use super::scenario::{MS, Net, Packet};
use super::sound::{assert_sound, assert_sound_dialogs};
use super::told::Told;

fn basic() -> Net {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    through_two_proxies(&mut net, "basic", 0);
    net
}

/// What goes on in a network at the same time. All packets have times and identifications of their own.
fn town(scenarios: &[fn() -> Net]) -> Net {
    let mut town = basic();
    for (number, scenario) in (1..).zip(scenarios) {
        let packets = scenario().packets;
        let moved = packets.iter().map(|packet| packet.later(number * 137 * MS));
        town.packets.extend(moved);
    }
    town.packets.sort_by_key(|packet| packet.at);
    for (number, packet) in (1..).zip(&mut town.packets) {
        packet.at += i64::from(number) * 1000;
        packet.id = number;
    }
    town
}

/// In these every message says itself where it belongs.
const CERTAIN: [fn() -> Net; 11] = [
    cancelled,
    answered_twice,
    sent_again,
    spiral,
    hidden,
    forked_subscribe,
    charged_legs,
    without_via,
    without_call_id,
    of_strangers,
    kept_by_a_b2bua,
];

fn whole_town() -> Net {
    let mut all = CERTAIN.to_vec();
    all.extend([
        without_branch as fn() -> Net,
        behind_nat,
        two_addresses,
        registration,
        started_again,
    ]);
    town(&all)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn order_files_and_threads_do_not_matter(
        order in Just((0..whole_town().packets.len()).collect::<Vec<_>>()).prop_shuffle(),
        files in 1..5_usize,
        places in proptest::collection::vec(any::<proptest::sample::Index>(), 300),
        threads in proptest::sample::select(vec![1, 2, 5]),
    ) {
        let town = whole_town();
        let mut split = vec![Vec::new(); files];
        for (position, place) in order.iter().zip(&places) {
            split[place.index(files)].push(town.packets[*position].clone());
        }
        prop_assert!(places.len() >= town.packets.len());
        let told = town.told_with(&split, threads, &Hints::default());
        assert_sound(&told.trace);
        prop_assert_eq!(told.everything(), town.told().everything());
    }

    #[test]
    fn copies_change_nothing_but_how_often_a_message_was_seen(
        copied in proptest::collection::vec(any::<bool>(), 300),
    ) {
        let mut town = whole_town();
        let expected = town.told().everything();
        let chosen = town.packets.iter().zip(&copied).filter(|(_, copied)| **copied);
        let copies: Vec<_> = chosen.map(|(packet, _)| packet.later(300)).collect();
        let count = copies.len();
        town.packets.extend(copies);
        let told = town.told();
        assert_sound(&told.trace);
        let twice = told.messages().iter().filter(|line| line.ends_with("*2")).count();
        prop_assert_eq!(twice, count);
        prop_assert_eq!(told.everything().replace("*2", ""), expected);
    }

    /// Whatever is missing, comes again or has a wrong time.
    #[test]
    fn any_packets_at_any_time_give_a_sound_trace(
        chosen in proptest::collection::vec((any::<proptest::sample::Index>(), -40_000..40_000_i64, 1..4_usize), 0..200),
    ) {
        let town = whole_town();
        let mut files = vec![Vec::new(); 3];
        for (which, later, file) in chosen {
            let packet = which.get(&town.packets);
            files[file - 1].push(packet.later(later * MS));
        }
        let told = town.told_of(&files);
        assert_sound(&told.trace);
        assert_sound_dialogs(&told.states());
    }
}

/// Threads get more than a thousand messages at a time: here they have to share.
#[test]
fn each_of_many_calls_is_told_as_it_is_alone() {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    for number in 0..150 {
        through_two_proxies(&mut net, &format!("call-{number}"), number * 300);
    }
    let journeys = |call: Call<'_>| -> Vec<_> {
        let hops = call.journeys().into_iter();
        let told = hops.map(|(hop, depth)| {
            (
                hop.method_name(),
                depth,
                hop.status(),
                hop.messages().count(),
            )
        });
        told.map(|told| format!("{told:?}")).collect()
    };
    let alone = basic();
    let alone = alone.told();
    let expected = journeys(alone.trace.calls().next().unwrap());
    let mut first = None;
    for threads in [1, 2, 5] {
        let told = net.told_with(&[net.packets.clone()], threads, &Hints::default());
        assert!(told.trace.messages().len() > 3000);
        assert_sound(&told.trace);
        let calls: Vec<_> = told.trace.calls().map(journeys).collect();
        assert_eq!(calls, vec![expected.clone(); 150]);
        let dialogs = told.trace.dialogs().map(|dialog| dialog.hops().count());
        assert_eq!(dialogs.collect::<Vec<_>>(), [12; 150]);
        let everything = told.everything();
        assert_eq!(*first.get_or_insert_with(|| everything.clone()), everything);
    }
}

/// Which message, hop and call each packet is in, by its time.
fn places(told: &Told<'_>) -> BTreeMap<i64, [usize; 3]> {
    let mut places = BTreeMap::new();
    for message in told.trace.messages() {
        let hop = message.hop();
        let numbers = [
            message.id().number(),
            hop.id().number(),
            hop.call().id().number(),
        ];
        for sighting in message.sightings() {
            places.insert(sighting.time().unwrap().nanos(), numbers);
        }
    }
    places
}

/// Whatever is one in the smaller trace is one in the whole. Peers without branches are left out: of theirs, only the 2xx tells
/// whether an ACK belongs to the transaction of the INVITE. So is address translation: with one of two requests of the same
/// transaction gone, a response to it answers the other.
#[test]
fn a_missing_packet_joins_nothing() {
    let town = town(&CERTAIN);
    let told = town.told();
    assert_sound(&told.trace);
    let before = places(&told);
    assert_eq!(before.len(), town.packets.len());
    for missing in 0..town.packets.len() {
        let mut packets: Vec<Packet> = town.packets.clone();
        packets.remove(missing);
        let told = town.told_of(&[packets]);
        assert_sound(&told.trace);
        let after = places(&told);
        for level in 0..3 {
            let mut joined: BTreeMap<usize, usize> = BTreeMap::new();
            for (time, numbers) in &after {
                let number = before[time][level];
                let known = *joined.entry(numbers[level]).or_insert(number);
                assert_eq!(known, number, "without packet {missing}, level {level}");
            }
        }
    }
}
