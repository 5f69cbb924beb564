//! Titles that name the wrong ends. A response goes back between the two that its request went between: where the title says
//! otherwise and the text below it does not, the text is right.

use super::model::{Contradicted, Step, StepKind};
use super::name;
use super::prose::{self, What};

/// Only so many of the requests before are looked at.
const MOST_LOOKED_AT: usize = 64;

pub(super) type Ends = (Option<String>, Option<String>);

/// Puts the ends of responses right that have no example to tell them.
pub(super) fn put_right(steps: &mut [Step]) {
    let mut open: Vec<Ends> = Vec::new();
    for step in steps {
        let keys = keys(&step.said);
        match step.kind {
            StepKind::Request => open.push(keys),
            StepKind::Response => {
                let mut answered = answered(&open, &keys);
                if answered.is_none() && step.message.is_none() && keys.0.is_some() {
                    let told = told(step).filter(|told| answered_by(&open, told).is_some());
                    if let Some((line, told)) = told.map(|told| (step.title_line, told)) {
                        answered = answered_by(&open, &told);
                        let (says, is) = (text(&step.said), text(&told));
                        step.contradict(line, Contradicted::Title, says, is);
                        step.said = told;
                    }
                }
                // A provisional response leaves its request open.
                if let Some(answered) = answered.filter(|_| step.status >= Some(200)) {
                    open.remove(answered);
                }
            }
            StepKind::Internal | StepKind::OtherProtocol => {}
        }
        if open.len() > MOST_LOOKED_AT {
            open.remove(0);
        }
    }
}

fn answered_by(open: &[Ends], ends: &Ends) -> Option<usize> {
    answered(open, &keys(ends))
}

fn answered(open: &[Ends], (from, to): &Ends) -> Option<usize> {
    open.iter()
        .rposition(|(sender, receiver)| sender == to && receiver == from)
}

fn keys((from, to): &Ends) -> Ends {
    let key = |name: &Option<String>| name.as_deref().map(name::key);
    (key(from), key(to))
}

pub(super) fn text((from, to): &Ends) -> String {
    let end = |end: &Option<String>| end.clone().unwrap_or_default();
    format!("{} to {}", end(from), end(to))
}

/// The ends that the text names for this response.
fn told(step: &Step) -> Option<Ends> {
    let sentences = step
        .prose
        .iter()
        .take(4)
        .flat_map(|remark| prose::sentences(&remark.text));
    let mut said = sentences.filter_map(|sentence| prose::read(&sentence, None, &|_| false));
    let said = said.find(|said| match said.what {
        What::Response(status) => step.status == Some(status),
        _ => false,
    })?;
    Some((Some(said.sender?.text()), Some(said.receiver?.text())))
}
