//! The ladder of a call: the same that every other output draws, with one of its rows selected. Where there is room, the message of
//! that row stands beside it.
//!
//! ```text
//!                10.64.0.1       10.0.0.1       │ Message 1  10.64.0.1:5060 -> 10.0.0.1:5060
//!               user agent        proxy         │   INVITE sip:bob@example.org SIP/2.0
//!     1  0.000      │ INVITE (SDP) │            │   Via: SIP/2.0/UDP 10.64.0.1;branch=z9hG4bKx
//!                   │─────────────►│            │   ...
//! ```
//!
//! Rows that are folded are opened, and closed again, at the line that stands for them.

mod pen;
mod rows;

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::report::ladder::{self, Ladder, Numbering, Options, Row, Timing};
use crate::trace::{CallId, Message, MessageId};
use crate::tui::canvas::{Canvas, width};
use crate::tui::page::Page;
use crate::tui::search::{Hit, Search, Spot};
use crate::tui::theme::{Theme, Tone};
use crate::tui::window::Window;
use crate::tui::world::World;

use super::message;
use pen::{MOST_CAPTION, MOST_HEAD, Pen, Signs, front, places};
use rows::{Line, all_said, fold, heights, lines, message_of, row_of, rows, said};

/// Cells between the ladder and the message beside it, and how many that needs at least.
const BESIDE: usize = 3;
const LEAST_BESIDE: usize = 60;
/// Lines that names and roles of lifelines take.
const HEADS: u16 = 2;

/// A call, drawn.
#[derive(Debug)]
pub(in crate::tui) struct LadderScreen {
    pub(in crate::tui) calls: Vec<CallId>,
    pub(in crate::tui) ladder: Ladder,
    /// What can be seen: all rows, and those in open folds.
    lines: Vec<Line>,
    /// Folds that are open, each by its first message.
    opened: BTreeSet<MessageId>,
    /// Cells that numbers and times take.
    front: usize,
    /// Lifelines, in cells.
    at: Vec<usize>,
    window: Window,
    left: usize,
    /// Whether another row was selected since it was drawn last, whose arrow is to be seen.
    turned: bool,
    time: Timing,
    /// The message that stands beside it, and how wide it is laid.
    beside: Option<(MessageId, usize, Page)>,
}

