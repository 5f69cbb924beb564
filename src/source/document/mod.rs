//! Flow documents: what standards bodies, test specifications and theses write about flows. A document is read whole and becomes
//! a [`Document`]: its flows, their actors and steps, and the messages printed for them with everything filled in that is
//! left out because it is as in the message before. The messages are entries like those of a log.
//!
//! No document marks its parts. They are found by how they look, in one of four styles that a section can have:
//! numbered steps (`numbered`, whose sentences `told` reads where titles name nobody), a ladder with messages below it
//! (`drawn`), and a figure whose steps the text only mentions (`mentioned`). A flow has the number of its section; where
//! a figure numbers the steps, that of the figure.

mod actors;
mod against;
mod aliases;
mod bytes;
mod claims;
mod descriptions;
mod dialogs;
mod drawn;
mod figures;
mod hop;
mod hosts;
mod ladder;
mod lines;
mod markdown;
mod marks;
mod mentioned;
mod message;
mod model;
mod name;
mod numbered;
mod outline;
mod page;
mod prose;
mod reader;
mod resolve;
mod sentences;
mod span;
mod starts;
mod table;
mod tag;
mod text;
mod titles;
mod told;
mod transactions;
mod verbatim;
mod vias;
mod words;

use super::about::About;
use std::collections::HashMap;

pub use model::{
    Actor, Body, Contradicted, Contradiction, Document, Flow, Header, Heading, Inherited, Message,
    Remark, Step, StepKind,
};
pub(super) use reader::DocumentReader;

use lines::{Line, plain};
use outline::Section;
use resolve::Room;

/// What a document keeps.
pub(super) const ABOUT: About = About {
    what: "flow documents",
    time: "none, order of the steps",
    addresses: "actors by name",
    transport: "as Via says",
    message: "line ends and what is left out filled in",
    note: "the length of a body proves nothing",
};

/// How the steps of a section are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// The text lists them.
    Listed,
    /// A table lists them.
    Table,
    /// A figure shows them.
    Figure,
    /// There are only messages.
    Messages,
}

impl Document {
    /// Reads a text. One without flows is an empty document.
    pub fn read(text: &str) -> Self {
        let text = text::unquoted(text);
        let document = Self::of(&text);
        if !document.flows.is_empty() {
            return document;
        }
        // It may be quoted in a longer text of somebody else.
        let quoted = text::with_quotation(&text).map(|text| Self::of(&text));
        let quoted = quoted.filter(|quoted| !quoted.flows.is_empty());
        quoted.unwrap_or(document)
    }

    fn of(text: &str) -> Self {
        let lines = lines::lines(text);
        let sections = outline::sections(&lines);
        let mut document = Self::default();
        let mut has_flow = Vec::new();
        let mut room = Room::default();
        let mut captions = figures::Captions::default();
        let mut by_number: HashMap<&str, &Section<'_>> = HashMap::new();
        let mut tables = Vec::new();
        for (sections, lines) in parts(&sections, &lines) {
            for section in sections {
                by_number.insert(&section.number, section);
            }
            let section = &sections[0];
            let told = tell(lines);
            has_flow.extend(sections.iter().map(|_| !told.is_empty()));
            for (place, mut told) in told.into_iter().enumerate() {
                if told.style == Style::Table {
                    tables.push(document.flows.len());
                }
                let steps = &mut told.steps;
                titles::put_right(steps);
                hosts::put_right(steps);
                let before = transactions::of(steps);
                for (step, before) in before.iter().enumerate() {
                    if let Some(request) = before.request.filter(|_| steps[step].method.is_none()) {
                        steps[step].method = steps[request].method.clone();
                    }
                }
                let actors = actors::find(steps, &before, &told.names, told.lines);
                document.left_out += resolve::fill(steps, &before, &mut room);
                against::in_steps(steps, &before, &section.number);
                let mut flow = flow(section, place, told, actors);
                let titles = titles(section, &by_number);
                figures::in_figures(&mut flow, &section.number, titles, &mut captions);
                document.flows.push(flow);
            }
        }
        forget_overviews(&mut document, &tables);
        repeat_steps(&mut document, &lines);
        join_flows(&mut document);
        figures::in_names(&mut document, &lines);
        document.announced = announced(&sections, &has_flow);
        document
    }

