//! Numbers that may begin the steps of a flow, in each of the ways in which they are written: where they stand, which of them are of one
//! list, and which are slips of the pen.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::lines::Line;
use super::{hop, span};

/// Numbers may be left out, but not many,
const LONGEST_GAP: usize = 8;
/// unless so many steps go on behind them: they were taken out of the document, or it is made of parts.
const GOES_ON: usize = 4;

/// A number that is larger is one of a step only if it is the next one: it may be a year.
const LARGEST_DOUBTFUL: usize = 999;

/// No more steps are told together whose hops nobody names.
const MOST_TOGETHER: usize = 32;

const LETTERS: u8 = 26;

/// A number that may begin a step.
pub(super) struct Mark {
    pub(super) at: usize,
    pub(super) number: usize,
    /// The one that comes next behind the step before; its own where only some are left out in between.
    pub(super) due: usize,
    pub(super) printed: usize,
    /// How many steps it stands for: `8-9.` for two.
    pub(super) steps: usize,
    pub(super) letter: Option<char>,
}

/// What a line that may begin a step begins with, and what it is called.
pub(super) struct Numbered<'a> {
    number: usize,
    steps: usize,
    /// Whether the title does not name the hop of each of several.
    lacks_hops: bool,
    letter: Option<char>,
    pub(super) title: &'a str,
}

impl Mark {
    /// Whether this is the next of the steps with one number and letters: `1a.`, `1b.`, or `1.`, `1a.`
    fn goes_on_with(&self, printed: usize, letter: Option<char>) -> bool {
        let next = match self.letter {
            Some(own) => char::from_u32(own as u32 + 1),
            None => Some('a').filter(|_| self.steps == 1),
        };
        self.printed == printed && letter.is_some() && next == letter
    }

    pub(super) fn text(&self, number: usize, style: Style) -> String {
        if let Style::Letter { first, .. } = style
            && let Some(letter) = (first..first + LETTERS).nth(number - 1)
        {
            return char::from(letter).to_string();
        }
        let letter = self.letter.map(String::from).unwrap_or_default();
        format!("{number}{letter}")
    }
}

/// How numbers are written.
#[derive(Clone, Copy)]
pub(super) enum Style {
    /// `1.`
    Point,
    /// `1)` and `(1)`
    Bracket,
    /// `Step 1:`, or `Step 1` alone
    Word,
    /// `[1]`
    Square,
    /// `a)` and `(a)`, `A.`: the first letter, and the sign behind.
    Letter { first: u8, sign: char },
}

pub(super) const STYLES: [Style; 8] = [
    Style::Point,
    Style::Bracket,
    Style::Word,
    Style::Square,
    Style::letters(b'a', ')'),
    Style::letters(b'A', ')'),
    Style::letters(b'A', '.'),
    Style::letters(b'a', '.'),
];

impl Style {
    const fn letters(first: u8, sign: char) -> Self {
        Self::Letter { first, sign }
    }

    /// Whether steps without titles may have such numbers: others are mostly those of sources, and of what somebody may do.
    pub(super) fn is_usual(self) -> bool {
        matches!(self, Self::Point | Self::Bracket | Self::Word)
    }
}

