//! From keys to actions, by one table: what is not in it does nothing, and the help screen shows all of it. Where sngrep has a key
//! for something it is the same one.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action::{self, *};

/// A key that is pressed alone, or with control.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Alone(KeyCode),
    Control(char),
}

use Key::{Alone, Control};

const fn char(character: char) -> Key {
    Alone(KeyCode::Char(character))
}

const fn function(number: u8) -> Key {
    Alone(KeyCode::F(number))
}

/// Keys, what they ask for, and what help says of it.
pub(super) const TABLE: &[(&[Key], Action, &str)] = &[
    (&[Alone(KeyCode::Down), char('j')], Down, "down"),
    (&[Alone(KeyCode::Up), char('k')], Up, "up"),
    (
        &[Alone(KeyCode::PageDown), Control('f')],
        PageDown,
        "a page down",
    ),
    (&[Alone(KeyCode::PageUp), Control('b')], PageUp, "a page up"),
    (
        &[Alone(KeyCode::Home), char('g'), Control('a')],
        First,
        "to the beginning",
    ),
    (
        &[Alone(KeyCode::End), char('G'), Control('e')],
        Last,
        "to the end",
    ),
    (&[Control('d')], HalfDown, "half a page down"),
    (&[Control('u')], HalfUp, "half a page up"),
    (
        &[Alone(KeyCode::Left), char('h')],
        Left,
        "left, where lines are wider than the screen",
    ),
    (&[Alone(KeyCode::Right), char('l')], Right, "right"),
    (
        &[Alone(KeyCode::Enter)],
        Enter,
        "open what the line is about; a fold, or close it",
    ),
    (
        &[Alone(KeyCode::Esc), char('q'), char('Q')],
        Back,
        "back; from the list of calls: leave",
    ),
    (&[Control('c')], Quit, "leave"),
    (&[char('?'), function(1), char('H')], Help, "these keys"),
    (&[char('c')], Calls, "the list of calls"),
    (
        &[char('f')],
        Findings,
        "what was found: of the call that is shown, or of all",
    ),
    (&[char('b')], Group, "what was found, by rule or by call"),
    (
        &[char('n')],
        Nodes,
        "the nodes: what they do, and why that is thought",
    ),
    (
        &[char('i')],
        Inputs,
        "the inputs: what was read, and what was odd",
    ),
    (
        &[char('r'), function(6), char('R')],
        Raw,
        "the message, as it was sent",
    ),
    (
        &[char('d')],
        Diff,
        "what the node changed that passed the message on",
    ),
    (
        &[char(' ')],
        Mark,
        "mark a call, for F4 and F2; a message, to compare it with the next",
    ),
    (
        &[char('x'), function(4), char('X')],
        Extended,
        "all marked calls as one ladder",
    ),
    (
        &[char('D')],
        Flows,
        "which documented flow the call is, step by step",
    ),
    (&[char('e')], Rename, "call a node otherwise"),
    (&[char('o')], Role, "give a node another role"),
    (
        &[char('m')],
        Compare,
        "mark a message; compare it with the next one that is marked",
    ),
    (&[char(']')], NextOfHop, "the next message of this hop"),
    (
        &[char('[')],
        PreviousOfHop,
        "the message before on this hop",
    ),
    (
        &[char('}')],
        NextOfJourney,
        "the same message, one hop further",
    ),
    (
        &[char('{')],
        PreviousOfJourney,
        "the same message, one hop before",
    ),
    (
        &[char('>')],
        NextFinding,
        "the next line with a finding; of calls, sort by the next column",
    ),
    (
        &[char('<')],
        PreviousFinding,
        "the line with a finding before; of calls, the column before",
    ),
    (
        &[char('t')],
        Times,
        "other times: since the start, since the message before, of the day",
    ),
    (&[char('z')], Reverse, "sort the calls the other way round"),
    (
        &[function(10)],
        Columns,
        "choose the columns of the list of calls; there, t does so too",
    ),
    (
        &[char('/'), function(3)],
        Search,
        "look for a text on this screen",
    ),
    (&[Control('n')], SearchNext, "the next place with that text"),
    (
        &[Control('p')],
        SearchPrevious,
        "the place with that text before",
    ),
    (
        &[function(7), char('F'), Alone(KeyCode::Tab)],
        Filter,
        "only calls that have these words, while you type",
    ),
    (&[function(9)], ClearFilter, "all calls again"),
    (
        &[function(2), char('s'), char('S')],
        Save,
        "save what is shown, or all calls that are listed or marked: the name says the form",
    ),
    (
        &[char('y')],
        Copy,
        "into the clipboard: the message, or the line",
    ),
    (
        &[char(':')],
        Command,
        "a command by its name: call 3, message 17, flows, save x.svg, filter, quit",
    ),
];

/// What a key asks for.
pub(super) fn action(event: KeyEvent) -> Option<Action> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let pressed = match event.code {
        KeyCode::Char(character) if control => Control(character),
        code => Alone(code),
    };
    let mut table = TABLE.iter();
    let (_, action, _) = table.find(|(keys, _, _)| keys.contains(&pressed))?;
    Some(*action)
}

impl Key {
    /// How it is called on the help screen.
    pub(super) fn name(self) -> String {
        match self {
            Control(character) => format!("Ctrl-{}", character.to_ascii_uppercase()),
            Alone(KeyCode::Char(' ')) => "Space".to_owned(),
            Alone(KeyCode::Char(character)) => character.to_string(),
            Alone(KeyCode::F(number)) => format!("F{number}"),
            Alone(KeyCode::PageDown) => "PgDn".to_owned(),
            Alone(KeyCode::PageUp) => "PgUp".to_owned(),
            Alone(code) => format!("{code:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_for_two_things() {
        let all: Vec<_> = TABLE.iter().flat_map(|(keys, _, _)| *keys).collect();
        for (position, key) in all.iter().enumerate() {
            assert!(!all[..position].contains(key), "{}", key.name());
        }
    }
}
