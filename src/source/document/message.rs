//! A message as documents of others print it: blank lines between header fields, broken lines, values left out, bodies with or without a
//! blank line in front of them. Where it ends is not marked; what follows it is mostly prose.

use super::descriptions;
use super::lines::Line;
use super::model::{Body, Header, Message};
use crate::sip::{Name, is_placeholder};

/// Whether this line is a header field.
pub(super) fn is_field(line: &Line<'_>) -> bool {
    field(line.trimmed()).is_some()
}

/// Reads the message that begins with the first line, and tells how many lines it takes.
pub(super) fn read(lines: &[Line<'_>]) -> (Message, usize) {
    let first = lines[0];
    if let Some(quoted) = first.quoted {
        return (quoted.message(), 1);
    }
    let indent = match first.begins_cell() {
        true => 0,
        false => first.indent(),
    };
    let mut reader = Reader {
        lines,
        indent,
        at: 1,
        message: Message {
            line: first.number,
            start_line: first.text.trim_start().to_owned(),
            ..Message::default()
        },
    };
    reader.headers();
    reader.body();
    (reader.message, reader.at)
}

/// A field that is longer is taken to have ended.
const MOST_LINES: usize = 64;
const LONGEST_FIELD: usize = 64 << 10;

/// What a line is in a header section.
enum Is<'a> {
    Field(&'a str, &'a str),
    More,
    Nothing,
}

struct Reader<'l, 'a> {
    lines: &'l [Line<'a>],
    indent: usize,
    /// The next line.
    at: usize,
    message: Message,
}

