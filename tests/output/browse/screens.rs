//! What each screen shows of the sample call.

use ratatui::crossterm::event::KeyCode;
use sipscope::tui::Want;

use super::Opened;

const CALL: &[&str] = &["samples/call.pcap"];

#[test]
fn calls_are_listed_with_how_they_ended() {
    let mut opened = Opened::of(CALL, 200, 60);
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  2 of 2 calls\n"), "{seen}");
    let lines: Vec<_> = seen.lines().collect();
    for (line, number) in [(2, "1"), (3, "2")] {
        let words: Vec<_> = lines[line].split_whitespace().collect();
        assert_eq!(words[0], number, "{seen}");
        assert_eq!(words[2], "call", "{seen}");
        assert_eq!(words[6], "21", "{seen}");
        assert_eq!(words[7], "answered,", "{seen}");
    }
    assert!(
        lines[2].contains("sip:+4930100000001@ims.example.org"),
        "{seen}"
    );
}

#[test]
fn words_leave_only_calls_that_have_them() {
    let mut opened = Opened::of(CALL, 120, 24);
    opened.keys("F30100000002");
    assert!(
        opened
            .seen()
            .starts_with(" sipscope  1 of 2 calls with \"30100000002\"\n")
    );
    opened.keys(" nobody");
    assert!(opened.seen().starts_with(" sipscope  0 of 2 calls"));
    opened.keys("\n");
    opened.press(KeyCode::F(9));
    assert!(opened.seen().starts_with(" sipscope  2 of 2 calls\n"));
}

/// Whatever column it stands in, shown or not.
#[test]
fn a_call_is_found_by_anything_that_is_known_of_it() {
    for (text, found) in [
        ("answered", "Call 2"),
        ("30100000002", "Call 2"),
        ("21", "Call 2"),
        ("no such text", ""),
    ] {
        let mut opened = Opened::of(CALL, 120, 24);
        opened.keys(&format!("/{text}\n"));
        opened.draw();
        let seen = opened.seen();
        let is_said = seen.contains("was not found");
        assert_eq!(is_said, found.is_empty(), "{text}: {seen}");
    }
    // The second call begins half a second after the first.
    let mut opened = Opened::of(CALL, 120, 24);
    let lines = opened.lines();
    let time = lines[3].split_whitespace().nth(1).unwrap().to_owned();
    opened.keys(&format!("/{time}\n"));
    opened.draw();
    opened.keys("\n");
    let seen = opened.seen();
    assert!(seen.contains("Call 2"), "{time}: {seen}");
}

#[test]
fn a_message_is_found_on_the_ladder_by_its_number() {
    let mut opened = Opened::of(CALL, 200, 60);
    opened.keys("\n/message 3\n\n");
    let seen = opened.seen();
    assert!(seen.contains("Message 3 "), "{seen}");
}

/// What a key does can be asked for by its name as well.
#[test]
fn commands_do_what_keys_do() {
    for (keys, command) in [
        ("a", ":findings\n"),
        ("n", ":nodes\n"),
        ("\nr", "\n:raw\n"),
        ("\nd", "\n:diff\n"),
        ("  x", "  :extended\n"),
        ("\n?", ":ladder 1\n:help\n"),
        ("z", ":reverse\n"),
    ] {
        let mut by_key = Opened::of(CALL, 120, 24);
        by_key.keys(keys);
        let mut by_name = Opened::of(CALL, 120, 24);
        by_name.keys(command);
        assert_eq!(by_key.seen(), by_name.seen(), "{command}");
        assert_ne!(by_key.seen(), Opened::of(CALL, 120, 24).seen(), "{command}");
    }
    let mut opened = Opened::of(CALL, 120, 24);
    opened.keys(":quit");
    assert!(matches!(opened.press(KeyCode::Enter), Some(Want::Quit)));
}

/// Help is about the screen that it lies on; the same key puts it away.
#[test]
fn help_tells_the_keys_of_the_screen() {
    for (keys, own, foreign) in [
        ("", "sort the other way round", "next message of this hop"),
        ("\n", "next message of this hop", "sort the other way round"),
        (
            "n",
            "give the node another role",
            "next message of this hop",
        ),
        ("a", "by rule or by call", "give the node another role"),
        ("i", "look for a text", "by rule or by call"),
    ] {
        let mut opened = Opened::of(CALL, 120, 80);
        opened.keys(keys);
        let before = opened.seen();
        opened.keys("?");
        let seen = opened.seen();
        assert!(
            seen.contains(own) && !seen.contains(foreign),
            "{keys}: {seen}"
        );
        opened.keys("?");
        assert_eq!(opened.seen(), before, "{keys}");
    }
}

