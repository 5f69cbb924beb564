//! Which screens lie on each other, and what keys do to them. The list of calls lies lowest; everything else lies on it, and goes
//! away by the same key.

mod draw;
mod open;

use ratatui::crossterm::event::{KeyEvent, KeyEventKind};

use super::action::Action;
use super::keys;
use super::page::{Page, Target};
use super::prompt::{Command, Prompt, Purpose, Typed};
use super::screens::calls::Calls;
use super::screens::ladder::LadderScreen;
use super::screens::message;
use super::theme::Theme;
use super::world::World;
use crate::report::ladder::Ladder;
use crate::rules::Finding;
use crate::trace::{CallId, HopId, MessageId, NodeId};

/// What only the program can do.
#[derive(Debug)]
pub enum Want {
    /// Leave.
    Quit,
    /// Write a ladder to a file of this name, in the form that its ending says.
    SaveLadder(Box<Ladder>, String),
    /// Write a text to a file.
    SaveText(String, String),
    /// Put a text into the clipboard.
    Copy(String),
}

/// What a page shows, so that it can be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Help,
    Inputs,
    Nodes,
    Node(NodeId),
    Findings(Option<CallId>),
    Finding(usize),
    Message(MessageId, bool),
    Diff(MessageId),
    Compared(MessageId, MessageId),
}

/// A screen on the list of calls.
#[derive(Debug)]
enum Screen {
    Ladder(Box<LadderScreen>),
    Page(Shown, Page),
}

/// The interface: what it shows, and what was typed so far.
pub struct App {
    theme: Theme,
    world: Option<World>,
    calls: Calls,
    /// On the list of calls; the last one is seen.
    screens: Vec<Screen>,
    prompt: Option<Prompt>,
    /// What was looked for last.
    searched: String,
    /// A message that waits to be compared.
    marked: Option<MessageId>,
    /// What is said in the last line until the next key.
    said: String,
    /// Bytes read, and how many there are, as long as inputs are read.
    progress: (u64, Option<u64>),
    /// Cells of the screen, as it was drawn last.
    size: (usize, usize),
}

/// More screens on each other are of no use to anybody.
const MOST_SCREENS: usize = 64;

impl App {
    /// Before anything is read.
    pub fn new(theme: Theme) -> Self {
        Self {
            theme,
            world: None,
            calls: Calls::default(),
            screens: Vec::new(),
            prompt: None,
            searched: String::new(),
            marked: None,
            said: String::new(),
            progress: (0, None),
            size: (80, 24),
        }
    }

    /// How far reading is.
    pub fn progress(&mut self, read: u64, of: Option<u64>) {
        self.progress = (read, of);
    }

    /// What was read.
    pub fn opened(&mut self, world: World) {
        self.world = Some(world);
    }

    /// What the audit found: marks appear where something is shown already.
    pub fn audited(&mut self, findings: Vec<Finding>) {
        let Some(world) = &mut self.world else {
            return;
        };
        world.audited(findings);
        for screen in &mut self.screens {
            if let Screen::Ladder(ladder) = screen
                && let Some(new) = ladder.reopened(world)
            {
                **ladder = new;
            }
        }
        self.rebuild();
    }

    /// Says something in the last line.
    pub fn say(&mut self, text: impl Into<String>) {
        self.said = text.into();
    }

    /// Whether there is something to do while no key is pressed.
    pub fn is_busy(&self) -> bool {
        self.world
            .as_ref()
            .is_none_or(|world| self.calls.is_looking(world))
    }

    /// Goes on with what takes long.
    pub fn tick(&mut self) {
        if let Some(world) = &self.world {
            self.calls.look_on(world);
        }
    }