    /// Whether a text is a flow document for sure, and not just one with messages or with a ladder in it.
    pub(super) fn is_one(text: &str) -> bool {
        let is_one = |text: &str| {
            let lines = lines::lines(text);
            let sections = outline::sections(&lines);
            let mut parts = parts(&sections, &lines);
            parts.any(|(_, lines)| tell(lines).iter().any(|told| told.is_sure))
        };
        let text = text::unquoted(text);
        is_one(&text) || text::with_quotation(&text).is_some_and(|text| is_one(&text))
    }
}

/// The steps of a flow.
struct Told<'l, 'a> {
    steps: Vec<Step>,
    style: Style,
    /// Whether nothing but a document has such steps.
    is_sure: bool,
    /// Names of lifelines, from left to right, if a ladder has them.
    names: Vec<String>,
    /// The lines that tell of it.
    lines: &'l [Line<'a>],
    /// What stands above it, if the section has others in front of it.
    heading: Option<Remark>,
}

impl<'l, 'a> Told<'l, 'a> {
    fn in_words(steps: Vec<Step>, style: Style, is_sure: bool, lines: &'l [Line<'a>]) -> Self {
        Self {
            steps,
            style,
            is_sure,
            names: Vec::new(),
            lines,
            heading: None,
        }
    }
}

/// The parts of a document that tell of flows, each with its lines: mostly a section.
fn parts<'s, 'a>(
    sections: &'s [Section<'a>],
    lines: &'a [Line<'a>],
) -> impl Iterator<Item = (&'s [Section<'a>], &'a [Line<'a>])> {
    let is_flow = |section: &Section<'_>| {
        let told = tell(section.lines);
        let has_list = |told: &Told<'_, '_>| told.style == Style::Listed;
        told.iter()
            .any(|told| has_list(told) || !told.names.is_empty())
    };
    let mut rest = sections;
    std::iter::from_fn(move || {
        let (part, behind) = rest.split_at(table::reach(rest, is_flow));
        rest = behind;
        let (first, last) = (part.first()?, part.last()?);
        Some((part, &lines[first.start..last.start + last.lines.len()]))
    })
}

/// The flows of a part.
fn tell<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<Told<'l, 'a>> {
    let mentioned = mentioned::count(lines);
    if mentioned > 0 && mentioned > marks::count(lines) {
        let steps = mentioned::steps(lines);
        if steps.iter().any(|step| step.kind.is_sip()) {
            // What mentions steps shows them in a figure.
            let has_figure = lines.iter().any(|line| caption(line).is_some());
            return vec![Told::in_words(steps, Style::Figure, has_figure, lines)];
        }
    }
    let lists = numbered::lists(lines);
    let tables = table::tables(lines);
    let is_whole = |list: &numbered::List<'_, '_>| {
        let mut sip = list.steps.iter().filter(|step| step.kind.is_sip());
        sip.all(|step| step.said.0.is_some() && step.said.1.is_some())
    };
    // Beside a list with all ends a table is an overview.
    let tells_all = !lists.is_empty() && lists.iter().all(is_whole);
    if !tables.is_empty() && !tells_all {
        return in_tables(tables, lines);
    }
    if !lists.is_empty() {
        let told = lists.into_iter().map(|list| Told {
            heading: list.heading,
            ..Told::in_words(list.steps, Style::Listed, true, list.lines)
        });
        return told.collect();
    }
    let drawn = drawn::read(lines);
    if !drawn.steps.iter().any(|step| step.kind.is_sip()) {
        return Vec::new();
    }
    // Programs draw ladders in their comments and tests, but print no messages under the tags of the arrows.
    let example = |step: &Step| step.number.is_some() && step.message.is_some();
    let is_sure = drawn.steps.iter().any(example);
    let style = match drawn.is_drawn {
        true => Style::Figure,
        false => Style::Messages,
    };
    vec![Told {
        names: drawn.names,
        ..Told::in_words(drawn.steps, style, is_sure, lines)
    }]
}

