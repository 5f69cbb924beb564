//! What stands in front of every line of a text, as when somebody quoted or indented the whole of it, or a logger passed it on. It
//! is taken away before a format looks at the lines, so that none has to know of it.

use std::borrow::Cow;

use super::json::Tree;
use super::words::number;
use super::{colours, stamp};

/// The same in front of all lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Front {
    #[default]
    Nothing,
    /// Blanks and marks of a quotation.
    Marks(Vec<u8>),
    /// What a logger or a container writes, the same but for its digits.
    Logger(Vec<u8>),
    /// The numbers of the lines, and this behind them: `cat -n`, `nl -ba`, `grep -n`.
    Number(u8),
    /// An object of JSON around each line, which is its `log`: what Docker keeps of a container.
    Object,
}

/// So many lines show it.
const LOOKED_AT: usize = 1000;
/// A logger writes no more in front.
const LONGEST: usize = 128;

impl Front {
    /// What may be one in this beginning of a text, the most likely first.
    pub(super) fn all(prefix: &[u8]) -> Vec<Self> {
        let lines = || prefix.split_inclusive(|byte| *byte == b'\n');
        // The last line may be cut.
        let whole = || lines().filter(|line| line.ends_with(b"\n")).take(LOOKED_AT);
        if whole().next().is_some_and(|line| logged(line).is_some()) {
            return vec![Self::Object];
        }
        if let Some(sign) = numbered(whole()) {
            return vec![Self::Number(sign)];
        }
        match marks(whole()) {
            Some(marks) => vec![Self::Marks(marks)],
            None => match logger(whole()) {
                // The stamp in it may be the only one.
                Some(front) if stamp::find(&front).is_some() => {
                    vec![Self::Nothing, Self::Logger(front)]
                }
                Some(front) => vec![Self::Logger(front), Self::Nothing],
                None => vec![Self::Nothing],
            },
        }
    }

    /// What of it may have a stamp, and the line without it; a line that does not have it is left as it is.
    pub(super) fn stripped<'a>(&self, raw: &'a [u8]) -> (Cow<'a, [u8]>, Cow<'a, [u8]>) {
        match self {
            Self::Object => match logged(raw) {
                Some((time, line)) => (Cow::Owned(time), Cow::Owned(line)),
                None => (Cow::default(), Cow::Borrowed(raw)),
            },
            _ => {
                let behind = self.behind(raw);
                let front = &raw[..raw.len() - behind.len()];
                (Cow::Borrowed(front), Cow::Borrowed(behind))
            }
        }
    }

    fn behind<'a>(&self, raw: &'a [u8]) -> &'a [u8] {
        let (front, length) = match self {
            Self::Nothing | Self::Object => return raw,
            Self::Number(sign) => return number_of(raw, *sign).map_or(raw, |(_, rest)| rest),
            Self::Marks(front) => (front, raw.starts_with(front).then_some(front.len())),
            Self::Logger(front) => (front, fits(front, raw).then_some(front.len())),
        };
        // A blank line may have lost what stood at its end.
        let bare = || {
            let text = raw.trim_ascii_end();
            let same = match self {
                Self::Logger(_) => fits(front.trim_ascii_end(), text),
                _ => text == front.trim_ascii_end(),
            };
            (text.len() <= front.len() && same).then_some(text.len())
        };
        match length.or_else(bare) {
            Some(length) => &raw[length..],
            None => raw,
        }
    }

    /// Whether a line breaks off in it, as the last one of a text may: then nothing of the text stands there.
    pub(super) fn breaks_off_in(&self, raw: &[u8]) -> bool {
        /// What an object begins with.
        const OBJECT: &[u8] = b"{\"log\":";
        if raw.is_empty() || raw.ends_with(b"\n") {
            return false;
        }
        match self {
            Self::Object => {
                let length = raw.len().min(OBJECT.len());
                raw[..length] == OBJECT[..length] && logged(raw).is_none()
            }
            Self::Logger(front) => raw.len() < front.len() && fits(&front[..raw.len()], raw),
            Self::Nothing | Self::Marks(_) | Self::Number(_) => false,
        }
    }

    /// A text without it.
    pub(super) fn taken_from<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if *self == Self::Nothing {
            return Cow::Borrowed(text);
        }
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let stripped: Vec<_> = lines.map(|line| self.stripped(line).1).collect();
        Cow::Owned(stripped.concat())
    }
}

/// The time and the line in an object of Docker.
fn logged(raw: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if !raw.starts_with(b"{\"log\":") {
        return None;
    }
    let (tree, _) = Tree::read(raw.trim_ascii_end())?;
    let line = tree.member("log")?.text()?;
    let time = tree.member("time").and_then(Tree::text);
    let time = time.unwrap_or_default().as_bytes().to_vec();
    Some((time, colours::without(line.as_bytes()).into_owned()))
}