#[test]
fn the_ladder_has_every_message_and_the_selected_one_in_the_last_line() {
    let mut opened = Opened::of(CALL, 200, 60);
    opened.keys("\n");
    let seen = opened.seen();
    assert!(
        seen.contains("10.64.0.1") && seen.contains("10.128.0.1"),
        "{seen}"
    );
    let arrows = seen.matches('►').count() + seen.matches('◄').count();
    // 21 messages; media have a panel, which is drawn without heads.
    assert_eq!(arrows, 21, "{seen}");
    assert!(
        seen.lines().last().unwrap().starts_with("INVITE sip:"),
        "{seen}"
    );
    opened.keys("j");
    assert!(
        opened
            .seen()
            .lines()
            .last()
            .unwrap()
            .starts_with("SIP/2.0 100"),
        "{}",
        opened.seen()
    );
}

/// On a ladder wider than the screen: with its number and its time, forth and back.
#[test]
fn the_arrow_of_the_selected_message_is_seen() {
    let mut opened = Opened::of(&["samples/flows/ims-session-preconditions.pcapng"], 80, 24);
    opened.keys("\n");
    let selected = |opened: &mut Opened| {
        let seen = opened.pictured();
        let lines = seen.lines().skip(1).filter(|line| line.starts_with('>'));
        lines.collect::<Vec<_>>().concat()
    };
    let numbers = (2..=65).map(|number| (number, "j"));
    for (number, key) in numbers.chain((1..=64).rev().map(|number| (number, "k"))) {
        opened.keys(key);
        if selected(&mut opened).contains('═') {
            // Media are no message.
            opened.keys(key);
        }
        let seen = selected(&mut opened);
        assert!(seen.contains(['►', '◄']), "{number}: {}", opened.seen());
        assert!(
            seen.starts_with(&format!(">{number:>6} ")),
            "{number}: {seen}"
        );
    }
    // Whoever looks to the side sees what is there.
    let before = opened.seen();
    opened.keys("l");
    assert_ne!(opened.seen(), before);
    opened.keys("h");
    assert_eq!(opened.seen(), before);
}

#[test]
fn what_is_cut_at_the_edge_says_so() {
    let mut opened = Opened::of(CALL, 60, 24);
    let seen = opened.lines();
    assert!(
        seen[2].ends_with('~') && seen[2].chars().count() == 60,
        "{seen:?}"
    );
    opened.keys("\n\n");
    let seen = opened.lines();
    assert!(
        seen[0].ends_with('~') && seen[0].chars().count() == 60,
        "{seen:?}"
    );
    // Nothing is cut where there is room.
    let mut opened = Opened::of(CALL, 200, 24);
    assert!(!opened.seen().contains('~'), "{}", opened.seen());
}

#[test]
fn a_journey_is_followed_hop_by_hop() {
    let mut opened = Opened::of(CALL, 200, 60);
    // The INVITE is message 1, 3 and 5.
    opened.keys("\n}}\n");
    assert!(
        opened.seen().starts_with(" sipscope  Message 5 "),
        "{}",
        opened.seen()
    );
    opened.keys("{");
    assert!(
        opened.seen().starts_with(" sipscope  Message 3 "),
        "{}",
        opened.seen()
    );
    opened.keys("{");
    assert!(
        opened.seen().starts_with(" sipscope  Message 1 "),
        "{}",
        opened.seen()
    );
    // Its answers: 100, 180 and 200 are messages 2, 15 and 21.
    opened.keys("]]");
    assert!(
        opened.seen().starts_with(" sipscope  Message 15 "),
        "{}",
        opened.seen()
    );
    opened.keys("{}");
    assert!(
        opened.seen().starts_with(" sipscope  Message 15 "),
        "{}",
        opened.seen()
    );
}