    /// Does what a key stands for.
    pub fn key(&mut self, event: KeyEvent) -> Option<Want> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        self.said.clear();
        if let Some(mut prompt) = self.prompt.take() {
            return match prompt.key(event) {
                Typed::Going => {
                    self.typed(&prompt);
                    self.prompt = Some(prompt);
                    None
                }
                Typed::Done => self.asked(prompt),
                Typed::GivenUp => None,
            };
        }
        self.act(keys::action(event)?)
    }

    /// The wheel of a mouse, by so many lines.
    pub fn wheel(&mut self, lines: isize) {
        self.step(lines);
    }

    fn act(&mut self, action: Action) -> Option<Want> {
        let page = self.size.1.saturating_sub(4).max(1) as isize;
        match action {
            Action::Up => self.step(-1),
            Action::Down => self.step(1),
            Action::PageUp => self.step(-page),
            Action::PageDown => self.step(page),
            Action::First => self.step(isize::MIN),
            Action::Last => self.step(isize::MAX),
            Action::Left => self.scroll(-8),
            Action::Right => self.scroll(8),
            Action::Enter => self.enter(),
            Action::Back => {
                if self.screens.pop().is_none() {
                    return Some(Want::Quit);
                }
            }
            Action::Quit => return Some(Want::Quit),
            Action::Help => self.show(Shown::Help),
            Action::Calls => self.screens.clear(),
            Action::Findings => self.show(Shown::Findings(self.call())),
            Action::Nodes => self.show(Shown::Nodes),
            Action::Inputs => self.show(Shown::Inputs),
            Action::Raw => self.raw(),
            Action::Diff => self.about_message(Shown::Diff, "is selected"),
            Action::Compare => self.compare(),
            Action::NextOfHop => self.walk(|message| message::of_hop(message, true)),
            Action::PreviousOfHop => self.walk(|message| message::of_hop(message, false)),
            Action::NextOfJourney => self.walk(|message| message::of_journey(message, true)),
            Action::PreviousOfJourney => self.walk(|message| message::of_journey(message, false)),
            Action::NextFinding => self.next_finding(true),
            Action::PreviousFinding => self.next_finding(false),
            Action::Times => self.times(),
            Action::Sort => self.of_calls(Calls::next_column),
            Action::Reverse => self.of_calls(Calls::turn_round),
            Action::Search => self.ask(Purpose::Search, String::new()),
            Action::SearchNext => self.search(true),
            Action::SearchPrevious => self.search(false),
            Action::Filter => {
                self.screens.clear();
                self.ask(Purpose::Filter, self.calls.words());
            }
            Action::ClearFilter => self.of_calls(|calls, world| calls.filter("", world)),
            Action::Save => self.ask(Purpose::Save, String::new()),
            Action::Copy => return Some(Want::Copy(self.to_copy())),
            Action::Command => self.ask(Purpose::Command, String::new()),
        }
        None
    }

    fn ask(&mut self, purpose: Purpose, text: String) {
        self.prompt = Some(Prompt::new(purpose, text));
    }

    /// What a line does while it is typed.
    fn typed(&mut self, prompt: &Prompt) {
        if prompt.purpose == Purpose::Filter {
            self.of_calls(|calls, world| calls.filter(&prompt.text, world));
        }
    }

    /// What a line does when it is typed.
    fn asked(&mut self, prompt: Prompt) -> Option<Want> {
        let text = prompt.text;
        match prompt.purpose {
            Purpose::Search => self.search_for(text),
            Purpose::Filter => {}
            Purpose::Save if text.trim().is_empty() => {}
            Purpose::Save => return Some(self.saved(text.trim().to_owned())),
            Purpose::Command if text.trim().is_empty() => {}
            Purpose::Command => match Command::read(&text) {
                Ok(command) => return self.run(command),
                Err(wrong) => self.said = wrong,
            },
        }
        None
    }

    fn run(&mut self, command: Command) -> Option<Want> {
        match command {
            Command::Call(number) => {
                self.numbered("call", CallId::numbered(number).map(Target::Call))
            }
            Command::Message(number) => {
                self.numbered("message", MessageId::numbered(number).map(Target::Message));
            }
            Command::Hop(number) => self.numbered("hop", HopId::numbered(number).map(Target::Hop)),
            Command::Node(number) => {
                self.numbered("node", NodeId::numbered(number).map(Target::Node));
            }
            Command::Calls => self.screens.clear(),
            Command::Findings => self.show(Shown::Findings(None)),
            Command::Nodes => self.show(Shown::Nodes),
            Command::Inputs => self.show(Shown::Inputs),
            Command::Help => self.show(Shown::Help),
            Command::Filter(words) => {
                self.screens.clear();
                self.of_calls(|calls, world| calls.filter(&words, world));
            }
            Command::Search(text) => self.search_for(text),
            Command::Save(name) => return Some(self.saved(name)),
            Command::Quit => return Some(Want::Quit),
        }
        None
    }

    fn step(&mut self, by: isize) {
        match (self.screens.last_mut(), &self.world) {
            (Some(Screen::Ladder(ladder)), _) => ladder.step(by),
            (Some(Screen::Page(_, page)), _) => page.window.step(by, page.lines.len()),
            (None, Some(world)) => self.calls.step(by, world),
            (None, None) => {}
        }
    }

    fn scroll(&mut self, by: isize) {
        match self.screens.last_mut() {
            Some(Screen::Ladder(ladder)) => ladder.scroll(by),
            Some(Screen::Page(..)) => {}
            None => self.calls.scroll(by),
        }
    }

    fn of_calls(&mut self, change: impl FnOnce(&mut Calls, &World)) {
        if let Some(world) = &self.world {
            change(&mut self.calls, world);
        }
    }

    fn search_for(&mut self, text: String) {
        if !text.is_empty() {
            self.searched = text;
        }
        self.search(true);
    }

    fn search(&mut self, forth: bool) {
        let text = self.searched.clone();
        if text.is_empty() {
            return;
        }
        let found = match (self.screens.last_mut(), &self.world) {
            (Some(Screen::Ladder(ladder)), _) => ladder.search(&text, forth),
            (Some(Screen::Page(_, page)), _) => page.search(&text, forth),
            (None, Some(world)) => self.calls.search(&text, forth, world),
            (None, None) => false,
        };
        if !found {
            self.said = format!("\"{text}\" is not on this screen");
        }
    }

    fn next_finding(&mut self, forth: bool) {
        let found = match self.screens.last_mut() {
            Some(Screen::Ladder(ladder)) => ladder.next_finding(forth),
            Some(Screen::Page(_, page)) => page.find(forth, |line| {
                matches!(line.target, Some(Target::Finding(_)))
            }),
            None => false,
        };
        if !found {
            self.said = "nothing was found here".to_owned();
        }
    }

    fn to_copy(&self) -> String {
        match (self.screens.last(), &self.world) {
            (Some(Screen::Page(Shown::Message(..), page)), _) => page.text(),
            (Some(Screen::Page(_, page)), _) => page.selected_text(),
            (Some(Screen::Ladder(ladder)), _) => ladder.selected_text(),
            (None, Some(world)) => self.calls.selected_text(world),
            (None, None) => String::new(),
        }
    }

    fn saved(&self, name: String) -> Want {
        match self.screens.last() {
            Some(Screen::Ladder(ladder)) => Want::SaveLadder(Box::new(ladder.ladder.clone()), name),
            Some(Screen::Page(_, page)) => Want::SaveText(page.text(), name),
            None => Want::SaveText(self.to_copy(), name),
        }
    }
}
