//! A text is looked for everywhere: in what is shown, and in the messages behind it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Opened;

const CALL: &[&str] = &["samples/call.pcap"];
/// Stands in the answers to the BYE of the second call alone: messages 34, 35 and 36.
const IN_ANSWERS: &str = "8D9B2C287C27";

fn next(opened: &mut Opened, character: char) {
    let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::CONTROL);
    opened.app.key(key);
    opened.wait();
}

/// The message that is selected on a ladder.
fn selected(opened: &mut Opened) -> Option<usize> {
    let seen = opened.pictured();
    let mut lines = seen.lines().skip(1);
    let line = lines.find(|line| line.starts_with('>'))?;
    line[1..].split_whitespace().next()?.parse().ok()
}

#[test]
fn from_the_list_a_text_leads_into_the_message_that_has_it() {
    let mut opened = Opened::of(CALL, 80, 24);
    opened.keys(&format!("/{IN_ANSWERS}\n"));
    assert_eq!(selected(&mut opened), Some(2), "{}", opened.seen());
    opened.keys("\n");
    assert!(opened.seen().starts_with(" sipscope  Call 2"));
    // There, to one message after the other, going round, and back.
    for number in [34, 35, 36, 34] {
        next(&mut opened, 'n');
        assert_eq!(selected(&mut opened), Some(number), "{}", opened.seen());
    }
    next(&mut opened, 'p');
    assert_eq!(selected(&mut opened), Some(36), "{}", opened.seen());
    // And in the message to the line.
    opened.keys("\n");
    assert!(opened.seen().starts_with(" sipscope  Message 36 "));
    next(&mut opened, 'n');
    let seen = opened.pictured();
    let mut selected = seen.lines().filter(|line| line.starts_with('>'));
    assert!(selected.any(|line| line.contains("8d9b2c28")), "{seen}");
}

/// Start line, header fields and bodies; in any case.
#[test]
fn every_part_of_a_message_is_looked_through() {
    for (text, message) in [
        ("bye SIP:", 37),
        ("98f8a0477fbd7d", 37),
        ("m=audio 49152", 1),
        ("max-red", 1),
        ("message 15 ", 15),
    ] {
        let mut opened = Opened::of(CALL, 80, 24);
        opened.keys("\nk");
        opened.press(KeyCode::End);
        opened.keys(&format!("/{text}\n"));
        assert_eq!(
            selected(&mut opened),
            Some(message),
            "{text}: {}",
            opened.seen()
        );
    }
}

#[test]
fn what_is_nowhere_is_said_to_be() {
    for keys in ["", "\n", "\n\n", "n"] {
        let mut opened = Opened::of(CALL, 80, 24);
        opened.keys(keys);
        opened.keys("/nowhere at all\n");
        let seen = opened.seen();
        assert!(
            seen.ends_with("\"nowhere at all\" was not found\n"),
            "{keys}: {seen}"
        );
    }
}

/// Whoever looks for something goes on working: what was looked for comes when it is found, and not after something else was done.
#[test]
fn looking_stops_nothing() {
    for keys in ["", "\n"] {
        let mut opened = Opened::of(CALL, 80, 24);
        opened.keys(keys);
        opened.keys(&format!("/{IN_ANSWERS}"));
        opened
            .app
            .key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
        assert!(opened.app.is_busy(), "{keys}");
        // What was found by now is not taken before somebody asks.
        opened
            .terminal
            .draw(|frame| opened.app.draw(frame))
            .unwrap();
        opened.wait();
        assert!(!opened.app.is_busy());
    }
    // Given up by Esc, nothing else is done by it.
    let mut opened = Opened::of(CALL, 80, 24);
    opened.keys("F30100000002\n/answers");
    opened
        .app
        .key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    assert!(opened.press(KeyCode::Esc).is_none());
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  1 of 2 calls with"), "{seen}");
    // Opened meanwhile, a ladder is not closed or moved by what is found on the list.
    let mut opened = Opened::of(CALL, 80, 24);
    opened.keys(&format!("/{IN_ANSWERS}"));
    opened
        .app
        .key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    opened
        .app
        .key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    opened.wait();
    assert!(opened.seen().starts_with(" sipscope  Call 1"));
    assert_eq!(selected(&mut opened), Some(1), "{}", opened.seen());
}
