//! The columns of the list: where they begin, what stands in them, and how calls are sorted by one.

use std::cmp::Ordering;

use crate::base::escape;
use crate::report::CallLine;
use crate::trace::CallId;
use crate::tui::canvas::{Canvas, cut, width};
use crate::tui::theme::Tone;
use crate::tui::world::Known;

/// By what calls are sorted. They are numbered in the order of their times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Column {
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

/// What calls are compared by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(u64),
    Text(String),
}

impl Column {
    pub(super) fn next(self) -> Self {
        self.further(1)
    }

    pub(super) fn before(self) -> Self {
        self.further(COLUMNS.len() - 1)
    }

    fn further(self, by: usize) -> Self {
        let here = COLUMNS.iter().position(|(column, _)| *column == self);
        let there = here.map_or(0, |here| (here + by) % COLUMNS.len());
        COLUMNS[there].0
    }

    pub(super) fn key(self, known: &Known, number: u32) -> Key {
        let id = CallId::numbered(number as usize);
        let (Some(id), true) = (id, self != Self::Number) else {
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
            Self::Number | Self::Found => Key::Number(0),
        }
    }
}

/// Characters of `22:13:20.000`.
const TO_MILLISECONDS: usize = 12;

/// Where columns begin.
pub(super) struct Widths {
    time: usize,
    kind: usize,
    from: usize,
    to: usize,
    found: usize,
    messages: usize,
    outcome: usize,
    /// Whether there is room for little more than what tells calls apart.
    narrow: bool,
}

/// On narrower screens columns are short.
const NARROW: usize = 120;

impl Widths {
    /// On a screen of so many cells: names get what the others leave.
    pub(super) fn of(screen: usize) -> Self {
        let narrow = screen < NARROW;
        let (number, time, kind, found, messages, outcome) = match narrow {
            true => (9, 13, 8, 6, 5, 15),
            false => (9, 17, 14, 7, 7, 20),
        };
        let names = screen.saturating_sub(number + time + kind + found + messages + outcome);
        let name = (names / 2).clamp(12, 40);
        let kind_at = number + time;
        let from = kind_at + kind;
        let to = from + name;
        let found_at = to + name;
        let messages_at = found_at + found;
        Self {
            time: number,
            kind: kind_at,
            from,
            to,
            found: found_at,
            messages: messages_at,
            outcome: messages_at + messages,
            narrow,
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

    /// The column that a cell is in; that of times goes with the numbers.
    pub(super) fn column_at(&self, cell: usize) -> Column {
        let begun = COLUMNS.iter().rev();
        let mut begun = begun.filter(|(column, _)| self.of_column(*column) <= cell);
        begun.next().map_or(Column::Number, |(column, _)| *column)
    }

    pub(super) fn head(&self, sorted_by: Column, reverse: bool) -> Canvas {
        let mut canvas = Canvas::default();
        for (column, name) in COLUMNS {
            let sign = match (column == sorted_by, reverse) {
                (false, _) => "",
                (true, false) => "+",
                (true, true) => "-",
            };
            let text = format!("{name}{sign}");
            canvas.put(self.of_column(column), &text, Tone::Title);
        }
        canvas.put(self.time, "time", Tone::Title);
        canvas
    }

    pub(super) fn row(&self, line: &CallLine, counts: Option<[u32; 3]>, marked: bool) -> Canvas {
        let mut canvas = Canvas::default();
        let mark = if marked { "*" } else { " " };
        canvas.put(0, mark, Tone::Title);
        canvas.put(1, &format!("{:>7}", line.number), Tone::Dim);
        let time = line.time.map_or_else(String::new, |time| {
            let of_day = time.time_of_day();
            of_day.unwrap_or_else(|| time.to_string())
        });
        let time: String = match self.narrow {
            true => time.chars().take(TO_MILLISECONDS).collect(),
            false => time,
        };
        let name = |name: &str| match name.strip_prefix("sip:").filter(|_| self.narrow) {
            Some(short) => short.to_owned(),
            None => name.to_owned(),
        };
        let mut text = |at: usize, end: usize, text: &str, tone| {
            canvas.put(at, &cut(&escape::text(text), end - at - 1), tone);
        };
        text(self.time, self.kind, &time, Tone::Dim);
        text(self.kind, self.from, &line.kind, Tone::Plain);
        text(self.from, self.to, &name(&line.from), Tone::Request);
        text(self.to, self.found, &name(&line.to), Tone::Request);
        let (found, tone) = found(counts);
        text(self.found, self.messages, &found, tone);
        let messages = line.messages.to_string();
        text(self.messages, self.outcome, &messages, Tone::Dim);
        canvas.put(self.outcome, &escape::text(&line.outcome), Tone::Response);
        canvas
    }

    /// Cells of the widest line.
    pub(super) fn reach(&self, line: &CallLine) -> usize {
        self.outcome + width(&escape::text(&line.outcome))
    }
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