impl<'a> Reader<'_, 'a> {
    fn headers(&mut self) {
        let mut blank = false;
        // Content-Length is the last field, unless others stand right behind it.
        let mut last = false;
        let mut at = self.at;
        while let Some(line) = self.lines.get(at).copied() {
            at += 1;
            if line.is_blank() {
                blank = true;
                continue;
            }
            let is_over = || self.message.further.is_some() && !self.goes_on(at - 1);
            if blank && (last || is_over()) {
                break;
            }
            match self.is(line, last) {
                Is::Field(name, value) if !last || !value.is_empty() => {
                    last |= name.eq_ignore_ascii_case("Content-Length");
                    self.message.headers.push(Header {
                        name: name.to_owned(),
                        printed: value.to_owned(),
                        value: String::new(),
                        lines: vec![line.number],
                        inherited: None,
                    });
                }
                Is::More => self.more(line),
                Is::Nothing if !last && is_placeholder(line.trimmed()) => {
                    if blank && !self.goes_on(at) {
                        break;
                    }
                    self.message.further.get_or_insert(line.number);
                }
                _ => break,
            }
            blank = false;
            self.at = at;
        }
        for header in &mut self.message.headers {
            header.value.clone_from(&header.printed);
        }
        self.length_left_out();
    }

    /// Whether dots with a blank line behind them are among the header fields: the next line is one that SIP has.
    fn goes_on(&self, at: usize) -> bool {
        let next = self.lines.get(at..).unwrap_or_default();
        let next = next.iter().find(|line| !line.is_blank());
        next.is_some_and(|line| {
            let known = |(name, value): (&str, &str)| {
                Name::of(name.as_bytes()) != Name::Other && !value.is_empty()
            };
            !line.begins_cell()
                && line.indent() <= self.indent
                && field(line.trimmed()).is_some_and(known)
        })
    }

    fn is(&self, line: Line<'a>, last: bool) -> Is<'a> {
        if line.begins_cell() || line.begins_message || line.is_fence() {
            return Is::Nothing;
        }
        let deeper = line.indent() > self.indent;
        let text = line.trimmed();
        let header = self.message.headers.last();
        let header = header.filter(|header| {
            header.lines.len() < MOST_LINES && header.printed.len() < LONGEST_FIELD
        });
        let is_open = || {
            header.is_some_and(|header| {
                let left_out = header.printed.is_empty() && is_placeholder(text);
                left_out || is_unfinished(header) || begins_value(header, text)
            })
        };
        match field(text) {
            Some((name, value)) if !deeper => Is::Field(name, value),
            // A body may be indented as well.
            _ if !last && (is_open() || deeper && header.is_some()) => Is::More,
            _ => Is::Nothing,
        }
    }

    /// The line goes on with the field before it.
    fn more(&mut self, line: Line<'_>) {
        if let Some(header) = self.message.headers.last_mut() {
            let text = line.trimmed();
            if !text.starts_with(';') && !header.printed.is_empty() {
                header.printed.push(' ');
            }
            header.printed.push_str(text);
            header.lines.push(line.number);
        }
    }

    /// `Content-Length:` with a placeholder on the line below.
    fn length_left_out(&mut self) {
        let line = self.lines.get(self.at).copied();
        let last = self.message.headers.last_mut();
        if let (Some(header), Some(line)) = (last, line)
            && header.is("Content-Length")
            && header.printed.is_empty()
            && is_placeholder(line.trimmed())
        {
            header.printed.push_str(line.trimmed());
            header.value.clone_from(&header.printed);
            header.lines.push(line.number);
            self.at += 1;
        }
    }

    fn body(&mut self) {
        let rest = &self.lines[self.at..];
        let blank = rest.iter().take_while(|line| line.is_blank()).count();
        let rest = &rest[blank..];
        let Some(first) = rest.first() else {
            return;
        };
        let is_fragment = self.holds_message();
        if first.begins_cell() || first.is_fence() || first.begins_message && !is_fragment {
            return;
        }
        let text = first.trimmed();
        let length = if is_placeholder(text) && self.message.value("Content-Length") == Some("0") {
            return self.nothing_but_dots(blank);
        } else if is_fragment {
            self.counted(rest, blank)
        } else if text.starts_with('<') {
            xml(rest)
        } else if is_sdp(text) {
            sdp(rest)
        } else if text.len() > 2 && text.starts_with("--") {
            multipart(rest)
        } else if self.stands_for_body(text) {
            return self.body_left_out(blank);
        } else {
            self.counted(rest, blank)
        };
        if length == 0 {
            return;
        }
        let body = &rest[..length];
        let keep_blank = !text.starts_with('<') && !is_sdp(text);
        let shown = || {
            body.iter()
                .filter(move |line| keep_blank || !line.is_blank())
        };
        let indent = shown().filter(|line| !line.is_blank()).map(Line::indent);
        let indent = indent.min().unwrap_or(0);
        let has_dots = is_sdp(text) && shown().any(|line| is_placeholder(line.trimmed()));
        let text: Vec<_> = shown()
            .map(|line| line.text.get(indent..).unwrap_or_default())
            .collect();
        let text = text.join("\n");
        self.message.body = Some(Body {
            lines: (body[0].number, body[length - 1].number),
            // What dots or empty lines of a description stand for is not known, nor is then the whole.
            is_placeholder: has_dots || descriptions::leaves_out(&text),
            text,
            inherited: None,
        });
        self.at += blank + length;
    }

    /// Below a message without a body dots stand for fields, or for nothing if a blank line is between.
    fn nothing_but_dots(&mut self, blank: usize) {
        let first = self.lines[self.at + blank].number;
        match blank {
            0 => drop(self.message.further.get_or_insert(first)),
            _ => self.message.is_open = true,
        }
        let rest = &self.lines[self.at..];
        let stands = |line: &&Line<'_>| is_placeholder(line.trimmed()) && !line.begins_cell();
        self.at += blank + rest[blank..].iter().take_while(stands).count();
    }

    /// The same, and `(same SDP as in F3)` where a body is announced: a sentence may stand in brackets as well.
    fn stands_for_body(&self, text: &str) -> bool {
        let is_remark = text.starts_with('(') && text.ends_with(')');
        stands_for_body(text) || is_remark && self.message.value("Content-Type").is_some()
    }

    /// `[PIDF document]`, `...`
    fn body_left_out(&mut self, blank: usize) {
        let rest = &self.lines[self.at + blank..];
        let stands = |line: &&Line<'_>| {
            line.is_blank() || self.stands_for_body(line.trimmed()) && !line.begins_cell()
        };
        let length = rest.iter().take_while(stands).count();
        let lines = &rest[..trimmed_length(rest, length)];
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        let shown = lines.iter().filter(|line| !line.is_blank());
        let text: Vec<_> = shown.map(Line::trimmed).collect();
        self.message.body = Some(Body {
            text: text.join("\n"),
            lines: (first.number, last.number),
            is_placeholder: true,
            inherited: None,
        });
        self.at += blank + lines.len();
    }

    /// A body may be a message, or the first line of one (RFC 3420).
    fn holds_message(&self) -> bool {
        let kind = self.message.value("Content-Type").unwrap_or_default();
        let kind = kind.get(.."message/sip".len()).unwrap_or_default();
        let length = self.message.value("Content-Length");
        kind.eq_ignore_ascii_case("message/sip") && length != Some("0")
    }

    /// A body of another kind is as long as Content-Length says.
    fn counted(&self, rest: &[Line<'_>], blank: usize) -> usize {
        let is_fragment = self.holds_message();
        let length = self.message.value("Content-Length");
        let Some(length) = length.and_then(|length| length.parse::<usize>().ok()) else {
            // Up to the next blank line, then.
            let is_line =
                |line: &&Line<'_>| !line.is_blank() && !line.begins_cell() && !line.is_fence();
            let lines = rest.iter().take_while(is_line);
            return if is_fragment { lines.count() } else { 0 };
        };
        // The blank line may have gone with the end of a page.
        let above = self.lines.get(self.at.wrapping_sub(1));
        let adjacent = |above: &Line<'_>| rest.first().is_none_or(|l| l.number == above.number + 1);
        if above.is_some_and(adjacent) && blank == 0 {
            return 0;
        }
        let mut held = 0;
        let lines = rest.iter().take_while(|line| {
            let fits =
                held < length && (is_fragment || !line.begins_message) && !line.begins_cell();
            held += line.text.len().saturating_sub(self.indent) + 2;
            fits
        });
        lines.count()
    }
}

