//! What a logger writes in front of every line: the same but for its times and numbers.

use crate::source::log::cut::beginnings;
use crate::source::log::stamp;
use crate::source::log::words::stamps_at;

/// What stands in front of one line, and what of it may differ in front of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::log) struct Prefix {
    shown: Vec<u8>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(Vec<u8>),
    Number,
    Stamp,
}

/// A logger writes no more in front.
const LONGEST: usize = 128;

impl Prefix {
    /// The one that a line has which begins with this.
    pub(in crate::source::log) fn new(shown: &[u8]) -> Self {
        let mut parts = Vec::new();
        let mut at = 0;
        for (_, place) in stamps_at(shown) {
            add(&mut parts, &shown[at..place.start]);
            parts.push(Part::Stamp);
            at = place.end;
        }
        add(&mut parts, &shown[at..]);
        Self {
            shown: shown.to_vec(),
            parts,
        }
    }

    /// What most lines have in front: up to a colon, bar or tab, or what stands in front of the text of structured syslog (` - - `); else
    /// the stamp of whoever collected them.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let tried = tried(lines.clone());
        let of_logger = tried.iter().flat_map(|line| {
            let ends = logger_ends(line);
            ends.map(|end| &line[..end])
        });
        let of_collector = tried
            .iter()
            .filter_map(|line| Some(&line[..collector_end(line)?]));
        most_common(of_logger, lines.clone()).or_else(|| most_common(of_collector, lines))
    }

    /// What most lines have in front behind a stamp, with nothing that ends it: `10:00:00.123 [worker-3] `.
    pub(super) fn behind_stamp<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let ends = |line: &'a [u8]| {
            let stamp = stamp::find(line).map(|(_, place)| place.end);
            let blanks = memchr::memchr_iter(b' ', line).map(|at| at + 1);
            blanks.filter(move |end| stamp.is_some_and(|stamp| *end > stamp))
        };
        let tried = tried(lines.clone());
        let shown = tried
            .iter()
            .flat_map(|line| ends(line).map(|end| &line[..end]));
        most_common(shown, lines)
    }

    /// Whether it has a time.
    pub(in crate::source::log) fn is_stamped(&self) -> bool {
        self.parts.contains(&Part::Stamp)
    }

    /// A line without it. An empty line may have lost the blanks at its end.
    pub(in crate::source::log) fn behind<'a>(&self, raw: &'a [u8]) -> Option<&'a [u8]> {
        if fits(&self.shown, raw) {
            return Some(&raw[self.shown.len()..]);
        }
        let mut rest = raw;
        for (place, part) in self.parts.iter().enumerate() {
            rest = match (part.behind(rest), part) {
                (Some(rest), _) => rest,
                (None, Part::Text(text)) if place + 1 == self.parts.len() => {
                    let end = rest.trim_ascii_end().len();
                    let is_blank = rest[..end] == *text.trim_ascii_end();
                    return is_blank.then_some(&rest[end..]);
                }
                (None, _) => return None,
            };
        }
        Some(rest)
    }

    /// Its numbers, as a line has them that begins with it, and how long it is there.
    pub(in crate::source::log) fn numbers_in<'a>(
        &self,
        raw: &'a [u8],
    ) -> Option<(Vec<&'a [u8]>, usize)> {
        let mut numbers = Vec::new();
        let mut rest = raw;
        for (place, part) in self.parts.iter().enumerate() {
            let behind = match (part.behind(rest), part) {
                (Some(behind), _) => behind,
                // An empty line may have lost the blanks at its end.
                (None, Part::Text(text)) if place + 1 == self.parts.len() => {
                    let is_blank = rest.trim_ascii_end() == text.trim_ascii_end();
                    return is_blank.then_some((numbers, raw.len()));
                }
                (None, _) => return None,
            };
            if *part == Part::Number {
                numbers.push(&rest[..rest.len() - behind.len()]);
            }
            rest = behind;
        }
        Some((numbers, raw.len() - rest.len()))
    }

    /// The same up to its number at this place, and to the signs behind that.
    pub(in crate::source::log) fn up_to_number(&self, place: usize) -> Self {
        let mut numbers = 0;
        let mut rest = &self.shown[..];
        for part in &self.parts {
            rest = part.behind(rest).unwrap_or_default();
            numbers += usize::from(*part == Part::Number);
            if numbers > place {
                break;
            }
        }
        let signs = rest.iter().take_while(|byte| !byte.is_ascii_alphanumeric());
        let end = self.shown.len() - rest.len() + signs.count();
        Self::new(&self.shown[..end])
    }

    /// Whether it is the same but for times and numbers.
    pub(in crate::source::log) fn is_like(&self, other: &Self) -> bool {
        self.parts == other.parts
    }

    /// Whether a text ends in the midst of it.
    pub(super) fn is_cut_in(&self, text: &[u8]) -> bool {
        if text.len() < self.shown.len() && fits(&self.shown[..text.len()], text) {
            return true;
        }
        let mut rest = text;
        for part in &self.parts {
            rest = match (part.behind(rest), part) {
                (Some(rest), _) => rest,
                (None, Part::Text(own)) => return own.starts_with(rest),
                (None, _) => return rest.is_empty(),
            };
        }
        false
    }

    /// Where it stands in the midst of a text: another line begins there.
    pub(super) fn inside(&self, text: &[u8]) -> Option<usize> {
        const SHORTEST: usize = 4;
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) if text.len() >= SHORTEST => Some(&text[..]),
            _ => None,
        });
        // Hardly any line has it. A stamp alone may be one of the entry.
        let telling = texts.max_by_key(|text| text.len())?;
        memchr::memmem::find(text.get(1..)?, telling)?;
        let is_one = |at: &usize| *at > 0 && self.is_at(&text[*at..]);
        match self.parts.first()? {
            Part::Text(first) => memchr::memmem::find_iter(text, first).find(is_one),
            Part::Stamp => beginnings(text, &[]).find(is_one),
            Part::Number => None,
        }
    }

    fn is_at(&self, text: &[u8]) -> bool {
        let mut parts = self.parts.iter();
        let rest = parts.try_fold(text, |rest, part| part.behind(rest));
        rest.is_some()
    }
}

