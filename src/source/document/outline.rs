//! The outline of a document: numbered headings, and which lines stand under each.

use super::lines::{Line, plain};
use super::markdown;

/// What stands under a heading, up to the next one.
pub(super) struct Section<'a> {
    pub(super) number: String,
    pub(super) title: String,
    /// The line of the heading.
    pub(super) line: u64,
    /// How deep its heading is in Markdown; 0 if it is none of those.
    depth: usize,
    pub(super) lines: &'a [Line<'a>],
    /// The place of the first of these lines among all.
    pub(super) start: usize,
}

impl Section<'_> {
    /// Whether the other section is part of this one.
    pub(super) fn holds(&self, other: &Self) -> bool {
        if self.depth > 0 && other.depth > 0 {
            return other.depth > self.depth;
        }
        let rest = other.number.strip_prefix(&self.number);
        rest.is_some_and(|rest| rest.starts_with('.'))
    }
}

/// A heading was found here.
struct Found {
    at: usize,
    number: String,
    title: String,
    /// The lines that it takes.
    height: usize,
    /// `1. Title` may be an item of a list as well.
    doubtful: bool,
    depth: usize,
}

const LONGEST_TITLE: usize = 200;

/// All sections. What stands in front of the first heading is a section without number.
pub(super) fn sections<'a>(lines: &'a [Line<'a>]) -> Vec<Section<'a>> {
    let found = headings(lines);
    let first = found.first().map_or(lines.len(), |heading| heading.at);
    let mut sections = vec![Section {
        number: String::new(),
        title: String::new(),
        line: 1,
        depth: 0,
        lines: &lines[..first],
        start: 0,
    }];
    let ends = found.iter().skip(1).map(|heading| heading.at);
    let ends: Vec<_> = ends.chain([lines.len()]).collect();
    for (heading, end) in found.into_iter().zip(ends) {
        let start = heading.at + heading.height;
        sections.push(Section {
            line: lines[heading.at].number,
            depth: heading.depth,
            lines: &lines[start..end],
            start,
            number: heading.number,
            title: heading.title,
        });
    }
    sections
}

fn headings(lines: &[Line<'_>]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let heading = heading(lines, at);
        at += heading.as_ref().map_or(1, |heading| heading.height);
        found.extend(heading);
    }
    // A doubtful one is a heading if its first part follows.
    let mut next = String::new();
    let mut kept: Vec<Found> = Vec::new();
    for heading in found.into_iter().rev() {
        if heading.doubtful {
            if next.strip_prefix(&heading.number) != Some(".1") {
                continue;
            }
        } else {
            next.clone_from(&heading.number);
        }
        kept.push(heading);
    }
    kept.reverse();
    kept
}

fn heading(lines: &[Line<'_>], at: usize) -> Option<Found> {
    let line = lines[at];
    if line.depth > 0 {
        return of_markdown(line, at);
    }
    if line.indent() > 1 || line.begins_cell() || line.heads_step {
        return None;
    }
    let text = plain(line.trimmed());
    let (number, rest) = match text.split_once(' ') {
        Some((number, rest)) => (number, rest.trim()),
        None => (text.as_str(), ""),
    };
    let dotted = number.ends_with('.');
    let number = number.strip_suffix('.').unwrap_or(number);
    let levels = levels(number)?;
    // "100 Trying" is no chapter.
    if levels == 1 && (dotted && rest.is_empty() || number.len() > 2) {
        return None;
    }
    let (title, height) = match rest.is_empty() {
        false => (rest.to_owned(), 1),
        true => (plain(lines.get(at + 1)?.trimmed()), 2),
    };
    is_title(&title).then(|| Found {
        at,
        number: number.to_owned(),
        title,
        height,
        doubtful: levels == 1 && dotted,
        depth: 0,
    })
}

/// `## 3.2 Call flow`; most have no number.
fn of_markdown(line: Line<'_>, at: usize) -> Option<Found> {
    let (depth, text) = markdown::heading(line.text)?;
    let text = plain(text);
    let numbered = text.split_once(' ').filter(|(number, _)| {
        let number = number.trim_end_matches('.');
        levels(number).is_some()
    });
    let (number, title) = numbered.unwrap_or(("", &text));
    Some(Found {
        at,
        number: number.trim_end_matches('.').to_owned(),
        title: title.to_owned(),
        height: 1,
        doubtful: false,
        depth,
    })
}

/// How many levels a section number has: `6`, `6.1.1`, `D.X`.
fn levels(number: &str) -> Option<usize> {
    let is_digits = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_letter = |part: &str| matches!(part.as_bytes(), [b'A'..=b'Z']);
    let levels = number.split('.').count();
    let sound = number
        .split('.')
        .all(|part| is_digits(part) || is_letter(part));
    (sound && (levels > 1 || is_digits(number))).then_some(levels)
}

fn is_title(title: &str) -> bool {
    let begins = |first: char| first.is_uppercase() || first.is_ascii_digit();
    // `6.2.3 (S#1, MO#2) Home`
    let first = title.strip_prefix('(').unwrap_or(title);
    title.len() <= LONGEST_TITLE
        && first.starts_with(begins)
        && title.chars().any(char::is_lowercase)
        && !title.ends_with(['.', ';', ','])
        // A table of contents leads to its page with dots.
        && !title.contains(". . ")
        && !title.contains("....")
        || is_capitals(title)
}

/// `PROPOSAL`
fn is_capitals(title: &str) -> bool {
    title.len() > 3 && title.chars().all(|c| c.is_ascii_uppercase() || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::lines;

    #[test]
    fn headings_are_told_from_steps_and_lists() {
        let text = "1. DISCUSSION\n\n2. Flows\n2.1\nFirst flow\n1.\nINVITE request (UE to P-CSCF)\n\
            2. The proxy forwards it.\n2.2 Second flow\n1\nof a list\n3 The end\n4\nAlso the end\n\
            2.3.  A title . . . . . 7\n2.4 (S#1) Home\n2.5 (as above)\n";
        let lines = lines(text);
        let found: Vec<_> = sections(&lines)
            .iter()
            .skip(1)
            .map(|section| (section.number.clone(), section.title.clone()))
            .collect();
        let expected = [
            ("2", "Flows"),
            ("2.1", "First flow"),
            ("2.2", "Second flow"),
            ("3", "The end"),
            ("4", "Also the end"),
            ("2.4", "(S#1) Home"),
        ];
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(found, expected);
    }
}