#[test]
fn what_a_node_changed_stands_side_by_side_with_what_it_means() {
    let mut opened = Opened::of(CALL, 200, 60);
    opened.keys(":hop 2\n");
    let seen = opened.seen();
    let line = |text: &str| {
        let found = seen.lines().find(|line| line.contains(text));
        found
            .unwrap_or_else(|| panic!("no {text} in\n{seen}"))
            .to_owned()
    };
    let forwards = line("< Max-Forwards: 70");
    assert!(forwards.contains("> Max-Forwards: 69"), "{seen}");
    assert!(line("counts one down").starts_with("expected"), "{seen}");
}

#[test]
fn the_message_marks_what_its_sender_added() {
    let mut opened = Opened::of(CALL, 120, 60);
    opened.keys(":message 3\n");
    let seen = opened.seen();
    assert!(
        seen.contains("\n+ Via: SIP/2.0/UDP 10.0.0.1:5060;branch="),
        "{seen}"
    );
    assert!(seen.contains("\n  Via: SIP/2.0/"), "{seen}");
    assert!(seen.contains("\n+ Max-Forwards: 69"), "{seen}");
    opened.keys("r");
    assert!(
        opened.seen().contains("\nMax-Forwards: 69"),
        "{}",
        opened.seen()
    );
}

#[test]
fn a_finding_leads_to_its_proof() {
    let mut opened = Opened::of(&["samples/documents/numbered-steps.txt"], 120, 40);
    opened.keys("a/message 4 \n\n");
    let seen = opened.seen();
    assert!(
        seen.starts_with(" sipscope  DLG04 identity-changed-by-proxy\n"),
        "{seen}"
    );
    assert!(seen.contains("expected  <sip:bob@west.example>"), "{seen}");
    opened.keys("/message 4:\n\n");
    assert!(
        opened.seen().starts_with(" sipscope  Message 4 "),
        "{}",
        opened.seen()
    );
}

#[test]
fn what_was_asked_for_and_is_not_there_is_said() {
    let mut opened = Opened::of(CALL, 120, 24);
    opened.keys(":call 99\n");
    assert!(
        opened
            .seen()
            .ends_with("there is no call with this number\n")
    );
    opened.keys(":dance\n");
    assert!(opened.seen().contains("there is no command dance"));
    opened.keys("/nowhere\n");
    assert!(opened.seen().ends_with("\"nowhere\" was not found\n"));
}

