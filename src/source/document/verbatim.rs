//! Blocks that stand in a document word for word, so that nothing in them is part of the text around them. sipscope writes its
//! documents with them, fenced as Markdown fences code (CommonMark 4.5), with a second word behind the language:
//!
//! ````text
//! ```sip verbatim
//! NOTIFY sip:ann@192.0.2.1 SIP/2.0
//! Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1
//! From:
//!
//! The body, whatever it looks like.
//! ```
//! ````
//!
//! A block is one message: its first line, a field in each line up to the first that is empty, and behind that the lines of its
//! body. A field without value has that of the message that this one repeats. One line of a remark in brackets stands for a
//! body that is not printed. With `coded` for `verbatim`, characters stand as codes ([`coded`]), and `cut` behind that says that
//! the end of the message is not known. A block in another language than `sip` is a figure, and no part of the text. It ends with
//! a line of as many backticks as it began with, or more.

use super::lines::Line;
use super::message::stands_for_body;
use super::model::{Body, Header, Message};
use crate::base::coded;

/// A message word for word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted<'a> {
    /// The number of its first line.
    line: u64,
    text: &'a str,
    fence: Fence,
}

#[derive(Clone, Copy, Debug)]
struct Fence {
    indent: usize,
    ticks: usize,
    is_sip: bool,
    is_coded: bool,
    is_cut: bool,
}

/// The lines of a text, a block being one.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    let mut rest = text;
    let mut number = 0;
    while let Some((line, behind)) = split(rest) {
        rest = behind;
        number += 1;
        let Some(fence) = Fence::opened(line) else {
            all.push(Line::of(number, line));
            continue;
        };
        let begin = rest;
        let first = number + 1;
        let mut end = begin.len();
        while let Some((line, behind)) = split(rest) {
            number += 1;
            if fence.is_closed_by(line) {
                end = begin.len() - rest.len();
                rest = behind;
                break;
            }
            rest = behind;
        }
        if fence.is_sip {
            all.push(Line::quoting(Quoted {
                line: first,
                text: &begin[..end],
                fence,
            }));
        }
    }
    all
}

/// The first line, and what follows it.
fn split(text: &str) -> Option<(&str, &str)> {
    let (line, behind) = text.split_once('\n').unwrap_or((text, ""));
    (!text.is_empty()).then(|| (line.trim_end_matches('\r'), behind))
}

impl Fence {
    fn opened(line: &str) -> Option<Self> {
        let (indent, ticks, info) = ticks(line);
        if ticks < 3 {
            return None;
        }
        let (language, how) = info.trim().split_once(' ')?;
        let cut = how.strip_suffix(" cut");
        let (how, is_cut) = (cut.unwrap_or(how), cut.is_some());
        matches!(how, "verbatim" | "coded").then(|| Self {
            indent,
            ticks,
            is_sip: language == "sip",
            is_coded: how == "coded",
            is_cut,
        })
    }

    fn is_closed_by(self, line: &str) -> bool {
        let (_, ticks, behind) = ticks(line);
        ticks >= self.ticks && behind.trim().is_empty()
    }

    /// A line of the block without what the block is indented by.
    fn inner(self, line: &str) -> &str {
        let before = line.bytes().take(self.indent);
        let spaces = before.take_while(|byte| matches!(byte, b' ' | b'\t'));
        &line[spaces.count()..]
    }

    fn text(self, printed: &str) -> String {
        match self.is_coded {
            true => coded::decoded(printed),
            false => printed.to_owned(),
        }
    }
}

/// What a line is indented by, the backticks that it begins with, and the rest of it.
fn ticks(line: &str) -> (usize, usize, &str) {
    let behind = line.trim_start_matches([' ', '\t']);
    let rest = behind.trim_start_matches('`');
    (line.len() - behind.len(), behind.len() - rest.len(), rest)
}

