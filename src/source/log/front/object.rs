//! An object of JSON around each line, or around each entry with all of its lines: what Docker keeps of a container (`log`), what
//! programs write themselves (`msg`), journald (`MESSAGE`), and what stores of logs give out (`message`, `line`). The member with the
//! messages is the one that is taken; what else the object says stands in front of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Bare;
use crate::source::log::json::{self, Objects, Tree};
use crate::source::log::{Line, colours, escapes, quote, stamp, unfold, uptime};

/// Where the text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The names of the member that holds it, from the outermost in.
    names: Vec<String>,
    /// Whether it has the line end, if it is not one of the parts of a line.
    has_ends: bool,
}

/// Lists inside of an object whose members are what is wanted, instead of that object.
const LISTS: &[&str] = &[
    "hits", "data", "result", "results", "events", "entries", "logs", "values",
];

/// Stores nest no deeper.
const DEEPEST: usize = 3;
/// Members with a time, the one nearest to the program first.
const TIMES: [&str; 10] = [
    "_SOURCE_REALTIME_TIMESTAMP",
    "__REALTIME_TIMESTAMP",
    "time",
    "ts",
    "@timestamp",
    "timestamp",
    "datetime",
    "date",
    "@t",
    "_time",
];
/// Members with the text, where no message has come yet.
const TEXTS: [&str; 6] = ["log", "message", "MESSAGE", "msg", "line", "text"];

impl Path {
    /// The member that has most messages in a text of which most lines are objects.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let written = lines.filter(|line| !line.trim_ascii().is_empty());
        let objects = written.clone().filter(|line| line.starts_with(b"{"));
        if objects.clone().count() * 4 < written.count() * 3 {
            return None;
        }
        Self::of_objects(objects)
    }

    /// The same in a list, or in a list inside of an object.
    pub(super) fn of_list(text: &[u8]) -> Option<Self> {
        /// So many members show it.
        const LOOKED_AT: usize = 1000;
        let is_one = matches!(text.trim_ascii_start().first(), Some(b'[' | b'{'));
        if !is_one || !json::begins(text) {
            return None;
        }
        let mut objects = list();
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let found = lines.flat_map(|raw| objects.line(Line::new(0, raw)));
        let found: Vec<_> = found.take(LOOKED_AT).map(|object| object.bytes).collect();
        let path = Self::of_objects(found.iter().map(|bytes| &bytes[..]))?;
        // Another list may stand in front or behind.
        let taken = found.iter().filter(|bytes| path.taken(bytes).is_some());
        (taken.count() * 4 >= found.len() * 3).then_some(path)
    }

    fn of_objects<'a>(objects: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let mut found: BTreeMap<Vec<String>, (usize, usize)> = BTreeMap::new();
        let mut named: BTreeMap<usize, usize> = BTreeMap::new();
        for (tree, _) in objects
            .clone()
            .filter_map(|line| Tree::read(line.trim_ascii_end()))
        {
            for (name, _) in tree.members() {
                if let Some(place) = TEXTS.iter().position(|text| text == name) {
                    *named.entry(place).or_default() += 1;
                }
            }
            count(&tree, &mut Vec::new(), &mut found);
        }
        let best = found.into_iter().max_by_key(|(_, counted)| *counted);
        let texts = |names: &[String]| -> Vec<Vec<u8>> {
            let trees = objects
                .clone()
                .filter_map(|line| Tree::read(line.trim_ascii_end()));
            let inside = |tree: Tree| {
                let mut names = names.iter();
                text_of(names.try_fold(&tree, |tree, name| tree.member(name))?)
            };
            trees.filter_map(|(tree, _)| inside(tree)).collect()
        };
        // What only some have is a part of an entry.
        let is_usual = |names: &Vec<String>| texts(names).len() * 2 >= objects.clone().count();
        let best = best.map(|(names, _)| names).filter(is_usual);
        let names = best.or_else(|| {
            let rank = |(place, times): &(usize, usize)| (*times, TEXTS.len() - place);
            let (place, _) = named.into_iter().max_by_key(rank)?;
            Some(vec![TEXTS[place].to_owned()])
        })?;
        let texts = texts(&names);
        let ends = texts.iter().filter(|text| text.ends_with(b"\n")).count();
        // Long lines are in many parts.
        let has_ends = ends > 0 && ends * 4 >= texts.len();
        Some(Self { names, has_ends })
    }

    /// The text of an object, and what else it says.
    pub(super) fn taken(&self, raw: &[u8]) -> Option<Bare<'static>> {
        if !raw.starts_with(b"{") {
            return None;
        }
        match Tree::read(raw.trim_ascii_end()) {
            Some((tree, _)) => self.of_tree(&tree),
            // It was cut in the text, which has several lines: else nothing is known of it.
            None => self.begun(raw).filter(|bare| unfold::has_lines(&bare.text)),
        }
    }

    fn of_tree(&self, tree: &Tree) -> Option<Bare<'static>> {
        let mut around = vec![tree];
        for name in &self.names {
            around.push(around.last()?.member(name)?);
        }
        let mut text = text_of(around.pop()?)?;
        let own = around.last().copied();
        let member = |name: &str| own?.member(name).and_then(Tree::text);
        // The runtime of containers parts lines that are too long.
        let is_part = ["logtag", "_p"]
            .iter()
            .any(|name| member(name) == Some("P"));
        let ends = text.ends_with(b"\n");
        let keeps_ends = self.has_ends
            && self.names == ["log"]
            && member("stream").is_some()
            && member("logtag").is_none();
        let goes_on = !ends && (is_part || keeps_ends);
        if !goes_on {
            escapes::end_line(&mut text);
        }
        Some(Bare {
            front: Cow::Owned(said(&around, self.names.last()?).into_bytes()),
            text: Cow::Owned(text),
            goes_on,
            is_cut: false,
        })
    }

    /// What there is of the text in an object that breaks off.
    pub(super) fn begun(&self, raw: &[u8]) -> Option<Bare<'static>> {
        let name = format!("\"{}\"", self.names.last()?);
        let at = memchr::memmem::find(raw, name.as_bytes())? + name.len();
        let value = raw[at..].trim_ascii_start().strip_prefix(b":")?;
        let value = value.trim_ascii_start().strip_prefix(b"\"")?;
        let mut text = unquoted(value);
        escapes::end_line(&mut text);
        let front = &raw[..at];
        let front = stamp::find(front).map_or(&b""[..], |(_, place)| &front[place]);
        Some(Bare {
            front: Cow::Owned(front.to_vec()),
            text: Cow::Owned(text),
            goes_on: false,
            is_cut: true,
        })
    }

    /// Whether an object breaks off here in which nothing can be read.
    pub(super) fn is_cut_in(&self, raw: &[u8]) -> bool {
        raw.starts_with(b"{") && self.taken(raw).is_none() && Tree::read(raw).is_none()
    }

    /// Where an object begins behind one that breaks off in a line.
    pub(super) fn inside(&self, raw: &[u8]) -> Option<usize> {
        /// No line is looked at more often.
        const MOST: usize = 16;
        if !raw.starts_with(b"{") || Tree::read(raw.trim_ascii_end()).is_some() {
            return None;
        }
        let mut begun = memchr::memmem::rfind_iter(raw, b"{\"").take(MOST);
        begun.find(|at| {
            *at > 0 && {
                let tree = Tree::read(raw[*at..].trim_ascii_end());
                tree.is_some_and(|(tree, _)| self.of_tree(&tree).is_some())
            }
        })
    }
}

