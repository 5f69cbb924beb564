//! From keys to actions, by one table: what is not in it does nothing, and help shows what it says of the screen. Where sngrep has a
//! key for something it is the same one.

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

/// On which kind of screen a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Calls,
    Columns,
    Ladder,
    Message,
    /// What a node did to a message.
    Diff,
    /// Two messages side by side.
    Compared,
    Findings,
    Finding,
    Nodes,
    /// Any other page.
    Page,
}

use Place::{
    Columns as ColumnsPage, Compared, Diff as DiffPage, Finding, Findings as FindingsPage, Ladder,
    Message, Nodes as NodesPage,
};

/// On all screens.
const EVERYWHERE: &[Place] = &[];
/// Where a message is selected.
const ON_MESSAGES: &[Place] = &[Ladder, Message, DiffPage, Compared, FindingsPage, Finding];
/// Where another message takes the place of the one that is shown or selected.
const FROM_MESSAGE_TO_MESSAGE: &[Place] = &[Ladder, Message, DiffPage];
const ON_CALLS: &[Place] = &[Place::Calls];

/// Keys for one action.
pub(super) struct Row {
    pub(super) keys: &'static [Key],
    pub(super) action: Action,
    /// What help says of it, and on which screens.
    says: &'static [(&'static [Place], &'static str)],
}

impl Row {
    /// What the action does on one kind of screen alone.
    pub(super) fn on(&self, place: Place) -> Option<&'static str> {
        let mut says = self.says.iter();
        says.find(|(places, _)| places.contains(&place))
            .map(|(_, says)| *says)
    }

    /// What the action does on every screen.
    pub(super) fn everywhere(&self) -> Option<&'static str> {
        let mut says = self.says.iter();
        says.find(|(places, _)| places.is_empty())
            .map(|(_, says)| *says)
    }

    /// How it is called where it is asked for by name: `next-of-hop`.
    pub(super) fn name(&self) -> String {
        let mut name = String::new();
        for character in format!("{:?}", self.action).chars() {
            if character.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(character.to_lowercase());
        }
        name
    }
}

const fn row(
    keys: &'static [Key],
    action: Action,
    says: &'static [(&'static [Place], &'static str)],
) -> Row {
    Row { keys, action, says }
}

