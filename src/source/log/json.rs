//! JSON as exporters write it: one object after the other, in a list, one a line, or in a list inside of an object. Each is
//! taken out as soon as it is whole, so that a large file is not held. Names may occur twice, and their order counts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Line;

/// An object, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tree {
    /// Strings, and numbers as they are written.
    Text(String),
    List(Vec<Tree>),
    /// Names and values in the order in which they stand there.
    Object(Vec<(String, Tree)>),
    /// Null and truth values.
    Nothing,
}

impl Tree {
    /// Reads one value. Bytes that are no UTF-8 are replaced; the second value says whether any were.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, bool)> {
        let text = String::from_utf8_lossy(bytes);
        let replaced = matches!(text, std::borrow::Cow::Owned(_));
        Some((serde_json::from_str(&text).ok()?, replaced))
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            // A value that occurs several times: the innermost is the last.
            Self::List(list) => list.last().and_then(Self::text),
            _ => None,
        }
    }

    pub(super) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The value of the first member with this name.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let mut members = self.members().iter();
        members
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Text(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Text(number.to_string()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Tree::Object(members))
    }
}

/// Whether JSON begins near the beginning of a file: programs write warnings in front.
pub(super) fn begins(prefix: &[u8]) -> bool {
    const MOST_IN_FRONT: usize = 100;
    super::lines(prefix).take(MOST_IN_FRONT).any(is_first)
}

/// A text from where JSON begins in it, wherever that is.
pub(super) fn inside(text: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.find_map(|line| {
        at += line.len();
        is_first(line).then(|| &text[at - line.len()..])
    })
}

/// Whether a list or object begins with this line, and not a word in brackets.
fn is_first(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let next = line.get(1..).map(|rest| rest.trim_ascii_start().first());
    match (line.first(), next) {
        (Some(b'['), Some(next)) => matches!(next, None | Some(b'{' | b'[' | b']')),
        (Some(b'{'), Some(next)) => matches!(next, None | Some(b'"' | b'}')),
        _ => false,
    }
}

/// Takes objects out of lines.
#[derive(Clone)]
pub(super) struct Objects {
    /// Names of the lists inside of an object whose members are what is wanted, instead of that object.
    lists: &'static [&'static str],
    /// Whether JSON has begun.
    begun: bool,
    /// The brackets that are open.
    open: Vec<u8>,
    record: Option<Begun>,
    text: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// Whether a string ended and nothing has come behind it.
    after_string: bool,
    /// The beginning of the last string.
    name: Vec<u8>,
    /// The last byte outside of strings that is no blank.
    last: u8,
    /// How far the first object is indented that begins its line: the next that does as much is no part of another.
    indent: Option<usize>,
}

/// The object that is being taken.
#[derive(Clone)]
struct Begun {
    line: u64,
    /// How many brackets are open around it.
    depth: usize,
}

/// An object, or what is left of one.
pub(super) struct Object {
    pub(super) line: u64,
    pub(super) bytes: Vec<u8>,
}

impl Object {
    /// Its lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let lines = self.bytes.split_inclusive(|byte| *byte == b'\n');
        lines
            .zip(self.line..)
            .map(|(raw, number)| Line::new(number, raw))
    }

    /// The objects that begin inside of it: one that lost a bracket has swallowed those behind it.
    pub(super) fn swallowed(&self) -> Vec<Self> {
        let mut objects = Objects::new(&[]);
        let mut found = Vec::new();
        for (at, line) in self.lines().enumerate() {
            let raw = &line.raw[usize::from(at == 0)..];
            found.extend(objects.line(Line { raw, ..line }));
        }
        found.extend(objects.rest());
        found
    }
}

/// No exporter nests as deep; a file that does is damaged.
const DEEPEST: usize = 128;
/// A larger object is none.
const LARGEST: usize = 4 << 20;
const LONGEST_NAME: usize = 32;

