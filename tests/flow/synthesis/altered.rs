//! Flows of which something is lost, doubled or out of order.

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Alteration, Options};
use sipscope::flow::template;

use crate::synthesis::play::{audited, events, options};

fn altered(alteration: Alteration) -> Options {
    Options {
        alterations: vec![alteration],
        ..options(Transport::Udp)
    }
}

#[test]
fn steps_are_dropped_doubled_and_swapped() {
    let call = template("rfc3665-two-proxies").unwrap();
    let step = |number| call.step(number).unwrap();
    let all = events(&call, &options(Transport::Udp));
    let steps = |options: &Options| -> Vec<usize> {
        let events = events(&call, options);
        assert!(events.is_sorted_by_key(|event| event.time));
        events.iter().map(|event| event.step).collect()
    };
    let plain: Vec<_> = all.iter().map(|event| event.step).collect();

    let dropped = steps(&altered(Alteration::Drop(step("F9"))));
    let without: Vec<_> = plain
        .iter()
        .copied()
        .filter(|one| *one != step("F9"))
        .collect();
    assert_eq!(dropped, without);

    let doubled = altered(Alteration::Duplicate(step("F9")));
    assert_eq!(steps(&doubled).len(), plain.len() + 1);
    // The same packet twice is one message.
    let (seen, found) = audited(&call, &doubled);
    assert_eq!((seen, found.len()), (plain.len(), 0), "{found:?}");

    let swapped = steps(&altered(Alteration::Swap(step("F9"), step("F12"))));
    let expected = plain.iter().map(|one| match *one {
        one if one == step("F9") => step("F12"),
        one if one == step("F12") => step("F9"),
        one => one,
    });
    assert_eq!(swapped, expected.collect::<Vec<_>>());
}
