//! Multipart bodies (RFC 2046 5.1, RFC 5621): the parts between boundary lines. Each part has header fields and a body of
//! its own, which may be multipart again.

use memchr::memmem::Finder;

use super::Body;
use crate::sip::index::Index;
use crate::sip::message::Message;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;
use crate::sip::value::Item;

/// A multipart body.
#[derive(Clone, Copy, Debug)]
pub struct Multipart<'a> {
    text: Text<'a>,
    boundary: &'a [u8],
    depth: u8,
}

/// One part: its text from its first header field to its end.
#[derive(Clone, Copy, Debug)]
pub struct BodyPart<'a> {
    text: Text<'a>,
    depth: u8,
}

impl<'a> Multipart<'a> {
    pub(super) fn read(
        text: Text<'a>,
        content_type: Item<'a>,
        depth: u8,
        problems: &mut Problems,
    ) -> Option<Self> {
        let boundary = content_type.params.value("boundary");
        let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty()) else {
            problems.note(content_type.text.span(), ProblemKind::Boundary);
            return None;
        };
        let multipart = Self {
            text,
            boundary: boundary.bytes(),
            depth,
        };
        if problems.wanted() {
            multipart.check(problems);
        }
        Some(multipart)
    }

    fn check(&self, problems: &mut Problems) {
        let mut lines = Lines::of(self);
        match lines.by_ref().last() {
            None => problems.note(self.text.span(), ProblemKind::NoBoundary),
            Some(line) if !line.closing => {
                let end = self.text.from(self.text.end());
                problems.note(end.span(), ProblemKind::MultipartEnd);
            }
            Some(_) => {}
        }
    }

    /// All parts in their order. Without a closing line the last one ends with the body.
    pub fn parts(&self) -> impl Iterator<Item = BodyPart<'a>> + use<'a> {
        let (text, depth) = (self.text, self.depth);
        let mut lines = Lines::of(self);
        let mut open = lines.next().filter(|line| !line.closing);
        std::iter::from_fn(move || {
            let start = open.take()?.end;
            let next = lines.next();
            let end = next.map_or(text.end(), |line| line.start);
            open = next.filter(|line| !line.closing);
            // The line end in front of a boundary belongs to the boundary.
            let part = text.between(start, end);
            let cut = match (next, part.bytes()) {
                (Some(_), [.., b'\r', b'\n']) => 2,
                (Some(_), [.., b'\n']) => 1,
                _ => 0,
            };
            Some(BodyPart {
                text: part.between(start, part.end() - cut),
                depth,
            })
        })
    }
}

impl<'a> BodyPart<'a> {
    /// All of it.
    pub fn text(&self) -> Text<'a> {
        self.text
    }

    /// Its header fields and body, looked at like a message without a first line.
    pub fn read<'i>(&self, index: &'i mut Index) -> Message<'i>
    where
        'a: 'i,
    {
        let bytes = self.text.whole_up_to_end();
        index.read_fields(bytes, self.text.start());
        Message::indexed(bytes, index)
    }

    /// Its body, given what [`Self::read`] gave.
    pub fn body<'i>(&self, message: &Message<'i>) -> Body<'i> {
        Body::of(message, self.depth)
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        let mut index = Index::default();
        let message = self.read(&mut index);
        message.check_fields(problems);
        self.body(&message).check(problems);
    }
}

/// A boundary line: where it begins and where the line behind it does.
#[derive(Clone, Copy, Debug)]
struct Line {
    start: usize,
    end: usize,
    closing: bool,
}

