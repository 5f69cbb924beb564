//! Steps of a figure that is not there, of which only the text tells: "the agent passes it to the server, as seen in step (4)".

use std::collections::BTreeMap;

use super::lines::{Line, plain};
use super::model::{Contradicted, Remark, Step, StepKind};
use super::name::{self, Name};
use super::prose::{self, Said, What};

/// The number of a step: its own, and that of its part.
type Number = (u32, u32);

/// A paragraph that is longer tells nothing.
const LONGEST_PARAGRAPH: usize = 16 << 10;

/// Numbers that stand together, and the words in front of them.
struct Group {
    numbers: Vec<Number>,
    clause: String,
    /// "steps (5) and (6) are taken before step (4)"
    before: Option<Number>,
}

/// How many different steps a section mentions.
pub(super) fn count(lines: &[Line<'_>]) -> usize {
    let groups = lines.iter().flat_map(|line| groups(&plain(line.text)));
    let mut numbers: Vec<_> = groups.flat_map(|group| group.numbers).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// The steps that a section mentions, in the order of their numbers.
pub(super) fn steps(lines: &[Line<'_>]) -> Vec<Step> {
    let names = Names::of(lines);
    let mut steps: BTreeMap<Number, Step> = BTreeMap::new();
    for line in lines
        .iter()
        .filter(|line| line.text.len() < LONGEST_PARAGRAPH)
    {
        let paragraph = plain(line.text);
        let groups = groups(&paragraph);
        let mut subject: Option<Name> = None;
        for group in &groups {
            let said = told(&group.clause, &paragraph, &mut subject, &names);
            let moved = moved(group, &steps);
            for (place, printed) in group.numbers.iter().enumerate() {
                let number = moved.map_or(*printed, |major| (major, place as u32 + 1));
                let step = steps.entry(number).or_insert_with(|| {
                    let mut step = Step::new(Some(text(number)), String::new(), line.number);
                    if number != *printed {
                        let says = text(*printed);
                        step.contradict(line.number, Contradicted::Number, says, text(number));
                    }
                    step
                });
                if step.said.0.is_none()
                    && let Some((said, sentence)) = &said
                {
                    take(step, said, place, &names);
                    step.title = sentence.trim_end_matches([',', '.']).to_owned();
                }
                if step
                    .prose
                    .last()
                    .is_none_or(|remark| remark.line != line.number)
                {
                    step.prose.push(Remark {
                        line: line.number,
                        text: line.trimmed().to_owned(),
                    });
                }
            }
        }
    }
    in_place(steps)
}

fn text((major, minor): Number) -> String {
    match minor {
        0 => major.to_string(),
        minor => format!("{major}-{minor}"),
    }
}

/// Steps that are taken before another one, but have higher numbers: they are the parts of the step before that one, if there
/// is none yet.
fn moved(group: &Group, steps: &BTreeMap<Number, Step>) -> Option<u32> {
    let (before, _) = group.before?;
    let major = before.checked_sub(1).filter(|major| *major > 0)?;
    let misplaced = group
        .numbers
        .iter()
        .all(|(number, part)| *number > before && *part == 0);
    let free = steps.range((major, 0)..(major + 1, 0)).next().is_none();
    (misplaced && free).then_some(major)
}

/// A number that leaves out others before it is not the one of its place.
fn in_place(steps: BTreeMap<Number, Step>) -> Vec<Step> {
    let mut before: Option<u32> = None;
    let mut placed = Vec::new();
    for ((major, minor), mut step) in steps {
        let due = before.map_or(major, |before| before + 1);
        let place = if major > due { due } else { major };
        if place != major {
            let number = text((place, minor));
            step.contradict(
                step.line,
                Contradicted::Number,
                text((major, minor)),
                &number,
            );
            step.number = Some(number);
        }
        before = Some(place);
        placed.push(step);
    }
    placed
}

/// What the words in front of the numbers say, else what the paragraph said last; and the sentence that says it.
fn told(
    clause: &str,
    paragraph: &str,
    subject: &mut Option<Name>,
    names: &Names,
) -> Option<(Said, String)> {
    let known = |name: &Name| names.find(name).is_some();
    let sentences = prose::sentences(clause);
    if let Some(last) = sentences.last()
        && let Some(said) = prose::read(last, subject.as_ref(), &known)
        && (said.what != What::Own || works(last))
    {
        subject.clone_from(&said.sender);
        return Some((said, last.clone()));
    }
    let end = paragraph.find(clause).unwrap_or(0);
    let before = prose::sentences(&paragraph[..end]);
    let inside = sentences.iter().rev().skip(1).rev();
    let mut said = before.iter().chain(inside).rev().filter_map(|sentence| {
        let sentence = unnumbered(sentence);
        Some((prose::read(sentence, None, &known)?, sentence.to_owned()))
    });
    said.find(|(said, _)| said.what != What::Own)
}

/// Whether somebody does something alone, and does not just have or need something.
fn works(sentence: &str) -> bool {
    let mut words = sentence.split_whitespace();
    words.any(|word| word.starts_with("process") || matches!(word, "deals" | "stores" | "checks"))
}

fn unnumbered(sentence: &str) -> &str {
    let digits = sentence.trim_start_matches(|c: char| c.is_ascii_digit());
    match digits.strip_prefix(". ") {
        Some(rest) if digits.len() < sentence.len() => rest,
        _ => sentence,
    }
}

fn take(step: &mut Step, said: &Said, place: usize, names: &Names) {
    let text = |name: &Option<Name>| {
        let name = name.as_ref()?;
        Some(names.find(name).unwrap_or(&name.base).to_owned())
    };
    let ends = (text(&said.sender), text(&said.receiver));
    step.said = match (&said.what, place % 2) {
        // What is handed over in several steps is answered in every second.
        (What::Other | What::Fetches, 1) => (ends.1, ends.0),
        (What::Own, _) => (ends.0, None),
        _ => ends,
    };
    step.kind = match &said.what {
        What::Request(method) => {
            step.method = Some((*method).to_owned());
            StepKind::Request
        }
        What::Response(status) => {
            step.status = Some(*status);
            StepKind::Response
        }
        What::TheRequest
        | What::TheResponse
        | What::ResponseTo(_)
        | What::Other
        | What::Fetches => StepKind::OtherProtocol,
        What::Own => StepKind::Internal,
    };
}

/// Those who do something in the section.
struct Names(Vec<String>);

impl Names {
    fn of(lines: &[Line<'_>]) -> Self {
        const MOST: usize = 64;
        let mut names: Vec<String> = Vec::new();
        for line in lines {
            for sentence in prose::sentences(line.text) {
                let said = prose::read(unnumbered(&sentence), None, &|_| false);
                let name = said.and_then(|said| said.sender);
                if let Some(name) = name
                    && names.len() < MOST
                    && !names.contains(&name.base)
                {
                    names.push(name.base);
                }
            }
        }
        Self(names)
    }

    /// How the section calls one mostly: "the presence registrar" is "the registrar", "the agent of the owner" "the agent".
    fn find(&self, name: &Name) -> Option<&str> {
        let key = name::key(&name.base);
        let last = name.base.split(' ').next_back().map(name::key);
        let mut all = self.0.iter();
        let same = all.clone().find(|known| name::key(known) == key);
        let found = same.or_else(|| all.find(|known| Some(name::key(known)) == last));
        found.map(String::as_str)
    }
}

/// The groups of numbers behind "step" or "steps" in a paragraph.
fn groups(paragraph: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut from = 0;
    for (at, _) in paragraph.match_indices("step") {
        if at < from {
            continue;
        }
        let rest = &paragraph[at + 4..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        let (numbers, length) = numbers(rest);
        if numbers.is_empty() {
            continue;
        }
        let clause = paragraph[from..at].to_owned();
        from = paragraph.len() - rest.len() + length;
        // "are taken before step (4)" says nothing of step 4, but of those in front of it.
        if clause.trim_end().ends_with("before")
            && let Some(last) = groups.last_mut()
        {
            last.before = numbers.first().copied();
            continue;
        }
        groups.push(Group {
            numbers,
            clause: whole_clause(&clause),
            before: None,
        });
    }
    groups
}

/// Without "as seen in" at the end and the rest of the clause before at the beginning.
fn whole_clause(clause: &str) -> String {
    let mut text = clause.trim_start_matches([',', ' ', '.']).trim_end();
    text = text.strip_prefix("and ").unwrap_or(text);
    let lower = text.to_lowercase();
    let tails = [
        ", as seen",
        ", as shown",
        ", see",
        " in the",
        " i.e",
        ", i.e",
    ];
    let cut = tails.iter().filter_map(|tail| lower.rfind(tail));
    match cut.max() {
        Some(cut) if text.len() - cut < 24 && text.is_char_boundary(cut) => {
            unnumbered(&text[..cut]).to_owned()
        }
        _ => unnumbered(text).to_owned(),
    }
}

/// `(1-1), (1-2) and (2)` at the beginning of a text, and how long that is.
fn numbers(text: &str) -> (Vec<Number>, usize) {
    let mut numbers = Vec::new();
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let skipped = rest.trim_start_matches([' ', ',']);
        let skipped = skipped.strip_prefix("and").unwrap_or(skipped).trim_start();
        let Some(inside) = skipped.strip_prefix('(') else {
            return (numbers, length);
        };
        let Some((inside, after)) = inside.split_once(')') else {
            return (numbers, length);
        };
        let (major, minor) = inside.split_once('-').unwrap_or((inside, "0"));
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number < 1000);
        let (Some(major), Some(minor)) = (number(major), number(minor)) else {
            return (numbers, length);
        };
        numbers.push((major, minor));
        length = text.len() - after.len();
    }
}