/// The flows whose steps stand in tables.
fn in_tables<'l, 'a>(tables: Vec<table::Table>, lines: &'l [Line<'a>]) -> Vec<Told<'l, 'a>> {
    let starts = tables.iter().skip(1).map(|table| table.start);
    let ends: Vec<_> = starts.chain([lines.len()]).collect();
    let mut before = 0;
    let mut told = Vec::new();
    for (table, end) in tables.into_iter().zip(ends) {
        let (steps, _) = drawn::with_messages(table.steps, &lines[table.end..end]);
        let heading = numbered::heading(&lines[before..table.start]);
        let start = if told.is_empty() { 0 } else { table.start };
        told.push(Told {
            heading: heading.filter(|_| start > 0),
            ..Told::in_words(steps, Style::Table, true, &lines[start..end])
        });
        before = table.end;
    }
    told
}

/// The flow at this place among those of its section.
fn flow(section: &Section<'_>, place: usize, told: Told<'_, '_>, actors: Vec<Actor>) -> Flow {
    let figures: Vec<_> = told.lines.iter().filter_map(caption).collect();
    let of_figure = figures.first().filter(|_| told.style == Style::Figure);
    let parts = of_figure.and_then(|caption| number_and_title(&caption.text));
    let (mut id, title) = parts.unwrap_or_else(|| (section.number.clone(), section.title.clone()));
    if place > 0 {
        id = format!("{id} ({})", place + 1).trim_start().to_owned();
    }
    let first = told.steps.first().map_or(section.line, |step| step.line);
    let (line, title) = match told.heading {
        Some(heading) => (heading.line, heading.text),
        None if place > 0 => (first, title),
        None => (section.line, title),
    };
    Flow {
        id,
        title,
        line,
        figures,
        contradictions: Vec::new(),
        actors,
        steps: told.steps,
    }
}

/// The titles that a section stands under, its own first.
fn titles<'a>(
    section: &'a Section<'_>,
    by_number: &'a HashMap<&str, &Section<'_>>,
) -> impl Iterator<Item = &'a str> + Clone {
    let numbers = std::iter::successors(Some(section.number.as_str()), |number| {
        number.rsplit_once('.').map(|(above, _)| above)
    });
    numbers.filter_map(|number| Some(by_number.get(number)?.title.as_str()))
}

/// `Figure 3.7 A message flow`, `Figure 1- Expiry`; a sentence may begin like that as well.
fn caption(line: &Line<'_>) -> Option<Remark> {
    let text = plain(line.trimmed());
    let is_caption = text.starts_with("Figure ")
        && !text.ends_with(['.', ':'])
        && text.len() < 200
        && !words::is_told_of(&text);
    is_caption.then_some(Remark {
        line: line.number,
        text,
    })
}

/// `Figure 3.7` and what follows it, without a reference to a source behind.
fn number_and_title(caption: &str) -> Option<(String, String)> {
    let rest = caption.strip_prefix("Figure ")?;
    let (number, title) = rest.split_once(' ')?;
    let number = number.trim_end_matches(['.', ':', '-']);
    let title = title.trim_start_matches(['-', ' ']);
    let title = match title.rsplit_once(" [") {
        Some((title, reference)) if reference.ends_with(']') => title,
        _ => title,
    };
    Some((format!("Figure {number}"), title.trim().to_owned()))
}

/// Takes out the tables whose messages are not printed below them, where the other flows tell the same steps.
fn forget_overviews(document: &mut Document, tables: &[usize]) {
    for at in tables.iter().rev() {
        let table = &document.flows[*at];
        let others = document.flows.iter().enumerate();
        let others = others
            .filter(|(other, _)| other != at)
            .map(|(_, flow)| flow);
        if table::is_overview(table, others) {
            document.flows.remove(*at);
        }
    }
}