impl Part {
    /// What stands behind it in a text that begins with it.
    fn behind<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Text(own) => text.strip_prefix(&own[..]),
            Self::Stamp => Some(&text[stamp::read(text)?.1..]),
            Self::Number => {
                let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
                text.get(digits..).filter(|_| digits > 0)
            }
        }
    }
}

/// Adds a text without stamps.
fn add(parts: &mut Vec<Part>, text: &[u8]) {
    for run in text.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit()) {
        parts.push(match run[0].is_ascii_digit() {
            true => Part::Number,
            false => Part::Text(run.to_vec()),
        });
    }
}

/// The beginnings of those lines that show what most have in front.
fn tried<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<&'a [u8]> {
    /// The first lines may be of somebody else.
    const TRIED: usize = 4;
    let written = lines.filter(|line| !line.trim_ascii().is_empty());
    let written = written.map(|line| &line[..line.len().min(LONGEST)]);
    written.take(TRIED).collect()
}

/// The longest of those that most lines have.
fn most_common<'a>(
    shown: impl Iterator<Item = &'a [u8]>,
    lines: impl Iterator<Item = &'a [u8]> + Clone,
) -> Option<Prefix> {
    /// What so many do not have in their half is in front of few.
    const SAMPLE: usize = 64;
    let first: Vec<&[u8]> = lines.clone().take(SAMPLE).collect();
    let counted = shown.filter_map(|shown| {
        let prefix = Prefix::new(shown);
        let has = |line: &&[u8]| prefix.behind(line).is_some();
        if first.iter().filter(|line| has(line)).count() * 2 < first.len() {
            return None;
        }
        let alike = lines.clone().filter(has).count();
        Some((alike, shown.len(), prefix))
    });
    let (alike, _, prefix) = counted.max_by_key(|(alike, length, _)| (*alike, *length))?;
    let all = lines.count();
    (alike > 1 && alike * 4 >= all * 3).then_some(prefix)
}

/// Where what a logger writes may end in a line.
fn logger_ends(line: &[u8]) -> impl Iterator<Item = usize> {
    const ENDS: [&[u8]; 4] = [b": ", b"| ", b" - ", b"\t"];
    // Objects and fields are of the entry.
    let object = memchr::memchr(b'{', line).unwrap_or(line.len());
    let field = memchr::memmem::find(line, b"=\"").unwrap_or(line.len());
    (1..=object.min(field)).filter(|end| ENDS.iter().any(|with| line[..*end].ends_with(with)))
}

/// Behind the stamp that whoever collected the lines of programs put in front: `2026-11-22T10:00:00.123456789Z `.
fn collector_end(line: &[u8]) -> Option<usize> {
    const BEFORE_TIME: usize = 10;
    let (moment, length) = stamp::read(line)?;
    let is_one = moment.zone.is_some() && line.get(BEFORE_TIME) == Some(&b'T');
    (is_one && line.get(length) == Some(&b' ')).then_some(length + 1)
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

    #[test]
    fn times_and_numbers_may_be_others_of_another_length() {
        let cases = [
            (
                "Dec 31 23:59:59 gw prog[99]: ",
                "Jan  1 00:00:00 gw prog[100]: a\n",
                Some("a\n"),
            ),
            (
                "Dec 31 23:59:59 gw prog[99]: ",
                "Jan  1 00:00:00 gw prog[100]:\n",
                Some("\n"),
            ),
            (
                "Dec 31 23:59:59 gw prog[99]: ",
                "Dec 31 23:59:59 gw other[99]: a\n",
                None,
            ),
            (
                "2026-11-22T10:00:00.5Z ",
                "2026-11-22T10:00:00.123456789Z a\n",
                Some("a\n"),
            ),
            (
                "2026-11-22T10:00:00.5Z ",
                "2026-11-22T10:00:00.51Z\n",
                Some("\n"),
            ),
            ("2026-11-22T10:00:00.5Z ", "a\n", None),
        ];
        for (shown, line, expected) in cases {
            let behind = Prefix::new(shown.as_bytes());
            let behind = behind.behind(line.as_bytes());
            assert_eq!(behind, expected.map(str::as_bytes), "{shown:?} {line:?}");
        }
    }

    #[test]
    fn another_line_begins_where_it_stands_again() {
        for shown in ["Dec 31 23:59:59 gw prog[9]: ", "gw-1  | "] {
            let prefix = Prefix::new(shown.as_bytes());
            let other = shown.replace("59:59", "59:58");
            assert_eq!(
                prefix.inside(format!("To: <sip:b@{other}Via: x").as_bytes()),
                Some(11)
            );
            assert_eq!(prefix.inside(format!("{other}To: b").as_bytes()), None);
            assert_eq!(prefix.inside(b"To: <sip:b@ 2026-12-31: | "), None);
        }
        // An entry may have another stamp behind.
        let stamp = "2026-12-31T23:59:59.5Z ";
        assert_eq!(
            Prefix::new(stamp.as_bytes()).inside(format!("a {stamp}").as_bytes()),
            None
        );
    }
}
