//! Whatever is pressed, on a screen of whatever size: nothing breaks, and the list of calls is never far.

use proptest::prelude::*;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEventKind};
use sipscope::tui::Want;

use super::Opened;

/// Keys that mean something, and some that mean nothing.
const CODES: [KeyCode; 20] = [
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
    KeyCode::F(6),
    KeyCode::F(7),
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
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

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
        }
        *opened.terminal.backend_mut() = TestBackend::new(80, 24);
        // Out of what is typed, and back to the list.
        opened.press(KeyCode::Esc);
        opened.keys("c");
        opened.press(KeyCode::F(9));
        let seen = opened.seen();
        prop_assert!(seen.contains(" calls"), "{}", seen);
        prop_assert!(matches!(opened.press(KeyCode::Esc), Some(Want::Quit)));
    }
}
