//! Steps that stand in a table of Markdown, a row each (GitHub Flavored Markdown 4.10): `| 1 | UE | P-CSCF | REGISTER |`. Their messages
//! stand below it, like those below a ladder, or are not printed.

use std::collections::HashMap;

use super::claims::Claim;
use super::lines::{Line, plain};
use super::model::{Flow, Message, Step, StepKind};
use super::outline::Section;
use super::{hop, message, name};

/// A table of steps.
pub(super) struct Table {
    /// The place of its first line, and of the first one behind it.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) steps: Vec<Step>,
}

/// A flow sends so many messages.
const FEWEST: usize = 2;

/// The tables of steps among these lines.
pub(super) fn tables(lines: &[Line<'_>]) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut at = 0;
    while at + 1 < lines.len() {
        let start = at;
        at += 1;
        let columns = match is_ruler(&lines[at]) {
            true => cells(&lines[start]).and_then(|heads| Columns::of(&heads)),
            false => None,
        };
        let Some(columns) = columns else { continue };
        at += 1;
        let mut steps = Vec::new();
        while let Some(cells) = lines.get(at).and_then(cells) {
            steps.extend(columns.step(&cells, lines[at].number, steps.len() + 1));
            at += 1;
        }
        let between = steps.iter().filter(|step: &&Step| step.kind.is_sip());
        if between.filter(|step| step.said.1.is_some()).count() >= FEWEST {
            tables.push(Table {
                start,
                end: at,
                steps,
            });
        }
    }
    tables
}

/// How many of the sections tell of the steps of the table in the first: those behind it are parts of it, or show messages of its steps, and
/// are no flows themselves.
pub(super) fn reach(sections: &[Section<'_>], is_flow: impl Fn(&Section<'_>) -> bool) -> usize {
    let Some((own, behind)) = sections.split_first() else {
        return 0;
    };
    let Some(table) = tables(own.lines).pop() else {
        return 1;
    };
    let mut open: HashMap<Label, usize> = HashMap::new();
    for step in table.steps.iter().filter(|step| step.kind.is_sip()) {
        *open.entry(label(&Claim::of_step(step))).or_default() += 1;
    }
    let mut take = |lines: &[Line<'_>]| {
        let labels = messages(lines).map(|message| label(&Claim::of_message(&message)));
        let was_open = labels.map(|label| {
            let count = open.get_mut(&label).filter(|count| **count > 0);
            count.map(|count| *count -= 1).is_some()
        });
        // All of them are taken.
        was_open.fold(None, |first, is_open| first.or(Some(is_open)))
    };
    take(&own.lines[table.end..]);
    let mut reach = 1;
    for (at, section) in behind.iter().enumerate() {
        if is_flow(section) || !tables(section.lines).is_empty() {
            break;
        }
        let leads = || behind.get(at + 1).is_some_and(|next| section.holds(next));
        match take(section.lines) {
            Some(true) => reach = at + 2,
            _ if own.holds(section) => reach = at + 2,
            None if leads() => {}
            _ => break,
        }
    }
    reach
}

/// Whether a flow without messages has no step but those of the others, in the same order.
pub(super) fn is_overview<'a>(flow: &Flow, others: impl Iterator<Item = &'a Flow>) -> bool {
    let end = |flow: &Flow, end: Option<usize>| {
        let actor = end.and_then(|end| flow.actors.get(end));
        actor.map(|actor| name::key(&actor.name))
    };
    let told = |flow: &Flow| -> Vec<_> {
        let steps = flow.steps.iter().filter(|step| step.kind.is_sip());
        let told = |step: &Step| {
            let label = label(&Claim::of_step(step));
            (label, end(flow, step.from), end(flow, step.to))
        };
        steps.map(told).collect()
    };
    let mut all = others.flat_map(told);
    let is_told = |step| all.any(|other| other == step);
    flow.steps.iter().all(|step| step.message.is_none()) && told(flow).into_iter().all(is_told)
}