/// `Name: value`; the space behind the colon may be missing.
pub(super) fn field(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim_end();
    let sound = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (sound && name.starts_with(|first: char| first.is_ascii_alphabetic()))
        .then(|| (name, value.trim()))
}

/// Whether more has to come: a list goes on, a Via has no host yet, a bracket or quote is open.
fn is_unfinished(header: &Header) -> bool {
    let text = header.printed.as_str();
    let via = header.is("Via") && text.rsplit(',').next().is_some_and(is_only_protocol);
    let open = text.matches('<').count() > text.matches('>').count();
    text.ends_with([',', ';', '=']) || via || open || text.matches('"').count() % 2 == 1
}

/// `SIP/2.0/UDP`
fn is_only_protocol(value: &str) -> bool {
    let value = value.trim();
    value.starts_with("SIP/") && !value.contains(' ')
}

/// Whether a line can only be the rest of the field before it.
fn begins_value(header: &Header, text: &str) -> bool {
    text.starts_with([';', ',']) || header.is("Via") && text.starts_with("SIP/2.0/")
}

/// Whether a body was left out here: dots, or a remark in brackets.
pub(super) fn stands_for_body(text: &str) -> bool {
    is_placeholder(text) || text.starts_with('[') && text.ends_with(']')
}

fn is_sdp(text: &str) -> bool {
    text.starts_with("v=")
}

