//! What stands in front of every line of a message though it is none of it: indentation, marks of a quotation, what a logger or
//! a container writes before each line. It is what stands in front of the announcement too, or in front of the start
//! line.

use super::cut::beginnings;
use super::stamp;
use super::words::stamps_at;
use crate::sip::begins_message;

/// A longer one is no margin.
const LONGEST: usize = 256;

/// What to take away from the lines of a message.
#[derive(Clone, Default)]
pub(super) struct Margin {
    parts: Vec<Part>,
    begun: bool,
}

#[derive(Clone)]
enum Part {
    /// The same on every line.
    Text(Vec<u8>),
    /// A time, which may be another on every line.
    Stamp,
    /// A number that counts the lines: `661105: `.
    Count,
}

impl Margin {
    /// In front of an announcement.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut margin = Self::default();
        if text.len() > LONGEST {
            return margin;
        }
        let mut at = 0;
        for (_, place) in stamps_at(text) {
            margin.add(&text[at..place.start]);
            margin.parts.push(Part::Stamp);
            at = place.end;
        }
        margin.add(&text[at..]);
        margin
    }

    fn add(&mut self, text: &[u8]) {
        let mut done = 0;
        for end in memchr::memchr_iter(b':', text) {
            let digits = text[done..end].iter().rev();
            let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
            let start = end - digits;
            if digits > 0 && (start == 0 || text[start - 1] == b' ') {
                self.add_same(&text[done..start]);
                self.parts.push(Part::Count);
                done = end;
            }
        }
        self.add_same(&text[done..]);
    }

    fn add_same(&mut self, text: &[u8]) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(last)) => last.extend_from_slice(text),
            _ => self.parts.push(Part::Text(text.to_vec())),
        }
    }

    /// Whether a logger writes such: something that counts or tells the time.
    pub(super) fn is_of_logger(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| !matches!(part, Part::Text(_)))
    }

    /// This is the first line behind the announcement: what it does not have is of the announcement alone.
    pub(super) fn begin(&mut self, raw: &[u8]) {
        if !self.begun && self.inside(raw).is_none() {
            *self = self.shortened(raw).0;
        }
        self.begun = true;
    }

    /// Whether nothing stands in front.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The line without it. None: the line does not have it, and is of somebody else.
    pub(super) fn clean<'a>(&mut self, raw: &'a [u8]) -> Option<&'a [u8]> {
        let inside = self.inside(raw);
        if self.begun {
            let is_blank = || raw.trim_ascii().is_empty().then_some(raw);
            return inside.or_else(is_blank);
        }
        let (shorter, behind) = self.shortened(raw);
        let line = match inside {
            Some(line) => line,
            None if behind.trim_ascii().is_empty() => return Some(behind),
            None if shorter.is_of_logger() || begins_message(behind.trim_ascii_start()) => {
                // The rest of it is of the announcement.
                *self = shorter;
                behind
            }
            None => {
                *self = Self::default();
                raw
            }
        };
        let text = line.trim_ascii_start();
        if text.is_empty() {
            return Some(line);
        }
        self.begun = true;
        if !begins_message(text) {
            return Some(line);
        }
        self.add_same(&line[..line.len() - text.len()]);
        Some(text)
    }

    /// As much of it as this line has, and the line without that.
    fn shortened<'a>(&self, raw: &'a [u8]) -> (Self, &'a [u8]) {
        let mut shorter = Self::default();
        let mut rest = raw;
        for part in &self.parts {
            if let Some(behind) = part.behind(rest) {
                shorter.parts.push(part.clone());
                rest = behind;
                continue;
            }
            if let Part::Text(text) = part {
                let same = text
                    .iter()
                    .zip(rest)
                    .take_while(|(one, other)| one == other);
                let same = same.count();
                shorter.add_same(&text[..same]);
                rest = &rest[same..];
            }
            break;
        }
        (shorter, rest)
    }

    /// The line without it, where it has it; else as it is.
    pub(super) fn peeled<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        self.inside(text).unwrap_or(text)
    }

    /// Where one like it begins that stands at the end of a text. What stands behind its time may be another.
    pub(super) fn start_in(&self, text: &[u8]) -> Option<usize> {
        let is_all = |at: &usize| self.inside(&text[*at..]).is_some_and(<[u8]>::is_empty);
        let stamps = || {
            let before = match &self.parts[..] {
                [Part::Text(before), Part::Stamp, ..] => &before[..],
                [.., Part::Stamp, _] | [.., Part::Stamp] => b"",
                _ => return None,
            };
            let stamps = beginnings(text, &[]);
            let starts = stamps.filter_map(|at| at.checked_sub(before.len()));
            starts.filter(|at| text[*at..].starts_with(before)).last()
        };
        let nearest = text.len().saturating_sub(LONGEST);
        let whole = (nearest..=text.len()).find(is_all);
        whole.or_else(stamps)
    }

    /// Behind the margin, if this line has it.
    fn inside<'a>(&self, raw: &'a [u8]) -> Option<&'a [u8]> {
        let mut rest = raw;
        for (place, part) in self.parts.iter().enumerate() {
            rest = match (part.behind(rest), part) {
                (Some(rest), _) => rest,
                (None, Part::Text(text)) if place + 1 == self.parts.len() => {
                    return blank_behind(rest, text);
                }
                (None, _) => return None,
            };
        }
        Some(rest)
    }
}

