//! Nodes are the same whatever the order of the inputs.

use proptest::prelude::*;
use sipscope::trace::Trace;

use crate::nodes::scene::{Scene, joins, members, request, roles, traced};
use crate::support::captures::Record;

const HOSTS: [&str; 5] = [
    "192.0.2.1:5060",
    "192.0.2.1:41000",
    "192.0.2.10:5060",
    "10.0.0.9:5060",
    "198.51.100.2:5070",
];
const NAMES: [&str; 5] = [
    "192.0.2.1",
    "p.example.org",
    "q.example.org:5070",
    "localhost",
    "10.0.0.9",
];

/// Who sends to whom, naming whom, in which call.
fn scene(steps: &[(usize, usize, usize, usize, bool)]) -> Scene {
    let mut scene = Scene::default();
    for (number, (from, to, name, call, relays)) in steps.iter().enumerate() {
        let below = format!("192.0.2.77 {call}");
        let top = format!("{} {number}", NAMES[*name]);
        let vias: &[&str] = if *relays { &[&top, &below] } else { &[&below] };
        // Two messages with the same bytes in two inputs could be one seen twice, and then clocks count.
        let id = format!("Call-ID: {call}");
        let subject = format!("Subject: {number}");
        scene.udp(
            HOSTS[*from],
            HOSTS[*to],
            &request("INVITE", vias, &[&id, &subject]),
        );
    }
    scene
}

fn told(trace: &Trace) -> String {
    format!("{:?} {:?} {:?}", members(trace), joins(trace), roles(trace))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_the_inputs_does_not_matter(
        steps in prop::collection::vec((0..5usize, 0..5usize, 0..5usize, 0..3usize, any::<bool>()), 1..12),
        places in prop::collection::vec(0..3usize, 12),
    ) {
        let all = scene(&steps).records;
        let mut parts: [Vec<Record>; 3] = Default::default();
        for (record, place) in all.iter().zip(&places) {
            parts[*place].push(record.clone());
        }
        let [one, two, three] = &parts;
        let first = told(&traced(&[one, two, three], ""));
        prop_assert_eq!(&first, &told(&traced(&[three, one, two], "")));
        prop_assert_eq!(&first, &told(&traced(&[two, three, one], "")));
        // Capture points tell private addresses apart that call themselves differently in each. Whose clocks nothing compares, of
        // these a message may stand behind one that it seems to continue: the nodes are the same, in another order.
        if steps.iter().all(|(from, ..)| !HOSTS[*from].starts_with("10.")) {
            let sorted = |trace: &Trace| {
                let (mut members, mut roles) = (members(trace), roles(trace));
                members.sort_unstable();
                roles.sort_unstable();
                (members, roles)
            };
            let (apart, together) = (traced(&[one, two, three], ""), traced(&[&all], ""));
            prop_assert_eq!(sorted(&apart), sorted(&together));
        }
    }
}
