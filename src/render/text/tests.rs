//! That no two texts or boxes overlap, none is cut without being told below, and nothing leaves the width, for any ladder: read
//! from the lines that are drawn.

use proptest::prelude::*;
use unicode_width::UnicodeWidthChar;

use super::*;
use crate::report::ladder::testing::ladders;
use crate::report::ladder::{Edge, Panel, PanelKind};

const WIDTH: usize = 160;
/// What figures are drawn with.
const SIGNS: &str = "│┊─╌═◄►┌┐└┘├┤";

/// Ladders in which every text is of words that no other text has, without signs; as long as it was, and as wide.
fn worded() -> impl Strategy<Value = Ladder> {
    ladders().prop_map(|mut ladder| {
        let mut number = 0;
        let mut renamed = |text: &mut String, most: usize| {
            number += 1;
            let name = [number / 26 % 26, number % 26].map(|digit| char::from(b'a' + digit as u8));
            let fill = match text.chars().any(|one| one.width() == Some(2)) {
                true => '\u{6f22}',
                false => 'x',
            };
            let length = text.chars().count().clamp(2, most);
            let spaced = text.contains(' ');
            *text = name.into_iter().collect();
            for place in 2..length {
                let space = spaced && place % 9 == 0 && place + 1 < length;
                text.push(if space { ' ' } else { fill });
            }
        };
        renamed(&mut ladder.title, 60);
        ladder.source.clear();
        for column in &mut ladder.columns {
            renamed(&mut column.label, 80);
            if !column.detail.is_empty() {
                renamed(&mut column.detail, 80);
            }
        }
        for frame in &mut ladder.frames {
            renamed(&mut frame.name, 80);
        }
        for finding in &mut ladder.findings {
            renamed(&mut finding.text, 300);
        }
        for note in &mut ladder.notes {
            renamed(note, 300);
        }
        for row in &mut ladder.rows {
            match row {
                Row::Arrow(arrow) => {
                    let (number, time) = (arrow.number.is_empty(), arrow.time.is_empty());
                    (arrow.number, arrow.time) = (String::new(), String::new());
                    if !number {
                        renamed(&mut arrow.number, 8);
                    }
                    if !time {
                        renamed(&mut arrow.time, 8);
                    }
                    renamed(&mut arrow.caption, 120);
                    for small in &mut arrow.small {
                        renamed(small, 120);
                    }
                }
                Row::Panel(panel) => {
                    panel.number.clear();
                    if panel.kind == PanelKind::Action {
                        renamed(&mut panel.number, 8);
                    }
                    renamed(&mut panel.text, 120);
                }
                Row::Fragment(Edge::Begin { when, .. } | Edge::Or { when }) => {
                    renamed(when, 120);
                }
                Row::Fragment(Edge::End) => {}
            }
        }
        ladder
    })
}

fn is_sign(cell: char) -> bool {
    SIGNS.contains(cell)
}

/// The right half of a wide character.
const HALF: char = '\0';

/// A letter, a digit, a bracket, or a half of one.
fn is_text(cell: char) -> bool {
    cell != ' ' && !is_sign(cell)
}

/// What is drawn, cell by cell.
struct Figure {
    drawn: String,
    /// Networks and heads.
    heads: Vec<Vec<char>>,
    /// Where lifelines stand.
    lifelines: Vec<usize>,
    rows: Vec<Vec<char>>,
    legend: Vec<String>,
}

fn cells(line: &str) -> Vec<char> {
    let mut cells: Vec<char> = line
        .chars()
        .flat_map(|one| {
            let halves = one.width().unwrap_or_default().saturating_sub(1);
            std::iter::once(one).chain(std::iter::repeat_n(HALF, halves))
        })
        .collect();
    cells.resize(WIDTH, ' ');
    cells
}

