//! From what is selected to the screen that shows it.

use super::{App, MOST_SCREENS, Screen, Shown, Want};
use crate::report::ladder::Timing;
use crate::trace::{CallId, Message, MessageId};
use crate::tui::keys::Place;
use crate::tui::page::{Page, Target};
use crate::tui::screens::calls::Calls;
use crate::tui::screens::ladder::LadderScreen;
use crate::tui::screens::{compare, finding, findings, flows, help, hop, inputs, message, nodes};
use crate::tui::world::World;

/// More calls on one ladder are of no use to anybody.
const MOST_TOGETHER: usize = 100;

const NO_FURTHER: &str = "there is no further message that way";

impl App {
    /// Opens what the selected line is about.
    pub(super) fn enter(&mut self) {
        let target = match (self.screens.last_mut(), &self.world) {
            (Some(Screen::Ladder(ladder)), _) => match ladder.selected() {
                Some(message) => Some(Target::Message(message)),
                None => {
                    ladder.turn_fold();
                    None
                }
            },
            (Some(Screen::Page(shown, page)), _) => match (page.target(), shown) {
                (Some(target), _) => Some(target),
                (None, Shown::Message(id, _)) => {
                    let diff = Shown::Diff(*id);
                    self.show(diff);
                    return;
                }
                // A node is what is shown already.
                (None, Shown::Node(_)) => None,
                (None, _) => page.about,
            },
            (None, Some(world)) => self.calls.selected(world).map(Target::Call),
            (None, None) => None,
        };
        if let Some(target) = target {
            self.open(target);
        }
    }

    fn open(&mut self, target: Target) {
        match target {
            Target::Call(call) => self.ladder(call),
            Target::Message(id) => self.show(Shown::Message(id, false)),
            Target::Node(id) => self.show(Shown::Node(id)),
            Target::Finding(position) => self.show(Shown::Finding(position)),
            Target::Rule(position) => self.show(Shown::Rule(position)),
            Target::Column(place) => {
                let calls = &mut self.calls;
                if let Some(world) = &self.world {
                    calls.turn_column(place, world);
                }
                self.rebuild();
            }
            Target::OnLadder(message) => {
                let world = self.world.as_ref();
                let call = world.and_then(|world| Some(world.trace.message(message)?.hop().call()));
                if let Some(call) = call.map(|call| call.id()) {
                    self.ladder(call);
                }
                if let Some(Screen::Ladder(ladder)) = self.screens.last_mut() {
                    ladder.select(message);
                }
            }
            Target::Hop(id) => {
                let request = self.world.as_ref().and_then(|world| {
                    let hop = world.trace.hop(id)?;
                    Some(hop.first_message().id())
                });
                match request {
                    Some(request) => self.show(Shown::Diff(request)),
                    None => self.say(format!("there is no hop {}", id.number())),
                }
            }
        }
    }

    /// Opens what was asked for by its number.
    pub(super) fn numbered(&mut self, what: &str, target: Option<Target>) {
        let depth = self.screens.len();
        if let Some(target) = target {
            self.open(target);
        }
        if self.screens.len() == depth && self.said.is_empty() {
            self.say(format!("there is no {what} with this number"));
        }
    }

    fn ladder(&mut self, call: CallId) {
        self.ladder_of(vec![call]);
    }

    fn ladder_of(&mut self, calls: Vec<CallId>) {
        let opened = self
            .world
            .as_mut()
            .and_then(|world| LadderScreen::open(world, calls, Timing::Start));
        if let Some(ladder) = opened {
            self.push(Screen::Ladder(Box::new(ladder)));
        }
    }

    /// The keys of the screen; from there, back.
    pub(super) fn help(&mut self) {
        let place = match self.screens.last() {
            None => Place::Calls,
            Some(Screen::Ladder(_)) => Place::Ladder,
            Some(Screen::Page(shown, _)) => match shown {
                Shown::Columns => Place::Columns,
                Shown::Nodes | Shown::Node(_) => Place::Nodes,
                Shown::Findings(..) => Place::Findings,
                Shown::Finding(_) => Place::Finding,
                Shown::Message(..) => Place::Message,
                Shown::Diff(_) => Place::Diff,
                Shown::Compared(..) => Place::Compared,
                Shown::Help(_) => {
                    self.screens.pop();
                    return;
                }
                Shown::Inputs | Shown::Rule(_) | Shown::Flows(_) => Place::Page,
            },
        };
        self.show(Shown::Help(place));
    }

