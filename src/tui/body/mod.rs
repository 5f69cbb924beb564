//! What a message carries, line by line: session descriptions with what each line means, XML with its elements set in, parts of a
//! multipart body by what each is. What is no text is said, and never printed.

mod sdp;
mod xml;

use std::ops::Range;

use crate::base::escape;
use crate::sip::body::{Body, Content};
use crate::sip::{self, Index, Problems, Text};

/// A line of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BodyLine {
    /// Which bytes of the message it shows.
    pub(super) span: Range<usize>,
    /// How many cells it is set in.
    pub(super) indent: usize,
    /// What it means.
    pub(super) meaning: String,
    /// What is said instead of showing them.
    pub(super) instead: Option<String>,
}

/// The body of a message.
pub(super) fn lines(bytes: &[u8]) -> Vec<BodyLine> {
    let mut index = Index::default();
    let message = sip::Message::read(bytes, &mut index);
    let body = message.body();
    let mut lines = Vec::new();
    add(&body, &mut lines);
    plain(body.excess, &mut lines);
    lines
}

fn add(body: &Body<'_>, lines: &mut Vec<BodyLine>) {
    match body.content(&mut Problems::ignored()) {
        Content::Empty => {}
        Content::Sdp(read) => sdp::add(&read, lines),
        Content::Multipart(multipart) => {
            let mut at = body.text.start();
            for part in multipart.parts() {
                let mut index = Index::default();
                let fields = part.read(&mut index);
                let inner = part.body(&fields);
                plain(body.text.between(at, inner.text.start()), lines);
                add(&inner, lines);
                at = inner.text.end();
            }
            plain(body.text.from(at), lines);
        }
        _ if body.encoding.is_none() && is_xml(body) && is_text(body.text) => {
            xml::add(body.text, lines);
        }
        _ if body.encoding.is_some() || !is_text(body.text) => lines.push(said(body)),
        _ => plain(body.text, lines),
    }
}

fn is_xml(body: &Body<'_>) -> bool {
    let of = |(_, sub): (Text<'_>, Text<'_>)| {
        let sub = sub.bytes().to_ascii_lowercase();
        sub == b"xml" || sub.ends_with(b"+xml")
    };
    body.content_type
        .and_then(|item| item.media_type())
        .is_some_and(of)
}

/// Whether there is nothing in it that a person cannot read.
fn is_text(text: Text<'_>) -> bool {
    let is_line = |one: char| matches!(one, '\t' | '\r' | '\n');
    str::from_utf8(text.bytes()).is_ok_and(|text| {
        let mut characters = text.chars();
        characters.all(|one| is_line(one) || !one.is_control())
    })
}

/// `142 bytes of application/vnd.3gpp.sms, which is no text`.
fn said(body: &Body<'_>) -> BodyLine {
    let kind = body.content_type.map(|item| item.text.lossy().into_owned());
    let kind = kind.map_or_else(String::new, |kind| format!(" of {}", escape::text(&kind)));
    let why = match body.encoding {
        Some(encoding) => format!("packed by {}", escape::text(&encoding.lossy())),
        None => "which is no text".to_owned(),
    };
    let instead = format!("{} bytes{kind}, {why}", body.text.len());
    BodyLine {
        span: body.text.start()..body.text.end(),
        instead: Some(instead),
        ..BodyLine::default()
    }
}

/// Line by line, as it is.
fn plain(text: Text<'_>, lines: &mut Vec<BodyLine>) {
    let mut start = text.start();
    for line in text.bytes().split_inclusive(|byte| *byte == b'\n') {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        lines.push(BodyLine {
            span: start..start + content.len(),
            ..BodyLine::default()
        });
        start += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &str, body: &[u8]) -> Vec<String> {
        let length = body.len();
        let head = format!(
            "MESSAGE sip:a@b.example SIP/2.0\r\nContent-Type: {head}\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        let all = lines(&bytes).into_iter();
        let shown = all.map(|line| match line.instead {
            Some(instead) => instead,
            None => {
                let text = String::from_utf8_lossy(&bytes[line.span.clone()]);
                let meaning = match line.meaning.as_str() {
                    "" => String::new(),
                    meaning => format!(" = {meaning}"),
                };
                format!("{}{text}{meaning}", " ".repeat(line.indent))
            }
        });
        shown.collect()
    }

    #[test]
    fn what_is_no_text_is_said() {
        assert_eq!(
            shown("application/vnd.3gpp.sms", b"\x00\x05\x91"),
            ["3 bytes of application/vnd.3gpp.sms, which is no text"]
        );
        assert_eq!(
            shown("application/sdp\r\nContent-Encoding: gzip", b"v=0\r\n"),
            ["5 bytes of application/sdp, packed by gzip"]
        );
        assert_eq!(shown("text/plain", b"one\r\ntwo"), ["one", "two"]);
        assert_eq!(shown("text/plain", b""), [""; 0]);
    }

    #[test]
    fn each_part_is_shown_by_what_it_is() {
        let body = b"--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x\r\n\
            Content-Type: application/octet-stream\r\n\r\n\x01\x02\r\n--x--\r\n";
        assert_eq!(
            shown("multipart/mixed;boundary=x", body),
            [
                "--x",
                "Content-Type: application/sdp",
                "",
                "v=0 = version of SDP",
                "",
                "--x",
                "Content-Type: application/octet-stream",
                "",
                "2 bytes of application/octet-stream, which is no text",
                "",
                "--x--",
            ]
        );
    }
}