impl Figure {
    /// Title, an empty line, heads, a line of lifelines, rows, the same line of lifelines, and what stands below an empty line.
    fn read(drawn: String) -> Self {
        for line in drawn.lines() {
            assert!(line::width(line) <= WIDTH, "{line}\n{drawn}");
        }
        let (_, below) = drawn.split_once("\n\n").unwrap();
        let (figure, legend) = below.split_once("\n\n").unwrap_or((below, ""));
        let mut lines: Vec<_> = figure.lines().map(cells).collect();
        let only_bars = |line: &Vec<char>| line.iter().all(|cell| " │".contains(*cell));
        let first = lines.iter().position(only_bars).unwrap();
        let mut rows = lines.split_off(first + 1);
        let bars = lines.pop().unwrap();
        assert_eq!(rows.pop().as_ref(), Some(&bars), "{drawn}");
        let lifelines = (0..WIDTH).filter(|at| bars[*at] == '│').collect();
        let legend = legend.lines().map(str::to_owned).collect();
        Self {
            heads: lines,
            lifelines,
            rows,
            legend,
            drawn,
        }
    }

    /// What stands for a text where it has no room, as told below.
    fn shorts(&self, text: &str) -> Vec<String> {
        let mut entries: Vec<String> = Vec::new();
        for line in &self.legend {
            // A long text may begin in the line behind.
            let begins = line.contains(" = ") || line.ends_with(" =");
            match (begins, entries.last_mut()) {
                (false, Some(entry)) if !line.is_empty() => entry.push_str(line),
                _ => entries.push(line.clone()),
            }
        }
        let shorts = entries.iter().filter_map(|entry| {
            let (short, whole) = entry.split_once(" =")?;
            (squeezed(whole) == squeezed(text)).then(|| short.to_owned())
        });
        shorts.collect()
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The words in lines of cells.
fn words(lines: &[Vec<char>]) -> Vec<String> {
    let mut all = Vec::new();
    for line in lines {
        let text = line.iter().filter(|cell| **cell != HALF);
        let text: String = text
            .map(|cell| if is_sign(*cell) { ' ' } else { *cell })
            .collect();
        all.extend(text.split_whitespace().map(str::to_owned));
    }
    all
}

/// What has to be read: a text, or what stands for it.
enum Expected {
    Whole(String),
    Shown(String, String),
}

/// Takes the words of a text off the front. A word may be broken into several lines, but never runs into another.
fn taken<'w>(mut rest: &'w [String], text: &str) -> Option<&'w [String]> {
    for word in text.split_whitespace() {
        let mut left = word;
        while !left.is_empty() {
            let (first, others) = rest.split_first()?;
            left = left.strip_prefix(first.as_str())?;
            rest = others;
        }
    }
    Some(rest)
}

fn assert_told(figure: &Figure, lines: &[Vec<char>], expected: &[Expected]) {
    let found = words(lines);
    let mut rest = found.as_slice();
    for one in expected {
        let options = match one {
            Expected::Whole(text) => vec![text.clone()],
            Expected::Shown(text, behind) => {
                let mut all = figure.shorts(text);
                all.insert(0, text.clone());
                all.iter().map(|shown| format!("{shown}{behind}")).collect()
            }
        };
        let left = options.iter().find_map(|text| taken(rest, text));
        assert!(left.is_some(), "{options:?} in {rest:?}\n{}", figure.drawn);
        rest = left.unwrap();
    }
    assert_eq!(rest, [""; 0], "{}", figure.drawn);
}

fn told_of(row: &Row) -> Vec<Expected> {
    let whole = |text: &str| Expected::Whole(text.to_owned());
    match row {
        Row::Arrow(arrow) => {
            let marks = arrow
                .marks
                .iter()
                .map(|mark| format!(" [{mark}]"))
                .collect();
            let mut all = vec![whole(&arrow.number), whole(&arrow.time)];
            all.push(Expected::Shown(arrow.label(), marks));
            all.extend(arrow.small.iter().map(|small| whole(small)));
            all
        }
        // A box has its number on the first line of its text.
        Row::Panel(panel) => vec![whole(&panel.number), whole(&panel.text)],
        Row::Fragment(Edge::Begin { kind, when }) => {
            vec![whole(kind.word()), whole(&format!("[{when}]"))]
        }
        Row::Fragment(Edge::Or { when }) => vec![whole(&format!("[{when}]"))],
        Row::Fragment(Edge::End) => Vec::new(),
    }
}