impl Quoted<'_> {
    /// The number of the line it begins in.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The message.
    pub(super) fn message(&self) -> Message {
        let fence = self.fence;
        let mut lines = (self.line..).zip(self.text.lines().map(|line| fence.inner(line)));
        let start = lines.next().map_or("", |(_, line)| line);
        let mut message = Message {
            line: self.line,
            start_line: fence.text(start),
            is_cut: fence.is_cut,
            ..Message::default()
        };
        let head = lines.by_ref().take_while(|(_, line)| !line.is_empty());
        message.headers = head
            .map(|(number, line)| self.header(number, line))
            .collect();
        let (numbers, body): (Vec<_>, Vec<_>) = lines.unzip();
        if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
            let body = body.join("\n");
            message.body = Some(Body {
                is_placeholder: first == last && stands_for_body(body.trim()),
                text: fence.text(&body),
                lines: (*first, *last),
                inherited: None,
            });
        }
        message
    }

    fn header(&self, number: u64, line: &str) -> Header {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        Header {
            name: self.fence.text(name),
            printed: value.to_owned(),
            value: self.fence.text(value),
            lines: vec![number],
            inherited: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn a_block_is_one_line_and_one_message() {
        let text = "a\n\n````sip verbatim\nFOO sip:b SIP/2.0\nFrom: x\\\\\nTo:\n\n\
            2. INVITE (A to B)\n\n```\nSIP/2.0 200 OK\n````\nb\n```text verbatim\n3. No step\n```\nc";
        let lines = lines(text);
        let shown: Vec<_> = lines.iter().map(|line| (line.number, line.text)).collect();
        assert_eq!(shown, [(1, "a"), (2, ""), (4, ""), (13, "b"), (17, "c")]);
        let message = lines[2].quoted.unwrap().message();
        assert_eq!(message.start_line, "FOO sip:b SIP/2.0");
        let fields = message.headers.iter();
        let fields: Vec<_> = fields
            .map(|one| (one.name.as_str(), one.value.as_str()))
            .collect();
        assert_eq!(fields, [("From", "x\\\\"), ("To", "")]);
        let body = message.body.unwrap();
        assert_eq!(body.text, "2. INVITE (A to B)\n\n```\nSIP/2.0 200 OK");
        assert_eq!(body.lines, (8, 11));
    }

    #[test]
    fn codes_are_taken_back_and_indentation_away() {
        let text = "   ```sip coded\n   FOO sip:b SIP/2.0\n   Subject: \\u{7}\\\\\n   Event: \\u{2e}..\n\n     \\u{202e}\n";
        let lines = lines(text);
        let message = lines[0].quoted.unwrap().message();
        assert_eq!(message.value("Subject"), Some("\u{7}\\"));
        assert_eq!(message.value("Event"), Some("..."));
        assert!(!message.headers[1].is_left_out());
        assert_eq!(message.body.unwrap().text, "  \u{202e}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Each line is one of the text or stands for some of them, in their order.
        #[test]
        fn whatever_is_fenced_is_read(parts in vec(select(PARTS.to_vec()), 0..24)) {
            let text = parts.concat();
            let all = lines(&text);
            for pair in all.windows(2) {
                prop_assert!(pair[0].number < pair[1].number);
            }
            for line in all {
                let last = text.split('\n').count() as u64 + 1;
                prop_assert!(line.number <= last);
                if let Some(quoted) = line.quoted {
                    let message = quoted.message();
                    prop_assert!(message.headers.iter().all(|header| header.lines[0] <= last));
                }
            }
        }
    }

    const PARTS: [&str; 14] = [
        "```sip verbatim\n",
        "   ```sip coded\r\n",
        "````text verbatim\n",
        "```\n",
        "````\n",
        "\n",
        "  \r\n",
        "INVITE sip:b SIP/2.0\n",
        "From: \\u{202e}\u{6f22}\n",
        ":\n",
        "```",
        " `",
        "\\u{",
        "\t\u{6f22}\n",
    ];

    #[test]
    fn other_fences_are_text() {
        let text = "```sip\nINVITE sip:b SIP/2.0\n```\n``sip verbatim\n";
        assert!(lines(text).iter().all(|line| line.quoted.is_none()));
        assert_eq!(lines(text).len(), 4);
    }
}