impl LadderScreen {
    pub(in crate::tui) fn open(world: &mut World, ids: Vec<CallId>, time: Timing) -> Option<Self> {
        let trace = world.trace.clone();
        let calls = ids.iter().map(|id| trace.call(*id));
        let calls = calls.collect::<Option<Vec<_>>>()?;
        let options = Options {
            numbering: Numbering::Messages,
            time,
            script: world.account.script.clone(),
            ..Options::default()
        };
        let found = ids.iter().flat_map(|id| world.findings_of(*id));
        let found: Vec<_> = found.cloned().collect();
        // What cannot be read again is drawn by what is known without it.
        let mut unread = false;
        let times = world.times.clone();
        let drawn = ladder::of_calls(
            &trace,
            &calls,
            &found,
            &times,
            &options,
            |message: &Message<'_>| {
                let bytes = world.read(message);
                unread |= bytes.is_err();
                Ok::<_, std::convert::Infallible>(bytes.unwrap_or_default())
            },
        );
        let Ok(mut ladder) = drawn;
        if unread {
            ladder
                .notes
                .push("Some messages could not be read again.".to_owned());
        }
        let front = front(&ladder);
        let at = places(&ladder, front);
        let mut new = Self {
            calls: ids,
            ladder,
            lines: Vec::new(),
            opened: BTreeSet::new(),
            front,
            at,
            window: Window::default(),
            left: 0,
            turned: true,
            time,
            beside: None,
        };
        new.lay();
        Some(new)
    }

    /// Finds out anew what can be seen.
    fn lay(&mut self) {
        let all = lines(&self.ladder).into_iter();
        let seen = all.filter(|(row, folded)| folded.is_none() || self.is_open(*row));
        self.lines = seen.collect();
    }

    fn is_open(&self, row: usize) -> bool {
        let fold = self.ladder.rows.get(row).and_then(fold);
        fold.is_some_and(|fold| self.opened.contains(&fold))
    }

    /// Opens the fold of the selected line, or closes it.
    pub(in crate::tui) fn turn_fold(&mut self) {
        if let Some(fold) = self.row(self.window.selected).and_then(fold) {
            if !self.opened.remove(&fold) {
                self.opened.insert(fold);
            }
            self.lay();
        }
    }

    fn row(&self, line: usize) -> Option<&Row> {
        row_of(&self.ladder, *self.lines.get(line)?)
    }

    /// Reads the message of the selected row, if there is room for it on a screen of so many cells.
    pub(in crate::tui) fn look_beside(&mut self, world: &mut World, screen: usize) {
        let room = screen.saturating_sub(self.reach() + BESIDE);
        let wanted = self.selected().filter(|_| room >= LEAST_BESIDE);
        let is_there =
            |(id, laid, _): &(MessageId, usize, Page)| Some(*id) == wanted && *laid == room;
        if !self.beside.as_ref().is_some_and(is_there) {
            self.beside = wanted.and_then(|id| {
                let page = message::page(world, id, false, room)?;
                Some((id, room, page))
            });
        }
    }

    /// Cells that it takes.
    fn reach(&self) -> usize {
        let last = self.ladder.columns.len().saturating_sub(1);
        let head = self.ladder.columns.last().map_or(0, |column| {
            width(&column.label)
                .max(width(&column.detail))
                .min(MOST_HEAD)
        });
        let to_itself = rows(&self.ladder).any(|row| match row {
            Row::Arrow(arrow) => arrow.span() == (last, last),
            Row::Panel(_) | Row::Fragment(_) => false,
        });
        let behind = if to_itself {
            MOST_CAPTION + 4
        } else {
            head.div_ceil(2)
        };
        self.at.last().map_or(0, |at| at + behind + 1)
    }

    /// The same with other times in front.
    pub(in crate::tui) fn with_next_times(&self, world: &mut World) -> Option<Self> {
        let next = match self.time {
            Timing::Start => Timing::Previous,
            Timing::Previous => Timing::Absolute,
            Timing::Absolute => Timing::None,
            Timing::None => Timing::Start,
        };
        self.anew(world, self.calls.clone(), next)
    }

    /// The same with what was found since.
    pub(in crate::tui) fn reopened(&self, world: &mut World) -> Option<Self> {
        self.anew(world, self.calls.clone(), self.time)
    }

    /// The same in another reading of the inputs, if all calls are there.
    pub(in crate::tui) fn still(&self, before: &World, world: &mut World) -> Option<Self> {
        let calls = self.calls.iter().map(|call| world.call_of(before, *call));
        let calls = calls.collect::<Option<Vec<_>>>()?;
        self.anew(world, calls, self.time)
    }

    fn anew(&self, world: &mut World, calls: Vec<CallId>, time: Timing) -> Option<Self> {
        let mut new = Self::open(world, calls, time)?;
        (new.window, new.left) = (self.window.clone(), self.left);
        new.opened = self.opened.clone();
        new.lay();
        Some(new)
    }

    pub(in crate::tui) fn selected(&self) -> Option<MessageId> {
        self.row(self.window.selected).and_then(message_of)
    }

    pub(in crate::tui) fn select(&mut self, message: MessageId) -> bool {
        let all = lines(&self.ladder).into_iter();
        let mut all = all.filter(|line| {
            let row = row_of(&self.ladder, *line);
            row.and_then(message_of) == Some(message)
        });
        let line = all.next();
        line.is_some_and(|line| self.go_to(line))
    }

    /// Selects a line, whose fold is opened for that.
    pub(in crate::tui) fn go_to(&mut self, line: Line) -> bool {
        if line.1.is_some() {
            self.opened
                .extend(self.ladder.rows.get(line.0).and_then(fold));
            self.lay();
        }
        let place = self.lines.iter().position(|one| *one == line);
        self.window.selected = place.unwrap_or(self.window.selected);
        self.turned = true;
        place.is_some()
    }

    pub(in crate::tui) fn step(&mut self, by: isize) {
        self.turned = true;
        self.window.step(by, self.lines.len());
    }

    pub(in crate::tui) fn scroll(&mut self, by: isize) {
        self.left = self.left.saturating_add_signed(by);
    }

    /// How far lifelines are moved to the side so that the selected arrow is on a screen of so many cells; its beginning, where it
    /// is wider.
    fn left_of_selected(&self, screen: usize) -> usize {
        let Some(Row::Arrow(arrow)) = self.row(self.window.selected) else {
            return self.left;
        };
        let (first, last) = arrow.span();
        let (start, end) = (self.at[first], self.at[last]);
        let end = match first == last {
            true => end + MOST_CAPTION + 4,
            false => end + 1,
        };
        let most = start.saturating_sub(self.front + 1);
        self.left.max(end.saturating_sub(screen)).min(most)
    }

    /// A click on the screen; whether the line there was selected before.
    pub(in crate::tui) fn click(&mut self, cell: usize, row: usize) -> bool {
        if self.beside.is_some() && cell > self.reach() {
            return false;
        }
        let row = row.checked_sub(usize::from(HEADS));
        let click = row.and_then(|row| self.window.click(row));
        click.unwrap_or_default()
    }

    /// The next row with a finding, going round.
    pub(in crate::tui) fn next_finding(&mut self, forth: bool) -> bool {
        self.find(
            forth,
            |row| matches!(row, Row::Arrow(arrow) if !arrow.marks.is_empty()),
        )
    }

    /// Looks for the next row with a text, in what it says or in its message.
    pub(in crate::tui) fn search(&self, text: &str, forth: bool, world: &World) -> Search {
        let rows = self.onwards(forth).into_iter().filter_map(|line| {
            let row = row_of(&self.ladder, line)?;
            Some((line, all_said(row), message_of(row)))
        });
        let rows: Vec<_> = rows.collect();
        Search::start(world.known(), text, forth, move |_| {
            Box::new(rows.into_iter().map(|(line, said, message)| Spot {
                hit: Hit::Line(line),
                said,
                messages: message.into_iter().collect(),
            }))
        })
    }

    fn find(&mut self, forth: bool, wanted: impl Fn(&Row) -> bool) -> bool {
        let mut lines = self.onwards(forth).into_iter();
        let found = lines.find(|line| row_of(&self.ladder, *line).is_some_and(&wanted));
        found.is_some_and(|line| self.go_to(line))
    }

    /// All lines from the selected one on, going round to it; back or forth.
    fn onwards(&self, forth: bool) -> Vec<Line> {
        let all = lines(&self.ladder);
        let here = self.lines.get(self.window.selected);
        let from = all.iter().position(|line| Some(line) == here);
        let (count, from) = (all.len(), from.unwrap_or_default());
        let order = (1..=count).map(|step| match forth {
            true => (from + step) % count,
            false => (from + count - step) % count,
        });
        order.map(|line| all[line]).collect()
    }

    pub(in crate::tui) fn title(&self) -> String {
        self.ladder.title.clone()
    }

    /// What is to be said of the selected row, in a line.
    pub(in crate::tui) fn selected_text(&self) -> String {
        let row = self.row(self.window.selected);
        let mut text = row.map(said).unwrap_or_default();
        if row.and_then(fold).is_some() {
            text.push_str("  (Enter opens and closes it)");
        }
        if let Some(Row::Arrow(arrow)) = row {
            for mark in &arrow.marks {
                let found = self
                    .ladder
                    .findings
                    .iter()
                    .find(|one| (one.first..=one.last).contains(mark));
                let found = found.map_or("", |one| one.text.as_str());
                text.push_str(&format!("  [{mark}] {found}"));
            }
        }
        text
    }

    pub(in crate::tui) fn draw(&mut self, area: Rect, theme: Theme, buffer: &mut Buffer) {
        self.window.rows.clear();
        if area.height < 4 {
            return;
        }
        let pen = Pen {
            front: self.front,
            at: &self.at,
            signs: Signs::of(theme),
        };
        let mut area = area;
        let reach = self.reach();
        if let Some((_, room, page)) = &mut self.beside {
            let whole = area;
            area.width = reach as u16;
            let at = whole.x + whole.width.saturating_sub(*room as u16);
            for y in whole.top()..whole.bottom() {
                let mut bar = Canvas::default();
                bar.fill(0, 1, pen.signs.bar, Tone::Dim);
                bar.show(
                    Rect::new(at.saturating_sub(2), y, 1, 1),
                    0,
                    false,
                    theme,
                    buffer,
                );
            }
            let mut head = Canvas::default();
            head.push(&page.title, Tone::Title);
            head.cut_at(*room);
            let place = Rect::new(at, whole.y, *room as u16, whole.height);
            head.show(place, 0, false, theme, buffer);
            let below = Rect {
                y: place.y + 1,
                height: place.height - 1,
                ..place
            };
            page.draw_beside(below, theme, buffer);
        }
        let screen = usize::from(area.width);
        let end = self.at.last().map_or(0, |at| at + MOST_CAPTION);
        if std::mem::take(&mut self.turned) {
            self.left = self.left_of_selected(screen);
        }
        self.left = self.left.min(end.saturating_sub(screen));
        let (front, left) = (self.front, self.left);
        // What stands in front of the lifelines stays when they are moved to the side.
        let mut show = |canvas: &Canvas, y: u16, selected: bool| {
            let whole = Rect::new(area.x, y, area.width, 1);
            let numbers = area.width.min(front as u16);
            let lines = Rect {
                x: whole.x + numbers,
                width: whole.width - numbers,
                ..whole
            };
            canvas.show(lines, front + left, selected, theme, buffer);
            let numbers = Rect {
                width: numbers,
                ..whole
            };
            canvas.show(numbers, 0, selected, theme, buffer);
        };
        let cells = front + left..left + screen.max(front);
        for (canvas, y) in pen.heads(&self.ladder, &cells).iter().zip(area.y..) {
            show(canvas, y, false);
        }
        let list = Rect::new(area.x, area.y + HEADS, area.width, area.height - HEADS);
        let (ladder, lines) = (&self.ladder, &self.lines);
        let height = |line: usize| {
            let row = lines.get(line).and_then(|line| row_of(ladder, *line));
            row.map_or(1, heights)
        };
        self.window
            .follow(usize::from(list.height), lines.len(), height);
        let mut shown = Vec::new();
        let mut y = list.y;
        'screen: for (number, line) in self.lines.iter().enumerate().skip(self.window.top) {
            let drawn = match row_of(&self.ladder, *line) {
                Some(Row::Arrow(arrow)) => pen.arrow(arrow),
                Some(Row::Panel(panel)) => vec![pen.panel(panel, self.is_open(line.0))],
                Some(Row::Fragment(edge)) => vec![pen.edge(edge)],
                None => Vec::new(),
            };
            for canvas in drawn {
                if y >= list.bottom() {
                    break 'screen;
                }
                show(&canvas, y, number == self.window.selected);
                shown.push(number);
                y += 1;
            }
        }
        self.window.rows = shown;
    }
}
