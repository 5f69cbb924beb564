//! Any text with SIP messages in it: files of plain messages, mails, pages with code blocks, logs of programs that are not known.
//!
//! A message is a start line and a header field below it; where a sentence stands in front, one that every message has. It ends
//! where its Content-Length says: a message that stands in front of there is one of its body. Else it ends where something else
//! begins: another message, a row of signs, the end of a code block or quotation, an entry of a log. The line in front, and what
//! stands in front of the start line, say when it was sent, over what and between whom, where they can mean one thing only: of what
//! several write between each other, the line with the same in front. Whole messages on a line, with escapes for line ends, are
//! read too.

use super::front::prefix::Prefix;
use super::quote::{self, Around};
use super::rest::is_of_sip;
use super::said::{self, Said};
use super::words::{is_about_messages, is_field, split_once};
use super::{Clock, Format, Kept, Line, Log, TextOptions, announced, escapes, stamp};
use crate::sip::{Name, begins_message};
use crate::source::about::About;
use crate::source::{Head, Who};

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "any other text: `.sip` files, mails, pages with code blocks, logs, program text",
    time: "where one stands in front",
    addresses: "where they stand in front, unambiguously (`A -> B`, `from A`, `src=A dst=B`, `src_ip=A src_port=P`)",
    transport: "where it stands in front, unambiguously",
    message: "exact, or line ends restored",
    note: "",
}];

pub(super) const MARKS: &[&[u8]] = &[b""];

/// A message is found, and the file is no binary one.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    const LOOKED_AT: usize = 512;
    // A message may have one in a quoted string.
    if prefix[..prefix.len().min(LOOKED_AT)].contains(&0) && !begins_message(prefix) {
        return false;
    }
    let mut log = Log::new(Clock::new(&TextOptions::default()));
    let mut reader = Generic::default();
    for raw in prefix.split_inclusive(|byte| *byte == b'\n') {
        let line = Line {
            offset: Some(0),
            ..Line::new(0, raw)
        };
        reader.line(line, &mut log);
        log.take_left();
        if log.has_found() {
            return true;
        }
    }
    reader.end(&mut log);
    log.finish();
    log.has_found()
}

/// Where the message ends in whose body these lines stand, as it says how long that is.
pub(super) fn end_of_quoting(text: &[u8], lines: &std::ops::Range<usize>) -> Option<usize> {
    let mut log = Log::new(Clock::new(&TextOptions::default()));
    let mut reader = Generic::default();
    let mut at = 0;
    for raw in text.split_inclusive(|byte| *byte == b'\n') {
        if at <= lines.start && at + raw.len() > lines.start && !log.is_in_told_body() {
            return None;
        }
        at += raw.len();
        reader.line(Line::new(0, raw), &mut log);
        log.take_left();
        if at > lines.start && !log.is_open() {
            return log.ended_as_told().then_some(at);
        }
    }
    None
}

/// Reads it.
#[derive(Clone)]
pub(super) struct Generic {
    /// What surrounds the message that is open.
    around: Around,
    /// A line that begins a message if a header field follows.
    held: Option<Start>,
    /// The last lines of each writer since his last message, the newest first.
    last: Vec<Last>,
    /// What entries of the log begin with, and lines of the message that is open do not.
    entries: Option<Prefix>,
    body: Body,
}

/// A line that says anything, who wrote it, what stood in front of it, and how many blank lines ago.
#[derive(Clone)]
struct Last {
    writer: u8,
    number: u64,
    front: Vec<u8>,
    text: Vec<u8>,
    age: u32,
}

impl Last {
    /// Between whom it says that a message goes.
    fn ends(&self) -> Option<(Who, Who)> {
        let said = Said::of(&self.text);
        Some((said.source, said.destination)).filter(|ends| *ends != (Who::Unknown, Who::Unknown))
    }
}

/// So many are kept, and so many of one writer.
const MOST_LAST: usize = 32;
const MOST_OF_ONE: usize = 4;

/// What the body of the message that is open may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Unknown,
    Sdp,
    /// Other messages.
    Messages,
}

/// A line that may begin a message.
#[derive(Clone)]
struct Start {
    kept: Kept,
    around: Around,
    bytes: Vec<u8>,
    /// Fields below a sentence, none of which shows that it is none, and what is around them.
    fields: Vec<Kept>,
    around_fields: Option<Around>,
}

/// What a line below one that may begin a message shows.
enum Below {
    Message(Around),
    /// Nothing yet.
    Field,
    Prose,
}

