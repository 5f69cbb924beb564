//! Lines of several threads or programs that a log has one among the other, also in the midst of messages: what each writes in front of
//! all of its lines tells them apart, and a message gets its own lines one behind the other, with those in front that its writer said of it.
//! While a message is open, the lines of others wait, a few hundred at most.
//!
//! Who writes shows in the beginning of the log: in the words in front of first lines of messages, and in those of their numbers that come
//! again behind others, as those of threads and processes do, and counters and clocks do not. Numbers may come again for other reasons,
//! as those of lines of a source do: only where more messages come out whole if they are told apart they are writers. Else,
//! and where lines have nothing in front, all stay where they are.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::front::prefix::Prefix;
use super::quote::Around;
use super::whole::{Whole, begun};
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
/// So many in front of a message may be what is said of it.
const MOST_SAID: usize = 100;
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
    /// What was said since the last message.
    said: Held,
    /// Lines of others.
    waiting: Held,
    incoming: VecDeque<Kept>,
    ready: VecDeque<Kept>,
    in_vain: u32,
}

/// Lines that are read later.
#[derive(Default)]
struct Held {
    lines: VecDeque<Kept>,
    bytes: usize,
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

impl Writers {
    /// Those who write to the log that begins like this, if they are several.
    pub(super) fn of(beginning: &[u8]) -> Option<Self> {
        let lines = || super::lines(beginning).take(LOOKED_AT);
        let mut prefixes: Vec<(Prefix, Option<usize>)> = Vec::new();
        for around in lines().filter_map(begun) {
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
            said: Held::default(),
            waiting: Held::default(),
            incoming: VecDeque::new(),
            ready: VecDeque::new(),
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
    fn number(&mut self, line: &[u8]) -> u8 {
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

    /// The lines of each, one behind the other: what shows of which format they are.
    pub(super) fn apart(&mut self, text: &[u8]) -> Vec<u8> {
        let mut all: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        let mut last = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            last = match self.number(line) {
                0 => last,
                writer => writer,
            };
            all.entry(last).or_default().extend_from_slice(line);
        }
        let cut = all.remove(&last).unwrap_or_default();
        let mut apart: Vec<u8> = all.into_values().flatten().collect();
        // The last line may lack its end.
        apart.extend(cut);
        apart
    }

    /// Takes the next line of the log.
    pub(super) fn take(&mut self, line: Line<'_>) {
        let writer = self.number(line.raw);
        let line = Line { writer, ..line };
        self.incoming.push_back(line.kept());
    }

    /// The next line to read.
    pub(super) fn next(&mut self, longest: usize) -> Option<Kept> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            let line = self.incoming.pop_front()?;
            match self.current {
                None => self.outside(line, longest),
                Some((current, came)) if line.writer == current => {
                    self.current = Some((current, came + 1));
                    self.ready.push_back(line);
                }
                Some((_, came)) => self.wait(line, came, longest),
            }
        }
    }

    /// A line while no message is open: what it says may be of the next message of its writer.
    fn outside(&mut self, line: Kept, longest: usize) {
        match begun(&line.raw) {
            Some(Around::Front(_)) if line.writer > 0 => {
                self.current = Some((line.writer, 0));
                self.said
                    .take_of(line.writer, &mut self.ready, &mut self.waiting);
                self.ready.push_back(line);
            }
            Some(_) => {
                self.ready.extend(self.said.take());
                self.ready.push_back(line);
            }
            None => {
                self.said.push(line);
                while self.said.is_full(MOST_SAID, longest) {
                    self.ready.extend(self.said.pop());
                }
            }
        }
    }

    /// A line of another while a message is open of which so many lines came.
    fn wait(&mut self, line: Kept, came: usize, longest: usize) {
        // What has nothing in front is of the one who wrote last.
        let is_entry = line.writer > 0 || stamp::read(line.line().text()).is_some();
        self.waiting.push(line);
        if !is_entry || self.waiting.is_full(MOST_WAITING, longest) {
            self.in_vain += u32::from(came == 0 && is_entry);
            self.finish();
        }
    }

    /// Whether others wait for the end of a message that has begun.
    pub(super) fn is_in_message(&self) -> bool {
        self.current.is_some_and(|(_, came)| came > 0)
    }

    /// The message has ended: those who wait are next.
    pub(super) fn finish(&mut self) {
        self.current = None;
        let mut next = self.waiting.take();
        next.append(&mut self.incoming);
        self.incoming = next;
    }

    /// No more lines come: whoever still waits is next. Whether there are any.
    pub(super) fn end(&mut self) -> bool {
        self.finish();
        if self.incoming.is_empty() {
            self.ready = self.said.take();
        }
        !self.incoming.is_empty() || !self.ready.is_empty()
    }

    /// Whether what was taken for a writer is none.
    pub(super) fn tell_nothing(&self) -> bool {
        self.in_vain > MOST_IN_VAIN
    }
}

impl Held {
    fn push(&mut self, line: Kept) {
        self.bytes += line.raw.len();
        self.lines.push_back(line);
    }

    fn pop(&mut self) -> Option<Kept> {
        let line = self.lines.pop_front()?;
        self.bytes -= line.raw.len();
        Some(line)
    }

    fn take(&mut self) -> VecDeque<Kept> {
        std::mem::take(self).lines
    }

    /// Takes the lines of a writer, and those of others; what has nothing in front is of the one who wrote last.
    fn take_of(&mut self, writer: u8, own: &mut VecDeque<Kept>, others: &mut Self) {
        let mut last = writer;
        for line in self.take() {
            last = match line.writer {
                0 => last,
                other => other,
            };
            match last == writer {
                true => own.push_back(line),
                false => others.push(line),
            }
        }
    }

    fn is_full(&self, most: usize, longest: usize) -> bool {
        self.lines.len() >= most || self.bytes >= longest
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
