//! The columns of the list: where they begin, what stands in them, and how calls are sorted by one.

use std::cmp::Ordering;

use crate::base::escape;
use crate::report::CallLine;
use crate::trace::{CallId, End};
use crate::tui::canvas::{Canvas, cut, width};
use crate::tui::theme::Tone;
use crate::tui::world::Known;

/// By what calls are sorted. They are numbered in the order of their times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Column {
    #[default]
    Number,
    Time,
    Kind,
    From,
    To,
    Source,
    Destination,
    CallId,
    Found,
    Messages,
    Outcome,
}

/// All of them, in the order in which they stand on the screen: how they are called, and whether nobody has to ask for them.
const COLUMNS: [(Column, &str, bool); 11] = [
    (Column::Number, "#", true),
    (Column::Time, "time", true),
    (Column::Kind, "kind", true),
    (Column::From, "from", true),
    (Column::To, "to", true),
    (Column::Source, "source", false),
    (Column::Destination, "destination", false),
    (Column::CallId, "call-id", false),
    (Column::Found, "found", true),
    (Column::Messages, "msgs", true),
    (Column::Outcome, "outcome", true),
];

/// Which columns the list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen([bool; COLUMNS.len()]);

impl Default for Chosen {
    fn default() -> Self {
        Self(COLUMNS.map(|(_, _, chosen)| chosen))
    }
}

impl Chosen {
    /// All columns with their names, and whether they are chosen.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let names = COLUMNS.iter().map(|(_, name, _)| *name);
        names.zip(self.0)
    }

    /// Chooses the column at a place, or does so no longer. Numbers are what calls are known by, and stay.
    pub(super) fn turn(&mut self, place: usize) {
        if let Some(chosen) = self.0.get_mut(place).filter(|_| place > 0) {
            *chosen = !*chosen;
        }
    }

    fn columns(&self) -> impl DoubleEndedIterator<Item = (Column, &'static str)> {
        let all = COLUMNS.iter().zip(self.0);
        all.filter(|(_, chosen)| *chosen)
            .map(|((column, name, _), _)| (*column, *name))
    }

    pub(super) fn has(&self, wanted: Column) -> bool {
        self.columns().any(|(column, _)| column == wanted)
    }

    /// The column so many places further by which calls can be sorted, going round.
    pub(super) fn further(&self, from: Column, forth: bool) -> Column {
        let columns = self.columns().map(|(column, _)| column);
        let columns: Vec<_> = columns.filter(|column| *column != Column::Time).collect();
        let by = if forth { 1 } else { columns.len() - 1 };
        let here = columns.iter().position(|column| *column == from);
        let there = here.map_or(0, |here| (here + by) % columns.len());
        columns[there]
    }
}

/// What calls are compared by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(u64),
    Text(String),
}

impl Column {
    pub(super) fn key(self, known: &Known, number: u32) -> Key {
        let id = CallId::numbered(number as usize);
        let by_number = matches!(self, Self::Number | Self::Time);
        let (Some(id), false) = (id, by_number) else {
            return Key::Number(0);
        };
        if self == Self::Found {
            // Most serious first.
            let [errors, warnings, infos] = known.counts(id).map(u64::from);
            return Key::Number(u64::MAX - ((errors << 40) + (warnings << 20) + infos));
        }
        let Some(line) = known.line(id) else {
            return Key::Number(0);
        };
        match self {
            Self::Kind => Key::Text(line.kind),
            Self::From => Key::Text(line.from),
            Self::To => Key::Text(line.to),
            Self::Outcome => Key::Text(line.outcome),
            Self::Messages => Key::Number(u64::MAX - line.messages as u64),
            Self::Source | Self::Destination | Self::CallId => Key::Text(self.of_first(known, id)),
            Self::Number | Self::Time | Self::Found => Key::Number(0),
        }
    }

    /// What the first message of a call tells for this column.
    pub(super) fn of_first(self, known: &Known, id: CallId) -> String {
        let Some(call) = known.call(id) else {
            return String::new();
        };
        let first = call.first_message().sighting();
        let end = |end: Option<End<'_>>| end.map_or_else(String::new, |end| end.to_string());
        match self {
            Self::Source => end(first.source()),
            Self::Destination => end(first.destination()),
            _ => String::from_utf8_lossy(first.call_id().unwrap_or_default()).into_owned(),
        }
    }
}

/// Characters of `22:13:20.000`.
const TO_MILLISECONDS: usize = 12;

/// Where columns begin.
pub(super) struct Widths {
    columns: Vec<Placed>,
    /// Whether there is room for little more than what tells calls apart.
    narrow: bool,
}

/// A column, its name, and the cells from which to which it goes.
struct Placed {
    column: Column,
    name: &'static str,
    at: usize,
    end: usize,
}

/// On narrower screens columns are short.
const NARROW: usize = 120;