/// An arrow goes from one lifeline to the other and touches nothing else; its caption stands between them.
fn assert_arrow(figure: &Figure, arrow: &Arrow, at: usize) {
    let (above, line) = (&figure.rows[at - 1], &figure.rows[at]);
    let (first, last) = arrow.span();
    let (left, right) = (figure.lifelines[first], figure.lifelines[last]);
    let part = |line: &[char], from: usize, to: usize| line[from..=to].iter().collect::<String>();
    let drawn = &figure.drawn;
    let begin = figure.lifelines[0];
    let end = match first == last {
        true => {
            assert_eq!(part(above, left, left + 3), "│──┐", "{drawn}");
            assert_eq!(part(line, left, left + 3), "│◄─┘", "{drawn}");
            let next = figure.lifelines.get(last + 1);
            next.copied().unwrap_or(WIDTH)
        }
        false => {
            let signs = match arrow.kind {
                Kind::Request => ['─'; 2],
                Kind::Response => ['╌'; 2],
                Kind::Other => ['─', ' '],
            };
            let mut expected: Vec<char> = signs
                .iter()
                .copied()
                .cycle()
                .take(right - left - 1)
                .collect();
            match arrow.from < arrow.to {
                true => *expected.last_mut().unwrap() = '►',
                false => expected[0] = '◄',
            }
            assert_eq!(line[left + 1..right], expected, "{drawn}");
            assert_eq!([line[left], line[right]], ['│'; 2], "{drawn}");
            right
        }
    };
    let outside = (begin..left).chain(end..WIDTH);
    assert!(outside.clone().all(|at| !is_text(above[at])), "{drawn}");
    assert!(
        outside.into_iter().all(|at| " │".contains(line[at])),
        "{drawn}"
    );
}

/// Every box is closed, and stands in another or beside it. Those that are no frames around rows hold nothing but text.
fn assert_boxes(figure: &Figure) -> Vec<[usize; 4]> {
    let mut boxes: Vec<[usize; 4]> = Vec::new();
    let mut solid = Vec::new();
    let (rows, drawn) = (&figure.rows, &figure.drawn);
    for (top, line) in rows.iter().enumerate() {
        for left in (0..WIDTH).filter(|at| line[*at] == '┌') {
            let right = (left..WIDTH).find(|at| line[*at] == '┐');
            let right = right.unwrap_or_else(|| panic!("{drawn}"));
            let bottom = (top + 1..rows.len()).find(|at| rows[*at][left] == '└');
            let bottom = bottom.unwrap_or_else(|| panic!("{drawn}"));
            assert_eq!(rows[bottom][right], '┘', "{drawn}");
            for line in &rows[top + 1..bottom] {
                let sides = [line[left], line[right]];
                assert!([['│'; 2], ['├', '┤']].contains(&sides), "{drawn}");
            }
            boxes.push([top, bottom, left, right]);
            if line[left + 1..right].iter().all(|cell| *cell == '─') {
                let inside = rows[top + 1..bottom].iter();
                let mut inside = inside.flat_map(|line| &line[left + 1..right]);
                assert!(inside.all(|cell| !is_sign(*cell)), "{drawn}");
                solid.push([top, bottom, left, right]);
            }
        }
    }
    for (number, one) in boxes.iter().enumerate() {
        for other in &boxes[number + 1..] {
            let within =
                other[0] > one[0] && other[1] < one[1] && other[2] > one[2] && other[3] < one[3];
            let apart = other[0] > one[1] || other[2] > one[3] || other[3] < one[2];
            assert!(within || apart, "{one:?} {other:?}\n{drawn}");
        }
    }
    solid
}

