//! Which screens lie on each other, and what keys do to them. The list of calls lies lowest; everything else lies on it, and goes
//! away by the same key.

mod draw;
mod nodes;
mod open;
mod search;
mod still;

use std::sync::Arc;

use ratatui::crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};

use super::action::Action;
use super::keys::{self, Place};
use super::page::{Page, PageLine, Target};
use super::prompt::{
    Command, ENDS_OF_CALLS, ENDS_OF_LADDER, ENDS_OF_LINES, Prompt, Purpose, Typed,
};
use super::screens::calls::Calls;
use super::screens::findings::Grouping;
use super::screens::ladder::LadderScreen;
use super::screens::message;
use super::search::Search;
use super::theme::Theme;
use super::world::World;
use crate::report::FlowLine;
use crate::report::ladder::Ladder;
use crate::rules::Finding;
use crate::trace::{CallId, HopId, MessageId, NodeId, Role};

/// What only the program can do.
#[derive(Debug)]
pub enum Want {
    /// Leave.
    Quit,
    /// Say which documented flows a call is.
    Flows(CallId),
    /// Write calls to a file of this name, in the form that its ending says.
    SaveCalls(Vec<CallId>, String),
    /// Write a node file, and read everything again by it.
    SaveNodes(String, String),
    /// Write a ladder, or the calls on it, to a file of this name, in the form that its ending says.
    SaveLadder(Box<Ladder>, Vec<CallId>, String),
    /// Write a text to a file.
    SaveText(String, String),
    /// Put a text into the clipboard.
    Copy(String),
}

/// What a page shows, so that it can be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Help(Place),
    Inputs,
    Nodes,
    Node(NodeId),
    Findings(Option<CallId>, Grouping),
    Finding(usize),
    /// The rule of a finding.
    Rule(usize),
    /// Of the list of calls.
    Columns,
    Flows(CallId),
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
    /// What is looked for beside the screen, until the next key.
    searching: Option<Search>,
    /// A message that waits to be compared.
    marked: Option<MessageId>,
    /// What is said in the last line until the next key.
    said: String,
    /// Whether inputs are read.
    reading: bool,
    /// Bytes read, and how many there are, as long as inputs are read.
    progress: (u64, Option<u64>),
    /// What went wrong beside the screen.
    failed: Vec<String>,
    /// Where the user keeps what is known of nodes.
    node_file: Option<String>,
    /// What stands there.
    node_text: Option<String>,
    /// A node file for which a name is asked.
    unsaved: Option<String>,
    /// Cells of the screen, as it was drawn last.
    size: (usize, usize),
}

/// Said instead of saving and marking what the rest of the inputs may number otherwise.
const NOT_YET: &str = "still reading: save and mark once it is done";

