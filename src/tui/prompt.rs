//! A line that a person types: what it is for, and what it means.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::keys;
use crate::trace::NodeId;

/// How the name of a file ends to which the list of calls is written.
pub const ENDS_OF_CALLS: &str = ".txt, .csv, .json, .html or .pcapng";
/// The same of a ladder.
pub const ENDS_OF_LADDER: &str = ".svg, .txt, .mmd, .puml, .html or .pcapng";
/// The same of everything else.
pub const ENDS_OF_LINES: &str = ".txt";

/// What a text is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Search,
    Filter,
    /// A file for what is shown, with one of these ends of its name.
    Save(&'static str),
    Command,
    /// How a node is to be called.
    Label(NodeId),
    /// What it does.
    Role(NodeId),
    /// Where it is written down.
    NodeFile,
}

/// A line as far as it is typed.
#[derive(Clone, Debug)]
pub(super) struct Prompt {
    pub(super) purpose: Purpose,
    pub(super) text: String,
}

/// What a key did to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// It may have changed.
    Going,
    Done,
    GivenUp,
}

/// Nobody types more.
const MOST: usize = 1000;

impl Prompt {
    pub(super) fn new(purpose: Purpose, text: String) -> Self {
        Self { purpose, text }
    }

    pub(super) fn key(&mut self, event: KeyEvent) -> Typed {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        match event.code {
            KeyCode::Enter => return Typed::Done,
            KeyCode::Esc => return Typed::GivenUp,
            KeyCode::Char('c') if control => return Typed::GivenUp,
            KeyCode::Char('u') if control => self.text.clear(),
            KeyCode::Backspace => {
                self.text.pop();
            }
            KeyCode::Char(character) if !control && self.text.len() < MOST => {
                self.text.push(character);
            }
            _ => {}
        }
        Typed::Going
    }

    /// What stands in front of the line.
    pub(super) fn head(&self) -> String {
        let head = match self.purpose {
            Purpose::Search => "look for: ",
            Purpose::Filter => "only calls with: ",
            Purpose::Save(ends) => return format!("save as ({ends}): "),
            Purpose::Command => ":",
            Purpose::Label(_) => "call the node: ",
            Purpose::Role(_) => "role of the node: ",
            Purpose::NodeFile => "write the nodes to: ",
        };
        head.to_owned()
    }
}

/// A command by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Call(usize),
    Message(usize),
    Hop(usize),
    Node(usize),
    Filter(String),
    Search(String),
    Save(String),
    /// What a key does.
    Act(Action),
}

impl Command {
    /// What was typed; an error says what can be.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let number = || {
            let number = rest.parse();
            number.map_err(|_| format!("{name} needs a number, such as: {name} 3"))
        };
        Ok(match name {
            "call" | "ladder" => Self::Call(number()?),
            "message" => Self::Message(number()?),
            "hop" => Self::Hop(number()?),
            "node" => Self::Node(number()?),
            "filter" => Self::Filter(rest.to_owned()),
            "search" => Self::Search(rest.to_owned()),
            "save" if rest.is_empty() => {
                return Err("save needs a name, such as: save call.svg".to_owned());
            }
            "save" => Self::Save(rest.to_owned()),
            "q" => Self::Act(Action::Quit),
            _ => match keys::named(name) {
                Some(action) if rest.is_empty() => Self::Act(action),
                Some(_) => return Err(format!("{name} stands alone")),
                None => {
                    return Err(format!(
                        "there is no command {name}: call, message, hop, node with a number; filter, search, save with a \
                         text; what keys do, such as findings, flows, diff, raw, extended, quit"
                    ));
                }
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_say_what_they_need() {
        assert_eq!(Command::read("call 3"), Ok(Command::Call(3)));
        assert_eq!(
            Command::read(" filter bob 486 "),
            Ok(Command::Filter("bob 486".to_owned()))
        );
        assert_eq!(
            Command::read("call x"),
            Err("call needs a number, such as: call 3".to_owned())
        );
        assert_eq!(Command::read("diff"), Ok(Command::Act(Action::Diff)));
        assert_eq!(Command::read("ladder 2"), Ok(Command::Call(2)));
        assert!(Command::read("diff 3").is_err());
        assert!(Command::read("dance").is_err_and(|said| said.contains("findings")));
        assert!(Command::read("save").is_err());
    }
}
