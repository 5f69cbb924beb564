//! `application/simple-message-summary`: whether and how many messages wait in a mailbox (RFC 3842 5.2).

use super::lines::{Lines, check_ends};
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, is_token};
use crate::sip::text::Text;

/// A message summary. Its counts are read when asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageSummary<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The value of Messages-Waiting.
    pub status: Option<Text<'a>>,
    /// The value of Message-Account: the URI of the mailbox.
    pub account: Option<Text<'a>>,
    /// What stands behind the first empty line: header fields of messages that are new.
    pub message_headers: Text<'a>,
    /// The lines in front of it.
    summary: Text<'a>,
}

impl<'a> MessageSummary<'a> {
    /// Reads a body.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut lines = Lines::new(text);
        let empty = lines.find(|line| matches!(line.bytes(), b"\r\n" | b"\n"));
        let end = empty.map_or(text.end(), Text::start);
        let mut read = Self {
            text,
            message_headers: lines.rest(),
            summary: text.between(text.start(), end),
            ..Self::default()
        };
        for field in read.fields() {
            let place = match field.name {
                name if name.is("Messages-Waiting") => &mut read.status,
                name if name.is("Message-Account") => &mut read.account,
                _ => continue,
            };
            place.get_or_insert(field.value);
        }
        read.check(problems);
        read
    }

    /// Whether messages wait, if it is said.
    pub fn waiting(&self) -> Option<bool> {
        match self.status? {
            status if status.is("yes") => Some(true),
            status if status.is("no") => Some(false),
            _ => None,
        }
    }

    /// How many messages there are of each class, in the order of the lines.
    pub fn counts(&self) -> impl Iterator<Item = MessageCount<'a>> + Clone + use<'a> {
        let fields = self.fields().filter(Field::is_count);
        fields.map(|field| MessageCount::read(field, &mut Problems::ignored()))
    }

    fn fields(&self) -> impl Iterator<Item = Field<'a>> + Clone + use<'a> {
        Folded(Lines::new(self.summary)).map(Field::read)
    }

    /// The status stands first, then the account, then the counts.
    fn check(&self, problems: &mut Problems) {
        if !problems.wanted() {
            return;
        }
        check_ends(self.text, problems);
        let mut at = 0;
        for field in self.fields() {
            let name = field.name;
            let place = match name {
                _ if name.is("Messages-Waiting") => 1,
                _ if name.is("Message-Account") => 2,
                _ => 3,
            };
            let is_next = if at == 3 { place == 3 } else { place > at };
            at = at.max(place);
            let token = !name.is_empty() && name.bytes().iter().all(|byte| is_token(*byte));
            if !field.colon || !token || !is_next {
                problems.note(field.text.span(), ProblemKind::Summary);
            } else if place == 2 && field.value.is_empty() {
                problems.note(field.value.span(), ProblemKind::Summary);
            } else if place == 3 {
                MessageCount::read(field, problems);
            }
        }
        if self.waiting().is_none() {
            let start = self.text.between(self.text.start(), self.text.start());
            let odd = self.status.unwrap_or(start);
            problems.note(odd.span(), ProblemKind::Summary);
        }
    }
}

/// How many messages of one class there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageCount<'a> {
    /// All of the line.
    pub text: Text<'a>,
    /// `Voice-Message`, `Fax-Message` or another (RFC 3458).
    pub class: Text<'a>,
    /// New ones.
    pub new: Option<u32>,
    /// Old ones.
    pub old: Option<u32>,
    /// New ones that are urgent.
    pub new_urgent: Option<u32>,
    /// Old ones that are urgent.
    pub old_urgent: Option<u32>,
}

impl<'a> MessageCount<'a> {
    /// Reads `2/8 (0/2)` or `2/8`.
    fn read(field: Field<'a>, problems: &mut Problems) -> Self {
        let mut scan = Scan::new(field.value);
        let (new, old) = pair(&mut scan);
        let mut count = Self {
            text: field.text,
            class: field.name,
            new,
            old,
            ..Self::default()
        };
        let mut fine = new.is_some() && old.is_some();
        if scan.eat(b'(') {
            (count.new_urgent, count.old_urgent) = pair(&mut scan);
            fine &= count.new_urgent.is_some() && count.old_urgent.is_some() && scan.eat(b')');
            scan.space();
        }
        if !fine || !scan.is_done() {
            problems.note(field.value.span(), ProblemKind::Summary);
        }
        count
    }
}

/// Reads `2/8` and the white space around and behind it.
fn pair(scan: &mut Scan<'_>) -> (Option<u32>, Option<u32>) {
    let new = number(scan);
    let old = if scan.eat(b'/') { number(scan) } else { None };
    (new, old)
}

fn number(scan: &mut Scan<'_>) -> Option<u32> {
    scan.space();
    let digits = scan.run(|byte| byte.is_ascii_digit());
    scan.space();
    digits
        .number()
        .and_then(|number| u32::try_from(number).ok())
}

/// A line of the summary with the lines that are folded onto it.
#[derive(Clone, Copy, Debug)]
struct Field<'a> {
    text: Text<'a>,
    name: Text<'a>,
    colon: bool,
    value: Text<'a>,
}

impl<'a> Field<'a> {
    fn read(text: Text<'a>) -> Self {
        let text = text.trimmed();
        let colon = memchr::memchr(b':', text.bytes());
        let end = colon.map_or(text.end(), |at| text.start() + at);
        Self {
            text,
            name: text.between(text.start(), end).trimmed(),
            colon: colon.is_some(),
            value: text.from(end + 1).trimmed(),
        }
    }

    fn is_count(&self) -> bool {
        let other = ["Messages-Waiting", "Message-Account"];
        self.colon && !other.iter().any(|name| self.name.is(name))
    }
}