/// What takes the objects out of such a list.
pub(super) fn list() -> Objects {
    Objects::new(LISTS)
}

/// Counts the values in which messages begin, and how long they are.
fn count(tree: &Tree, path: &mut Vec<String>, found: &mut BTreeMap<Vec<String>, (usize, usize)>) {
    for (name, value) in tree.members() {
        path.push(name.clone());
        match value {
            Tree::Object(_) if path.len() < DEEPEST => count(value, path, found),
            _ => {
                let text = text_of(value).unwrap_or_default();
                if quote::has_version(&text) {
                    let (times, length) = found.entry(path.clone()).or_default();
                    *times += 1;
                    *length += text.len();
                }
            }
        }
        path.pop();
    }
}

/// A text, which journald writes as a list of numbers where it has more than letters in it.
fn text_of(value: &Tree) -> Option<Vec<u8>> {
    let text = match value {
        Tree::Text(text) => text.as_bytes().to_vec(),
        Tree::List(bytes) if !bytes.is_empty() => {
            let byte = |tree: &Tree| tree.text()?.parse().ok();
            bytes.iter().map(byte).collect::<Option<Vec<u8>>>()?
        }
        _ => return None,
    };
    Some(colours::without(&text).into_owned())
}

/// What objects say besides the member with this name: when, and what is short.
fn said(around: &[&Tree], taken: &str) -> String {
    const LONGEST: usize = 64;
    /// What is longer is not read.
    const MOST: usize = 400;
    let nearest = || around.iter().rev();
    let time = TIMES.iter().find_map(|name| {
        let mut found = nearest().filter_map(|tree| tree.member(name)?.text());
        found.find_map(time_of)
    });
    let mut said = time.unwrap_or_default();
    for (name, value) in nearest().flat_map(|tree| tree.members()) {
        let text = match value {
            Tree::Text(text) if name != taken => text,
            _ => continue,
        };
        let is_short = text.len() <= LONGEST && !text.contains(char::is_whitespace);
        if is_short && said.len() < MOST && stamp::find(text.as_bytes()).is_none() {
            said.push_str(&format!(" {name}={text}"));
        }
    }
    said
}

/// A time as a stamp: it may be one, or count from 1970.
fn time_of(text: &str) -> Option<String> {
    let is_stamp = stamp::find(text.as_bytes()).is_some();
    is_stamp
        .then(|| text.to_owned())
        .or_else(|| uptime::epoch_as_stamp(text))
}

/// A string of JSON up to its end, or as far as it goes.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let (inside, _) = escapes::quoted(value);
    let text = [b"\"", inside, b"\""].concat();
    match Tree::read(&text) {
        Some((Tree::Text(text), _)) => text.into_bytes(),
        _ => escapes::undone(inside),
    }
}