    /// All marked calls as one ladder.
    pub(super) fn extended(&mut self) {
        let calls = self.world.as_ref().map(|world| self.calls.chosen(world));
        let calls = calls.unwrap_or_default();
        if calls.is_empty() {
            self.say("no call is selected here");
        } else if calls.len() > MOST_TOGETHER {
            self.say(format!(
                "at most {MOST_TOGETHER} calls are drawn as one ladder"
            ));
        } else {
            self.ladder_of(calls);
        }
    }

    /// The documented flows of the call that is shown or selected; they are looked for when somebody asks.
    pub(super) fn flows(&mut self) -> Option<Want> {
        let selected = || self.calls.selected(self.world.as_ref()?);
        let call = match self.screens.is_empty() {
            true => selected(),
            false => self.call(),
        };
        let Some(call) = call else {
            self.say("no call is selected here");
            return None;
        };
        self.show(Shown::Flows(call));
        let world = self.world.as_ref()?;
        (world.whole && !world.flows.contains_key(&call)).then_some(Want::Flows(call))
    }

    fn push(&mut self, screen: Screen) {
        if self.screens.len() == MOST_SCREENS {
            self.screens.remove(0);
        }
        self.screens.push(screen);
    }

    /// Opens a page; none where there is nothing to show.
    pub(super) fn show(&mut self, shown: Shown) {
        let width = self.size.0;
        let calls = &self.calls;
        match self
            .world
            .as_mut()
            .and_then(|world| page(world, calls, shown, width))
        {
            Some(page) => self.push(Screen::Page(shown, page)),
            None if self.world.is_none() => self.say("the inputs are still being read"),
            None => self.nothing_of(shown),
        }
    }

    fn nothing_of(&mut self, shown: Shown) {
        self.say(match shown {
            Shown::Diff(id) => format!("nobody was seen to pass message {} on", id.number()),
            _ => "there is nothing to show".to_owned(),
        });
    }

    /// Makes pages again: the screen or what is known has changed.
    pub(super) fn rebuild(&mut self) {
        let Some(world) = &mut self.world else {
            return;
        };
        for screen in &mut self.screens {
            if let Screen::Page(shown, old) = screen
                && let Some(mut new) = page(world, &self.calls, *shown, self.size.0)
            {
                new.window = std::mem::take(&mut old.window);
                *old = new;
            }
        }
        self.look_beside();
    }

    /// Reads the message that stands beside a ladder.
    pub(super) fn look_beside(&mut self) {
        if let (Some(Screen::Ladder(ladder)), Some(world)) =
            (self.screens.last_mut(), &mut self.world)
        {
            ladder.look_beside(world, self.size.0);
        }
    }

    /// The call that the screen is about.
    pub(super) fn call(&self) -> Option<CallId> {
        let world = self.world.as_ref()?;
        if let Some(Screen::Ladder(ladder)) = self.screens.last() {
            return ladder.calls.first().copied();
        }
        if let Some(Screen::Page(Shown::Flows(call) | Shown::Findings(Some(call), _), _)) =
            self.screens.last()
        {
            return Some(*call);
        }
        let message = self.message()?;
        Some(world.trace.message(message)?.hop().call().id())
    }

    /// The message that the screen, or its selected line, is about.
    fn message(&self) -> Option<MessageId> {
        match self.screens.last()? {
            Screen::Ladder(ladder) => ladder.selected(),
            Screen::Page(_, page) => match (page.target(), page.about) {
                (Some(Target::Message(id) | Target::OnLadder(id)), _) => Some(id),
                (Some(Target::Finding(position)), _) => {
                    let finding = self.world.as_ref()?.findings().get(position)?;
                    finding.places.first().map(|place| place.message)
                }
                (_, Some(Target::Message(id))) => Some(id),
                _ => None,
            },
        }
    }

    pub(super) fn about_message(&mut self, shown: fn(MessageId) -> Shown, what: &str) {
        match self.message() {
            Some(id) => self.show(shown(id)),
            None => self.say(format!("no message {what} here")),
        }
    }