/// What stands behind the number of every line, if each has a greater one than the line before.
fn numbered<'a>(mut lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<u8> {
    let mut signs = b"\t:".iter().copied();
    // One alone may be anything.
    lines.clone().nth(1)?;
    let first = lines.clone().next()?;
    let sign = signs.find(|sign| number_of(first, *sign).is_some())?;
    let mut last = 0;
    let mut rises = |line| {
        let number = number_of(line, sign).map_or(0, |(number, _)| number);
        number > std::mem::replace(&mut last, number)
    };
    lines.all(&mut rises).then_some(sign)
}

/// The number of a line and what follows on the sign behind it, or the line end of an empty line.
fn number_of(raw: &[u8], sign: u8) -> Option<(u64, &[u8])> {
    let text = raw.trim_ascii_start();
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at(end);
    let rest = match rest.strip_prefix(&[sign]) {
        Some(rest) => rest,
        None => Some(rest).filter(|rest| sign == b'\t' && rest.trim_ascii().is_empty())?,
    };
    Some((number(digits)?, rest))
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'>' | b'|')
}

/// The marks that all lines have that have anything else.
fn marks<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let own = |line: &'a [u8]| {
        let end = line.iter().position(|byte| !is_mark(*byte))?;
        (!line[end..].trim_ascii().is_empty()).then_some(&line[..end])
    };
    let common = lines.filter_map(own).reduce(|one, other| {
        let same = one
            .iter()
            .zip(other)
            .take_while(|(one, other)| one == other);
        &one[..same.count()]
    })?;
    (!common.is_empty()).then(|| common.to_vec())
}

/// What stands in front of most lines: up to a colon or bar, or what stands in front of the text of containers (`stdout F `) and of
/// structured syslog (` - - `).
fn logger<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Vec<u8>> {
    const ENDS: [&[u8]; 5] = [b": ", b"| ", b" F ", b" P ", b" - "];
    let first = lines.clone().find(|line| !line.trim_ascii().is_empty())?;
    let first = &first[..first.len().min(LONGEST)];
    let ends =
        (1..=first.len()).filter(|end| ENDS.iter().any(|with| first[..*end].ends_with(with)));
    let all = lines.clone().count();
    let alike = ends.map(|end| {
        let front = &first[..end];
        let alike = lines
            .clone()
            .filter(|line| fits(front.trim_ascii_end(), line));
        (alike.count(), end)
    });
    // The longest of those that most lines have.
    let (alike, end) = alike.max()?;
    (alike > 1 && alike * 4 >= all * 3).then(|| first[..end].to_vec())
}

/// Whether a line begins with this, its digits aside.
fn fits(front: &[u8], line: &[u8]) -> bool {
    let same =
        |(one, other): (&u8, &u8)| one == other || one.is_ascii_digit() && other.is_ascii_digit();
    line.len() >= front.len() && front.iter().zip(line).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        let fronts = Front::all(text.as_bytes());
        let bare = fronts.last().unwrap().taken_from(text.as_bytes());
        String::from_utf8(bare.into_owned()).unwrap()
    }

    #[test]
    fn what_all_lines_have_is_taken_away_and_no_more() {
        let text = "one\r\n\r\n two: x\nthree\n";
        for front in ["    ", "\t", "> ", "> > ", "Nov 21 09:08:07 host prog[7]: "] {
            let quoted = text
                .split_inclusive('\n')
                .map(|line| format!("{front}{line}"));
            let quoted: String = quoted.collect();
            assert_eq!(stripped(&quoted), text, "{front}");
            let trimmed = quoted.replace(
                &format!("{front}\r\n"),
                &format!("{}\r\n", front.trim_end()),
            );
            assert_eq!(stripped(&trimmed), text, "{front}");
        }
    }

    #[test]
    fn a_line_that_breaks_off_in_it_says_nothing() {
        let logger = Front::Logger(b"2026-11-22T10:00:02.476Z stdout F ".to_vec());
        assert!(logger.breaks_off_in(b"2026-11-22T10:00:03.1"));
        assert!(logger.breaks_off_in(b"2026-11-22T10:00:03.123Z stdout F"));
        assert!(!logger.breaks_off_in(b"2026-11-22T10:00:03.123Z stdout F v=0"));
        assert!(!logger.breaks_off_in(b"2026-11-22T10:00:03.1\n"));
        assert!(!logger.breaks_off_in(b"m=audio"));
        assert!(Front::Object.breaks_off_in(b"{\"lo"));
        assert!(Front::Object.breaks_off_in(b"{\"log\": \"t=0 0\\n\", \"stream\": \""));
        assert!(!Front::Object.breaks_off_in(b"{\"log\":\"t=0 0\\n\"}"));
        assert!(!Front::Nothing.breaks_off_in(b"{\"lo"));
    }

    #[test]
    fn what_some_lines_have_is_theirs() {
        for text in [
            "a\n> b\n> c\n",
            "Nov 21 09:08:07 host a: x\nb\nc\nd\n",
            "09:08:07 a\n09:08:07 b\n",
            "",
            "\n\n",
        ] {
            assert_eq!(stripped(text), text);
        }
    }
}