impl Start {
    fn below(&mut self, text: &[u8]) -> Below {
        /// A message has one of those that all have sooner.
        const MOST_FIELDS: usize = 16;
        let around = self.around_fields.take();
        let Some(around) = around.or_else(|| self.around.clone().around_fields(text)) else {
            return Below::Prose;
        };
        if !self.around.is_prose() {
            return Below::Message(around);
        }
        match around.inside(text) {
            Some(inside) if is_of_every_message(&inside) => Below::Message(around),
            Some(inside)
                if self.fields.len() < MOST_FIELDS
                    && (is_field(&inside) || inside.starts_with(b" ")) =>
            {
                self.around_fields = Some(around);
                Below::Field
            }
            _ => Below::Prose,
        }
    }
}

/// Whether this field is one that every message has, with what stands there in one.
fn is_of_every_message(field: &[u8]) -> bool {
    let Some((name, value)) = split_once(field, b":") else {
        return false;
    };
    let value = value.trim_ascii();
    match Name::of(name.trim_ascii()) {
        Name::CallId => !value.is_empty() && !value.contains(&b' '),
        Name::From | Name::To => quote::may_begin(value),
        _ => is_of_sip(field),
    }
}

/// What was said further above is of something else.
const OLDEST: u32 = 3;

impl Default for Generic {
    fn default() -> Self {
        Self {
            around: Around::Nothing,
            held: None,
            last: Vec::new(),
            entries: None,
            body: Body::Unknown,
        }
    }
}

impl Format for Generic {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some(mut start) = self.held.take() {
            match start.below(text) {
                Below::Message(around) => {
                    self.begin(&start, around, log);
                    for field in &start.fields {
                        self.go_on(field.line(), log);
                    }
                    self.go_on(line, log);
                    return;
                }
                Below::Field => {
                    start.fields.push(line.kept());
                    self.held = Some(start);
                    return;
                }
                Below::Prose => {
                    self.give_up(&start, log);
                    if self.held.is_some() {
                        return self.line(line, log);
                    }
                }
            }
        }
        if self.body != Body::Messages || !log.is_open() {
            if self.whole(line, log) {
                return;
            }
            if let Some((around, bytes)) = quote::start(text) {
                if log.doubts() {
                    return self.go_on(line, log);
                }
                self.held = Some(Start {
                    kept: line.kept(),
                    around,
                    bytes,
                    fields: Vec::new(),
                    around_fields: None,
                });
                return;
            }
        }
        self.without(line, log);
    }

    fn passed_by(&mut self, writer: u8) {
        self.last.retain(|last| last.writer != writer);
    }

    fn end(&mut self, log: &mut Log) {
        while let Some(start) = self.held.take() {
            self.give_up(&start, log);
        }
    }
}

impl Generic {
    /// A line that may have begun a message begins none, but those below it may.
    fn give_up(&mut self, start: &Start, log: &mut Log) {
        self.without(start.kept.line(), log);
        for field in &start.fields {
            self.line(field.line(), log);
        }
    }

    /// A line that begins nothing.
    fn without(&mut self, line: Line<'_>, log: &mut Log) {
        if log.is_open() {
            self.go_on(line, log);
        } else {
            self.outside(line, log);
        }
    }

    fn outside(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text().trim_ascii();
        let own = self.last.iter_mut();
        let own = own.filter(|last| last.writer == line.writer);
        if text.is_empty() || is_row(text) {
            for last in own {
                last.age = last.age.saturating_add(1);
            }
        } else {
            let is_much = own.count() == MOST_OF_ONE;
            let oldest = self
                .last
                .iter()
                .rposition(|last| last.writer == line.writer);
            let oldest = oldest
                .filter(|_| is_much)
                .map(|oldest| self.last.remove(oldest));
            let mut last = oldest.unwrap_or_else(|| Last {
                writer: line.writer,
                number: 0,
                front: Vec::new(),
                text: Vec::new(),
                age: 0,
            });
            last.number = line.number;
            last.front.clear();
            last.front.extend_from_slice(line.front);
            last.text.clear();
            last.text
                .extend_from_slice(&text[..text.len().min(Said::LONGEST + 1)]);
            last.age = 0;
            self.last.truncate(MOST_LAST - 1);
            self.last.insert(0, last);
        }
        log.left(line);
    }

    /// The last lines of a writer, the newest first.
    fn last_of(&self, writer: u8) -> impl Iterator<Item = &Last> {
        self.last.iter().filter(move |last| last.writer == writer)
    }

