//! XML with each element on lines of its own, set in by how deep it lies. Nothing is judged: what is no XML stands as it is.

use crate::sip::Text;

use super::BodyLine;

/// Cells that an element is set in further than the one around it.
const STEP: usize = 2;
/// Further in nothing can be read any more.
const DEEPEST: usize = 20;

/// A tag, or what stands between two.
struct Piece {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Begin,
    End,
    /// An empty element, a comment, a declaration: nothing lies in it.
    Alone,
    Text,
}

/// Each tag on a line; an element with a text alone on one line.
pub(super) fn add(text: Text<'_>, lines: &mut Vec<BodyLine>) {
    let bytes = text.bytes();
    let pieces = pieces(bytes);
    let mut depth: usize = 0;
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if piece.kind == Kind::End {
            depth = depth.saturating_sub(1);
        }
        let kinds = pieces[at..].iter().map(|piece| piece.kind).take(3);
        let kinds: Vec<_> = kinds.collect();
        let together = match kinds.as_slice() {
            [Kind::Begin, Kind::Text, Kind::End] => 3,
            [Kind::Begin, Kind::End, ..] => 2,
            _ => 1,
        };
        let last = &pieces[at + together - 1];
        // A text over several lines stays on them.
        let mut start = piece.start;
        for line in bytes[piece.start..last.end].split_inclusive(|byte| *byte == b'\n') {
            let (from, to) = trimmed(bytes, start, start + line.len());
            start += line.len();
            if from < to {
                lines.push(BodyLine {
                    span: text.start() + from..text.start() + to,
                    indent: STEP * depth.min(DEEPEST),
                    ..BodyLine::default()
                });
            }
        }
        if piece.kind == Kind::Begin && together == 1 {
            depth += 1;
        }
        at += together;
    }
}

/// All pieces but those that are white space alone.
fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (length, kind) = match rest {
            [b'<', ..] => tag(rest),
            _ => {
                let next = rest.iter().position(|byte| *byte == b'<');
                (next.unwrap_or(rest.len()), Kind::Text)
            }
        };
        let (start, end) = trimmed(bytes, at, at + length);
        if start < end {
            all.push(Piece { start, end, kind });
        }
        at += length;
    }
    all
}

/// How long a tag is, and what it is.
fn tag(rest: &[u8]) -> (usize, Kind) {
    let upto = |end: &[u8]| {
        let found = rest.windows(end.len()).position(|window| window == end);
        found.map_or(rest.len(), |at| at + end.len())
    };
    if rest.starts_with(b"<!--") {
        return (upto(b"-->"), Kind::Alone);
    }
    if rest.starts_with(b"<![CDATA[") {
        return (upto(b"]]>"), Kind::Alone);
    }
    if rest.starts_with(b"<?") || rest.starts_with(b"<!") {
        return (upto(b">"), Kind::Alone);
    }
    // A value in quotes may have a `>` in it.
    let mut quote = None;
    let end = rest.iter().position(|byte| match (quote, byte) {
        (None, b'"' | b'\'') => {
            quote = Some(*byte);
            false
        }
        (Some(open), byte) if open == *byte => {
            quote = None;
            false
        }
        (None, b'>') => true,
        _ => false,
    });
    let end = end.map_or(rest.len(), |at| at + 1);
    let kind = match &rest[..end] {
        [b'<', b'/', ..] => Kind::End,
        [.., b'/', b'>'] => Kind::Alone,
        [.., b'>'] => Kind::Begin,
        // It does not end: no element.
        _ => Kind::Text,
    };
    (end, kind)
}

fn trimmed(bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && bytes[start].is_ascii_whitespace() {
        start += 1;
    }
    while start < end && bytes[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        add(Text::all(text.as_bytes()), &mut lines);
        let lines = lines.into_iter();
        lines
            .map(|line| format!("{}{}", " ".repeat(line.indent), &text[line.span]))
            .collect()
    }

    #[test]
    fn elements_are_set_in_by_how_deep_they_lie() {
        let text = "<?xml version=\"1.0\"?><presence a='>'><!-- a <b> --><tuple id=\"1\">\r\n\
            <status><basic>open</basic></status><note/></tuple></presence>";
        assert_eq!(
            shown(text),
            [
                "<?xml version=\"1.0\"?>",
                "<presence a='>'>",
                "  <!-- a <b> -->",
                "  <tuple id=\"1\">",
                "    <status>",
                "      <basic>open</basic>",
                "    </status>",
                "    <note/>",
                "  </tuple>",
                "</presence>",
            ]
        );
        assert_eq!(shown("<a></a>"), ["<a></a>"]);
        assert_eq!(shown("</a></a><b"), ["</a>", "</a>", "<b"]);
        assert_eq!(shown("plain\n text"), ["plain", "text"]);
    }

    proptest! {
        /// Only white space is left out, whatever it is.
        #[test]
        fn nothing_is_lost(text in "[<>/a\"'!? \n-]{0,40}") {
            let kept: String = shown(&text).concat();
            let without = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(without(&kept), without(&text));
        }
    }
}