/// What a message is, and a step of such a message.
type Label = (Option<u16>, Option<String>);

fn label(claim: &Claim) -> Label {
    let method = claim.method.clone().filter(|_| claim.status.is_none());
    (claim.status, method)
}

fn messages<'l>(lines: &'l [Line<'_>]) -> impl Iterator<Item = Message> + 'l {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = (at..lines.len()).find(|at| lines[*at].begins_message)?;
        let (message, height) = message::read(&lines[start..]);
        at = start + height;
        Some(message)
    })
}

/// The cells of a row; the bars around it may be missing.
fn cells<'a>(line: &Line<'a>) -> Option<Vec<&'a str>> {
    /// A row has no more.
    const MOST: usize = 32;
    let row = line.trimmed();
    if !row.contains('|') || line.begins_message {
        return None;
    }
    let inside = row.strip_prefix('|').unwrap_or(row);
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    Some(inside.split('|').take(MOST).map(str::trim).collect())
}

/// The line below the heads of the columns.
fn is_ruler(line: &Line<'_>) -> bool {
    let is_rule = |cell: &&str| {
        cell.contains('-') && cell.chars().all(|sign| matches!(sign, '-' | ':' | ' '))
    };
    cells(line).is_some_and(|cells| cells.iter().all(is_rule))
}

/// What stands in which column.
struct Columns {
    number: Option<usize>,
    ends: Ends,
    message: usize,
}

enum Ends {
    Apart {
        from: usize,
        to: usize,
    },
    /// `UE -> P-CSCF`
    Together(usize),
    /// `UE -> P-CSCF: REGISTER`
    Named,
}

const NUMBERS: [&str; 9] = ["#", "no", "no.", "nr", "nr.", "number", "step", "seq", "id"];
const SENDERS: [&str; 5] = ["from", "sender", "source", "src", "originator"];
const RECEIVERS: [&str; 6] = ["to", "receiver", "destination", "dst", "dest", "target"];
const BETWEEN: [&str; 7] = [
    "direction",
    "from -> to",
    "from/to",
    "between",
    "hop",
    "path",
    "ends",
];
/// The more telling first.
const MESSAGES: [&str; 14] = [
    "message",
    "sip message",
    "request/response",
    "signal",
    "method",
    "request",
    "description",
    "title",
    "name",
    "event",
    "action",
    "procedure",
    "message flow",
    "flow",
];

impl Columns {
    fn of(heads: &[&str]) -> Option<Self> {
        let heads: Vec<_> = heads.iter().map(|head| text(head).to_lowercase()).collect();
        let place = |names: &[&str]| {
            let mut places = names.iter();
            places.find_map(|name| heads.iter().position(|head| head == name))
        };
        let ends = match (place(&SENDERS), place(&RECEIVERS)) {
            (Some(from), Some(to)) => Ends::Apart { from, to },
            _ => place(&BETWEEN).map_or(Ends::Named, Ends::Together),
        };
        let number = place(&NUMBERS);
        let message = place(&MESSAGES);
        Some(Self {
            // `| Step | From | To |`: what is sent is the step.
            number: number.filter(|_| message.is_some()),
            ends,
            message: message.or(number)?,
        })
    }