impl Widths {
    /// On a screen of so many cells: names get what the others leave.
    pub(super) fn of(screen: usize, chosen: &Chosen) -> Self {
        let narrow = screen < NARROW;
        let taken = chosen
            .columns()
            .filter_map(|(column, _)| own_width(column, narrow));
        let left = screen.saturating_sub(taken.sum());
        let names = chosen.columns();
        let names = names.filter(|(column, _)| own_width(*column, narrow).is_none());
        let name = (left / names.count().max(1)).clamp(12, 40);
        let mut at = 0;
        let columns = chosen.columns().map(|(column, called)| {
            let start = at;
            at += own_width(column, narrow).unwrap_or(name);
            Placed {
                column,
                name: called,
                at: start,
                end: at,
            }
        });
        Self {
            columns: columns.collect(),
            narrow,
        }
    }

    /// The column that a cell is in; that of times goes with the numbers.
    pub(super) fn column_at(&self, cell: usize) -> Column {
        let mut begun = self.columns.iter().rev();
        let column = begun.find(|placed| placed.at <= cell);
        match column.map_or(Column::Number, |placed| placed.column) {
            Column::Time => Column::Number,
            column => column,
        }
    }

    pub(super) fn head(&self, sorted_by: Column, reverse: bool) -> Canvas {
        let mut canvas = Canvas::default();
        for placed in &self.columns {
            let sign = match (placed.column == sorted_by, reverse) {
                (false, _) => "",
                (true, false) => "+",
                (true, true) => "-",
            };
            let at = match placed.column {
                Column::Number => NUMBER_AT,
                _ => placed.at,
            };
            canvas.put(at, &format!("{}{sign}", placed.name), Tone::Title);
        }
        canvas
    }

    pub(super) fn row(
        &self,
        known: &Known,
        line: &CallLine,
        counts: Option<[u32; 3]>,
        marked: bool,
    ) -> Canvas {
        let mut canvas = Canvas::default();
        let mark = if marked { "*" } else { " " };
        canvas.put(0, mark, Tone::Title);
        for (position, placed) in self.columns.iter().enumerate() {
            let (text, tone) = self.cell(placed.column, known, line, counts);
            let text = escape::text(&text);
            // The last one goes on as far as it has to.
            let text = match position + 1 == self.columns.len() {
                true => text,
                false => cut(&text, placed.end - placed.at - 1),
            };
            canvas.put(placed.at.max(1), &text, tone);
        }
        canvas
    }

    fn cell(
        &self,
        column: Column,
        known: &Known,
        line: &CallLine,
        counts: Option<[u32; 3]>,
    ) -> (String, Tone) {
        let name = |name: &str| match name.strip_prefix("sip:").filter(|_| self.narrow) {
            Some(short) => short.to_owned(),
            None => name.to_owned(),
        };
        let id = CallId::numbered(line.number);
        let first = || id.map_or_else(String::new, |id| column.of_first(known, id));
        match column {
            Column::Number => (format!("{:>7}", line.number), Tone::Dim),
            Column::Time => (self.time(line), Tone::Dim),
            Column::Kind => (line.kind.clone(), Tone::Plain),
            Column::From => (name(&line.from), Tone::Request),
            Column::To => (name(&line.to), Tone::Request),
            Column::Source | Column::Destination | Column::CallId => (first(), Tone::Plain),
            Column::Found => found(counts),
            Column::Messages => (line.messages.to_string(), Tone::Dim),
            Column::Outcome => (line.outcome.clone(), Tone::Response),
        }
    }

    fn time(&self, line: &CallLine) -> String {
        let time = line.time.map_or_else(String::new, |time| {
            let of_day = time.time_of_day();
            of_day.unwrap_or_else(|| time.to_string())
        });
        match self.narrow {
            true => time.chars().take(TO_MILLISECONDS).collect(),
            false => time,
        }
    }

    /// Cells of the widest line.
    pub(super) fn reach(&self, known: &Known, line: &CallLine) -> usize {
        let last = self.columns.last();
        last.map_or(0, |last| {
            let (text, _) = self.cell(last.column, known, line, None);
            last.at + width(&escape::text(&text))
        })
    }
}

/// Where the sign for numbers stands above them.
const NUMBER_AT: usize = 6;

/// Cells of a column that takes no more on a wider screen.
fn own_width(column: Column, narrow: bool) -> Option<usize> {
    let (narrowly, widely) = match column {
        Column::Number => (9, 9),
        Column::Time => (13, 17),
        Column::Kind => (8, 14),
        Column::From | Column::To | Column::CallId => return None,
        Column::Source | Column::Destination => (16, 22),
        Column::Found => (6, 7),
        Column::Messages => (5, 7),
        Column::Outcome => (15, 20),
    };
    Some(if narrow { narrowly } else { widely })
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
