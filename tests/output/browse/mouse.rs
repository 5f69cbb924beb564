//! The mouse: clicks select and open, on heads they sort, the wheel moves.

use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::Opened;

impl Opened {
    pub(super) fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        let event = MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        self.app.mouse(event);
    }

    fn click(&mut self, column: u16, row: u16) {
        self.draw();
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row);
    }
}

fn opened() -> Opened {
    Opened::of(&["samples/call.pcap"], 80, 24)
}

#[test]
fn a_click_selects_and_one_more_opens() {
    let mut opened = opened();
    opened.click(10, 3);
    let seen = opened.pictured();
    assert!(
        seen.lines().nth(3).unwrap().starts_with(">       2 "),
        "{seen}"
    );
    opened.click(10, 3);
    assert!(opened.seen().starts_with(" sipscope  Call 2:"));
    // Names of lifelines are no messages.
    opened.click(30, 1);
    assert!(opened.seen().starts_with(" sipscope  Call 2:"));
    // Its second message has the third and fourth row below them.
    opened.click(30, 6);
    opened.click(30, 5);
    assert!(opened.seen().starts_with(" sipscope  Message "));
    // There is nothing below the last line, nor in the title.
    let before = opened.pictured();
    opened.click(0, 23);
    opened.click(0, 0);
    assert_eq!(opened.pictured(), before);
}

#[test]
fn a_click_on_the_head_of_a_column_sorts_by_it() {
    let mut opened = opened();
    let numbers = |opened: &mut Opened| {
        let lines = opened.lines();
        let number = |line: &String| line.split_whitespace().next().unwrap().to_owned();
        [number(&lines[2]), number(&lines[3])]
    };
    // From: call 1 is of ...0001, call 2 of ...0002.
    let lines = opened.lines();
    let from = lines[1].find("from").unwrap() as u16;
    opened.click(from, 1);
    assert!(opened.lines()[1].contains("from+"), "{:?}", opened.lines());
    assert_eq!(numbers(&mut opened), ["1", "2"]);
    opened.click(from + 1, 1);
    assert!(opened.lines()[1].contains("from-"));
    assert_eq!(numbers(&mut opened), ["2", "1"]);
    opened.click(6, 1);
    assert_eq!(numbers(&mut opened), ["1", "2"]);
}

#[test]
fn the_wheel_moves_by_lines() {
    let mut opened = opened();
    opened.keys("?");
    opened.draw();
    opened.mouse(MouseEventKind::ScrollDown, 0, 0);
    let seen = opened.pictured();
    assert!(seen.lines().nth(4).unwrap().starts_with('>'), "{seen}");
    opened.mouse(MouseEventKind::ScrollUp, 0, 0);
    let seen = opened.pictured();
    assert!(seen.lines().nth(1).unwrap().starts_with('>'), "{seen}");
}
