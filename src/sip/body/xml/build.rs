//! Makes the tree out of the events of `quick-xml`. What is not well-formed is noted with its place; reading goes on where
//! that has a meaning, and otherwise the tree ends there.

use std::borrow::Cow;

use memchr::memmem;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::attributes::{Tag, check_characters, split};
use super::namespaces::Namespaces;
use super::{Attribute, Node, Xml};
use crate::base::Span;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Elements inside of so many others are not read.
const DEEPEST: usize = 64;

/// What a declaration says, in this order.
const DECLARED: [&str; 3] = ["version", "encoding", "standalone"];

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn read<'a>(body: Text<'a>, problems: &mut Problems) -> Xml<'a> {
    let bytes = body.bytes();
    // UTF-16 and UTF-32 (XML 1.0 appendix F).
    let wide = matches!(
        bytes,
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] | [0, b'<', ..] | [b'<', 0, ..]
    );
    if wide {
        let mark = body.between(body.start(), body.start() + 2);
        problems.note(mark.span(), ProblemKind::CharsetNotRead);
        return Xml::default();
    }
    let mut start = body.start();
    while body.from(start).bytes().starts_with(BYTE_ORDER_MARK) {
        start += BYTE_ORDER_MARK.len();
    }
    let body = body.from(start);
    let mut builder = Builder {
        body,
        xml: Xml {
            body,
            ..Xml::default()
        },
        begun: false,
        foreign: false,
        open: Vec::new(),
        hidden: 0,
        namespaces: Namespaces::new(),
        problems,
    };
    builder.run();
    builder.xml
}

/// Whether a processing instruction has the name of the declaration.
fn is_reserved(token: &[u8]) -> bool {
    let target = token.get(2..5).unwrap_or_default();
    let behind = token.get(5).copied().unwrap_or(b'?');
    target.eq_ignore_ascii_case(b"xml") && (behind.is_ascii_whitespace() || behind == b'?')
}

