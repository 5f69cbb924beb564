//! Steps that a document tells together, as one message goes over several hops: `8-9. 200 OK (S-CSCF to P-CSCF to UE)`.

use super::hosts::is_named_after;
use super::model::{Message, Step};
use super::{hop, vias};

/// The steps with these numbers, one for each hop of the title, of what was read below it: more than one where there are several examples.
pub(super) fn apart(
    told: Vec<Step>,
    numbers: impl Iterator<Item = String>,
    title: &str,
) -> Vec<Step> {
    let Some((label, ends)) = hop::along(title).filter(|(_, ends)| told.len() < ends.len()) else {
        return told;
    };
    let mut told = told.into_iter();
    let Some(mut first) = told.next() else {
        return Vec::new();
    };
    let examples = first.message.take().into_iter();
    let examples: Vec<_> = examples
        .chain(told.filter_map(|step| step.message))
        .collect();
    let at = match &examples[..] {
        [only] => place(only, &ends),
        _ => 0,
    };
    let mut examples = examples.into_iter();
    let hops = ends.windows(2).zip(numbers).enumerate();
    let steps = hops.map(|(hop, (ends, number))| {
        let mut step = match hop {
            0 => first.clone(),
            _ => Step {
                title_line: first.title_line,
                ..Step::new(None, String::new(), first.line)
            },
        };
        step.number = Some(number);
        step.title.clone_from(&label);
        step.said = (Some(ends[0].clone()), Some(ends[1].clone()));
        step.message = if hop < at { None } else { examples.next() };
        step
    });
    steps.collect()
}

/// Of which hop the only example is: by the host of its topmost Via, which is that of the sender of a request and of the receiver of a
/// response, or of who has no such name at the beginning of all.
fn place(message: &Message, ends: &[String]) -> usize {
    let host = vias::stack(message)
        .into_iter()
        .next()
        .map(|(host, _)| host);
    let is_named = |end: &String| host.as_ref().is_some_and(|host| is_named_after(host, end));
    let last = ends.len() - 2;
    match message.status() {
        Some(_) => ends[1..].iter().position(is_named).unwrap_or(last),
        None => ends[..=last].iter().position(is_named).unwrap_or(0),
    }
}