#[test]
fn what_is_saved_of_the_list_is_all_that_is_listed_or_what_is_marked() {
    let mut opened = Opened::of(CALL, 120, 24);
    let saved = |opened: &mut Opened| {
        let want = opened.keys(":save calls.csv\n");
        let Some(Want::SaveCalls(calls, name)) = want else {
            panic!("{want:?}");
        };
        assert_eq!(name, "calls.csv");
        let numbers = calls.iter().map(|call| call.number());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(saved(&mut opened), [1, 2]);
    opened.keys("z");
    assert_eq!(saved(&mut opened), [2, 1]);
    opened.keys("zF100000002\n");
    assert_eq!(saved(&mut opened), [2]);
    opened.press(KeyCode::F(9));
    opened.keys("g ");
    assert_eq!(saved(&mut opened), [1]);
    // The mark was set on the first line, and the second selected.
    opened.keys("k ");
    assert_eq!(saved(&mut opened), [1, 2]);
}

#[test]
fn marked_calls_are_one_ladder() {
    let mut opened = Opened::of(CALL, 200, 120);
    opened.keys("  x");
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  Calls 1, 2\n"), "{seen}");
    let arrows = seen.matches('►').count() + seen.matches('◄').count();
    // 21 messages each; those of call 2 come between those of call 1.
    assert_eq!(arrows, 42, "{seen}");
    let numbers = seen.lines().filter_map(|line| {
        let number = line.get(..7)?.trim();
        number.parse::<usize>().ok()
    });
    assert_eq!(numbers.collect::<Vec<_>>(), (1..=42).collect::<Vec<_>>());
}

#[test]
fn of_no_call_no_ladder_is_drawn() {
    let mut opened = Opened::of(CALL, 120, 24);
    opened.keys("Fnobody\nx");
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  0 of 2 calls"), "{seen}");
    assert!(seen.ends_with("\nno call is selected here\n"), "{seen}");
}

#[test]
fn the_steps_of_a_documented_flow_lead_to_their_messages() {
    let mut opened = Opened::of(CALL, 120, 60);
    opened.keys("D");
    let seen = opened.seen();
    assert!(seen.contains("call 1: rfc3665-two-proxies pass"), "{seen}");
    opened.keys("/F7 \n\n");
    assert!(
        opened.seen().starts_with(" sipscope  Message 5 "),
        "{}",
        opened.seen()
    );
    // A presence call is none of a session.
    let mut opened = Opened::of(&["samples/documents/numbered-steps.txt"], 120, 60);
    opened.keys(":flows\n");
    assert!(
        opened.seen().contains("It is none of the documented flows"),
        "{}",
        opened.seen()
    );
}

#[test]
fn findings_stand_together_by_rule_or_by_call() {
    let inputs = ["samples/documents/numbered-steps.txt"];
    let mut opened = Opened::of(&inputs, 120, 40);
    opened.keys("a");
    let heads = |opened: &mut Opened| {
        let lines = opened.lines().into_iter().skip(1);
        let heads = lines.filter(|line| line.contains(" finding"));
        heads.collect::<Vec<_>>()
    };
    // Most serious first, and among those alike in the order of their codes.
    let by_rule = [
        "DLG04 identity-changed-by-proxy  1 finding",
        "SYN04 start-line-malformed  1 finding",
        "DOC03 other-ends-named  1 finding",
        "DOC07 caption-of-other-step  1 finding",
        "IMS08 identity-asserted-by-terminal  1 finding",
    ];
    assert_eq!(heads(&mut opened)[..5], by_rule, "{}", opened.seen());
    // The head of a group leads to what the rule says.
    opened.keys("\n");
    let seen = opened.seen();
    assert!(
        seen.starts_with(" sipscope  DLG04 identity-changed"),
        "{seen}"
    );
    assert!(seen.contains("\nwritten   RFC 3261 16.6\n"), "{seen}");
    // What was selected stays so.
    opened.keys("qjb");
    let by_call = [
        "call 1  sip:alice@east.example to sip:bob@west.example, 202  3 findings",
        "of no call  2 findings",
    ];
    assert_eq!(heads(&mut opened)[..2], by_call, "{}", opened.seen());
    let seen = opened.pictured();
    let selected = seen.lines().find(|line| line.starts_with(">  error"));
    assert!(
        selected.is_some_and(|line| line.contains(" DLG04 ")),
        "{seen}"
    );
    opened.keys("g\n");
    assert!(opened.seen().starts_with(" sipscope  Call 1: "));
}

#[test]
fn a_finding_leads_to_its_row_on_the_ladder() {
    let mut opened = Opened::of(&["samples/documents/numbered-steps.txt"], 120, 40);
    opened.keys("a/message 4 \n\n/on the ladder\n\n");
    let seen = opened.pictured();
    assert!(seen.contains("\n>     4 "), "{seen}");
    // From the list of findings to what a node did, at once.
    opened.keys("ca/message 4 \nd");
    let seen = opened.seen();
    assert!(seen.contains("message 3 in, message 4 out"), "{seen}");
}

#[test]
fn columns_are_chosen_and_stay_so() {
    let mut opened = Opened::of(CALL, 200, 24);
    let head = |opened: &mut Opened| {
        let line = opened.lines()[1].clone();
        let names = line.split_whitespace().map(str::to_owned);
        names.collect::<Vec<_>>()
    };
    let usual = [
        "#+", "time", "kind", "from", "to", "found", "msgs", "outcome",
    ];
    assert_eq!(head(&mut opened), usual);
    // kind is hidden, source shown; the number stays.
    opened.press(KeyCode::F(10));
    opened.keys(" jj jjj q");
    let chosen = [
        "#+", "time", "from", "to", "source", "found", "msgs", "outcome",
    ];
    assert_eq!(head(&mut opened), chosen);
    assert!(
        opened.seen().contains(" 10.64.0.1:5060 "),
        "{}",
        opened.seen()
    );
    // Calls are sorted by what is shown: from, to, source.
    opened.keys(">>>");
    assert_eq!(head(&mut opened)[4], "source+");
    opened.app.opened(opened.read.world());
    opened.keys("\nq");
    assert_eq!(head(&mut opened)[4], "source+");
    // What is sorted by is hidden: the order is that of the numbers again.
    opened.keys("tjjjjj\nq");
    assert_eq!(
        head(&mut opened),
        ["#+", "time", "from", "to", "found", "msgs", "outcome"]
    );
}
