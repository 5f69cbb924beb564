//! A documented flow that was found in a trace, line by line: who is who, what became of each step, and what stands beside it.
//!
//! ```text
//! call 1: basic-call pass, 9 matched
//!   A call between two users (RFC 3665 3.1)
//!   Alice is 10.64.0.1
//!   F1    Alice -> Bob                   INVITE                   matched message 1
//! ```

use crate::base::escape;
use crate::flow::{Conclusion, Deviation, Fate, Found, StepResult, Template};
use crate::trace::{MessageId, Trace};

/// How what a line tells stands to the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is no verdict.
    Neutral,
    /// As documented.
    Kept,
    /// Not as documented.
    Broken,
    /// Nobody can tell.
    Open,
}

impl From<Conclusion> for Standing {
    fn from(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Pass => Self::Kept,
            Conclusion::Fail => Self::Broken,
            Conclusion::Inconclusive => Self::Open,
        }
    }
}

impl From<&Fate> for Standing {
    fn from(fate: &Fate) -> Self {
        match fate {
            Fate::Matched => Self::Kept,
            Fate::Deviates(_) | Fate::OutOfOrder(_) | Fate::Missing => Self::Broken,
            Fate::NotCaptured | Fate::NotReached => Self::Open,
            _ => Self::Neutral,
        }
    }
}

/// A line, escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowLine {
    /// What it says.
    pub text: String,
    /// The message that it is about.
    pub message: Option<MessageId>,
    /// How that stands to the document.
    pub standing: Standing,
}

impl FlowLine {
    fn neutral(text: String) -> Self {
        Self {
            text,
            message: None,
            standing: Standing::Neutral,
        }
    }
}

/// Requests beside the flow that are named.
const MOST_NAMED: usize = 5;

/// The verdict first; everything else stands further in.
pub fn flow_lines(trace: &Trace, known: &[Template], found: &Found) -> Vec<FlowLine> {
    let template = &known[found.template];
    let mut lines = vec![verdict(template, found)];
    let mut say = |text: String| lines.push(FlowLine::neutral(text));
    let title = escape::text(&template.title);
    say(format!("  {title} ({})", escape::text(&template.source)));
    if !template.tests.is_empty() {
        let tests = escape::text(&template.tests.join(", "));
        say(format!("  test: {tests}"));
    }
    for (actor, node) in &found.given.nodes {
        let label = &template.actors[*actor].label;
        let node = trace.node(*node).map(|node| node.label());
        let node = node.unwrap_or_default();
        say(format!(
            "  {} is {}",
            escape::text(label),
            escape::text(&node)
        ));
    }
    for result in &found.given.steps {
        step(&mut lines, template, result);
    }
    lines.extend(extra(trace, found).map(FlowLine::neutral));
    if !found.fits_as_well.is_empty() {
        let ids = found
            .fits_as_well
            .iter()
            .map(|other| known[*other].id.as_str());
        let ids = escape::text(&ids.collect::<Vec<_>>().join(", "));
        let text = format!("  what was seen may as well be of {ids}");
        lines.push(FlowLine::neutral(text));
    }
    let others: Vec<_> = found
        .others
        .iter()
        .map(|(other, score)| format!("{} {score}", known[*other].id))
        .collect();
    if !others.is_empty() {
        let others = escape::text(&others.join(", "));
        let mut better = found
            .others
            .iter()
            .filter(|(_, score)| *score > found.score);
        let why = match (found.passed_over, better.next()) {
            (Some((other, score)), _) => {
                let other = escape::text(&known[other].id);
                let [own, its] = match found.conclusion {
                    Conclusion::Pass => ["passes and", "does not pass"],
                    _ => ["does not differ and", "does not"],
                };
                // Such answers are chosen by as if they were right.
                let aside = match found.conclusion {
                    Conclusion::Fail => "but for answers to no request ",
                    _ => "",
                };
                format!(
                    ", before {other} with {score}: {aside}it {own} explains what was seen, {other} {its}"
                )
            }
            (None, Some((other, score))) => {
                let other = escape::text(&known[*other].id);
                format!(", before {other} with {score}: too little of {other} was seen")
            }
            (None, None) => String::new(),
        };
        let text = format!("  score {}{why}; next: {others}", found.score);
        lines.push(FlowLine::neutral(text));
    }
    lines
}