fn assert_sound(ladder: &Ladder) {
    let style = Style {
        width: WIDTH,
        charset: Charset::Unicode,
        in_colours: false,
    };
    let figure = Figure::read(draw(ladder, style));
    let drawn = &figure.drawn;
    assert_eq!(figure.lifelines.len(), ladder.columns.len(), "{drawn}");
    let shown = |text: &String| Expected::Shown(text.clone(), String::new());
    let frames = ladder.frames.iter().map(|frame| shown(&frame.name));
    let labels = ladder.columns.iter().map(|column| shown(&column.label));
    let details = ladder.columns.iter().map(|column| shown(&column.detail));
    let heads: Vec<_> = frames.chain(labels).chain(details).collect();
    assert_told(&figure, &figure.heads, &heads);
    let rows: Vec<_> = ladder.rows.iter().flat_map(told_of).collect();
    assert_told(&figure, &figure.rows, &rows);
    let solid = assert_boxes(&figure);

    let mut ends = (0..figure.rows.len())
        .filter(|at| figure.rows[*at].iter().any(|cell| "◄►".contains(*cell)));
    for row in &ladder.rows {
        match row {
            Row::Arrow(arrow) => assert_arrow(&figure, arrow, ends.next().unwrap()),
            Row::Panel(Panel {
                kind: PanelKind::Media,
                first,
                last,
                ..
            }) if first < last => {
                let line = &figure.rows[ends.next().unwrap()];
                let (left, right) = (figure.lifelines[*first], figure.lifelines[*last]);
                let media: String = line[left..=right].iter().collect();
                let expected = format!("│◄{}►│", "═".repeat(right - left - 3));
                assert_eq!(media, expected, "{drawn}");
            }
            _ => {}
        }
    }
    assert_eq!(ends.next(), None, "{drawn}");

    for (number, line) in figure.rows.iter().enumerate() {
        // A text has a space on both sides.
        for pair in line.windows(2) {
            let touches =
                is_text(pair[0]) && is_sign(pair[1]) || is_sign(pair[0]) && is_text(pair[1]);
            assert!(!touches, "{pair:?} in line {number} of\n{drawn}");
        }
        // A lifeline goes on but for boxes, texts with their spaces, and arrows over it.
        let has_end = line.iter().any(|cell| "◄►".contains(*cell));
        for at in figure
            .lifelines
            .iter()
            .copied()
            .filter(|at| line[*at] == ' ')
        {
            let near = is_text(line[at - 1]) || is_text(line[at + 1]);
            let mut solid = solid.iter();
            let in_box = solid.any(|[top, bottom, left, right]| {
                (top..bottom).contains(&&number) && (left..right).contains(&&at)
            });
            assert!(
                has_end || near || in_box,
                "cell {at} of line {number} of\n{drawn}"
            );
        }
    }

    let legend = squeezed(&figure.legend.join(" "));
    let findings = ladder
        .findings
        .iter()
        .map(|one| format!("[{}] {}", one.numbers(), one.text));
    for text in findings.chain(ladder.notes.iter().cloned()) {
        assert!(legend.contains(&squeezed(&text)), "{text}\n{drawn}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Six columns have room in so many cells, whatever they and what is between them are called.
    #[test]
    fn no_line_is_too_long_and_none_holds_what_a_terminal_obeys(ladder in ladders()) {
        for charset in [Charset::Unicode, Charset::Ascii] {
            let drawn = draw(&ladder, Style { width: WIDTH, charset, in_colours: false });
            for text in drawn.lines() {
                prop_assert!(line::width(text) <= WIDTH, "{} in\n{}", text, drawn);
            }
            prop_assert!(!drawn.contains(|one: char| one != '\n' && crate::base::escape::is_hidden(one)));
            prop_assert!(charset == Charset::Unicode || drawn.is_ascii());
        }
    }

    /// Whatever has no room between lifelines goes beyond them, and not beyond the figure.
    #[test]
    fn narrow_figures_keep_to_their_width(ladder in ladders(), width in 60usize..100) {
        for charset in [Charset::Unicode, Charset::Ascii] {
            let signs = Signs::of(charset);
            let narrowest = Layout::narrowest(&crowd::with_room(&ladder, &signs, width), &signs);
            let drawn = draw(&ladder, Style { width, charset, in_colours: false });
            for text in drawn.lines() {
                prop_assert!(line::width(text) <= width.max(narrowest), "{} in\n{}", text, drawn);
            }
        }
    }

    #[test]
    fn no_two_texts_overlap_and_none_is_cut(ladder in worded()) {
        assert_sound(&ladder);
    }
}
