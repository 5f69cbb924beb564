//! Multipart bodies (RFC 2046 5.1, RFC 5621): the parts between boundary lines. Each part has header fields and a body of
//! its own, which may be multipart again.

use super::Body;
use super::lines;
use crate::sip::clean::Clean;
use crate::sip::index::Index;
use crate::sip::message::Message;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;
use crate::sip::value::Item;

/// RFC 2046 5.1.1. Longer ones are read all the same.
const LONGEST_BOUNDARY: usize = 70;

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
        if boundary.len() > LONGEST_BOUNDARY {
            problems.note(boundary.span(), ProblemKind::BoundaryLength);
        }
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
        let mut clean = Clean::default();
        message.check_fields(problems, &mut clean);
        self.body(&message).check(problems, &mut clean);
    }
}

/// A boundary line: where it begins and where the line behind it does.
#[derive(Clone, Copy, Debug)]
struct Line {
    start: usize,
    end: usize,
    closing: bool,
}

/// Walks over the boundary lines, up to the closing one. Only whole lines are compared, each once, so that the walk is linear
/// whatever the boundary is.
struct Lines<'a> {
    lines: lines::Lines<'a>,
    delimiter: Vec<u8>,
    closed: bool,
}

impl<'a> Lines<'a> {
    fn of(multipart: &Multipart<'a>) -> Self {
        Self {
            lines: lines::Lines::new(multipart.text),
            delimiter: [b"--", multipart.boundary].concat(),
            closed: false,
        }
    }

    /// What this line is, if it is a boundary line: nothing but white space stands behind the boundary.
    fn read(&self, line: Text<'a>) -> Option<Line> {
        let behind = line.bytes().strip_prefix(&self.delimiter[..])?;
        let (closing, padding) = match behind.strip_prefix(b"--") {
            Some(padding) => (true, padding),
            None => (false, behind),
        };
        padding.trim_ascii().is_empty().then_some(Line {
            start: line.start(),
            end: line.end(),
            closing,
        })
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.closed {
            return None;
        }
        while let Some(line) = self.lines.next() {
            if let Some(found) = self.read(line) {
                self.closed = found.closing;
                return Some(found);
            }
        }
        None
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
            message.body().check(&mut problems, &mut Clean::default());
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
        let longest = "b".repeat(70);
        let empty =
            |boundary: &str| with_body(boundary, &format!("--{boundary}\r\n\r\n--{boundary}--"));
        assert_eq!(kinds(&empty(&longest)), []);
        let too_long = longest + "b";
        assert_eq!(kinds(&empty(&too_long)), [ProblemKind::BoundaryLength]);
        let mut nested = "x".to_owned();
        for level in (0..12).rev() {
            nested = format!(
                "--{level}\r\nc: multipart/mixed;boundary={}\r\n\r\n{nested}\r\n--{level}--",
                level + 1
            );
        }
        assert_eq!(
            kinds(&with_body("0", &nested)),
            [ProblemKind::NestingNotRead]
        );
    }

    #[test]
    fn a_flood_of_boundaries_takes_linear_time() {
        let body = "--b\n".repeat(1 << 19);
        assert_eq!(parts(&with_body("b", &body)).len(), 1 << 19);
    }

    /// Comparing the boundary with each place of the body would take minutes.
    #[test]
    fn a_body_full_of_almost_boundaries_takes_linear_time() {
        let boundary = "-".repeat(1 << 18);
        let body = format!("{}\n{boundary}\n--{boundary}\n\nx", "-".repeat(1 << 22));
        assert_eq!(parts(&with_body(&boundary, &body)), own(&[("", "x")]));
        let no_boundary = "--b ".repeat(1 << 20);
        assert_eq!(parts(&with_body("b", &no_boundary)), own(&[]));
    }
}
