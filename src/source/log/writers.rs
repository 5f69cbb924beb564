//! Lines of several threads or programs that a log has one among the other, also in the midst of messages: what each writes in front of
//! all of its lines tells them apart, and a message gets its own lines one behind the other. While a message is open, the lines of
//! others wait, a few hundred at most.
//!
//! Who writes shows in the beginning of the log: in the words in front of first lines of messages, and in those of their numbers that come
//! again behind others, as those of threads and processes do, and counters and clocks do not. Numbers may come again for other reasons,
//! as those of lines of a source do: only where more messages come out whole if they are told apart they are writers. Else,
//! and where lines have nothing in front, all stay where they are.

use std::collections::{HashMap, HashSet, VecDeque};

use super::front::prefix::Prefix;
use super::quote::{self, Around};
use super::whole::Whole;
use super::{Kept, Line, stamp};

/// So many lines show who writes.
const LOOKED_AT: usize = 4000;
/// So many write in different ways; there may be more threads.
const MOST_SHAPES: usize = 8;
const MOST_WRITERS: usize = 250;
/// With one of so many in front most lines begin.
const MOST_RECENT: usize = 8;
/// So many lines wait for the end of a message.
const MOST_WAITING: usize = 300;
/// So often in vain.
const MOST_IN_VAIN: u32 = 8;

/// Who writes to a log.
pub(super) struct Writers {
    shapes: Vec<Shape>,
    known: HashMap<Vec<u8>, u8>,
    /// What stood in front of the last lines, and who they are by.
    recent: VecDeque<(Vec<u8>, u8)>,
    /// Whose message is open, and how many of its lines came.
    current: Option<(u8, usize)>,
    waiting: VecDeque<Kept>,
    held: usize,
    in_vain: u32,
}

/// What stands behind the name of a container (Docker Compose).
const BAR: &[u8] = b"| ";

/// What some of them have in front, and which of its numbers are theirs.
struct Shape {
    prefix: Prefix,
    telling: Vec<bool>,
    /// Where the bar ends behind the names, which all stand in one column: whatever stands there is one (`edge-1  | `).
    column: Option<usize>,
}

/// When a line is read.
pub(super) enum Turn {
    Now,
    Later,
    /// These are, and it is the last of them.
    After(VecDeque<Kept>),
}

impl Writers {
    /// Those who write to the log that begins like this, if they are several.
    pub(super) fn of(beginning: &[u8]) -> Option<Self> {
        let lines = || super::lines(beginning).take(LOOKED_AT);
        let mut prefixes: Vec<(Prefix, Option<usize>)> = Vec::new();
        let starts = lines().filter_map(quote::start);
        for (around, _) in starts.filter(|(around, _)| !around.is_prose()) {
            let Around::Front(front) = around else {
                return None;
            };
            let prefix = Prefix::new(&front);
            if !prefixes.iter().any(|(known, _)| known.is_like(&prefix)) {
                let is_name = front.ends_with(BAR) && !prefix.is_stamped();
                prefixes.push((prefix, is_name.then_some(front.len())));
            }
            if prefixes.len() > MOST_SHAPES {
                return None;
            }
        }
        let mut shapes: Vec<Shape> = Vec::new();
        for (prefix, column) in prefixes {
            let shape = Shape::of(prefix, column, lines());
            let is_like = |known: &Shape| known.prefix.is_like(&shape.prefix);
            if !shapes.iter().any(is_like) {
                shapes.push(shape);
            }
        }
        let mut writers = Self {
            shapes,
            known: HashMap::new(),
            recent: VecDeque::new(),
            current: None,
            waiting: VecDeque::new(),
            held: 0,
            in_vain: 0,
        };
        let (mut all, mut known) = (0, 0);
        let (mut apart, mut as_one) = (Whole::default(), Whole::default());
        for line in lines() {
            let writer = writers.number(line);
            if !line.trim_ascii().is_empty() {
                all += 1;
                known += usize::from(writer > 0);
            }
            apart.add(writer, writer, line);
            as_one.add(0, writer, line);
        }
        let least = usize::from(!as_one.is_interrupted);
        let are_several = writers.known.len() > 1 && known * 4 >= all * 3;
        (are_several && apart.count() >= as_one.count() + least).then_some(writers)
    }

    /// Who wrote a line; nobody is 0.
    pub(super) fn number(&mut self, line: &[u8]) -> u8 {
        self.who(line).unwrap_or_default()
    }

