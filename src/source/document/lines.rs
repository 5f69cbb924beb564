//! The lines of a document: numbered as they are printed, without what only belongs to the page or to the way in which the text
//! was taken out of it. A text may be indented as a whole, and have a blank line behind every line.

use super::markdown;
use super::message;
use super::page;
use super::starts;
use super::verbatim::Quoted;

/// A line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: u64,
    /// As it is printed, without its line end, nor what all lines are indented by.
    pub(super) text: &'a str,
    /// The message that stands here word for word; such a line has no other text.
    pub(super) quoted: Option<Quoted<'a>>,
    /// Whether a message begins with it.
    pub(super) begins_message: bool,
    /// How deep it is as a heading of Markdown; 0 if it is none.
    pub(super) depth: usize,
    /// Whether it is the heading of a step, which begins no section.
    pub(super) heads_step: bool,
}

impl<'a> Line<'a> {
    pub(super) fn of(number: u64, text: &'a str) -> Self {
        Self {
            number,
            text,
            quoted: None,
            begins_message: false,
            depth: 0,
            heads_step: false,
        }
    }

    pub(super) fn quoting(quoted: Quoted<'a>) -> Self {
        Self {
            number: quoted.line(),
            text: "",
            quoted: Some(quoted),
            begins_message: true,
            depth: 0,
            heads_step: false,
        }
    }

    /// Without the spaces around it.
    pub(super) fn trimmed(&self) -> &'a str {
        self.text.trim()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.trimmed().is_empty() && self.quoted.is_none()
    }

    /// Spaces in front of it.
    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// Whether what Markdown quotes begins or ends here.
    pub(super) fn is_fence(&self) -> bool {
        markdown::is_fence(self.text)
    }

    /// Whether it begins a cell of a table: those are flattened, each with a tab in front.
    pub(super) fn begins_cell(&self) -> bool {
        self.text.starts_with('\t')
    }
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = page::without_furniture(text);
    take_indent(&mut lines);
    take_tabs(&mut lines);
    let mut lines = take_second_blanks(lines);
    markdown::mark(&mut lines);
    starts::mark(&mut lines);
    lines
}

/// Takes away what all lines are indented by: spaces, or one tab.
fn take_indent(lines: &mut [Line<'_>]) {
    let is_text = |line: &&Line<'_>| !line.is_blank() && line.quoted.is_none();
    let shown = || lines.iter().filter(is_text);
    let indent = match shown().all(Line::begins_cell) {
        true => 1,
        false => shown().map(Line::indent).min().unwrap_or(0),
    };
    for line in lines {
        line.text = line.text.get(indent..).unwrap_or_default();
    }
}

/// Takes away the tabs that messages are indented by. Tables have one in front of each cell, but not of each of its lines.
fn take_tabs(lines: &mut [Line<'_>]) {
    let tabs = |line: &Line<'_>| line.text.len() - line.text.trim_start_matches('\t').len();
    let is_indented = |pair: &&[Line<'_>]| {
        tabs(&pair[0]) > 0
            && tabs(&pair[0]) == tabs(&pair[1])
            && starts::looks_like_one(&pair[0])
            && message::is_field(&pair[1])
    };
    let Some(indent) = lines
        .windows(2)
        .find(is_indented)
        .map(|pair| tabs(&pair[0]))
    else {
        return;
    };
    for line in lines {
        line.text = &line.text[tabs(line).min(indent)..];
    }
}

/// Of fewer lines it cannot be told.
const FEWEST: usize = 20;

/// Where a blank line follows every line, takes one of them away from each.
fn take_second_blanks(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let shown = lines.iter().filter(|line| !line.is_blank()).count();
    let pairs = lines.windows(2);
    // Between pages they went with the feet and heads.
    let adjacent = pairs.filter(|pair| pair[1].number == pair[0].number + 1);
    let close = adjacent.filter(|pair| !pair[0].is_blank() && !pair[1].is_blank());
    if shown < FEWEST || close.count() * 100 > shown {
        return lines;
    }
    let mut before_is_shown = false;
    lines.retain(|line| {
        let takes = before_is_shown && line.is_blank();
        before_is_shown = !line.is_blank();
        !takes
    });
    lines
}

/// With one spelling for every dash, quote, arrow and space, and without what Markdown stresses words with.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{2010}'..='\u{2015}' => plain.push('-'),
            '\u{2018}' | '\u{2019}' => plain.push('\''),
            '\u{201c}' | '\u{201d}' => plain.push('"'),
            '\u{a0}' | '\t' => plain.push(' '),
            '\u{2192}' | '\u{21d2}' | '\u{27f6}' | '\u{2794}' => plain.push_str("->"),
            '\u{2190}' | '\u{21d0}' | '\u{27f5}' => plain.push_str("<-"),
            '`' => {}
            other => plain.push(other),
        }
    }
    plain.replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_lines_are_indented_by_is_taken_away() {
        let kept = |text| -> Vec<_> { lines(text).iter().map(|line| line.text).collect() };
        assert_eq!(kept("    a\n\n      b\n    \tc"), ["a", "", "  b", "\tc"]);
        assert_eq!(kept("\ta\n\t\tb\n"), ["a", "\tb"]);
        assert_eq!(kept("a\n    b"), ["a", "    b"]);
    }

    #[test]
    fn a_blank_line_behind_every_line_is_taken_away() {
        let text: String = (1..=20).map(|number| format!("{number}\n\n")).collect();
        let all = lines(&text);
        assert!(all.iter().all(|line| !line.is_blank()));
        let places = |line: &Line<'_>| line.number == 2 * line.text.parse::<u64>().unwrap() - 1;
        assert!(all.iter().all(places), "lines keep their numbers");
        let part = text.replace("3\n\n", "3\n").replace("7\n\n", "7\n");
        assert!(lines(&part).iter().any(Line::is_blank));
    }
}
