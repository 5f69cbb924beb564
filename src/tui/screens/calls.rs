//! All calls, or those with the words that were typed.
//!
//! ```text
//!      # time                 kind          from           to             found  msgs  outcome
//!      1 22:13:20.000001      call          sip:a@x.org    sip:b@x.org        2    21  answered, 15 s
//! ```
//!
//! There may be millions: a line is made when it is shown, and words are looked for in as many calls at a time as a person does
//! not notice.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::base::escape;
use crate::report::CallLine;
use crate::trace::CallId;
use crate::tui::canvas::{Canvas, cut};
use crate::tui::theme::{Theme, Tone};
use crate::tui::window::Window;
use crate::tui::world::World;

/// By what calls are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Column {
    #[default]
    Number,
    Kind,
    From,
    To,
    Found,
    Messages,
    Outcome,
}

const COLUMNS: [(Column, &str); 7] = [
    (Column::Number, "#"),
    (Column::Kind, "kind"),
    (Column::From, "from"),
    (Column::To, "to"),
    (Column::Found, "found"),
    (Column::Messages, "msgs"),
    (Column::Outcome, "outcome"),
];

/// Calls that are looked through at a time.
const AT_A_TIME: usize = 2_000;

/// The list of calls.
#[derive(Debug, Default)]
pub(in crate::tui) struct Calls {
    window: Window,
    left: usize,
    /// Numbers of the calls that are listed, sorted; none where it is all of them in their order.
    listed: Option<Vec<u32>>,
    words: Vec<String>,
    /// Calls that were looked through for the words so far.
    looked: usize,
    column: Column,
    reverse: bool,
}

impl Calls {
    fn count(&self, world: &World) -> usize {
        match &self.listed {
            Some(listed) => listed.len(),
            None => world.trace.calls().len(),
        }
    }

    fn at(&self, position: usize) -> Option<CallId> {
        let number = match &self.listed {
            Some(listed) => *listed.get(position)? as usize,
            None => position + 1,
        };
        CallId::numbered(number)
    }

    pub(in crate::tui) fn selected(&self, world: &World) -> Option<CallId> {
        let id = self.at(self.window.selected)?;
        world.call(id).map(|call| call.id())
    }

    pub(in crate::tui) fn step(&mut self, by: isize, world: &World) {
        self.window.step(by, self.count(world));
    }

    pub(in crate::tui) fn scroll(&mut self, by: isize) {
        self.left = self.left.saturating_add_signed(by);
    }

    /// The words that calls must have.
    pub(in crate::tui) fn words(&self) -> String {
        self.words.join(" ")
    }

    /// Lists only calls with all of these words; with none, all calls.
    pub(in crate::tui) fn filter(&mut self, text: &str, world: &World) {
        self.words = text.split_whitespace().map(str::to_lowercase).collect();
        self.window = Window::default();
        self.looked = 0;
        self.listed = None;
        if self.words.is_empty() {
            self.sort(world);
        } else {
            self.listed = Some(Vec::new());
        }
    }

    /// Whether calls are still to be looked through.
    pub(in crate::tui) fn is_looking(&self, world: &World) -> bool {
        !self.words.is_empty() && self.looked < world.trace.calls().len()
    }

    /// Looks through some more calls.
    pub(in crate::tui) fn look_on(&mut self, world: &World) {
        if !self.is_looking(world) {
            return;
        }
        let all = world.trace.calls().len();
        let end = (self.looked + AT_A_TIME).min(all);
        for number in self.looked + 1..=end {
            if self.has_words(world, number) {
                let listed = self.listed.get_or_insert_default();
                listed.push(number as u32);
            }
        }
        self.looked = end;
        if end == all {
            self.sort(world);
        }
    }

    fn has_words(&self, world: &World, number: usize) -> bool {
        let Some(id) = CallId::numbered(number) else {
            return false;
        };
        let (Some(line), Some(call)) = (world.line(id), world.call(id)) else {
            return false;
        };
        let CallLine {
            kind,
            from,
            to,
            outcome,
            ..
        } = line;
        let mut text = format!("{kind} {from} {to} {outcome}");
        for call_id in call.call_ids() {
            text.push(' ');
            text.push_str(&String::from_utf8_lossy(call_id));
        }
        for finding in world.findings_of(id) {
            text.push_str(&format!(" {} {}", finding.rule.code, finding.rule.name));
        }
        let text = text.to_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }

