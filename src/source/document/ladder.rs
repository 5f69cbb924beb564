//! Ladders drawn with characters: names above lifelines, arrows between them, a label on the row above each arrow or in it.
//!
//! ```text
//!     Alice          Bob
//!       |  INVITE F1  |
//!       |------------>|
//! ```

use super::claims::Claim;
use super::lines::Line;
use super::model::{Step, StepKind};
use super::tag;

/// More lifelines than this are none.
const MOST_LIFELINES: usize = 32;
/// A label has no more rows.
const MOST_LABEL_ROWS: usize = 3;
/// Nor is a row longer.
const LONGEST_ROW: usize = 400;

/// The arrows of the first ladder, and the names of its lifelines.
pub(super) fn steps(lines: &[Line<'_>]) -> (Vec<Step>, Vec<String>) {
    let mut start = 0;
    while let Some(at) = (start..lines.len()).find(|at| is_lifelines(&lines[*at])) {
        let columns = columns(&lines[at]);
        let names = names(lines, at, &columns);
        let (steps, end) = arrows(lines, at, &columns, &names);
        if !steps.is_empty() {
            return (steps, names);
        }
        start = end + 1;
    }
    (Vec::new(), Vec::new())
}

/// A row with at least two lifelines and nothing but labels and arrows between them.
fn is_lifelines(line: &Line<'_>) -> bool {
    let bars = line.text.chars().filter(|c| *c == '|').count();
    line.text.len() <= LONGEST_ROW
        && (2..=MOST_LIFELINES).contains(&bars)
        && line.trimmed().starts_with('|')
}

fn columns(line: &Line<'_>) -> Vec<usize> {
    let all = line.text.chars().enumerate();
    all.filter(|(_, c)| *c == '|').map(|(at, _)| at).collect()
}

fn arrows(
    lines: &[Line<'_>],
    start: usize,
    columns: &[usize],
    names: &[String],
) -> (Vec<Step>, usize) {
    let (mut steps, mut end) = (Vec::new(), start);
    // The rows above, the last one first.
    let mut above: Vec<Vec<char>> = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(start) {
        if line.is_blank() {
            continue;
        }
        if line.text.len() > LONGEST_ROW || !line.trimmed().starts_with(['|', '<', '-']) {
            break;
        }
        end = at;
        let row: Vec<char> = line.text.chars().collect();
        let drawn = arrows_of(&row);
        for arrow in &drawn {
            let Some((from, to)) = arrow.ends(columns) else {
                continue;
            };
            let (left, right) = (columns[from.min(to)], columns[from.max(to)]);
            let inside = words(&row, left, right);
            let rows = match inside.is_empty() {
                true => label_rows(&above, columns, (left, right)),
                false => vec![inside],
            };
            let (number, title) = tagged(&rows);
            let label = rows.join(" ");
            let mut step = Step::new(number, title, line.number);
            let claim = Claim::of_label(&label);
            step.kind = match claim.kind {
                StepKind::Internal => StepKind::OtherProtocol,
                _ if arrow.is_media || is_foreign(&label) => StepKind::OtherProtocol,
                kind => kind,
            };
            if step.kind.is_sip() {
                (step.method, step.status) = (claim.method, claim.status);
            }
            if step.kind == StepKind::Response {
                // "ACK-200 OK" answers whatever was asked.
                step.method = None;
            }
            step.said = (Some(names[from].clone()), Some(names[to].clone()));
            steps.push(step);
        }
        above.insert(0, row);
        above.truncate(MOST_LABEL_ROWS);
    }
    (steps, end)
}

/// The rows of the label above an arrow: up to the arrow before between the same lifelines, or where nothing stands.
fn label_rows(
    above: &[Vec<char>],
    columns: &[usize],
    (left, right): (usize, usize),
) -> Vec<String> {
    let crosses = |arrow: &Arrow| {
        let ends = arrow.ends(columns);
        let ends = ends.map(|(from, to)| (columns[from.min(to)], columns[from.max(to)]));
        ends.is_some_and(|(start, end)| start < right && left < end)
    };
    let free = above
        .iter()
        .take_while(|row| !arrows_of(row).iter().any(crosses));
    let rows = free.map(|row| words(row, left, right));
    let mut rows: Vec<_> = rows.take_while(|words| !words.is_empty()).collect();
    rows.reverse();
    rows
}

/// The tag in one of the rows of a label, and the rest.
fn tagged(rows: &[String]) -> (Option<String>, String) {
    let mut tag = None;
    let rows = rows.iter().map(|row| match tag::split(row) {
        (Some(found), rest) if tag.is_none() => {
            tag = Some(found);
            rest
        }
        _ => row.clone(),
    });
    let title: Vec<_> = rows.filter(|row| !row.is_empty()).collect();
    (tag, title.join(" "))
}

fn is_foreign(label: &str) -> bool {
    let label = label.to_lowercase();
    label.contains("non sip") || label.contains("non-sip")
}

/// The names in the row above the lifelines, each for the nearest one.
fn names(lines: &[Line<'_>], start: usize, columns: &[usize]) -> Vec<String> {
    let mut names = vec![String::new(); columns.len()];
    let above = lines[..start].iter().rev().find(|line| !line.is_blank());
    let row: Vec<char> = above.map_or_else(Vec::new, |line| line.text.chars().collect());
    let mut at = 0;
    while row.len() <= LONGEST_ROW && at < row.len() {
        if row[at].is_whitespace() {
            at += 1;
            continue;
        }
        let gap = |at: &usize| {
            row[*at].is_whitespace() && row.get(at + 1).is_none_or(|c| c.is_whitespace())
        };
        let end = (at..row.len()).find(gap).unwrap_or(row.len());
        let middle = usize::midpoint(at, end);
        let nearest = (0..columns.len()).min_by_key(|column| columns[*column].abs_diff(middle));
        if let Some(nearest) = nearest {
            names[nearest] = row[at..end].iter().collect();
        }
        at = end;
    }
    for (number, name) in (1..).zip(&mut names) {
        if name.is_empty() {
            *name = format!("lifeline {number}");
        }
    }
    names
}

/// An arrow in a row.
struct Arrow {
    start: usize,
    end: usize,
    to_left: bool,
    is_media: bool,
}

impl Arrow {
    /// The lifelines that it comes from and goes to: the nearest outside of it.
    fn ends(&self, columns: &[usize]) -> Option<(usize, usize)> {
        let left = columns.iter().rposition(|column| *column <= self.start)?;
        let right = columns.iter().position(|column| *column >= self.end)?;
        if left == right {
            return None;
        }
        Some(if self.to_left {
            (right, left)
        } else {
            (left, right)
        })
    }
}

/// All arrows of a row: shafts with a head at one end, which may have a label in them or cross a lifeline.
fn arrows_of(row: &[char]) -> Vec<Arrow> {
    let is_shaft = |c: &char| matches!(c, '-' | '=');
    let mut arrows = Vec::new();
    let mut at = 0;
    while at < row.len() {
        let shaft = row[at..].iter().take(2).filter(|c| is_shaft(c)).count() == 2;
        let head = row[at] == '<' && row.get(at + 1).is_some_and(is_shaft);
        if !shaft && !head {
            at += 1;
            continue;
        }
        let start = at;
        let mut end = at;
        while end < row.len() && row[end] != '>' && !stands_free(row, end) {
            end += 1;
        }
        let to_right = row.get(end) == Some(&'>');
        let shafts = row[start..end].iter().filter(|c| is_shaft(c)).count();
        if (head || to_right) && shafts >= 3 {
            arrows.push(Arrow {
                start,
                end: if to_right { end } else { end.saturating_sub(1) },
                to_left: head && !to_right,
                is_media: row[start..end].contains(&'='),
            });
        }
        at = end.max(start) + 1;
    }
    arrows
}

/// A lifeline that no arrow crosses.
fn stands_free(row: &[char], at: usize) -> bool {
    let crossed = |at: Option<usize>| {
        at.and_then(|at| row.get(at))
            .is_some_and(|c| matches!(c, '-' | '='))
    };
    row[at] == '|' && !(crossed(at.checked_sub(1)) && crossed(Some(at + 1)))
}

/// The words between two columns, without what is drawn. A label may be too long for its place.
fn words(row: &[char], left: usize, right: usize) -> String {
    let end = (right..row.len())
        .find(|at| row[*at] == '|')
        .unwrap_or(row.len());
    let between = row.get(left + 1..end).unwrap_or_default();
    let text: String = between.iter().collect();
    text.split(|c: char| c.is_whitespace() || c == '|')
        .map(|word| word.trim_matches(['=', '>', '<', '-']))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::lines;

    #[test]
    fn arrows_are_read_with_their_labels_and_ends() {
        let text = "
    Alice           Proxy 1          Bob
      |  INVITE F1    |               |
      |-------------->|   INVITE F2   |
      |  (100) F3     |-------------->|
      |<--------------|               |
      |               |--200 OK F4--->|
      |         ACK F5                |
      |<--------------|---------------|
      |      Both Way RTP Media       |
      |<==============|==============>|
      |               |<------------- |

The end.
";
        let (steps, names) = steps(&lines(text));
        let shown: Vec<_> = steps
            .iter()
            .map(|step| {
                let end = |end: &Option<String>| end.clone().unwrap();
                let number = step.number.clone().unwrap_or_default();
                format!(
                    "{number} {}: {} > {}",
                    step.title,
                    end(&step.said.0),
                    end(&step.said.1)
                )
            })
            .collect();
        let expected = [
            "F1 INVITE: Alice > Proxy 1",
            "F2 INVITE: Proxy 1 > Bob",
            "F3 (100): Proxy 1 > Alice",
            "F4 200 OK: Proxy 1 > Bob",
            "F5 ACK: Bob > Alice",
            " Both Way RTP Media: Alice > Bob",
            " Both Way RTP Media: Bob > Proxy 1",
        ];
        assert_eq!(shown[..6], expected[..6]);
        assert_eq!(steps.len(), 7);
        assert_eq!(steps[5].kind, StepKind::OtherProtocol);
        assert_eq!(names, ["Alice", "Proxy 1", "Bob"]);
    }
}