/// All keys.
pub(super) const TABLE: &[Row] = &[
    row(
        &[Alone(KeyCode::Down), char('j')],
        Down,
        &[(EVERYWHERE, "down")],
    ),
    row(&[Alone(KeyCode::Up), char('k')], Up, &[(EVERYWHERE, "up")]),
    row(
        &[Alone(KeyCode::PageDown), Control('f')],
        PageDown,
        &[(EVERYWHERE, "a page down")],
    ),
    row(
        &[Alone(KeyCode::PageUp), Control('b')],
        PageUp,
        &[(EVERYWHERE, "a page up")],
    ),
    row(
        &[Alone(KeyCode::Home), char('g'), Control('a')],
        First,
        &[(EVERYWHERE, "to the beginning")],
    ),
    row(
        &[Alone(KeyCode::End), char('G'), Control('e')],
        Last,
        &[(EVERYWHERE, "to the end")],
    ),
    row(
        &[Control('d')],
        HalfDown,
        &[(EVERYWHERE, "half a page down")],
    ),
    row(&[Control('u')], HalfUp, &[(EVERYWHERE, "half a page up")]),
    row(
        &[Alone(KeyCode::Left), char('h')],
        Left,
        &[(
            &[Place::Calls, Ladder],
            "left, where lines are wider than the screen",
        )],
    ),
    row(
        &[Alone(KeyCode::Right), char('l')],
        Right,
        &[(&[Place::Calls, Ladder], "right")],
    ),
    row(
        &[Alone(KeyCode::Enter)],
        Enter,
        &[
            (ON_CALLS, "draw the call as a ladder"),
            (&[ColumnsPage], "show the column, or do so no longer"),
            (&[Ladder], "open the message; a fold, or close it"),
            (&[Message], "what the node changed that passed it on"),
            (&[DiffPage], "open the message that went out"),
            (&[Compared], "open the second message"),
            (EVERYWHERE, "open what the line is about"),
        ],
    ),
    row(
        &[Alone(KeyCode::Esc)],
        GiveUp,
        &[
            (ON_CALLS, "all calls again; where they are, leave"),
            (EVERYWHERE, "back"),
        ],
    ),
    row(
        &[char('q'), char('Q')],
        Back,
        &[(ON_CALLS, "leave"), (EVERYWHERE, "back")],
    ),
    row(&[Control('c')], Quit, &[(EVERYWHERE, "leave")]),
    row(
        &[char('?'), function(1), char('H')],
        Help,
        &[(EVERYWHERE, "the keys of the screen")],
    ),
    row(&[char('c')], Calls, &[(EVERYWHERE, "the list of calls")]),
    row(
        &[char('a')],
        Findings,
        &[
            (
                &[Ladder, Message, DiffPage, Compared],
                "what was found of this call",
            ),
            (EVERYWHERE, "what was found"),
        ],
    ),
    row(
        &[char('b')],
        Group,
        &[(&[FindingsPage], "what was found, by rule or by call")],
    ),
    row(
        &[char('n')],
        Nodes,
        &[(
            EVERYWHERE,
            "the nodes: what they do, and why that is thought",
        )],
    ),
    row(
        &[char('i')],
        Inputs,
        &[(EVERYWHERE, "the inputs: what was read, and what was odd")],
    ),
    row(
        &[char('r'), function(6), char('R')],
        Raw,
        &[(ON_MESSAGES, "the message, as it was sent")],
    ),
    row(
        &[char('d')],
        Diff,
        &[(
            &[Ladder, Message, Compared, FindingsPage, Finding],
            "what the node changed that passed the message on",
        )],
    ),
    row(
        &[char(' ')],
        Mark,
        &[
            (ON_CALLS, "mark the call, for F4 and F2"),
            (&[ColumnsPage], "show the column, or do so no longer"),
            (
                ON_MESSAGES,
                "mark the message; compare it with the next one that is marked",
            ),
        ],
    ),
    row(
        &[char('x'), function(4), char('X')],
        Extended,
        &[(ON_CALLS, "all marked calls as one ladder")],
    ),
    row(
        &[char('D')],
        Flows,
        &[(
            &[Place::Calls, Ladder, Message, DiffPage, Compared],
            "which documented flow the call is, step by step",
        )],
    ),
    row(
        &[char('e')],
        Rename,
        &[(&[NodesPage], "call the node otherwise")],
    ),
    row(
        &[char('o')],
        Role,
        &[(&[NodesPage], "give the node another role")],
    ),
    row(
        &[char('m')],
        Compare,
        &[(
            ON_MESSAGES,
            "mark the message; compare it with the next one that is marked",
        )],
    ),
    row(
        &[char(']')],
        NextOfHop,
        &[(FROM_MESSAGE_TO_MESSAGE, "the next message of this hop")],
    ),
    row(
        &[char('[')],
        PreviousOfHop,
        &[(FROM_MESSAGE_TO_MESSAGE, "the message before on this hop")],
    ),
    row(
        &[char('}')],
        NextOfJourney,
        &[(FROM_MESSAGE_TO_MESSAGE, "the same message, one hop further")],
    ),
    row(
        &[char('{')],
        PreviousOfJourney,
        &[(FROM_MESSAGE_TO_MESSAGE, "the same message, one hop before")],
    ),
    row(
        &[char('>')],
        NextFinding,
        &[
            (ON_CALLS, "sort by the next column"),
            (
                &[Ladder, Message, FindingsPage],
                "the next line with a finding",
            ),
        ],
    ),
    row(
        &[char('<')],
        PreviousFinding,
        &[
            (ON_CALLS, "sort by the column before"),
            (
                &[Ladder, Message, FindingsPage],
                "the line with a finding before",
            ),
        ],
    ),
    row(
        &[char('t')],
        Times,
        &[
            (ON_CALLS, "choose the columns"),
            (
                &[Ladder],
                "other times: since the start, since the message before, of the day",
            ),
        ],
    ),
    row(
        &[char('z')],
        Reverse,
        &[(ON_CALLS, "sort the other way round")],
    ),
    row(
        &[function(10)],
        Columns,
        &[(EVERYWHERE, "choose the columns of the list of calls")],
    ),
    row(
        &[char('/'), function(3)],
        Search,
        &[
            (
                ON_CALLS,
                "the next call that has a text, in a column or a message",
            ),
            (&[Ladder], "the next message that has a text"),
            (EVERYWHERE, "look for a text on this screen"),
        ],
    ),
    row(
        &[Control('n')],
        SearchNext,
        &[(EVERYWHERE, "the next place with that text")],
    ),
    row(
        &[Control('p')],
        SearchPrevious,
        &[(EVERYWHERE, "the place with that text before")],
    ),
    row(
        &[function(7), char('f'), char('F'), Alone(KeyCode::Tab)],
        Filter,
        &[(
            EVERYWHERE,
            "only calls that have these words, while you type: any text, or method:invite status:4xx from: to: node: \
             call-id: grep:",
        )],
    ),
    row(
        &[function(9)],
        ClearFilter,
        &[(ON_CALLS, "all calls again")],
    ),
    row(
        &[function(2), char('s'), char('S')],
        Save,
        &[
            (
                ON_CALLS,
                "save all calls that are listed, or marked: the name says the form",
            ),
            (EVERYWHERE, "save what is shown: the name says the form"),
        ],
    ),
    row(
        &[char('y')],
        Copy,
        &[
            (&[Message], "the message into the clipboard"),
            (EVERYWHERE, "the line into the clipboard"),
        ],
    ),
    row(
        &[char(':')],
        Command,
        &[(
            EVERYWHERE,
            "a command by its name: call 3, message 17, save x.svg, or what a key does",
        )],
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
    let row = table.find(|row| row.keys.contains(&pressed))?;
    Some(row.action)
}

/// What is asked for by its name.
pub(super) fn named(name: &str) -> Option<Action> {
    let row = TABLE.iter().find(|row| row.name() == name)?;
    Some(row.action)
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
    fn every_action_has_a_name() {
        assert_eq!(named("diff"), Some(Diff));
        assert_eq!(named("next-of-hop"), Some(NextOfHop));
        assert_eq!(named("dance"), None);
        let names: Vec<_> = TABLE.iter().map(Row::name).collect();
        for (position, name) in names.iter().enumerate() {
            assert!(!names[..position].contains(name), "{name}");
        }
    }

    #[test]
    fn no_key_stands_for_two_things() {
        let all: Vec<_> = TABLE.iter().flat_map(|row| row.keys).collect();
        for (position, key) in all.iter().enumerate() {
            assert!(!all[..position].contains(key), "{}", key.name());
        }
    }
}