    /// The step that a row tells, at its place among the others.
    fn step(&self, cells: &[&str], line: u64, place: usize) -> Option<Step> {
        let cell = |place: usize| {
            let text = text(cells.get(place)?);
            let is_told = text.chars().any(char::is_alphanumeric);
            is_told.then_some(text)
        };
        let number = match self.number {
            Some(number) => cell(number)?,
            None => place.to_string(),
        };
        let number = number.trim_end_matches(['.', ')', ':']);
        let title = cell(self.message)?;
        let both = |(from, to): hop::Ends| (Some(from), Some(to));
        let (title, said) = match self.ends {
            Ends::Apart { from, to } => (title, (cell(from), cell(to))),
            Ends::Together(place) => (title, both(hop::around_arrow(&cell(place)?)?)),
            Ends::Named => {
                let (label, ends) = hop::of_title(&title)?;
                (label, both(ends))
            }
        };
        let mut step = Step::new(Some(number.to_owned()), title, line);
        step.said = said;
        let claim = Claim::of_label(&step.title);
        (step.kind, step.method, step.status) = (claim.kind, claim.method, claim.status);
        match &step.said {
            (Some(from), Some(to)) if from != to => {
                if step.kind == StepKind::Internal {
                    step.kind = StepKind::OtherProtocol;
                }
            }
            (None, None) => return None,
            // Somebody does something alone.
            _ => {
                let alone = step.said.0.take().or(step.said.1.take());
                step.said = (alone, None);
                step.kind = StepKind::Internal;
                (step.method, step.status) = (None, None);
            }
        }
        Some(step)
    }
}

/// A cell without what stresses it, and where it leads to (`[INVITE](#f1)`).
fn text(cell: &str) -> String {
    let text = plain(cell);
    let text = text.trim_matches(['*', '_', ' ']);
    let link = text
        .strip_prefix('[')
        .and_then(|text| text.split_once("]("));
    link.map_or(text, |(named, _)| named).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::lines;

    /// `1 INVITE A>B`
    fn steps(text: &str) -> Vec<String> {
        let tables = tables(&lines(text));
        let steps = tables.iter().flat_map(|table| &table.steps);
        let end = |end: &Option<String>| end.clone().unwrap_or_default();
        let shown = steps.map(|step| {
            let number = step.number.clone().unwrap_or_default();
            let (from, to) = &step.said;
            format!("{number} {} {}>{}", step.title, end(from), end(to))
        });
        shown.collect()
    }

    #[test]
    fn rows_are_steps_however_columns_are_called_and_drawn() {
        let expected = [
            "1 REGISTER UE>P-CSCF",
            "2 401 Unauthorized P-CSCF>UE",
            "3 computes a response UE>",
        ];
        for text in [
            "| Step | From | To | **Message** |\n|:---|---|---|---|\n| 1 | UE | P-CSCF | `REGISTER` |\n\
             | 2. | P-CSCF | UE | 401 Unauthorized | \n|  | | | note |\n| 3 | UE | - | computes a response |\n\ntext | of | a pipe\n",
            "Sender | Description | Receiver\n--- | --- | ---\nUE | REGISTER | P-CSCF\n\
             P-CSCF | 401 Unauthorized | UE\nUE | computes a response | UE\n",
            "| Description | Source | Destination |\n| - | - | - |\n| REGISTER | UE | P-CSCF |\n\
             | 401 Unauthorized | P-CSCF | UE |\n| computes a response | UE |\n",
        ] {
            assert_eq!(steps(text), expected, "{text}");
        }
        let arrows = "|No.|Direction|Message|\n|---|---|---|\n|1|UE \u{2192} P-CSCF|REGISTER|\n|2|UE <- P-CSCF|401 Unauthorized|\n";
        assert_eq!(steps(arrows), expected[..2]);
        let named = "|Step|Message|\n|---|---|\n|1|[UE -> P-CSCF: REGISTER](#m1)|\n|2|401 Unauthorized (P-CSCF to UE)|\n";
        assert_eq!(steps(named), expected[..2]);
    }

    #[test]
    fn other_tables_have_no_steps() {
        for text in [
            "| Actor | Address |\n|---|---|\n| A | B |\n",
            "| Step | From | To | Message |\n| 1 | UE | P-CSCF | REGISTER |\n| 2 | P-CSCF | UE | 200 OK |\n",
            "| Name | From | To |\n|---|---|---|\n| Berlin | Monday | Friday |\n| Bonn | Friday | Sunday |\n",
        ] {
            assert!(steps(text).is_empty(), "{text}");
        }
    }
}