/// How many numbers there are, of steps or of paragraphs.
pub(super) fn count(lines: &[Line<'_>]) -> usize {
    let usual = STYLES.iter().filter(|style| style.is_usual());
    let counts = usual.map(|style| marks(lines, *style).len());
    counts.max().unwrap_or_default()
}

pub(super) fn marks(lines: &[Line<'_>], style: Style) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let all = lines.iter().enumerate();
    let all = all.filter_map(|(at, line)| Some((at, numbered(line, style)?)));
    let mut all = all.peekable();
    let has_parts = lines.iter().any(|line| is_part(line, style));
    while let Some((at, found)) = all.next() {
        let (printed, letter) = (found.number, found.letter);
        let is_followed = all.peek().is_some_and(|(_, next)| {
            next.number == printed && letter == Some('a') && next.letter == Some('b')
        });
        // Where a second number follows, the one before began another list.
        if printed == 2
            && let Some(first) = marks.last_mut().filter(|mark| mark.printed == 1)
        {
            first.number = 1;
        }
        let last = marks.last();
        // A part of a flow begins with any number, if that is one of a step between two who are named.
        let begins =
            last.is_none() && printed <= LARGEST_DOUBTFUL && hop::of_title(found.title).is_some();
        let due = match last {
            Some(mark) => mark.number + mark.steps,
            None if begins => printed,
            None => 1,
        };
        let is_next = |mark: &&Mark| mark.goes_on_with(printed, letter);
        let of_several = last.filter(is_next);
        // What has several parts lists them.
        let is_listed = |mark: &&Mark| mark.letter.is_none() && is_followed;
        if let Some(mark) = of_several.filter(|mark| !is_listed(mark)) {
            let number = mark.number;
            marks.push(Mark {
                at,
                number,
                due: number,
                printed,
                steps: 1,
                letter,
            });
            continue;
        }
        // Other letters are those of lists in a step.
        if letter.is_some_and(|letter| letter != 'a' || printed != due) {
            continue;
        }
        if printed > LARGEST_DOUBTFUL && printed != due {
            continue;
        }
        if marks.is_empty() && printed != due {
            continue;
        }
        // Numbers of something else, as in `1-1.`, `1-2.`
        if found.lacks_hops && (marks.is_empty() || printed != due || has_parts) {
            continue;
        }
        let is_sound = printed >= due && printed < due + LONGEST_GAP;
        let number = if is_sound { printed } else { due };
        marks.push(Mark {
            at,
            number,
            due,
            printed,
            steps: found.steps,
            letter,
        });
    }
    marks
}

/// The marks of each list, with the numbers that they have by their places. One that begins with 1 and 2 again is another; what goes on
/// behind it with the number that was due before stood around it, and the other one in a step of it.
pub(super) fn apart(marks: Vec<Mark>) -> Vec<Vec<Mark>> {
    // Those with one number are at one place.
    let mut runs: Vec<Vec<Mark>> = Vec::new();
    for mark in marks {
        let last = runs.last_mut();
        let run = last.filter(|run| {
            let before = run.last();
            before.is_some_and(|before| before.goes_on_with(mark.printed, mark.letter))
        });
        match run {
            Some(run) => run.push(mark),
            None => runs.push(vec![mark]),
        }
    }
    let printed: Vec<_> = runs.iter().map(|run| run[0].printed).collect();
    let mut lists: Vec<Vec<Mark>> = Vec::new();
    let mut inner = 0;
    for (at, run) in runs.into_iter().enumerate() {
        if at < inner {
            continue;
        }
        let last = at.checked_sub(1).map(|before| printed[before]);
        if printed[at..].starts_with(&[1, 2]) && last.is_some_and(|last| last > 1) {
            let rest = printed[at..].iter().zip(1..);
            let height = rest.take_while(|(printed, due)| **printed == *due).count();
            let outer = lists.last().and_then(|list| list.last());
            let due = outer.map(|outer| outer.printed + outer.steps);
            if due.is_some() && printed.get(at + height).copied() == due && due != Some(height + 1)
            {
                inner = at + height;
                continue;
            }
            lists.push(Vec::new());
        }
        match lists.last_mut() {
            Some(list) => list.extend(run),
            None => lists.push(run),
        }
    }
    lists.iter_mut().for_each(|list| put_in_place(list));
    lists
}

/// Gives the marks of a list the numbers that they have by their places.
fn put_in_place(marks: &mut [Mark]) {
    let mut runs: Vec<_> = marks
        .chunk_by_mut(|one, next| one.goes_on_with(next.printed, next.letter))
        .collect();
    // What stands for several steps is one here, and those behind it are numbered so.
    let mut more = 0;
    let places = runs.iter().map(|run| {
        let before = more;
        more += run[0].steps - 1;
        (run[0].printed.saturating_sub(before), before)
    });
    let (printed, more): (Vec<_>, Vec<_>) = places.unzip();
    let mut before = None;
    for ((run, number), more) in runs.iter_mut().zip(numbers(&printed)).zip(more) {
        let number = number + more;
        // A longer gap is told where it is, and not behind it.
        let next = before.map_or(number, |before| before + 1);
        before = Some(number + run[0].steps - 1);
        let due = if number < next + LONGEST_GAP {
            number
        } else {
            next
        };
        for mark in run.iter_mut() {
            (mark.number, mark.due) = (number, due);
        }
    }
}

/// What numbers the steps have by their places, where some are wrong and some are left out: as many as can be are right. A number
/// is ahead of its place by as many as are left out in front of it, which is never less than for the one before.
fn numbers(printed: &[usize]) -> Vec<usize> {
    let ahead = |at: usize| printed[at].checked_sub(at + 1);
    // For how far a number is ahead: how many are right up to there, and where the last of them stands.
    let mut best: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut before = vec![None; printed.len()];
    // How far the best way so far is ahead.
    let mut leader = None;
    for (at, before) in before.iter_mut().enumerate() {
        let Some(own) = ahead(at) else { continue };
        // That numbers are left out is seen only where others go on behind it.
        let same = best.get(&own).map(|(right, last)| (right + 1, *last));
        let jumps = (own.saturating_sub(LONGEST_GAP - 1)..own).rev();
        let jump = jumps
            .filter_map(|less| best.get(&less))
            .max_by_key(|(right, _)| *right);
        let leap = leader.filter(|less| *less < own && goes_on(&printed[at..]));
        let leap = leap.and_then(|less| best.get(&less));
        let way = same
            .into_iter()
            .chain(jump.or(leap).copied())
            .max_by_key(|(right, _)| *right);
        match way {
            Some((right, last)) => {
                *before = Some(last);
                best.insert(own, (right, at));
            }
            None if at == 0 => drop(best.insert(own, (1, at))),
            None => continue,
        }
        let right = |ahead: usize| best.get(&ahead).map(|(right, _)| *right);
        if leader.is_none_or(|leader| right(own) > right(leader)) {
            leader = Some(own);
        }
    }
    // Of ways that are equally good the one that leaves out least.
    let end = best
        .iter()
        .max_by_key(|(own, (right, _))| (*right, Reverse(**own)));
    let ends = std::iter::successors(end.map(|(_, (_, last))| *last), |at| before[*at]);
    let mut right: Vec<_> = ends.collect();
    right.reverse();
    let mut right = right.into_iter().peekable();
    let mut left_out = 0;
    let numbers = (0..printed.len()).map(|at| {
        if right.next_if_eq(&at).is_some() {
            left_out = ahead(at).unwrap_or(left_out);
        }
        at + 1 + left_out
    });
    numbers.collect()
}

/// Whether so many numbers come one behind the other.
fn goes_on(printed: &[usize]) -> bool {
    let steps = printed.windows(2).take(GOES_ON - 1);
    printed.len() >= GOES_ON && steps.filter(|pair| pair[1] == pair[0] + 1).count() == GOES_ON - 1
}

/// The number that a line begins with, in the way in which steps are numbered, a letter behind it, and what follows.
fn number<'a>(line: &Line<'a>, style: Style) -> Option<(usize, Option<char>, &'a str)> {
    if line.begins_cell() || line.indent() > 1 {
        return None;
    }
    let text = match style {
        Style::Point | Style::Letter { sign: '.', .. } => line.trimmed(),
        Style::Bracket | Style::Letter { .. } => line.trimmed().trim_start_matches('('),
        Style::Square => line.trimmed().strip_prefix('[')?,
        Style::Word => {
            let (word, behind) = line.trimmed().split_once(' ')?;
            let mut words = ["step", "steps"].iter();
            words
                .any(|known| word.eq_ignore_ascii_case(known))
                .then_some(behind.trim_start())?
        }
    };
    match style {
        Style::Letter { first, .. } => Some((place(text, first)?, None, &text[1..])),
        _ => digits(text),
    }
}

/// `2-1. The text`
fn is_part(line: &Line<'_>, style: Style) -> bool {
    let of = number(line, style).and_then(|(number, _, behind)| Some((number, through(behind)?)));
    of.is_some_and(|(number, (part, behind))| {
        part <= number && behind_sign(behind.trim_start(), style).is_some()
    })
}

/// `12.`, `9 . The text`, `3a.`, `8-9. 200 OK (A to B to C)`.
pub(super) fn numbered<'a>(line: &Line<'a>, style: Style) -> Option<Numbered<'a>> {
    let (number, letter, behind) = number(line, style)?;
    // `3 a.` is another thing, and so is `3rd`.
    if letter.is_some() && behind.starts_with(char::is_alphanumeric) {
        return None;
    }
    let numbered = |last: usize, behind: &'a str| {
        let title = behind_sign(behind.trim_start(), style)?;
        Some(Numbered {
            number,
            steps: last.checked_sub(number)? + 1,
            lacks_hops: false,
            letter,
            title,
        })
    };
    let several = through(behind).filter(|_| letter.is_none());
    let several = several.and_then(|(last, behind)| numbered(last, behind));
    // More than a few have their hops in the title, or it is another thing, as in `Step 1 - 200 OK`.
    let several = several.map(|several| Numbered {
        lacks_hops: span::along(several.title, several.steps).is_none(),
        ..several
    });
    several
        .filter(|several| !several.lacks_hops || (2..=MOST_TOGETHER).contains(&several.steps))
        .or_else(|| numbered(number, behind))
}