fn verdict(template: &Template, found: &Found) -> FlowLine {
    let calls: Vec<_> = found
        .calls
        .iter()
        .map(|call| call.number().to_string())
        .collect();
    let plural = if calls.len() == 1 { "call" } else { "calls" };
    let verdict = found.conclusion.name();
    let text = format!(
        "{plural} {}: {} {verdict}{}",
        calls.join(", "),
        escape::text(&template.id),
        counts(found)
    );
    FlowLine {
        text,
        message: None,
        standing: found.conclusion.into(),
    }
}

/// `, 18 matched, 1 deviates`.
fn counts(found: &Found) -> String {
    let names = [
        "matched",
        "deviates",
        "out of order",
        "missing",
        "not reached",
        "not provable",
        "combined",
        "replaced",
        "left out",
    ];
    let counts = names.iter().map(|name| (found.given.count(name), name));
    let some = counts.filter(|(count, _)| *count > 0);
    some.map(|(count, name)| format!(", {count} {name}"))
        .collect()
}

fn step(lines: &mut Vec<FlowLine>, template: &Template, result: &StepResult) {
    let one = &template.steps[result.step];
    let message = result.message.map_or_else(String::new, |message| {
        format!(" message {}", message.number())
    });
    let again = match result.fate {
        Fate::Matched if result.echoes > 0 => ", but for what is told above",
        _ => "",
    };
    let text = format!(
        "  {:<5} {:<29}  {:<23}  {}{message}",
        escape::text(&one.number),
        escape::text(&step_ends(template, result.step)),
        escape::text(&one.caption()),
        result.fate.name(),
    ) + again;
    let mut say = |text: &str| {
        lines.push(FlowLine {
            text: text.trim_end().to_owned(),
            message: result.message,
            standing: (&result.fate).into(),
        });
    };
    say(&text);
    match &result.fate {
        Fate::Deviates(deviations) => {
            for deviation in deviations {
                say(&deviation_line(deviation));
            }
        }
        Fate::OutOfOrder(other) => {
            let number = escape::text(&template.steps[*other].number);
            let relation = if result.step > *other {
                "before"
            } else {
                "after"
            };
            say(&format!("        it came {relation} step {number}"));
        }
        _ => {}
    }
}

/// How a message differs from its step.
pub fn deviation_line(deviation: &Deviation) -> String {
    format!(
        "        {}: expected {}, got {}",
        escape::text(&deviation.what),
        escape::text(&deviation.expected),
        escape::text(&deviation.got)
    )
}

/// Who does a step, or sends it to whom.
pub fn step_ends(template: &Template, step: usize) -> String {
    let one = &template.steps[step];
    let (from, to) = (&template.actors[one.from], &template.actors[one.to]);
    match one.from == one.to {
        true => from.label.clone(),
        false => format!("{} -> {}", from.label, to.label),
    }
}

fn extra(trace: &Trace, found: &Found) -> Option<String> {
    let extra = &found.given.extra;
    if extra.is_empty() {
        return None;
    }
    let first: Vec<_> = extra
        .iter()
        .take(MOST_NAMED)
        .filter_map(|message| trace.message(*message))
        .map(|message| {
            let method = String::from_utf8_lossy(message.hop().method_name()).into_owned();
            format!("{method} (message {})", message.id().number())
        })
        .collect();
    let more = match extra.len().saturating_sub(first.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let requests = match extra.len() {
        1 => "1 request".to_owned(),
        several => format!("{several} requests"),
    };
    Some(format!(
        "  {requests} beside the flow: {}{more}",
        escape::text(&first.join(", "))
    ))
}