    fn who(&mut self, line: &[u8]) -> Option<u8> {
        let mut recent = self.recent.iter();
        if let Some((_, writer)) = recent.find(|(front, _)| line.starts_with(front)) {
            return Some(*writer);
        }
        let mut shapes = self.shapes.iter().enumerate();
        let (mut key, length) = shapes.find_map(|(place, shape)| {
            let mut key = vec![place as u8];
            if let Some(end) = shape.column {
                let name = line[..line.len().min(end)].trim_ascii_end();
                let is_name = name.len() == end - 1 && name.ends_with(BAR.trim_ascii_end());
                key.extend_from_slice(name);
                return is_name.then(|| (key, line.len().min(end)));
            }
            let (numbers, length) = shape.prefix.numbers_in(line)?;
            let own = numbers.iter().zip(&shape.telling);
            let own = own.filter(|(_, tells)| **tells).map(|(number, _)| *number);
            own.for_each(|number| key.extend_from_slice(&[number, b" "].concat()));
            Some((key, length))
        })?;
        // Whoever else there is.
        if self.known.len() >= MOST_WRITERS && !self.known.contains_key(&key) {
            key.clear();
        }
        let next = self.known.len() as u8 + 1;
        let writer = *self.known.entry(key).or_insert(next);
        let front = &line[..length];
        if front.ends_with(b" ") {
            self.recent.truncate(MOST_RECENT - 1);
            self.recent.push_front((front.to_vec(), writer));
        }
        Some(writer)
    }

    /// Whether the turn of this line has come.
    pub(super) fn turn(&mut self, line: Line<'_>, longest: usize) -> Turn {
        let Some((current, came)) = &mut self.current else {
            let text = line.text();
            let begins = || {
                let start = quote::start(text).filter(|(around, _)| !around.is_prose());
                start.is_some_and(|(around, _)| matches!(around, Around::Front(_)))
            };
            if line.writer > 0 && begins() {
                self.current = Some((line.writer, 0));
            }
            return Turn::Now;
        };
        if line.writer == *current {
            *came += 1;
            return Turn::Now;
        }
        // What has nothing in front is of the one who wrote last.
        let is_entry = line.writer > 0 || stamp::read(line.text()).is_some();
        self.waiting.push_back(line.kept());
        self.held += line.raw.len();
        if is_entry && self.waiting.len() < MOST_WAITING && self.held < longest {
            return Turn::Later;
        }
        self.in_vain += u32::from(*came == 0 && is_entry);
        Turn::After(self.take_waiting())
    }

    /// Whether others wait for the end of a message that has begun.
    pub(super) fn is_in_message(&self) -> bool {
        self.current.is_some_and(|(_, came)| came > 0)
    }

    /// Those who wait, as the message has ended.
    pub(super) fn take_waiting(&mut self) -> VecDeque<Kept> {
        self.current = None;
        self.held = 0;
        std::mem::take(&mut self.waiting)
    }

    /// Whether what was taken for a writer is none.
    pub(super) fn tell_nothing(&self) -> bool {
        self.in_vain > MOST_IN_VAIN
    }
}

impl Shape {
    /// With the numbers that come again behind others in these lines, each in several.
    fn of<'a>(
        prefix: Prefix,
        column: Option<usize>,
        lines: impl Iterator<Item = &'a [u8]>,
    ) -> Self {
        /// A message has more lines.
        const FEWEST: usize = 4;
        let mut all: Vec<Values<'a>> = Vec::new();
        let mut count = 0;
        for (numbers, _) in lines.filter_map(|line| prefix.numbers_in(line)) {
            count += 1;
            all.resize_with(numbers.len().max(all.len()), Values::default);
            for (values, number) in all.iter_mut().zip(numbers) {
                values.add(number);
            }
        }
        let is_telling = |values: &Values<'_>| {
            let distinct = values.distinct.len();
            let comes_again = distinct == 1 || values.changes >= distinct;
            comes_again && distinct * FEWEST <= count && distinct < MOST_WRITERS
        };
        let mut telling: Vec<_> = all.iter().map(is_telling).collect();
        let varies = |(tells, values): (&bool, &Values<'_>)| *tells && values.distinct.len() > 1;
        let last = telling.iter().zip(&all).rposition(varies);
        let Some(last) = last else {
            return Self {
                prefix,
                telling,
                column,
            };
        };
        telling.truncate(last + 1);
        Self {
            prefix: prefix.up_to_number(last),
            telling,
            column,
        }
    }
}

/// What a number of a prefix is in lines one behind the other.
#[derive(Default)]
struct Values<'a> {
    distinct: HashSet<&'a [u8]>,
    last: Option<&'a [u8]>,
    changes: usize,
}

impl<'a> Values<'a> {
    fn add(&mut self, number: &'a [u8]) {
        if self.distinct.len() < MOST_WRITERS {
            self.distinct.insert(number);
        }
        let last = self.last.replace(number);
        self.changes += usize::from(last.is_some_and(|last| last != number));
    }
}