/// What stands behind the sign that a number has.
fn behind_sign(behind: &str, style: Style) -> Option<&str> {
    let rest = match style {
        Style::Point => behind.strip_prefix('.')?,
        Style::Bracket => behind.strip_prefix(')')?,
        Style::Square => behind.strip_prefix(']')?,
        Style::Letter { sign, .. } => behind.strip_prefix(sign)?,
        Style::Word if behind.is_empty() => behind,
        Style::Word => behind.strip_prefix([':', '.', ')', '-', '\u{2013}'])?,
    };
    let is_apart = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_apart.then(|| rest.trim())
}

/// What stands behind `-9`, and the number.
fn through(behind: &str) -> Option<(usize, &str)> {
    let last = behind.trim_start().strip_prefix(['-', '\u{2013}'])?;
    let (last, letter, behind) = digits(last.trim_start())?;
    letter.is_none().then_some((last, behind))
}

/// The number that a text begins with, a letter behind it, and what follows.
fn digits(text: &str) -> Option<(usize, Option<char>, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, behind) = text.split_at(length);
    let number = digits.parse().ok().filter(|_| length <= 6)?;
    let letter = behind.chars().next().filter(char::is_ascii_lowercase);
    Some((number, letter, &behind[letter.map_or(0, char::len_utf8)..]))
}