impl Part {
    /// What stands behind it in a text that begins with it.
    fn behind<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Text(own) => text.strip_prefix(&own[..]),
            Self::Stamp => Some(&text[stamp::read(text)?.1..]),
            Self::Count => {
                let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
                let length = digits.count();
                text.get(length..).filter(|_| length > 0)
            }
        }
    }
}

/// The end of an empty line, which loses the blanks in front of it.
fn blank_behind<'a>(rest: &'a [u8], last: &[u8]) -> Option<&'a [u8]> {
    let ends = rest.iter().rev().take_while(|byte| b"\r\n".contains(byte));
    let end = rest.len() - ends.count();
    (rest[..end].trim_ascii_end() == last.trim_ascii_end()).then(|| &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(announcement: &str, lines: &[&str]) -> Vec<String> {
        let mut margin = Margin::of(announcement.as_bytes());
        let cleaned = lines.iter().map(|line| {
            let line = margin.clean(line.as_bytes());
            line.map_or_else(
                || "none".to_owned(),
                |line| String::from_utf8(line.to_vec()).unwrap(),
            )
        });
        cleaned.collect()
    }

    #[test]
    fn every_line_loses_what_stood_before_the_announcement() {
        for before in [
            "",
            "> ",
            "   ",
            "pbx_1  | ",
            "[Mar 30 13:35:51] VERBOSE[17][C-0a] a.c: ",
        ] {
            let line = |text: &str| format!("{before}{text}");
            let lines = [
                line("BYE sip:b SIP/2.0\r\n"),
                line("A:  b\r\n"),
                line("\r\n"),
            ];
            let [first, second, third] = &lines;
            assert_eq!(
                cleaned(before, &[first, second, third]),
                ["BYE sip:b SIP/2.0\r\n", "A:  b\r\n", "\r\n"],
                "{before:?}"
            );
        }
    }

    #[test]
    fn the_time_in_it_may_run_on_and_blanks_at_the_end_be_lost() {
        let lines = [
            "[10:00:02] BYE sip:b SIP/2.0\n",
            "[10:00:03]\n",
            "[10:00:03] a\n",
        ];
        assert_eq!(
            cleaned("[10:00:01] ", &lines),
            ["BYE sip:b SIP/2.0\n", "\n", "a\n"]
        );
    }

    #[test]
    fn the_announcement_may_have_more() {
        let lines = [
            "10:00:02 gw sip[7]: \n",
            "10:00:02 gw sip[7]: BYE sip:b SIP/2.0\n",
            "10:00:03 gw sip[7]: a\n",
            "10:00:03 gw x[8]: a\n",
        ];
        for more in ["[10:00:01] a.c: ", "a.c: "] {
            assert_eq!(
                cleaned(&format!("10:00:01 gw sip[7]: {more}"), &lines),
                ["\n", "BYE sip:b SIP/2.0\n", "a\n", "none"],
                "{more}"
            );
        }
    }

    #[test]
    fn several_times_and_a_number_in_it_may_run_on() {
        let lines = [
            "Nov 20 12:00:00 gw 100: Nov 20 12:00:00.125: BYE sip:b SIP/2.0\n",
            "Nov 20 12:00:01 gw 101: Nov 20 12:00:00.250: \n",
            "Nov 20 12:00:01 gw 102:  12:00:00.250: a\n",
            "Nov 20 12:00:01 gw x: Nov 20 12:00:00.250: a\n",
        ];
        assert_eq!(
            cleaned("Nov 20 11:59:59 gw 99: Nov 20 11:59:59.875: ", &lines),
            ["BYE sip:b SIP/2.0\n", "\n", "none", "none"]
        );
    }

    #[test]
    fn the_message_may_be_indented_on_its_own() {
        let lines = [
            "   BYE sip:b SIP/2.0\n",
            "   A: b\n",
            "    folded\n",
            "\n",
            "x\n",
            "   y\n",
        ];
        let expected = [
            "BYE sip:b SIP/2.0\n",
            "A: b\n",
            " folded\n",
            "\n",
            "none",
            "y\n",
        ];
        assert_eq!(cleaned("", &lines), expected);
        assert_eq!(cleaned("[10:00:01] host: ", &lines), expected);
    }
}
