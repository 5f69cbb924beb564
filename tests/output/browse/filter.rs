//! Words that leave only some calls of the list, and how they are given up.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use sipscope::trace::read_node_file;
use sipscope::tui::Want;

use super::{Opened, Read};

const CALL: &str = "samples/call.pcap";
/// Two calls that begin with INVITE, a registration that is challenged first, and a subscription.
const ALL: [&str; 3] = [
    CALL,
    "samples/flows/ims-registration.pcapng",
    "samples/flows/ims-presence-subscribe.pcapng",
];

/// Calls that have these words, by the title of the list.
fn with(opened: &mut Opened, words: &str) -> usize {
    opened.keys(&format!(":filter {words}\n"));
    let seen = opened.seen();
    let count = seen
        .strip_prefix(" sipscope  ")
        .and_then(|rest| rest.split(' ').next());
    count.unwrap().parse().unwrap()
}

#[test]
fn a_call_is_known_by_methods_statuses_and_ends_of_all_its_hops() {
    let mut opened = Opened::of(&ALL, 120, 24);
    for (words, count) in [
        ("invite", 2),
        ("register", 1),
        ("SUBSCRIBE", 1),
        ("notify", 1),
        ("bye ack", 2),
        ("invite register", 0),
        ("publish", 0),
        // The challenge of the registration.
        ("401", 1),
        // The callee of the second call, which its first message does not go to.
        ("10.128.0.2", 1),
        ("+49301", 2),
    ] {
        assert_eq!(with(&mut opened, words), count, "{words}");
    }
}

#[test]
fn a_call_is_known_by_the_labels_of_its_nodes() {
    let hints = "[[node]]\nlabel = \"Gateway West\"\naddresses = [\"10.128.0.1\"]\n";
    let mut opened = Opened::of(&[CALL], 120, 24);
    opened.read = Read::of(&[CALL], read_node_file(hints).unwrap());
    opened.app.opened(opened.read.world());
    assert_eq!(with(&mut opened, "gateway west"), 1);
    assert_eq!(with(&mut opened, "gateway east"), 0);
}

/// What options of commands ask for, words ask for by the same names.
#[test]
fn words_with_a_name_ask_for_one_thing() {
    let mut opened = Opened::of(&ALL, 120, 24);
    for (words, count) in [
        ("method:register", 1),
        // Not what only begins like a method.
        ("method:regist", 0),
        ("status:401", 1),
        // The challenge was answered.
        ("status:4xx", 0),
        ("status:5xx", 0),
        ("from:+49301", 2),
        ("to:+49301", 0),
        ("node:10.128.0.1", 1),
        ("node:10.128.0", 0),
        ("call-id:c8aea", 1),
        // In the SDP of all messages that carry one, in any case; and in a header field of one call.
        ("GREP:AMR-wb", 0),
        ("grep:AMR-wb", 2),
        ("grep:8D9B2C287C27", 1),
        ("method:invite grep:8d9b2c287c27 status:200", 1),
        // An address is no name.
        ("10.64.0.1:5060", 1),
    ] {
        assert_eq!(with(&mut opened, words), count, "{words}");
    }
}

/// As it was before the line was opened: all calls, or those with other words.
#[test]
fn esc_gives_up_what_is_typed_of_a_filter() {
    let mut opened = Opened::of(&[CALL], 120, 24);
    opened.keys("j");
    let before = opened.pictured();
    for words in ["30100000002", "nobody"] {
        opened.keys(&format!("F{words}"));
        assert_ne!(opened.pictured(), before, "{words}");
        assert!(opened.press(KeyCode::Esc).is_none());
        assert_eq!(opened.pictured(), before, "{words}");
    }
    opened.keys("F30100000002\n");
    let before = opened.pictured();
    let title = " sipscope  1 of 2 calls with \"30100000002\"\n";
    assert!(opened.seen().starts_with(title), "{before}");
    opened.keys("F nobody");
    assert!(opened.seen().starts_with(" sipscope  0 of 2 calls"));
    opened.press(KeyCode::Esc);
    assert_eq!(opened.pictured(), before);
}

/// On the list, once nothing lies on it; q leaves at once.
#[test]
fn esc_shows_all_calls_again_before_it_leaves() {
    let mut opened = Opened::of(&[CALL], 120, 24);
    opened.keys("F30100000002\n\n");
    assert!(opened.seen().starts_with(" sipscope  Call 2"));
    assert!(opened.press(KeyCode::Esc).is_none());
    assert!(opened.seen().starts_with(" sipscope  1 of 2 calls with"));
    assert!(opened.press(KeyCode::Esc).is_none());
    // The call that was selected still is.
    let seen = opened.pictured();
    assert!(seen.starts_with("> sipscope  2 of 2 calls\n"), "{seen}");
    let selected = seen.lines().find(|line| line.starts_with(">       2 "));
    assert!(selected.is_some(), "{seen}");
    assert!(matches!(opened.press(KeyCode::Esc), Some(Want::Quit)));
    let mut opened = Opened::of(&[CALL], 120, 24);
    opened.keys("F30100000002\n");
    assert!(matches!(opened.keys("q"), Some(Want::Quit)));
}

/// Types while what the list is to be is still found out beside the screen.
fn at_once(opened: &mut Opened, text: &str) -> Option<Want> {
    let mut last = None;
    for character in text.chars() {
        let code = match character {
            '\n' => KeyCode::Enter,
            other => KeyCode::Char(other),
        };
        last = opened.app.key(KeyEvent::new(code, KeyModifiers::NONE));
    }
    last
}

/// A part of the calls that have the words, or calls in another order, would be taken for all of them.
#[test]
fn the_list_is_not_saved_before_it_is_known() {
    let refused = "\nstill finding out what is listed: save once it is done\n";
    for keys in ["Fgrep:INVITE\n", ":filter INVITE\n", "z"] {
        for save in [":save x.csv\n", "s"] {
            let mut opened = Opened::of(&[CALL], 80, 24);
            at_once(&mut opened, keys);
            let want = at_once(&mut opened, save);
            assert!(want.is_none(), "{keys:?}: {want:?}");
            assert!(opened.seen().ends_with(refused), "{}", opened.seen());
            // By now it is known.
            let Some(Want::SaveCalls(calls, _)) = opened.keys(":save x.csv\n") else {
                panic!("{keys:?}: nothing is saved");
            };
            assert_eq!(calls.len(), 2, "{keys:?}");
        }
    }
    // What is marked is known, and so is what another screen shows.
    let mut opened = Opened::of(&[CALL], 80, 24);
    at_once(&mut opened, " z");
    match at_once(&mut opened, ":save x.csv\n") {
        Some(Want::SaveCalls(calls, _)) => assert_eq!(calls.len(), 1),
        other => panic!("{other:?}"),
    }
    let mut opened = Opened::of(&[CALL], 80, 24);
    let want = at_once(&mut opened, "zi:save x.txt\n");
    assert!(matches!(want, Some(Want::SaveText(..))), "{want:?}");
}