/// "Step 3 in Fig. 3.3 is the same as step 3 in Fig. 3.2": the one that the text of its own flow does not mention is repeated.
fn repeat_steps(document: &mut Document, lines: &[Line<'_>]) {
    const LONGEST: usize = 16 << 10;
    for line in lines.iter().filter(|line| line.text.len() < LONGEST) {
        let Some((one, other)) = line.text.split_once(" is the same as step ") else {
            continue;
        };
        let place = |text: &str| {
            let (number, figure) = text.split_once(" in Fig. ")?;
            let figure = figure.split([' ', ',']).next()?.trim_end_matches('.');
            Some((number.trim().to_owned(), format!("Figure {figure}")))
        };
        let one = one.rsplit_once("tep ").and_then(|(_, one)| place(one));
        if let (Some(one), Some(other)) = (one, place(other)) {
            repeat_step(document, line.number, one, other);
        }
    }
}

fn repeat_step(document: &mut Document, line: u64, one: (String, String), other: (String, String)) {
    let find = |document: &Document, figure: &str| {
        document.flows.iter().position(|flow| flow.id == figure)
    };
    let (Some(at), Some(from)) = (find(document, &one.1), find(document, &other.1)) else {
        return;
    };
    let has = |flow: &Flow, number: &str| {
        let numbered = |step: &Step| step.number.as_deref() == Some(number);
        flow.steps.iter().position(numbered)
    };
    let Some(step) = has(&document.flows[from], &other.0) else {
        return;
    };
    if has(&document.flows[at], &one.0).is_some() {
        return;
    }
    let mut step = document.flows[from].steps[step].clone();
    step.number = Some(one.0);
    (step.line, step.title_line) = (line, line);
    step.contradictions.clear();
    let names =
        [step.from, step.to].map(|end| end.map(|end| document.flows[from].actors[end].clone()));
    let flow = &mut document.flows[at];
    let [one, other] = names.map(|actor| actor.map(|actor| place_of(flow, actor)));
    (step.from, step.to) = (one, other);
    // The flow goes on where the arrow ended.
    let next = flow.steps.first().and_then(|next| next.from);
    step.to = next.filter(|next| step.from != Some(*next)).or(step.to);
    // It has no message whose lines could be read twice.
    step.message = None;
    flow.steps.insert(0, step);
}

/// The place of an actor in a flow, which has it from now on.
fn place_of(flow: &mut Flow, actor: Actor) -> usize {
    let mut known = flow.actors.iter();
    let known = known.position(|known| known.name == actor.name);
    known.unwrap_or_else(|| {
        flow.actors.push(actor);
        flow.actors.len() - 1
    })
}

/// A flow that begins with the last step of the one before, under its number, goes on where that step ended: its receiver is the one
/// that the second flow tells of, and whom the first one names is the one whom it is meant for.
fn join_flows(document: &mut Document) {
    for at in 1..document.flows.len() {
        let (before, after) = document.flows.split_at_mut(at);
        let (one, other) = (&mut before[at - 1], &after[0]);
        let (Some(last), Some(first)) = (one.steps.last(), other.steps.first()) else {
            continue;
        };
        let name = |flow: &Flow, end: Option<usize>| end.map(|end| flow.actors[end].name.clone());
        let is_same = last.number == first.number
            && first.number.as_ref().is_some_and(|number| number != "1")
            && (last.kind, &last.method) == (first.kind, &first.method)
            && last.method.is_some()
            && name(one, last.from) == name(other, first.from);
        if let Some(to) = first.to.filter(|_| is_same) {
            let to = place_of(one, other.actors[to].clone());
            let meant = one.steps.last_mut().and_then(|last| last.to.replace(to));
            if let Some(meant) = meant {
                forget_idle(one, meant);
            }
        }
    }
}

/// Takes out an actor that has no step.
fn forget_idle(flow: &mut Flow, actor: usize) {
    let acts = |step: &Step| [step.from, step.to].contains(&Some(actor));
    if flow.steps.iter().any(acts) {
        return;
    }
    flow.actors.remove(actor);
    let ends = flow
        .steps
        .iter_mut()
        .flat_map(|step| [&mut step.from, &mut step.to]);
    for end in ends.flatten().filter(|end| **end > actor) {
        *end -= 1;
    }
}

/// Sections without parts of their own under a heading that speaks of flows, and none in them.
fn announced(sections: &[Section<'_>], has_flow: &[bool]) -> Vec<Heading> {
    let mut announced = Vec::new();
    let mut above: Vec<&Section<'_>> = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        while above.last().is_some_and(|last| !last.holds(section)) {
            above.pop();
        }
        above.push(section);
        let next = sections.get(at + 1);
        let has_parts = next.is_some_and(|next| section.holds(next));
        let speaks = above.iter().any(|section| {
            let title = section.title.to_lowercase();
            title
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| matches!(word, "flow" | "flows"))
        });
        if speaks && !has_parts && !has_flow[at] && !section.number.is_empty() {
            announced.push(Heading {
                number: section.number.clone(),
                title: section.title.clone(),
                line: section.line,
            });
        }
    }
    announced
}