/// Lines, each with those behind it that begin with white space and so continue it.
#[derive(Clone, Copy, Debug)]
struct Folded<'a>(Lines<'a>);

impl<'a> Iterator for Folded<'a> {
    type Item = Text<'a>;

    fn next(&mut self) -> Option<Text<'a>> {
        let rest = self.0.rest();
        self.0.next()?;
        while let Some(b' ' | b'\t') = self.0.rest().bytes().first() {
            self.0.next();
        }
        Some(rest.between(rest.start(), self.0.rest().start()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (MessageSummary<'_>, Vec<&str>) {
        let mut problems = Problems::kept();
        let read = MessageSummary::read(Text::all(text.as_bytes()), &mut problems);
        let list = problems.sorted();
        let odd = |kind| {
            let of_kind = list.iter().filter(move |problem| problem.kind == kind);
            of_kind.map(|problem| &text[problem.span.range()])
        };
        let noted = odd(ProblemKind::Summary).collect::<Vec<_>>();
        let ends = odd(ProblemKind::LineEnd).count();
        assert_eq!(noted.len() + ends, list.len());
        (read, noted)
    }

    /// Class, new, old, and the urgent ones.
    fn counts(text: &str) -> Vec<(String, [Option<u32>; 4])> {
        let count = |one: MessageCount<'_>| {
            let numbers = [one.new, one.old, one.new_urgent, one.old_urgent];
            (one.class.lossy().into_owned(), numbers)
        };
        read(text).0.counts().map(count).collect()
    }

    /// Shaped as the example of RFC 3842 3.
    #[test]
    fn reads_a_summary() {
        let text = "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 4/8 (1/2)\r\n\
            Fax-Message: 0/1\r\n\r\nTo: <alice@atlanta.example.com>\r\nSubject: carpool\r\n";
        let (summary, odd) = read(text);
        assert_eq!(odd, [""; 0]);
        assert_eq!(summary.waiting(), Some(true));
        assert_eq!(summary.account.unwrap(), "sip:alice@vmail.example.com");
        assert_eq!(
            counts(text),
            [
                (
                    "Voice-Message".to_owned(),
                    [Some(4), Some(8), Some(1), Some(2)]
                ),
                ("Fax-Message".to_owned(), [Some(0), Some(1), None, None]),
            ]
        );
        let headers = "To: <alice@atlanta.example.com>\r\nSubject: carpool\r\n";
        assert_eq!(summary.message_headers, headers);
        let (least, odd) = read("messages-waiting:no\r\n");
        assert_eq!((least.waiting(), odd), (Some(false), vec![]));
        assert_eq!((least.account, least.counts().count()), (None, 0));
    }

    #[test]
    fn white_space_and_folds_are_stepped_over() {
        let text = "Messages-Waiting : yes\nVoice-Message: 4 / 8\n (1 /2 )";
        assert_eq!(read(text).1, [""; 0]);
        assert_eq!(counts(text)[0].1, [Some(4), Some(8), Some(1), Some(2)]);
    }

    #[test]
    fn notes_what_is_odd_and_goes_on() {
        let odd = |lines: &'static str| {
            let text = format!("Messages-Waiting: yes\r\n{lines}\r\n");
            let noted = read(&text).1;
            noted
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(odd("Voice-Message: 4"), ["4"]);
        assert_eq!(odd("Voice-Message: 4/8 (1/2"), ["4/8 (1/2"]);
        assert_eq!(odd("Voice-Message: 4/8 x"), ["4/8 x"]);
        assert_eq!(odd("Voice-Message: 4294967296/8"), ["4294967296/8"]);
        assert_eq!(odd("Voice-Message"), ["Voice-Message"]);
        assert_eq!(odd("Voice Message: 1/1"), ["Voice Message: 1/1"]);
        assert_eq!(odd("Message-Account:"), [""]);
        assert_eq!(odd("messages-waiting: no"), ["messages-waiting: no"]);
        assert_eq!(
            odd("X: 1/1\r\nMessage-Account: sip:a@b"),
            ["Message-Account: sip:a@b"]
        );
        assert_eq!(read("Messages-Waiting: maybe\r\n").1, ["maybe"]);
        assert_eq!(read("Messages-Waiting: maybe\r\n").0.waiting(), None);
        assert_eq!(read("").1, [""]);
        assert_eq!(
            counts("Messages-Waiting: yes\r\nA: 1/x\r\n")[0].1[..2],
            [Some(1), None]
        );
    }

    #[test]
    fn damage_does_no_harm() {
        let whole = b"Messages-Waiting: yes\r\nMessage-Account: sip:a@b\r\nVoice-Message: 4/8 (1/2)\r\n\r\nTo: x\r\n";
        let visit = |bytes: &[u8]| {
            let mut problems = Problems::kept();
            let read = MessageSummary::read(Text::all(bytes), &mut problems);
            let ends = problems.list().iter().map(|problem| problem.span.end);
            assert!(ends.max().unwrap_or(0) as usize <= bytes.len());
            read.counts().count()
        };
        for end in 0..=whole.len() {
            visit(&whole[..end]);
        }
        for at in 0..whole.len() {
            for other in [0, b'\r', b'\n', b' ', b':', b'/', b'(', 0xff] {
                let mut bytes = whole.to_vec();
                bytes[at] = other;
                visit(&bytes);
            }
        }
        const MOST: usize = 4 << 20;
        assert_eq!(visit("a:\n".repeat(MOST / 3).as_bytes()), MOST / 3);
        assert_eq!(visit(format!("a:{}", "\n ".repeat(MOST / 2)).as_bytes()), 1);
        assert_eq!(visit(format!("a:{}", "1/".repeat(MOST / 2)).as_bytes()), 1);
    }
}