/// XML 1.0 2.8 `VersionNum`.
fn is_version(version: &[u8]) -> bool {
    match version {
        [b'1', b'.', minor @ ..] => !minor.is_empty() && minor.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// An element whose end has not been seen.
struct Open<'a> {
    node: usize,
    /// Its name as written.
    name: Text<'a>,
}

struct Builder<'a, 'p> {
    body: Text<'a>,
    xml: Xml<'a>,
    /// Whether there was anything but white space.
    begun: bool,
    /// Whether it says to be in another encoding.
    foreign: bool,
    open: Vec<Open<'a>>,
    /// How many elements are open that are too deep to be read.
    hidden: usize,
    namespaces: Namespaces<'a>,
    problems: &'p mut Problems,
}

impl<'a> Builder<'a, '_> {
    fn run(&mut self) {
        let (readable, odd) = self.readable();
        self.read(&readable);
        // In another encoding it may be right.
        if let Some(odd) = odd.filter(|_| !self.foreign) {
            self.note(odd, ProblemKind::Xml);
        }
    }

    fn read(&mut self, readable: &[u8]) {
        let mut reader = Reader::from_reader(readable);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        let start = self.body.start();
        let place = |position: u64| start + position as usize;
        let mut end = start;
        loop {
            let event = reader.read_event();
            let token = self.body.between(end, place(reader.buffer_position()));
            if matches!(event, Ok(Event::Eof)) {
                return self.finish();
            }
            let Ok(event) = event else {
                return self.give_up(place(reader.error_position()).max(end));
            };
            if self.is_behind_root(&event, token) {
                return self.give_up(token.trimmed().start());
            }
            self.take(event, token);
            self.begun = self.begun || !token.trimmed().is_empty();
            end = token.end();
        }
    }

    /// The body as UTF-8 of the same length, and where it first is none. That is overwritten, so that places stay and the
    /// rest can be read.
    fn readable(&self) -> (Cow<'a, [u8]>, Option<Span>) {
        let bytes = self.body.bytes();
        let Err(error) = std::str::from_utf8(bytes) else {
            return (Cow::Borrowed(bytes), None);
        };
        let odd = self.body.start() + error.valid_up_to();
        let mut readable = Vec::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            readable.extend_from_slice(chunk.valid().as_bytes());
            readable.resize(readable.len() + chunk.invalid().len(), b'_');
        }
        (Cow::Owned(readable), Some(Span::new(odd, odd + 1)))
    }

    fn note(&mut self, span: Span, kind: ProblemKind) {
        self.problems.note(span, kind);
    }

    fn take(&mut self, event: Event<'_>, token: Text<'a>) {
        match event {
            Event::Start(_) => self.start(token, false),
            Event::Empty(_) => self.start(token, true),
            Event::End(_) => self.end(token),
            Event::Text(_) | Event::GeneralRef(_) => self.text(token),
            Event::CData(_) if self.open.is_empty() => self.note(token.span(), ProblemKind::Xml),
            Event::Decl(_) => self.declaration(token),
            Event::DocType(_) => self.document_type(token),
            Event::Comment(text) if text.contains("--") || text.ends_with('-') => {
                self.note(token.span(), ProblemKind::Xml);
            }
            // The name is reserved in any case (XML 1.0 2.6).
            Event::PI(_) if is_reserved(token.bytes()) => self.note(token.span(), ProblemKind::Xml),
            Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::Eof => {}
        }
    }

    fn start(&mut self, token: Text<'a>, empty: bool) {
        if self.open.len() == DEEPEST {
            if self.hidden == 0 {
                self.note(token.span(), ProblemKind::NestingNotRead);
            }
            self.hidden += usize::from(!empty);
            return;
        }
        let end = token.end() - if empty { 2 } else { 1 };
        let mut tag = Tag::new(token.between(token.start() + 1, end));
        let name = tag.name(self.problems);
        let first_attribute = self.xml.attributes.len();
        while let Some((name, value)) = tag.attribute(self.problems) {
            self.attribute(name, value);
        }
        let node = Node {
            span: token.span(),
            name: split(name).1.span(),
            namespace: self.namespace(name),
            content: Span::new(token.end(), token.end()),
            attributes: first_attribute as u32,
            end: 0,
        };
        self.name_attributes(first_attribute);
        self.open.push(Open {
            node: self.xml.nodes.len(),
            name,
        });
        self.xml.nodes.push(node);
        if empty {
            self.close(token.end(), token.end());
        }
    }

    fn attribute(&mut self, name: Text<'a>, value: Text<'a>) {
        self.xml.attributes.push(Attribute {
            name: name.span(),
            namespace: Span::default(),
            value: value.span(),
        });
        let (prefix, local) = split(name);
        if name == "xmlns" {
            self.namespaces.declare(self.open.len(), prefix, value);
        } else if prefix == "xmlns" {
            if value.is_empty() {
                // Only the default namespace can be taken back (Namespaces in XML 1.0 2.2).
                self.note(local.span(), ProblemKind::XmlNamespace);
            }
            self.namespaces.declare(self.open.len(), local, value);
        }
    }

    /// The namespace of a name by its prefix.
    fn namespace(&mut self, name: Text<'a>) -> Span {
        let (prefix, _) = split(name);
        let namespace = self.namespaces.of(prefix);
        if namespace.is_none() {
            self.note(prefix.span(), ProblemKind::XmlNamespace);
        }
        namespace.unwrap_or_default()
    }

    /// Finds the namespaces of the last attributes, now that all declarations of their tag are known.
    fn name_attributes(&mut self, first: usize) {
        for index in first..self.xml.attributes.len() {
            let name = self.body.moved(self.xml.attributes[index].name);
            let (prefix, _) = split(name);
            if !prefix.is_empty() && prefix != "xmlns" {
                self.xml.attributes[index].namespace = self.namespace(name);
            }
        }
        if self.problems.wanted() {
            self.check_repeated(first);
        }
    }

    /// Notes each attribute that has the name of one before it, or the same local name in the same namespace.
    fn check_repeated(&mut self, first: usize) {
        let mut names: Vec<_> = self.xml.attributes[first..]
            .iter()
            .map(|attribute| {
                let name = self.body.moved(attribute.name);
                let in_namespace = !attribute.namespace.is_empty();
                let own = if in_namespace { split(name).1 } else { name };
                (
                    attribute.namespace.start,
                    own.bytes(),
                    name.start(),
                    name.end(),
                )
            })
            .collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            let (namespace, own, start, end) = pair[1];
            if (pair[0].0, pair[0].1) == (namespace, own) {
                let name = Span::new(start, end);
                self.problems.note(name, ProblemKind::Xml);
            }
        }
    }

    fn end(&mut self, token: Text<'a>) {
        if self.hidden > 0 {
            self.hidden -= 1;
            return;
        }
        let name = token.between(token.start() + 2, token.end() - 1).trimmed();
        let opened = self.open.iter().rposition(|open| open.name == name);
        if opened.is_none_or(|index| index + 1 < self.open.len()) {
            self.note(token.span(), ProblemKind::Xml);
        }
        let Some(opened) = opened else { return };
        while self.open.len() > opened + 1 {
            self.close(token.start(), token.start());
        }
        self.close(token.start(), token.end());
    }

    /// The innermost open element ends: its content here, itself there.
    fn close(&mut self, content_end: usize, end: usize) {
        let Some(Open { node, .. }) = self.open.pop() else {
            return;
        };
        let behind = self.xml.nodes.len() as u32;
        let node = &mut self.xml.nodes[node];
        node.content.end = content_end as u32;
        node.span.end = end as u32;
        node.end = behind;
        self.namespaces.leave(self.open.len());
    }

    fn text(&mut self, token: Text<'a>) {
        if self.open.is_empty() {
            let junk = token.trimmed();
            if !junk.is_empty() {
                self.note(junk.span(), ProblemKind::Xml);
            }
            return;
        }
        if self.problems.wanted() {
            check_characters(token, self.problems);
            if let Some(at) = memmem::find(token.bytes(), b"]]>") {
                let at = token.start() + at;
                self.note(Span::new(at, at + 3), ProblemKind::Xml);
            }
        }
    }

    /// `<?xml ...?>` stands at the very beginning, if at all, and says UTF-8, if anything.
    fn declaration(&mut self, token: Text<'a>) {
        let before = self.body.between(self.body.start(), token.start());
        if self.begun {
            self.note(token.span(), ProblemKind::Xml);
        } else if !before.is_empty() {
            self.note(before.span(), ProblemKind::Xml);
        }
        let mut tag = Tag::new(token.between(token.start() + 2, token.end() - 2));
        let target = tag.name(self.problems);
        let mut order = 0;
        while let Some((name, value)) = tag.attribute(self.problems) {
            let place = DECLARED.iter().position(|declared| name == *declared);
            // Version, encoding and standalone stand in this order, the first of them always (XML 1.0 2.8).
            let at_its_place =
                place.is_some_and(|place| place >= order && (place == 0) == (order == 0));
            if !at_its_place {
                self.note(name.span(), ProblemKind::Xml);
            }
            order = place.map_or(order, |place| place + 1).max(1);
            let fine = match place {
                Some(0) => is_version(value.bytes()),
                Some(2) => value == "yes" || value == "no",
                _ => true,
            };
            if !fine {
                self.note(value.span(), ProblemKind::Xml);
            }
            let readable = ["UTF-8", "UTF8", "US-ASCII"];
            if name == "encoding" && !readable.iter().any(|encoding| value.is(encoding)) {
                self.note(value.span(), ProblemKind::CharsetNotRead);
                self.foreign = true;
            }
        }
        if order == 0 {
            let end = target.end();
            self.note(Span::new(end, end), ProblemKind::Xml);
        }
    }

    /// A document type may only stand in front of the root. What it declares is never used.
    fn document_type(&mut self, token: Text<'a>) {
        if !self.xml.nodes.is_empty() {
            self.note(token.span(), ProblemKind::Xml);
        }
        if token.bytes().contains(&b'[') {
            self.note(token.span(), ProblemKind::DoctypeNotRead);
        }
    }

    /// Whether the root has ended and this may not stand behind it.
    fn is_behind_root(&self, event: &Event<'_>, token: Text<'a>) -> bool {
        let ended = !self.xml.nodes.is_empty() && self.open.is_empty();
        let harmless = match event {
            Event::Comment(_) | Event::PI(_) => true,
            Event::Text(_) => token.trimmed().is_empty(),
            _ => false,
        };
        ended && !harmless
    }

    /// The rest is not read.
    fn give_up(&mut self, at: usize) {
        self.note(self.body.from(at).span(), ProblemKind::Xml);
        self.close_all(at);
    }

    fn finish(&mut self) {
        let end = self.body.end();
        if self.xml.nodes.is_empty() || !self.open.is_empty() {
            self.note(Span::new(end, end), ProblemKind::Xml);
        }
        self.close_all(end);
    }

    fn close_all(&mut self, at: usize) {
        while !self.open.is_empty() {
            self.close(at, at);
        }
    }
}
