//! Whatever is pressed, on a screen of whatever size: nothing breaks, and the list of calls is never far.

use proptest::prelude::*;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEventKind};
use sipscope::tui::Want;

use super::Opened;

/// Keys that mean something, and some that mean nothing.
const CODES: [KeyCode; 22] = [
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Backspace,
    KeyCode::Tab,
    KeyCode::F(1),
    KeyCode::F(2),
    KeyCode::F(3),
    KeyCode::F(4),
    KeyCode::F(6),
    KeyCode::F(7),
    KeyCode::F(9),
    KeyCode::F(10),
];

fn key() -> impl Strategy<Value = KeyEvent> {
    let character = proptest::char::ranges((&[' '..='~', 'ä'..='ö', '日'..='本']).into());
    let character = character.prop_map(|one| KeyEvent::new(KeyCode::Char(one), KeyModifiers::NONE));
    let control = (b'a'..=b'z')
        .prop_map(|one| KeyEvent::new(KeyCode::Char(char::from(one)), KeyModifiers::CONTROL));
    let code = proptest::sample::select(&CODES[..]);
    let code = code.prop_map(|one| KeyEvent::new(one, KeyModifiers::NONE));
    prop_oneof![4 => character, 1 => control, 5 => code]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ten_thousand_keys_break_nothing(
        keys in proptest::collection::vec((key(), 0u16..90, 0u16..40), 500),
    ) {
        let inputs = ["samples/call.pcap", "samples/documents/numbered-steps.txt"];
        let mut opened = Opened::of(&inputs, 80, 24);
        for (position, (key, width, height)) in keys.into_iter().enumerate() {
            opened.app.key(key);
            if position % 7 == 0 {
                let click = MouseEventKind::Down(MouseButton::Left);
                opened.mouse(click, width, height);
            }
            if position % 25 == 0 {
                opened.terminal.backend_mut().resize(width, height);
            }
            let seen = opened.seen();
            prop_assert!(!seen.contains(|one: char| one != '\n' && one.is_control()));
            if position % 50 == 49 {
                back_to_the_list(&mut opened)?;
            }
        }
        back_to_the_list(&mut opened)?;
        let want = opened.press(KeyCode::Esc);
        // It gives up the words of a filter first.
        let want = want.or_else(|| opened.press(KeyCode::Esc));
        prop_assert!(matches!(want, Some(Want::Quit)));
    }
}

/// Screens that lie on each other at most, and a line that is typed.
const MOST: usize = 65;

/// Esc leads back, out of whatever lies on the list, and from there out of the program.
fn back_to_the_list(opened: &mut Opened) -> Result<(), TestCaseError> {
    opened.terminal.backend_mut().resize(80, 24);
    let is_list = |seen: &str| {
        seen.lines()
            .next()
            .is_some_and(|title| title.contains(" calls"))
            && seen.contains("? keys  Enter ladder")
    };
    // What was said last makes room for the keys of the screen.
    opened.press(KeyCode::F(12));
    let mut pressed = 0;
    while !is_list(&opened.seen()) {
        prop_assert!(pressed < MOST, "{}", opened.seen());
        let want = opened.press(KeyCode::Esc);
        prop_assert!(want.is_none(), "{want:?} before the list is seen");
        pressed += 1;
    }
    Ok(())
}