    /// The line that tells of the message that begins here: the newest with the same in front, as each of several writers may have
    /// something of his own there, else the newest.
    fn telling(&self, front: &[u8], line: Line<'_>) -> Option<&Last> {
        let (front, is_in_text) = match front.trim_ascii_start() {
            b"" => (line.front, false),
            front => (front, true),
        };
        let own = Prefix::new(front);
        let numbers = own.numbers_in(front).map(|(numbers, _)| numbers);
        let is_same = |last: &&Last| {
            let other = if is_in_text { &last.text } else { &last.front };
            own.numbers_in(other).map(|(numbers, _)| numbers) == numbers
        };
        let recent = || self.last_of(line.writer).filter(|last| last.age < OLDEST);
        let same = recent().find(is_same);
        same.or_else(|| recent().next())
    }

    /// The line right in front of the one that tells of the message that begins here, if it tells the same of another.
    fn rival(&self, front: &[u8], line: Line<'_>) -> Option<u64> {
        let telling = self.telling(front, line)?;
        let mut before = self.last_of(line.writer);
        before.find(|last| std::ptr::eq(*last, telling))?;
        let rival = before.next().filter(|rival| rival.age < OLDEST)?;
        let is_like = || Prefix::new(&rival.text).is_like(&Prefix::new(&telling.text));
        let ends = || Some((rival.ends()?, telling.ends()?));
        (is_like() && ends().is_some_and(|(one, other)| one != other)).then_some(rival.number)
    }

    fn begin(&mut self, start: &Start, around: Around, log: &mut Log) {
        let front = match &start.around {
            Around::Front(front) => &front[..],
            _ => b"",
        };
        let line = start.kept.line();
        let above = self.last_of(line.writer).next();
        let above = above.map(|last| &last.text[..]);
        let entry = match front {
            b"" => above,
            _ => Some(front),
        };
        self.entries = match around {
            Around::Nothing => entry.and_then(front_of_entry).or(self.entries.take()),
            _ => None,
        };
        let rival = self.rival(front, line).filter(|_| !log.is_open());
        let head = self.head(front, line, log);
        log.begin(line, head);
        if let Some(rival) = rival {
            let has_own_time = said::moment(front).is_some() || stamp::find(line.front).is_some();
            log.contest(rival, has_own_time);
        }
        match &start.around {
            Around::Nothing => log.text(line),
            Around::Literal => log.piece(line, &start.bytes),
            // The other lines have nothing in front, and the line ends that they came with.
            Around::Front(_) if around == Around::Nothing => {
                let end = &line.raw[line.raw.trim_ascii_end().len()..];
                log.piece(line, &[&start.bytes[..], end].concat());
            }
            Around::Mark(_) | Around::Front(_) => {
                log.piece(line, &[&start.bytes[..], b"\n"].concat());
            }
        }
        self.around = around;
        self.body = Body::Unknown;
    }

    /// What the line in front says, and what stands in front of the start line, which knows the time better.
    fn head(&mut self, front: &[u8], line: Line<'_>, log: &mut Log) -> Head {
        let telling = self.telling(front, line).filter(|_| !log.is_open());
        let said = telling.map(|last| Said::of(&last.text)).unwrap_or_default();
        self.last.retain(|last| last.writer != line.writer);
        let near = Said::of(front);
        let moment = said::moment(front).or(said.moment);
        let moment = announced::completed(moment, line.front);
        let time = moment.and_then(|moment| log.time(moment));
        // What stands in front of every line may be the rest of an object.
        let around = Said::of(line.front);
        let transport = near.transport.or(said.transport).or(around.transport);
        let mut ends = [near, said, around]
            .map(|said| (said.source, said.destination))
            .into_iter();
        let ends = ends.find(|ends| *ends != (Who::Unknown, Who::Unknown));
        let (source, destination) = ends.unwrap_or((Who::Unknown, Who::Unknown));
        Head {
            time,
            source,
            destination,
            transport: transport.unwrap_or(super::Transport::Unknown),
        }
    }

    /// A line behind the first of the message that is open: one of the message, or the first that is not.
    fn go_on(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let inside = self.around.inside(text);
        let Some(inside) = inside.filter(|inside| !self.ends(inside, log)) else {
            log.finish();
            self.outside(line, log);
            return;
        };
        if log.is_in_head() && is_about_messages(&inside) {
            self.body = Body::Messages;
        } else if !log.is_in_head() && inside.starts_with(b"v=0") && self.may_be_sdp(log) {
            self.body = Body::Sdp;
        }
        match self.around {
            Around::Nothing => log.text(line),
            _ => log.piece(line, &inside),
        }
        if log.is_complete() {
            log.finish();
        }
    }

    /// Whether a session description may be all of the body: one that is a part of it is followed by others, as far as the message
    /// tells its length.
    fn may_be_sdp(&self, log: &Log) -> bool {
        self.body != Body::Messages || log.has_no_length()
    }

