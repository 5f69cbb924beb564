//! What stands in front of every line of a message though it is none of it: indentation, marks of a quotation, what a logger or
//! a container writes before each line. It is what stands in front of the announcement too, or in front of the start
//! line.

use super::cut::beginnings;
use super::stamp;
use crate::sip::begins_message;

/// A longer one is no margin.
const LONGEST: usize = 256;

/// What to take away from the lines of a message.
#[derive(Clone, Default)]
pub(super) struct Margin {
    before: Vec<u8>,
    /// Between both stands a time, which may be another on every line.
    stamped: bool,
    after: Vec<u8>,
    begun: bool,
}

impl Margin {
    /// In front of an announcement.
    pub(super) fn of(text: &[u8]) -> Self {
        if text.len() > LONGEST {
            return Self::default();
        }
        let (before, stamped, after) = match stamp::find(text) {
            Some((_, place)) => (&text[..place.start], true, &text[place.end..]),
            None => (text, false, &text[..0]),
        };
        Self {
            before: before.to_vec(),
            stamped,
            after: after.to_vec(),
            begun: false,
        }
    }

    /// The line without it. None: the line does not have it, and is of somebody else.
    pub(super) fn clean<'a>(&mut self, raw: &'a [u8]) -> Option<&'a [u8]> {
        let inside = self.inside(raw);
        if self.begun {
            let is_blank = || raw.trim_ascii().is_empty().then_some(raw);
            return inside.or_else(is_blank);
        }
        let line = inside.unwrap_or(raw);
        let text = line.trim_ascii_start();
        if text.is_empty() {
            return Some(line);
        }
        if inside.is_none() {
            // Only the announcement had it.
            *self = Self::default();
        }
        self.begun = true;
        if !begins_message(text) {
            return Some(line);
        }
        self.after
            .extend_from_slice(&line[..line.len() - text.len()]);
        Some(text)
    }

    /// The line without it, where it has it; else as it is.
    pub(super) fn peeled<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        self.inside(text).unwrap_or(text)
    }

    /// Where one like it begins that stands at the end of a text. What stands behind its time may be another.
    pub(super) fn start_in(&self, text: &[u8]) -> Option<usize> {
        let is_all = |at: &usize| self.inside(&text[*at..]).is_some_and(<[u8]>::is_empty);
        let stamps = || {
            let stamps = beginnings(text, &[]);
            let starts = stamps.filter_map(|at| at.checked_sub(self.before.len()));
            starts
                .filter(|at| text[*at..].starts_with(&self.before))
                .last()
        };
        let nearest = text.len().saturating_sub(LONGEST);
        let whole = (nearest..=text.len()).find(is_all);
        whole.or_else(|| stamps().filter(|_| self.stamped))
    }

    /// Behind the margin, if this line has it.
    fn inside<'a>(&self, raw: &'a [u8]) -> Option<&'a [u8]> {
        let rest = raw.strip_prefix(&self.before[..])?;
        let rest = match self.stamped {
            true => &rest[stamp::read(rest)?.1..],
            false => rest,
        };
        match rest.strip_prefix(&self.after[..]) {
            Some(rest) => Some(rest),
            // An empty line loses the blanks at its end.
            None => {
                let end = rest.len()
                    - rest
                        .iter()
                        .rev()
                        .take_while(|b| b"\r\n".contains(b))
                        .count();
                (rest[..end].trim_ascii_end() == self.after.trim_ascii_end()).then(|| &rest[end..])
            }
        }
    }
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