/// Walks over the boundary lines, up to the closing one.
struct Lines<'a> {
    text: Text<'a>,
    delimiter: Vec<u8>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn of(multipart: &Multipart<'a>) -> Self {
        Self {
            text: multipart.text,
            delimiter: [b"--", multipart.boundary].concat(),
            at: multipart.text.start(),
        }
    }

    /// The line, if one stands at this place: at the start of a line, nothing but white space behind it.
    fn line(&self, start: usize) -> Option<Line> {
        let before = self.text.between(self.text.start(), start).bytes();
        if !matches!(before.last(), None | Some(b'\n')) {
            return None;
        }
        let rest = self.text.from(start + self.delimiter.len());
        let closing = rest.bytes().starts_with(b"--");
        let rest = rest.from(rest.start() + if closing { 2 } else { 0 });
        let length = memchr::memchr(b'\n', rest.bytes()).map_or(rest.len(), |end| end + 1);
        let padding = &rest.bytes()[..length];
        padding.trim_ascii().is_empty().then_some(Line {
            start,
            end: rest.start() + length,
            closing,
        })
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let finder = Finder::new(&self.delimiter);
        loop {
            let rest = self.text.from(self.at);
            let start = rest.start() + finder.find(rest.bytes())?;
            self.at = start + 1;
            if let Some(line) = self.line(start) {
                self.at = if line.closing {
                    self.text.end()
                } else {
                    line.end
                };
                return Some(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::name::Name;

    fn with_body(boundary: &str, body: &str) -> String {
        format!(
            "MESSAGE sip:a@b.example SIP/2.0\r\nContent-Type: multipart/mixed;boundary={boundary}\r\n\
            Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// Type and body of each part; a part of multipart type gives its own parts.
    fn parts(message: &str) -> Vec<(String, String)> {
        let mut index = Index::default();
        let message = Message::read(message.as_bytes(), &mut index);
        inner(message.body())
    }

    fn inner(body: Body<'_>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let Some(multipart) = body.multipart(&mut Problems::ignored()) else {
            return found;
        };
        for part in multipart.parts() {
            let mut index = Index::default();
            let message = part.read(&mut index);
            let content_type = message.value(Name::ContentType).unwrap_or_default();
            let body = part.body(&message);
            found.push((
                content_type.lossy().into_owned(),
                body.text.lossy().into_owned(),
            ));
            found.extend(inner(body));
        }
        found
    }

    fn own(parts: &[(&str, &str)]) -> Vec<(String, String)> {
        let parts = parts.iter();
        parts
            .map(|(one, two)| ((*one).to_owned(), (*two).to_owned()))
            .collect()
    }

    #[test]
    fn takes_parts_apart() {
        let body = "preamble\r\n--b1\r\nContent-Type: a/b\r\n\r\none\r\n\r\n--b1 \r\n\r\nno type\r\n--b12\r\n--b1--\r\nepilogue --b1";
        assert_eq!(
            parts(&with_body("b1", body)),
            own(&[("a/b", "one\r\n"), ("", "no type\r\n--b12")])
        );
        let bare = "--\"\nContent-Type: a/b\n\none\n--\"\n\n--\"--";
        assert_eq!(
            parts(&with_body("\"\\\"\"", bare)),
            own(&[]),
            "escapes are not undone"
        );
        let bare = "--x y\nc: a/b\n\none\n--x y\n\n--x y--";
        assert_eq!(
            parts(&with_body("\"x y\"", bare)),
            own(&[("a/b", "one"), ("", "")])
        );
    }

    #[test]
    fn takes_nested_parts_apart() {
        let body = "--o\r\nContent-Type: multipart/alternative;boundary=i\r\n\r\n--i\r\nc: a/1\r\n\r\n1\r\n--i\r\nc: a/2\r\n\r\n2\r\n--i--\r\n--o--";
        assert_eq!(
            parts(&with_body("o", body))[1..],
            own(&[("a/1", "1"), ("a/2", "2")])
        );
    }

    #[test]
    fn reads_on_without_an_end() {
        let body = "--b\r\nc: a/b\r\n\r\none\r\n";
        assert_eq!(parts(&with_body("b", body)), own(&[("a/b", "one\r\n")]));
        assert_eq!(parts(&with_body("b", "nothing here")), own(&[]));
    }

    #[test]
    fn notes_what_is_odd() {
        let kinds = |text: &str| {
            let mut index = Index::default();
            let message = Message::read(text.as_bytes(), &mut index);
            let mut problems = Problems::kept();
            message.body().check(&mut problems);
            let problems = problems.sorted();
            problems
                .iter()
                .map(|problem| problem.kind)
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(&with_body("b", "--b\r\n\r\nx\r\n--b--")), []);
        assert_eq!(
            kinds(&with_body("b", "--b\r\n\r\nx\r\n")),
            [ProblemKind::MultipartEnd]
        );
        assert_eq!(kinds(&with_body("b", "x")), [ProblemKind::NoBoundary]);
        assert_eq!(kinds(&with_body("\"\"", "x")), [ProblemKind::Boundary]);
        let mut nested = "x".to_owned();
        for level in (0..12).rev() {
            nested = format!(
                "--{level}\r\nc: multipart/mixed;boundary={}\r\n\r\n{nested}\r\n--{level}--",
                level + 1
            );
        }
        assert_eq!(kinds(&with_body("0", &nested)), [ProblemKind::Nesting]);
    }

    #[test]
    fn a_flood_of_boundaries_takes_linear_time() {
        let body = "--b\n".repeat(1 << 19);
        assert_eq!(parts(&with_body("b", &body)).len(), 1 << 19);
    }
}