impl Objects {
    pub(super) fn new(lists: &'static [&'static str]) -> Self {
        Self {
            lists,
            begun: false,
            open: Vec::new(),
            record: None,
            text: Vec::new(),
            in_string: false,
            escaped: false,
            after_string: false,
            name: Vec::new(),
            last: 0,
            indent: None,
        }
    }

    /// Whether a line is of another text: it stands in front of all JSON, or JSON does not go on like this. What is open then was
    /// cut.
    pub(super) fn is_foreign(&mut self, line: Line<'_>) -> bool {
        if line.continues {
            return !self.begun;
        }
        self.begun |= is_first(line.raw);
        !self.begun || !self.goes_on(line)
    }

    /// Whether a line of JSON may be like this.
    fn goes_on(&self, line: Line<'_>) -> bool {
        let text = line.text().trim_ascii();
        let Some(first) = text.first() else {
            return !self.open.is_empty();
        };
        let begins_value = |text: &[u8]| {
            let number = |byte: &u8| byte.is_ascii_digit() || b"-+.eE".contains(byte);
            let words = [&b"true"[..], b"false", b"null"];
            let end = text.iter().position(|byte| b",]} ".contains(byte));
            let token = &text[..end.unwrap_or(text.len())];
            matches!(text.first(), None | Some(b'"' | b'{' | b'}' | b'[' | b']'))
                || words.contains(&token)
                || token.iter().all(number) && token.iter().skip(1).all(|byte| *byte != b'-')
        };
        let rest = text[1..].trim_ascii_start();
        match first {
            b'{' => matches!(rest.first(), None | Some(b'"' | b'}')),
            b'[' | b',' => begins_value(rest),
            b'}' | b']' => rest.first().is_none_or(|byte| b"]},".contains(byte)),
            _ if self.open.is_empty() && first.is_ascii_graphic() => false,
            b'"' | b':' => true,
            // Damage is none of another text.
            _ => begins_value(text) || !first.is_ascii_graphic(),
        }
    }

    /// Takes the next line; gives the objects that end in it, or are given up.
    pub(super) fn line(&mut self, line: Line<'_>) -> Vec<Object> {
        let mut found = Vec::new();
        if !line.continues {
            found.extend(self.begin_line(line));
        }
        for byte in line.raw {
            found.extend(self.byte(*byte, line.number));
        }
        found
    }

    /// Gives the object that was cut, if this line shows it.
    fn begin_line(&mut self, line: Line<'_>) -> Option<Object> {
        // No string goes over a line end.
        (self.in_string, self.escaped, self.after_string) = (false, false, false);
        let indent = line.raw.len() - line.raw.trim_ascii_start().len();
        if line.raw.get(indent) != Some(&b'{') {
            return None;
        }
        match &self.record {
            Some(_) if self.indent == Some(indent) => self.cut(),
            None if self.indent.is_none() => {
                self.indent = Some(indent);
                None
            }
            _ => None,
        }
    }

    /// What was not finished.
    pub(super) fn rest(&mut self) -> Option<Object> {
        self.open.clear();
        self.in_string = false;
        self.taken()
    }

    fn byte(&mut self, byte: u8, line: u64) -> Option<Object> {
        if self.after_string && !byte.is_ascii_whitespace() {
            self.after_string = false;
            // Nothing else follows a string: a quotation mark was lost, and the last one did not end a string but begin one.
            if !b",:}]".contains(&byte) {
                self.in_string = true;
                self.name.clear();
            }
        }
        if self.in_string {
            self.push(byte);
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => (self.in_string, self.after_string) = (false, true),
                _ if self.name.len() < LONGEST_NAME => self.name.push(byte),
                _ => {}
            }
            return None;
        }
        let cut = match byte == b'{' && self.lost_its_end() {
            true => self.cut(),
            false => None,
        };
        if !byte.is_ascii_whitespace() {
            self.last = byte;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                self.name.clear();
            }
            b'{' if self.record.is_none() => {
                let depth = self.open.len();
                self.record = Some(Begun { line, depth });
            }
            b'[' if self.lists.iter().any(|list| list.as_bytes() == self.name) => {
                self.record = None;
                self.text.clear();
            }
            _ => {}
        }
        self.push(byte);
        if self.text.len() > LARGEST {
            return self.taken();
        }
        match byte {
            b'{' | b'[' => {
                self.open.push(byte);
                if self.open.len() > DEEPEST {
                    self.open.clear();
                    return self.taken();
                }
            }
            b'}' | b']' => {
                self.open.pop();
                if let Some(begun) = &self.record
                    && begun.depth >= self.open.len()
                {
                    return self.taken();
                }
            }
            _ => {}
        }
        cut
    }

    /// Whether another object cannot begin here, in the one that is being taken: a name comes first there.
    fn lost_its_end(&self) -> bool {
        self.record.is_some() && self.last == b',' && self.open.last() == Some(&b'{')
    }

    /// Gives what there is of an object that goes no further.
    fn cut(&mut self) -> Option<Object> {
        let depth = self.record.as_ref()?.depth;
        let cut = self.taken();
        self.open.truncate(depth);
        cut
    }

    fn push(&mut self, byte: u8) {
        // One byte more than is believed shows that it is too large.
        if self.record.is_some() && self.text.len() <= LARGEST {
            self.text.push(byte);
        }
    }

    fn taken(&mut self) -> Option<Object> {
        let begun = self.record.take()?;
        Some(Object {
            line: begun.line,
            bytes: std::mem::take(&mut self.text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_json_has_is_of_another_text() {
        let mut objects = Objects::new(&[]);
        let lines = [
            ("[12] warning: {x", true),
            ("{", false),
            ("\"a\": 1", false),
            ("2026-11-21 12:00:00 again", true),
        ];
        for (number, (text, expected)) in lines.into_iter().enumerate() {
            let line = Line::new(number as u64, text.as_bytes());
            assert_eq!(objects.is_foreign(line), expected, "{text}");
            if expected {
                objects.rest();
            } else {
                objects.line(line);
            }
        }
    }

    fn objects(text: &str, lists: &'static [&'static str]) -> Vec<(u64, String)> {
        let mut objects = Objects::new(lists);
        let mut found = Vec::new();
        for (number, raw) in text.split_inclusive('\n').enumerate() {
            found.extend(objects.line(Line::new(number as u64 + 1, raw.as_bytes())));
        }
        found.extend(objects.rest());
        let text = |object: Object| (object.line, String::from_utf8(object.bytes).unwrap());
        found.into_iter().map(text).collect()
    }

    #[test]
    fn objects_are_found_in_lists_in_lines_and_in_objects() {
        let expected = |one: u64, two: u64| {
            vec![
                (one, r#"{"a":"}\""}"#.to_owned()),
                (two, r#"{"b":[{"c":1}]}"#.to_owned()),
            ]
        };
        let list = "[\n{\"a\":\"}\\\"\"},\n{\"b\":[{\"c\":1}]}]\n";
        assert_eq!(objects(list, &[]), expected(2, 3));
        let lines = "{\"a\":\"}\\\"\"}\n{\"b\":[{\"c\":1}]}\n";
        assert_eq!(objects(lines, &[]), expected(1, 2));
        let inside = "{\"x\":{},\"data\":[{\"a\":\"}\\\"\"},{\"b\":[{\"c\":1}]}],\"n\":2}";
        assert_eq!(objects(inside, &["data"]), expected(1, 1));
    }

    #[test]
    fn an_object_that_is_cut_does_not_swallow_the_next() {
        let text = "[\n  {\n    \"a\": {\n  {\n    \"b\": \"x\n  {\n    \"c\": 1\n  }\n]\n";
        let found = objects(text, &[]);
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 4, 6]);
        assert!(Tree::read(found[1].1.as_bytes()).is_none());
        assert!(Tree::read(found[2].1.as_bytes()).is_some());
    }

    /// Where a name has to come, no object begins but the next one.
    #[test]
    fn objects_on_one_line_that_lost_their_ends_do_not_swallow_the_next() {
        let text = r#"[{"a":{"b":1}},{"a":{"b":2},{"a":{"b":[3,{"c":4}]}},{"a":{"b":5,{"a":6}]"#;
        let found = objects(text, &[]).into_iter().map(|(_, text)| text);
        let expected = [
            r#"{"a":{"b":1}}"#,
            r#"{"a":{"b":2},"#,
            r#"{"a":{"b":[3,{"c":4}]}}"#,
            r#"{"a":{"b":5,"#,
            r#"{"a":6}"#,
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn names_may_occur_twice() {
        let (tree, replaced) = Tree::read(br#"{"a":"1","a":2,"b":[true,null,"3"]}"#).unwrap();
        assert_eq!((tree.members().len(), replaced), (3, false));
        assert_eq!(tree.member("a").unwrap().text(), Some("1"));
        assert_eq!(tree.member("b").unwrap().text(), Some("3"));
        assert!(Tree::read(b"{\"a\":\"\xff\"}").unwrap().1);
        assert!(Tree::read(&b"[".repeat(100_000)).is_none());
    }
}