    pub(in crate::tui) fn next_column(&mut self, world: &World) {
        let here = COLUMNS
            .iter()
            .position(|(column, _)| *column == self.column);
        let next = here.map_or(0, |here| (here + 1) % COLUMNS.len());
        self.column = COLUMNS[next].0;
        self.sort(world);
    }

    pub(in crate::tui) fn turn_round(&mut self, world: &World) {
        self.reverse = !self.reverse;
        self.sort(world);
    }

    fn sort(&mut self, world: &World) {
        let numbers = self.listed.take();
        if numbers.is_none() && self.column == Column::Number && !self.reverse {
            return;
        }
        let all = world.trace.calls().len() as u32;
        let numbers = numbers.unwrap_or_else(|| (1..=all).collect());
        let mut keyed: Vec<_> = numbers
            .into_iter()
            .map(|number| (self.key(world, number), number))
            .collect();
        keyed.sort_unstable();
        if self.reverse {
            keyed.reverse();
        }
        self.listed = Some(keyed.into_iter().map(|(_, number)| number).collect());
    }

    fn key(&self, world: &World, number: u32) -> Key {
        let id = CallId::numbered(number as usize);
        let (Some(id), true) = (id, self.column != Column::Number) else {
            return Key::Number(0);
        };
        if self.column == Column::Found {
            // Most serious first.
            let [errors, warnings, infos] = world.counts(id).map(u64::from);
            return Key::Number(u64::MAX - ((errors << 40) + (warnings << 20) + infos));
        }
        let Some(line) = world.line(id) else {
            return Key::Number(0);
        };
        match self.column {
            Column::Kind => Key::Text(line.kind),
            Column::From => Key::Text(line.from),
            Column::To => Key::Text(line.to),
            Column::Outcome => Key::Text(line.outcome),
            Column::Messages => Key::Number(u64::MAX - line.messages as u64),
            Column::Number | Column::Found => Key::Number(0),
        }
    }

    /// The next call with a text, going round.
    pub(in crate::tui) fn search(&mut self, text: &str, forth: bool, world: &World) -> bool {
        let count = self.count(world);
        let text = text.to_lowercase();
        let from = self.window.selected;
        for step in 1..=count {
            let position = match forth {
                true => (from + step) % count,
                false => (from + count - step) % count,
            };
            let line = self.at(position).and_then(|id| world.line(id));
            let has = |line: CallLine| {
                let all = format!("{} {} {} {}", line.kind, line.from, line.to, line.outcome);
                all.to_lowercase().contains(&text)
            };
            if line.is_some_and(has) {
                self.window.selected = position;
                return true;
            }
        }
        false
    }

    /// What the screen is called.
    pub(in crate::tui) fn title(&self, world: &World) -> String {
        let all = world.trace.calls().len();
        let count = self.count(world);
        let words = match self.words.is_empty() {
            true => String::new(),
            false => format!(" with \"{}\"", self.words()),
        };
        let looking = match self.is_looking(world) {
            true => format!(", {} looked through", self.looked),
            false => String::new(),
        };
        format!("{count} of {all} calls{words}{looking}")
    }

    /// The selected call, as text.
    pub(in crate::tui) fn selected_text(&self, world: &World) -> String {
        let line = self.selected(world).and_then(|id| world.line(id));
        line.map_or_else(String::new, |line| {
            let time = line.time.map_or_else(String::new, |time| time.to_string());
            let texts = [line.kind, line.from, line.to, line.outcome].map(|one| escape::text(&one));
            format!("{} {time} {}", line.number, texts.join(" "))
        })
    }