    /// Whether something else begins with this line.
    fn ends(&self, inside: &[u8], log: &Log) -> bool {
        let text = inside.trim_ascii_end();
        if is_row(text) {
            return true;
        }
        let is_entry = || stamp::find(text).is_some_and(|(_, place)| place.start < NEAR);
        let mut entries = self.entries.iter();
        let is_like_others = entries.any(|entries| entries.behind(text).is_some());
        if log.is_in_head() {
            let fits = text.is_empty() || inside.starts_with(b" ") || is_field(text);
            let is_behind_body = || {
                log.ends_otherwise() && !quote::is_known_field(text) && text.get(1) != Some(&b'=')
            };
            return is_of_process(text)
                || is_like_others
                || !fits && is_entry()
                || !text.is_empty() && is_behind_body();
        }
        if is_like_others && !log.is_in_told_body() {
            return true;
        }
        match self.body {
            Body::Sdp if text.is_empty() => log.has_no_length(),
            Body::Sdp => !text[..text.len().min(3)].contains(&b'='),
            Body::Messages => false,
            Body::Unknown => log.has_no_length() && is_entry(),
        }
    }

    /// Reads a whole message that stands on one line, if one does.
    fn whole(&mut self, line: Line<'_>, log: &mut Log) -> bool {
        let text = line.text();
        if !quote::may_begin(text) || !escapes::has(text) || !quote::has_version(text) {
            return false;
        }
        let all = escapes::undone(text);
        let mut at = 0;
        for part in all.split_inclusive(|byte| *byte == b'\n') {
            let place = at;
            at += part.len();
            if !quote::has_version(part) {
                continue;
            }
            let next = all[at..].split(|byte| *byte == b'\n').next();
            let Some(start) = start_in(part).filter(|_| next.is_some_and(is_field)) else {
                return false;
            };
            if log.doubts() {
                return false;
            }
            log.finish();
            let head = self.head(&part[..start], line, log);
            log.begin(line, head);
            log.piece(line, &all[place + start..]);
            log.finish();
            return true;
        }
        false
    }
}

/// A stamp that begins a line stands no further behind.
const NEAR: usize = 24;

/// What tells an entry of a log from a line of a message, as all entries begin so: a stamp, or other numbers.
fn front_of_entry(line: &[u8]) -> Option<Prefix> {
    const FEWEST_DIGITS: usize = 4;
    let stamp = stamp::find(line).filter(|(_, place)| place.start < NEAR);
    let end = stamp.map_or_else(
        || {
            line.iter()
                .take_while(|byte| !byte.is_ascii_alphabetic())
                .count()
        },
        |(_, place)| place.end,
    );
    let front = &line[..end];
    let digits = front.iter().filter(|byte| byte.is_ascii_digit()).count();
    (digits >= FEWEST_DIGITS).then(|| Prefix::new(front))
}

/// Where in a line with other things in front a start line begins that ends it.
fn start_in(line: &[u8]) -> Option<usize> {
    const LONGEST: usize = 8 << 10;
    const FURTHEST: usize = 1024;
    if line.len() > LONGEST {
        return None;
    }
    let begins = |at: &usize| {
        let parted = *at == 0 || !line[*at - 1].is_ascii_alphanumeric();
        parted && line[*at].is_ascii_uppercase() && begins_message(&line[*at..])
    };
    (0..line.len().min(FURTHEST)).find(begins)
}

/// Whether an entry begins with this that Kamailio or OpenSIPS wrote to their standard error, without a time, but with a process in
/// front: ` 1(77) INFO: `. A header field may be folded, but not so.
fn is_of_process(line: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = line.trim_ascii_start();
    let (number, rest) = text.split_at(digits(text));
    let Some(rest) = rest.strip_prefix(b"(").filter(|_| !number.is_empty()) else {
        return false;
    };
    let (process, rest) = rest.split_at(digits(rest));
    let Some(rest) = rest.strip_prefix(b") ").filter(|_| !process.is_empty()) else {
        return false;
    };
    let level = rest.iter().take_while(|byte| byte.is_ascii_uppercase());
    let level = level.count();
    level > 1 && rest[level..].starts_with(b":")
}

/// A row of signs, or the edge of a code block.
fn is_row(text: &[u8]) -> bool {
    const SHORTEST: usize = 8;
    if text.starts_with(b"```") || text.starts_with(b"~~~") {
        return true;
    }
    let first = text.first().copied().unwrap_or_default();
    text.len() >= SHORTEST
        && b"-=_*#~+.|".contains(&first)
        && text.iter().all(|byte| *byte == first)
}