/// Said instead of saving a part of the list, or all of it in another order.
const NOT_LISTED: &str = "still finding out what is listed: save once it is done";

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
            searching: None,
            marked: None,
            said: String::new(),
            reading: true,
            progress: (0, None),
            failed: Vec::new(),
            node_file: None,
            node_text: None,
            unsaved: None,
            size: (80, 24),
        }
    }

    /// How far reading is.
    pub fn progress(&mut self, read: u64, of: Option<u64>) {
        self.progress = (read, of);
    }

    /// Where the user keeps what is known of nodes.
    pub fn keeps_nodes_in(&mut self, name: impl Into<String>) {
        self.node_file = Some(name.into());
    }

    /// By which node file the inputs were read.
    pub fn knows_nodes_by(&mut self, text: impl Into<String>) {
        self.node_text = Some(text.into());
    }

    /// Everything is read once more; what is shown stays until that is done.
    pub fn reads_again(&mut self) {
        self.reading = true;
        self.failed.clear();
    }

    /// What was read, or its beginning.
    pub fn opened(&mut self, world: World) {
        self.reading = !world.whole;
        let before = self.world.replace(world);
        let Some(world) = &mut self.world else {
            return;
        };
        self.calls.renew(before.as_ref(), world);
        if let Some(before) = before {
            let marked = self.marked.take();
            self.marked = marked.filter(|id| world.has_still(&before, *id));
            let screens = std::mem::take(&mut self.screens).into_iter();
            let still = screens.filter_map(|screen| screen.still(&before, world));
            self.screens = still.collect();
            self.rebuild();
        }
        self.search_again();
    }

    /// What the audit found: marks appear where something is shown already.
    pub fn audited(&mut self, findings: impl Into<Arc<Vec<Finding>>>) {
        let Some(world) = &mut self.world else {
            return;
        };
        world.audited(findings.into());
        self.calls.renew(None, world);
        for screen in &mut self.screens {
            if let Screen::Ladder(ladder) = screen
                && let Some(new) = ladder.reopened(world)
            {
                **ladder = new;
            }
        }
        self.rebuild();
        self.search_again();
    }

    /// Which documented flows a call is.
    pub fn matched(&mut self, call: CallId, lines: Vec<FlowLine>) {
        if let Some(world) = &mut self.world {
            world.flows.insert(call, lines);
        }
        self.rebuild();
    }

    /// Something beside the screen went wrong. What is shown stays.
    pub fn failed(&mut self, text: impl Into<String>) {
        self.reading = false;
        self.failed.push(text.into());
        if let Some(world) = &mut self.world {
            world.unaudited = !world.is_audited();
        }
        self.rebuild();
    }

    /// Says something in the last line.
    pub fn say(&mut self, text: impl Into<String>) {
        self.said = text.into();
    }

    /// Whether something changes without a key.
    pub fn is_busy(&self) -> bool {
        self.calls.is_looking() || self.searching.is_some()
    }

    /// Takes what was done beside the screen.
    pub fn tick(&mut self) {
        self.calls.look_on();
        self.search_on();
    }

    /// Does what a key stands for.
    pub fn key(&mut self, event: KeyEvent) -> Option<Want> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        self.said.clear();
        let searched = self.searching.take();
        let want = match (self.prompt.take(), keys::action(event)) {
            (Some(prompt), _) => self.type_on(prompt, event),
            (None, Some(Action::GiveUp)) if searched.is_some() => None,
            (None, action) => action.and_then(|action| self.act(action)),
        };
        self.look_beside();
        want
    }

    fn type_on(&mut self, mut prompt: Prompt, event: KeyEvent) -> Option<Want> {
        match prompt.key(event) {
            Typed::Going => {
                self.typed(&prompt);
                self.prompt = Some(prompt);
                None
            }
            Typed::Done => self.asked(prompt),
            Typed::GivenUp => {
                if prompt.purpose == Purpose::Filter {
                    self.of_calls(Calls::filter_as_before);
                }
                None
            }
        }
    }

    /// The mouse: its wheel moves, a click selects, a click on what is selected opens it.
    pub fn mouse(&mut self, event: MouseEvent) {
        if event.kind != MouseEventKind::Moved {
            self.searching = None;
        }
        match event.kind {
            MouseEventKind::ScrollUp => self.step(-3),
            MouseEventKind::ScrollDown => self.step(3),
            MouseEventKind::Down(MouseButton::Left) if self.prompt.is_none() => {
                self.said.clear();
                let row = usize::from(event.row).checked_sub(1);
                if row.is_some_and(|row| self.click(usize::from(event.column), row)) {
                    self.enter();
                }
            }
            _ => {}
        }
        self.look_beside();
    }

    /// Whether the line at a place below the title was selected before.
    fn click(&mut self, cell: usize, row: usize) -> bool {
        match (self.screens.last_mut(), &self.world) {
            (Some(Screen::Ladder(ladder)), _) => ladder.click(cell, row),
            (Some(Screen::Page(_, page)), _) => page.window.click(row).unwrap_or_default(),
            (None, Some(world)) => self.calls.click(cell, row, world),
            (None, None) => false,
        }
    }

    fn act(&mut self, action: Action) -> Option<Want> {
        let page = self.size.1.saturating_sub(4).max(1) as isize;
        match action {
            Action::Up => self.step(-1),
            Action::Down => self.step(1),
            Action::PageUp => self.step(-page),
            Action::PageDown => self.step(page),
            Action::HalfUp => self.step(-(page / 2).max(1)),
            Action::HalfDown => self.step((page / 2).max(1)),
            Action::First => self.step(isize::MIN),
            Action::Last => self.step(isize::MAX),
            Action::Left => self.scroll(-8),
            Action::Right => self.scroll(8),
            Action::Enter => self.enter(),
            Action::GiveUp if self.screens.is_empty() && self.calls.is_filtered() => {
                self.of_calls(Calls::unfilter);
            }
            Action::Back | Action::GiveUp => {
                if self.screens.pop().is_none() {
                    return Some(Want::Quit);
                }
            }
            Action::Quit => return Some(Want::Quit),
            Action::Help => self.help(),
            Action::Calls => self.screens.clear(),
            Action::Findings => self.show(Shown::Findings(self.call(), Grouping::Rule)),
            Action::Group => self.group(),
            Action::Nodes => self.show(Shown::Nodes),
            Action::Inputs => self.show(Shown::Inputs),
            Action::Raw => self.raw(),
            Action::Diff => self.about_message(Shown::Diff, "is selected"),
            Action::Compare => self.compare(),
            Action::Mark => match (self.screens.last(), &self.world) {
                (None, _) if self.reading => self.say(NOT_YET),
                (None, Some(world)) => self.calls.mark(world),
                (Some(Screen::Page(Shown::Columns, _)), _) => self.enter(),
                _ => self.compare(),
            },
            Action::Extended => self.extended(),
            Action::Flows => return self.flows(),
            Action::Rename => self.ask_of_node(|node| {
                let label = node.label();
                (Purpose::Label(node.id()), label)
            }),
            Action::Role => self.ask_of_node(|node| {
                let role = node.role().name().to_owned();
                (Purpose::Role(node.id()), role)
            }),
            Action::NextOfHop => self.walk(|message| message::of_hop(message, true)),
            Action::PreviousOfHop => self.walk(|message| message::of_hop(message, false)),
            Action::NextOfJourney => self.walk(|message| message::of_journey(message, true)),
            Action::PreviousOfJourney => self.walk(|message| message::of_journey(message, false)),
            Action::NextFinding if self.screens.is_empty() => self.of_calls(Calls::next_column),
            Action::PreviousFinding if self.screens.is_empty() => {
                self.of_calls(Calls::column_before);
            }
            Action::NextFinding => self.next_finding(true),
            Action::PreviousFinding => self.next_finding(false),
            Action::Times if self.screens.is_empty() => self.show(Shown::Columns),
            Action::Times => self.times(),
            Action::Columns => self.show(Shown::Columns),
            Action::Reverse => self.of_calls(Calls::turn_round),
            Action::Search => self.ask(Purpose::Search, String::new()),
            Action::SearchNext => self.search(true),
            Action::SearchPrevious => self.search(false),
            Action::Filter => {
                self.screens.clear();
                self.of_calls(Calls::remember);
                self.ask(Purpose::Filter, self.calls.words());
            }
            Action::ClearFilter => self.of_calls(Calls::unfilter),
            Action::Save => {
                if let Some(why) = self.why_not_saved() {
                    self.say(why);
                    return None;
                }
                let ends = match self.screens.last() {
                    None => ENDS_OF_CALLS,
                    Some(Screen::Ladder(_)) => ENDS_OF_LADDER,
                    Some(Screen::Page(..)) => ENDS_OF_LINES,
                };
                self.ask(Purpose::Save(ends), String::new());
            }
            Action::Copy => return Some(Want::Copy(self.copied())),
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
            Purpose::Save(_) if text.trim().is_empty() => {}
            Purpose::Save(_) => return self.saved(text.trim().to_owned()),
            Purpose::Label(node) => {
                let label = text.trim();
                let label = (!label.is_empty()).then(|| label.to_owned());
                return self.change_node(node, label, None);
            }
            Purpose::Role(node) => match Role::named(text.trim()) {
                Some(role) => return self.change_node(node, None, Some(role)),
                None => {
                    let known: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
                    self.said = format!("a role is one of: {}", known.join(", "));
                }
            },
            Purpose::NodeFile => {
                let name = text.trim();
                let text = self.unsaved.take().filter(|_| !name.is_empty());
                return text.map(|text| Want::SaveNodes(text, name.to_owned()));
            }
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
            Command::Filter(words) => {
                self.screens.clear();
                self.of_calls(|calls, world| calls.filter(&words, world));
            }
            Command::Search(text) => self.search_for(text),
            Command::Save(name) => return self.saved(name),
            Command::Act(action) => return self.act(action),
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

    fn next_finding(&mut self, forth: bool) {
        let (found, otherwise) = match self.screens.last_mut() {
            Some(Screen::Ladder(ladder)) => (ladder.next_finding(forth), "nothing was found here"),
            Some(Screen::Page(_, page)) => {
                let leads = |line: &PageLine| matches!(line.target, Some(Target::Finding(_)));
                (page.find(forth, leads), "no line here leads to a finding")
            }
            None => return,
        };
        if !found {
            self.say(otherwise);
        }
    }

    fn copied(&mut self) -> String {
        match (self.screens.last(), &mut self.world) {
            (Some(Screen::Page(Shown::Message(id, _), page)), Some(world)) => {
                message::text(world, *id).unwrap_or_else(|| page.text())
            }
            (Some(Screen::Page(_, page)), _) => page.selected_text(),
            (Some(Screen::Ladder(ladder)), _) => ladder.selected_text(),
            (None, Some(world)) => self.calls.selected_text(world),
            (None, None) => String::new(),
        }
    }

    /// Why nothing can be saved now: calls may get other numbers, or it is not known yet which are listed.
    fn why_not_saved(&self) -> Option<&'static str> {
        if self.reading {
            return Some(NOT_YET);
        }
        let is_list = self.screens.is_empty();
        (is_list && !self.calls.is_known_what_to_save()).then_some(NOT_LISTED)
    }

    /// What is shown, to be written.
    fn saved(&mut self, name: String) -> Option<Want> {
        if let Some(why) = self.why_not_saved() {
            self.say(why);
            return None;
        }
        Some(match self.screens.last() {
            Some(Screen::Ladder(ladder)) => {
                let drawn = Box::new(ladder.ladder.clone());
                Want::SaveLadder(drawn, ladder.calls.clone(), name)
            }
            Some(Screen::Page(_, page)) => Want::SaveText(page.text(), name),
            None => {
                let world = self.world.as_ref();
                let calls = world.map(|world| self.calls.to_save(world));
                Want::SaveCalls(calls.unwrap_or_default(), name)
            }
        })
    }
}