    pub(in crate::tui) fn draw(
        &mut self,
        world: &World,
        area: Rect,
        theme: Theme,
        buffer: &mut Buffer,
    ) {
        if area.height < 2 {
            return;
        }
        let widths = Widths::of(usize::from(area.width));
        let head = self.head(&widths);
        self.left = self.left.min(head.width().saturating_sub(1));
        head.show(area, self.left, false, theme, buffer);
        let list = Rect::new(area.x, area.y + 1, area.width, area.height - 1);
        let count = self.count(world);
        self.window.follow(usize::from(list.height), count, |_| 1);
        for offset in 0..list.height {
            let position = self.window.top + usize::from(offset);
            let Some(line) = self.at(position).and_then(|id| world.line(id)) else {
                break;
            };
            let place = Rect::new(list.x, list.y + offset, list.width, 1);
            let selected = position == self.window.selected;
            let counts = CallId::numbered(line.number).map(|id| world.counts(id));
            let counts = counts.filter(|_| world.is_audited());
            let canvas = row(&line, counts, &widths);
            canvas.show(place, self.left, selected, theme, buffer);
        }
    }

    fn head(&self, widths: &Widths) -> Canvas {
        let mut canvas = Canvas::default();
        for (column, name) in COLUMNS {
            let sign = match (column == self.column, self.reverse) {
                (false, _) => "",
                (true, false) => "+",
                (true, true) => "-",
            };
            canvas.put(
                widths.of_column(column),
                &format!("{name}{sign}"),
                Tone::Title,
            );
        }
        canvas.put(widths.time, "time", Tone::Title);
        canvas
    }
}

/// What calls are compared by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Text(String),
}

/// Where columns begin.
struct Widths {
    time: usize,
    kind: usize,
    from: usize,
    to: usize,
    found: usize,
    messages: usize,
    outcome: usize,
}

impl Widths {
    /// On a screen of so many cells: names get what the others leave.
    fn of(screen: usize) -> Self {
        let (number, time, kind, found, messages, outcome) = (8, 16, 13, 7, 7, 20);
        let names = screen.saturating_sub(number + time + kind + found + messages + outcome);
        let name = (names / 2).clamp(16, 40);
        let time_at = number;
        let kind_at = time_at + time;
        let from = kind_at + kind;
        let to = from + name;
        let found_at = to + name;
        let messages_at = found_at + found;
        Self {
            time: time_at,
            kind: kind_at,
            from,
            to,
            found: found_at,
            messages: messages_at,
            outcome: messages_at + messages,
        }
    }

    fn of_column(&self, column: Column) -> usize {
        match column {
            Column::Number => 6,
            Column::Kind => self.kind,
            Column::From => self.from,
            Column::To => self.to,
            Column::Found => self.found,
            Column::Messages => self.messages,
            Column::Outcome => self.outcome,
        }
    }
}

fn row(line: &CallLine, counts: Option<[u32; 3]>, widths: &Widths) -> Canvas {
    let mut canvas = Canvas::default();
    canvas.put(0, &format!("{:>7}", line.number), Tone::Dim);
    let time = line.time.map_or_else(String::new, |time| {
        let of_day = time.time_of_day();
        of_day.unwrap_or_else(|| time.to_string())
    });
    let mut text = |at: usize, end: usize, text: &str, tone| {
        canvas.put(at, &cut(&escape::text(text), end - at - 1), tone);
    };
    text(widths.time, widths.kind, &time, Tone::Dim);
    text(widths.kind, widths.from, &line.kind, Tone::Plain);
    text(widths.from, widths.to, &line.from, Tone::Request);
    text(widths.to, widths.found, &line.to, Tone::Request);
    let (found, tone) = found(counts);
    text(widths.found, widths.messages, &found, tone);
    text(
        widths.messages,
        widths.outcome,
        &line.messages.to_string(),
        Tone::Dim,
    );
    canvas.put(widths.outcome, &escape::text(&line.outcome), Tone::Response);
    canvas
}

/// `2E`, `1W`: as many as there are of the most serious.
fn found(counts: Option<[u32; 3]>) -> (String, Tone) {
    let kinds = [("E", Tone::Error), ("W", Tone::Warning), ("i", Tone::Good)];
    let Some(counts) = counts else {
        return ("...".to_owned(), Tone::Dim);
    };
    let mut all = counts.into_iter().zip(kinds);
    match all.find(|(count, _)| count.cmp(&0) == Ordering::Greater) {
        Some((count, (sign, tone))) => (format!("{count}{sign}"), tone),
        None => ("-".to_owned(), Tone::Dim),
    }
}
