//! What the help of a screen promises its keys do, and what they do not do there they say.

use sipscope::tui::Want;

use super::Opened;

const CALL: &str = "samples/call.pcap";
const FOUND: &str = "samples/documents/numbered-steps.txt";

/// What the help of the screen says of its own keys.
fn help(opened: &mut Opened) -> String {
    opened.keys("?");
    let seen = opened.seen();
    opened.keys("?");
    let (own, _) = seen.split_once("On every screen").unwrap();
    own.to_owned()
}

#[test]
fn of_two_messages_help_promises_what_the_keys_do() {
    let mut opened = Opened::of(&[CALL], 120, 80);
    opened.keys("\n jjjjjjj ");
    let before = opened.seen();
    assert!(
        before.starts_with(" sipscope  Message 1 and message "),
        "{before}"
    );
    let own = help(&mut opened);
    assert!(
        own.starts_with(" sipscope  Keys of two messages\n"),
        "{own}"
    );
    for foreign in [
        "of this hop",
        "one hop",
        "with a finding",
        "into the clipboard",
    ] {
        assert!(!own.contains(foreign), "{foreign}: {own}");
    }
    assert!(own.contains("open the second message"), "{own}");
    let Some(Want::Copy(line)) = opened.keys("y") else {
        panic!("nothing is copied");
    };
    assert_eq!(line.lines().count(), 1, "{line}");
    for key in ["]", "[", "}", "{"] {
        opened.keys(key);
        let seen = opened.seen();
        let told = "\nother messages are reached from a ladder, a message or what a node changed\n";
        assert!(seen.ends_with(told), "{key}: {seen}");
        assert_eq!(seen.lines().next(), before.lines().next(), "{key}");
    }
}

#[test]
fn what_a_node_changed_stays_where_nobody_passed_the_next_message_on() {
    let mut opened = Opened::of(&[CALL], 120, 80);
    opened.keys(":hop 2\n");
    let own = help(&mut opened);
    assert!(
        own.starts_with(" sipscope  Keys of what a node changed\n"),
        "{own}"
    );
    assert!(own.contains("open the message that went out"), "{own}");
    assert!(own.contains("the next message of this hop"), "{own}");
    for foreign in [
        "into the clipboard",
        "what the node changed",
        "with a finding",
    ] {
        assert!(!own.contains(foreign), "{foreign}: {own}");
    }
    // Nobody passes a 100 on, and the INVITE was sent to the first proxy by its sender.
    for (keys, shown, told) in [
        ("", "message 1 in, message 3 out", ""),
        (
            "]",
            "message 1 in, message 3 out",
            "nobody was seen to pass message 4 on",
        ),
        (
            "]",
            "message 1 in, message 3 out",
            "nobody was seen to pass message 4 on",
        ),
        ("}", "message 3 in, message 5 out", ""),
        ("{", "message 1 in, message 3 out", ""),
        (
            "{",
            "message 1 in, message 3 out",
            "there is no further message that way",
        ),
        ("}", "message 3 in, message 5 out", ""),
    ] {
        opened.keys(keys);
        let seen = opened.seen();
        let (title, last) = (seen.lines().next(), seen.lines().last());
        assert!(
            title.is_some_and(|title| title.ends_with(shown)),
            "{keys}: {seen}"
        );
        assert!(
            last.is_some_and(|last| last.ends_with(told)),
            "{keys}: {seen}"
        );
        // However wide the screen is.
        for width in [60, 120] {
            opened.terminal.backend_mut().resize(width, 80);
            opened.draw();
        }
    }
}

#[test]
fn one_finding_has_help_of_its_own() {
    let mut opened = Opened::of(&[FOUND], 120, 80);
    opened.keys("a/message 4\n\n");
    assert!(
        opened.seen().starts_with(" sipscope  DLG04 "),
        "{}",
        opened.seen()
    );
    let own = help(&mut opened);
    assert!(own.starts_with(" sipscope  Keys of a finding\n"), "{own}");
    assert!(own.contains("the message, as it was sent"), "{own}");
    for foreign in ["with a finding", "by rule or by call"] {
        assert!(!own.contains(foreign), "{foreign}: {own}");
    }
    for key in [">", "<"] {
        opened.keys(key);
        let seen = opened.seen();
        assert!(
            seen.ends_with("\nno line here leads to a finding\n"),
            "{seen}"
        );
    }
}
