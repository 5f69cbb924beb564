//! A flow that a document tells without showing its messages, held to a template: who sends what to whom, in which order, under
//! which number.

use super::judge::{Conclusion, Deviation, Fate};
use crate::flow::template::{Actor, Template, What};

/// A step as a document tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its number, as far as it has one.
    pub number: Option<String>,
    /// What it is.
    pub kind: ToldKind,
    /// All names of its sender; empty where the document names none.
    pub from: Vec<String>,
    /// All names of its receiver.
    pub to: Vec<String>,
}

/// What a told step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToldKind {
    /// A request with this method.
    Request(String),
    /// A response with this status.
    Response(u16),
    /// Anything else.
    Other,
}

/// A template beside a told flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldFlow {
    /// For each step of the template the told one, by its position, and what became of it.
    pub steps: Vec<(Option<usize>, Fate)>,
    /// Told steps that the template does not have.
    pub extra: Vec<usize>,
    /// The verdict.
    pub conclusion: Conclusion,
    /// How well they go together: two for each step that is the same, less one for each difference.
    pub score: i64,
}

/// Holds told steps to a template.
pub fn match_told(template: &Template, told: &[Told]) -> ToldFlow {
    let pairs = pair(template, told);
    let steps: Vec<(Option<usize>, Fate)> = (0..template.steps.len())
        .map(|step| match pairs[step] {
            Some(at) => {
                let deviations = deviations(template, step, &told[at]);
                let fate = match deviations.is_empty() {
                    true => Fate::Matched,
                    false => Fate::Deviates(deviations),
                };
                (Some(at), fate)
            }
            None if template.is_optional(step) => (None, Fate::LeftOut),
            None => (None, Fate::Missing),
        })
        .collect();
    let extra: Vec<usize> = (0..told.len())
        .filter(|at| !pairs.contains(&Some(*at)))
        .collect();
    let points = |fate: &Fate| match fate {
        Fate::Matched => 2,
        Fate::Deviates(all) => 2 - all.len() as i64,
        Fate::Missing => -1,
        _ => 0,
    };
    let score: i64 = steps.iter().map(|(_, fate)| points(fate)).sum();
    let fine = |fate: &Fate| matches!(fate, Fate::Matched | Fate::LeftOut);
    ToldFlow {
        conclusion: match extra.is_empty() && steps.iter().all(|(_, fate)| fine(fate)) {
            true => Conclusion::Pass,
            false => Conclusion::Fail,
        },
        score: score - extra.len() as i64,
        steps,
        extra,
    }
}

/// For each step of the template the told one, in the order of both, so that most goes together.
fn pair(template: &Template, told: &[Told]) -> Vec<Option<usize>> {
    let width = told.len() + 1;
    let rows = template.steps.len();
    let mut best = vec![0_i32; (rows + 1) * width];
    for row in 0..rows {
        for column in 0..told.len() {
            let both = likeness(template, row, &told[column])
                .map_or(i32::MIN, |score| best[row * width + column] + score);
            let left = best[(row + 1) * width + column];
            let above = best[row * width + column + 1];
            best[(row + 1) * width + column + 1] = both.max(left).max(above);
        }
    }
    let mut pairs = vec![None; rows];
    let (mut row, mut column) = (rows, told.len());
    while row > 0 && column > 0 {
        let here = best[row * width + column];
        if here == best[row * width + column - 1] {
            column -= 1;
        } else if here == best[(row - 1) * width + column] {
            row -= 1;
        } else {
            (row, column) = (row - 1, column - 1);
            pairs[row] = Some(column);
        }
    }
    pairs
}

/// How much a told step looks like one of the template; `None` if it cannot be it.
fn likeness(template: &Template, step: usize, told: &Told) -> Option<i32> {
    let one = &template.steps[step];
    let by_kind = match (&one.what, &told.kind) {
        (What::Request(request), ToldKind::Request(method)) if request.method == *method => 6,
        (What::Response(response), ToldKind::Response(status)) => {
            let mut statuses = response.statuses.iter();
            match statuses.any(|(code, _)| code == status) {
                true => 6,
                false => 2,
            }
        }
        (What::Other { .. } | What::Action, ToldKind::Other) => 4,
        _ => return None,
    };
    let number = i32::from(told.number.as_ref() == Some(&one.number));
    let by_end = ends(template, step, told).map(|(.., fits)| match fits {
        Some(true) => 2,
        Some(false) => -2,
        None => 0,
    });
    Some(by_kind + number + by_end.iter().sum::<i32>()).filter(|at| *at > 0)
}

fn deviations(template: &Template, step: usize, told: &Told) -> Vec<Deviation> {
    let one = &template.steps[step];
    let mut deviations = Vec::new();
    let mut differs = |what: &str, expected: String, got: String| {
        deviations.push(Deviation {
            what: what.to_owned(),
            expected,
            got,
        });
    };
    if let (What::Response(response), ToldKind::Response(status)) = (&one.what, &told.kind)
        && !response.statuses.iter().any(|(code, _)| code == status)
    {
        let codes: Vec<_> = response
            .statuses
            .iter()
            .map(|(code, _)| code.to_string())
            .collect();
        differs("status", codes.join(" or "), status.to_string());
    }
    for (what, actor, names, fits) in ends(template, step, told) {
        if fits == Some(false) {
            differs(what, actor.label.clone(), names[0].clone());
        }
    }
    if let Some(number) = &told.number
        && *number != one.number
    {
        differs("number", one.number.clone(), number.clone());
    }
    deviations
}

/// Sender and receiver, each with the names that are told and whether they are its own.
fn ends<'t>(
    template: &'t Template,
    step: usize,
    told: &'t Told,
) -> [(&'static str, &'t Actor, &'t [String], Option<bool>); 2] {
    let one = &template.steps[step];
    let (from, to) = (&template.actors[one.from], &template.actors[one.to]);
    let (mut sends, mut receives) = (is_one(from, &told.from), is_one(to, &told.to));
    if one.from == one.to {
        // What one does alone has a sender only.
        receives = None;
    } else if !one.is_sip() && told.to.is_empty() && is_one(to, &told.from) == Some(true) {
        // A text may tell an exchange as what one of the two does, who need not be the one that sends just then.
        sends = Some(true);
    }
    [
        ("sender", from, &told.from, sends),
        ("receiver", to, &told.to, receives),
    ]
}

/// Whether one of these names is the actor's; `None` where there are none.
fn is_one(actor: &Actor, names: &[String]) -> Option<bool> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let known = [Some(&actor.label), actor.name.as_ref()];
    let known: Vec<String> = known
        .into_iter()
        .flatten()
        .chain(&actor.aliases)
        .map(|name| plain(name))
        .collect();
    match names {
        [] => None,
        names => Some(names.iter().any(|name| known.contains(&plain(name)))),
    }
}