/// The place of the letter that a text begins with, behind this one, which is the first.
fn place(text: &str, first: u8) -> Option<usize> {
    let letter = *text.as_bytes().first()?;
    let is_one = (first..first + LETTERS).contains(&letter);
    is_one.then(|| usize::from(letter - first) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_number_makes_no_others_wrong() {
        let cases: [(&[usize], &[usize]); 11] = [
            (&[1, 2, 3], &[1, 2, 3]),
            (&[1, 2, 4, 4, 5, 6], &[1, 2, 3, 4, 5, 6]),
            (&[1, 2, 3, 5, 4, 6], &[1, 2, 3, 4, 5, 6]),
            (&[1, 2, 3, 4, 5, 7], &[1, 2, 3, 4, 5, 6]),
            (&[1, 2, 50, 4, 5], &[1, 2, 3, 4, 5]),
            // Left out on purpose: the rest goes on from there.
            (&[1, 2, 5, 6, 7], &[1, 2, 5, 6, 7]),
            (&[1, 2, 5, 6, 9, 8], &[1, 2, 5, 6, 7, 8]),
            // Taken out: so many go on behind the gap.
            (&[1, 2, 30, 31, 32, 33], &[1, 2, 30, 31, 32, 33]),
            (&[1, 2, 30, 31, 3, 4, 5], &[1, 2, 3, 4, 5, 6, 7]),
            // Given twice: there is no other number for the second.
            (&[1, 2, 2], &[1, 2, 3]),
            (&[], &[]),
        ];
        for (printed, expected) in cases {
            assert_eq!(numbers(printed), expected, "{printed:?}");
        }
    }
}