    /// The message raw; there, as it was before.
    pub(super) fn raw(&mut self) {
        if let Some(Screen::Page(Shown::Message(_, raw), _)) = self.screens.last_mut() {
            *raw = !*raw;
            self.rebuild();
        } else {
            self.about_message(|id| Shown::Message(id, true), "is selected");
        }
    }

    pub(super) fn compare(&mut self) {
        let Some(id) = self.message() else {
            self.say("no message is selected here");
            return;
        };
        match self.marked.take() {
            Some(marked) if marked != id => self.show(Shown::Compared(marked, id)),
            _ => {
                self.marked = Some(id);
                let text = format!("message {} is marked: mark another to compare", id.number());
                self.say(text);
            }
        }
    }

    /// To another message that belongs to the one that is shown.
    pub(super) fn walk(&mut self, next: impl Fn(&Message<'_>) -> Option<MessageId>) {
        let there = self.world.as_ref().and_then(|world| {
            let message = world.trace.message(self.message()?)?;
            next(&message)
        });
        match (self.screens.last_mut(), there) {
            (Some(Screen::Ladder(ladder)), Some(there)) => {
                if !ladder.select(there) {
                    self.say(format!("message {} has no row of its own", there.number()));
                }
            }
            (Some(Screen::Page(Shown::Message(_, raw), _)), Some(there)) => {
                let next = Shown::Message(there, *raw);
                self.turn_to(next);
            }
            (Some(Screen::Page(Shown::Diff(_), _)), Some(there)) => {
                self.turn_to(Shown::Diff(there));
            }
            (
                Some(Screen::Ladder(_) | Screen::Page(Shown::Message(..) | Shown::Diff(_), _)),
                None,
            ) => self.say(NO_FURTHER),
            _ => self
                .say("other messages are reached from a ladder, a message or what a node changed"),
        }
    }

    /// Shows something else on the page that is open, if there is anything.
    fn turn_to(&mut self, next: Shown) {
        let (Some(Screen::Page(shown, old)), Some(world)) =
            (self.screens.last_mut(), &mut self.world)
        else {
            return;
        };
        match page(world, &self.calls, next, self.size.0) {
            // Nobody passed the first message to its sender: of it, this is shown already.
            Some(new) if new.about == old.about => self.say(NO_FURTHER),
            Some(mut new) => {
                new.window = std::mem::take(&mut old.window);
                (*shown, *old) = (next, new);
            }
            None => self.nothing_of(next),
        }
    }

    /// What was found by rule, or by call, in turn.
    pub(super) fn group(&mut self) {
        let Some(Screen::Page(Shown::Findings(_, grouping), page)) = self.screens.last_mut() else {
            self.say("a shows what was found; there, this groups it");
            return;
        };
        *grouping = grouping.other();
        let selected = page.target();
        self.rebuild();
        if let Some(Screen::Page(_, page)) = self.screens.last_mut() {
            let line = page.lines.iter().position(|line| line.target == selected);
            page.window.selected = line.unwrap_or_default();
        }
    }

    /// Other times in front of the rows of the ladder.
    pub(super) fn times(&mut self) {
        if let (Some(Screen::Ladder(ladder)), Some(world)) =
            (self.screens.last_mut(), &mut self.world)
            && let Some(new) = ladder.with_next_times(world)
        {
            **ladder = new;
        }
    }
}

fn page(world: &mut World, calls: &Calls, shown: Shown, width: usize) -> Option<Page> {
    match shown {
        Shown::Columns => Some(calls.columns()),
        Shown::Help(place) => Some(help::page(place)),
        Shown::Inputs => Some(inputs::page(world)),
        Shown::Nodes => Some(nodes::page(world)),
        Shown::Node(id) => nodes::one(world, id),
        Shown::Findings(call, grouping) => Some(findings::page(world, call, grouping)),
        Shown::Finding(position) => finding::page(world, position),
        Shown::Rule(position) => finding::of_rule(world, position),
        Shown::Flows(call) => Some(flows::page(world, call, width)),
        Shown::Message(id, raw) => message::page(world, id, raw, width),
        Shown::Diff(id) => hop::page(world, id, width),
        Shown::Compared(one, other) => compare::page(world, one, other, width),
    }
}