fn sdp(lines: &[Line<'_>]) -> usize {
    let is_line = |line: &Line<'_>| matches!(line.trimmed().as_bytes(), [b'a'..=b'z', b'=', ..]);
    let used = lines
        .iter()
        .take_while(|line| is_line(line) || line.is_blank() || is_placeholder(line.trimmed()));
    trimmed_length(lines, used.count())
}

/// Up to the end of the root element.
fn xml(lines: &[Line<'_>]) -> usize {
    let mut root: Option<String> = None;
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && (line.begins_message || line.begins_cell()) {
            return trimmed_length(lines, at);
        }
        let text = line.trimmed();
        if root.is_none() {
            let starts = text.match_indices('<').find_map(|(start, _)| {
                let rest = &text[start + 1..];
                rest.starts_with(char::is_alphabetic).then_some(rest)
            });
            root = starts.map(|rest| {
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
        }
        if let Some(root) = &root {
            let ended = text.match_indices("</").any(|(start, _)| {
                let rest = text[start + 2..].strip_prefix(root.as_str());
                rest.is_some_and(|rest| rest.trim_start().starts_with('>'))
            });
            if ended || text.ends_with("/>") && text.contains(&format!("<{root}")) {
                return at + 1;
            }
        }
    }
    trimmed_length(lines, lines.len())
}

fn multipart(lines: &[Line<'_>]) -> usize {
    let boundary = lines[0].trimmed();
    let closes = |line: &Line<'_>| {
        line.trimmed()
            .strip_prefix(boundary)
            .is_some_and(|rest| rest == "--")
    };
    let end = lines.iter().position(closes);
    end.map_or(1, |end| end + 1)
}

/// Without blank lines at the end.
fn trimmed_length(lines: &[Line<'_>], length: usize) -> usize {
    let used = lines[..length].iter().rposition(|line| !line.is_blank());
    used.map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::lines;

    fn read_text(text: &str) -> (Message, u64) {
        let lines = lines(text);
        let (message, used) = read(&lines);
        (message, lines[used - 1].number)
    }

    #[test]
    fn broken_fields_are_put_together_and_prose_is_left() {
        let text = "SIP/2.0 200 OK\n\nVia: SIP/2.0/UDP a.example;branch=1, SIP/2.0/UDP \n\n\
            b.example;branch=2,\n\nSIP/2.0/TCP c.example\n\n      ;received=192.0.2.1\n\
            Record-Route:<sip:a.example;lr>\nFrom:\n\nContent-Length: 0\n\nFrom:\nis explained here";
        let (message, last) = read_text(text);
        let via = "SIP/2.0/UDP a.example;branch=1, SIP/2.0/UDP b.example;branch=2, \
            SIP/2.0/TCP c.example;received=192.0.2.1";
        assert_eq!(message.headers[0].printed, via);
        assert_eq!(message.headers[0].lines, [3, 5, 7, 9]);
        let names: Vec<_> = message.headers.iter().map(|h| h.name.as_str()).collect();
        assert_eq!(names, ["Via", "Record-Route", "From", "Content-Length"]);
        assert_eq!(last, 13);
    }

    #[test]
    fn bodies_end_where_they_end() {
        let head = "INVITE sip:b@example.com SIP/2.0\nContent-Length: ";
        let cases = [
            (
                "(...)\n   <?xml version=\"1.0\"?>\n\n   <a>\n     <b/>\n   </a>\n\nTo:\nx",
                Some("<?xml version=\"1.0\"?>\n<a>\n  <b/>\n</a>"),
                7,
            ),
            ("9\n\nv=0\ns=-\n\n\nThe next.", Some("v=0\ns=-"), 5),
            ("9\n\nv=0\n...\na=x\n\nNext.", Some("v=0\n...\na=x"), 6),
            ("3\n\nabc\n\nThe next.", Some("abc"), 4),
            ("...\n\n(The proxy waits.)\n", None, 2),
            (
                "...\nContent-Type: application/sdp\n\n(same SDP as in F3)\n\nNext",
                Some("(same SDP as in F3)"),
                5,
            ),
            ("\n(\u{2026})\n3.\n", None, 3),
            (
                "...\n\n [A document]\n\n  \u{2026}\u{2026}\n\nx",
                Some("[A document]\n\u{2026}\u{2026}"),
                6,
            ),
            ("0\n\nRequest-URI:\nx", None, 2),
            ("0\n...\n\nThe next.", None, 3),
            ("0\n\n(\u{2026})\n\nThe next.", None, 4),
            ("0\n. . .\n...\n2.\n", None, 4),
            (
                "16\nContent-Type: message/sipfrag\n\nSIP/2.0 200 OK\n\nThe next.",
                Some("SIP/2.0 200 OK"),
                5,
            ),
        ];
        for (text, body, last) in cases {
            let (message, used) = read_text(&format!("{head}{text}"));
            assert_eq!(
                message.body.as_ref().map(|b| b.text.as_str()),
                body,
                "{text}"
            );
            assert_eq!(used, last, "{text}");
        }
    }

    #[test]
    fn a_body_with_dots_is_not_known() {
        let head = "SIP/2.0 200 OK\nContent-Type: application/sdp\n\n";
        for (body, is_known) in [
            ("v=0\ns=-\n", true),
            ("v=0\n...\n", false),
            ("v=0\n...\na=sendonly\n", false),
            ("(same SDP as in F3)\n", false),
        ] {
            let (message, _) = read_text(&format!("{head}{body}"));
            assert!(message.body.is_some(), "{body}");
            assert_eq!(message.known_body().is_some(), is_known, "{body}");
        }
    }
}
