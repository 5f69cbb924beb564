//! Publications of a call, as people and programs get them: every PUBLISH of one state with the entity-tags that chain them.

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::trace::{Attempt, Call, Publication, PublicationState, Trace};

use super::attempt::{
    AttemptRow, is_in, note, number, other_calls, print_folded, print_other_calls,
};
use super::escape;
use super::times::{Times, When};

/// A publication as programs get it.
#[derive(Serialize)]
pub(super) struct PublicationRow {
    resource: String,
    event: String,
    state: String,
    #[serde(flatten)]
    until: When,
    joined_late: bool,
    /// Number of the first request of the publication in whose place it stands.
    restarts: Option<usize>,
    /// Those in this call.
    steps: Vec<PublishRow>,
    /// Numbers of the calls with further steps.
    other_calls: Vec<usize>,
}

#[derive(Serialize)]
struct PublishRow {
    #[serde(flatten)]
    attempt: AttemptRow,
    /// The entity-tag that it names.
    if_match: Option<String>,
    /// The entity-tag that the answer gives.
    entity_tag: Option<String>,
}

/// The publications that have a part in a call.
pub(super) fn rows(trace: &Trace, times: &Times, call: &Call<'_>) -> Vec<PublicationRow> {
    // Only a call in which there is one needs those of all calls.
    if call.publications().is_empty() {
        return Vec::new();
    }
    let all = trace.publications();
    let here = all
        .iter()
        .filter(|one| one.steps.iter().any(|step| is_in(call, step)));
    here.map(|one| PublicationRow::of(&all, times, call, one))
        .collect()
}

impl PublicationRow {
    fn of(all: &[Publication<'_>], times: &Times, call: &Call<'_>, of: &Publication<'_>) -> Self {
        let last = of.steps.last();
        let until = last.and_then(|step| times.beside(of.until(), &step.hop.first_message()));
        let restarts = of.restarts.and_then(|at| all[at].steps.first());
        let here = of.steps.iter().filter(|step| is_in(call, step));
        let state = of.state();
        Self {
            resource: String::from_utf8_lossy(of.resource).into_owned(),
            event: of.event.clone(),
            state: match state {
                PublicationState::Refused(status) => format!("{} {status}", state.name()),
                _ => state.name().to_owned(),
            },
            until: When::new("until", until),
            joined_late: of.joined_late(),
            restarts: restarts.map(number),
            steps: here.map(|step| PublishRow::of(step, &of.steps)).collect(),
            other_calls: other_calls(call, &of.steps),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write, all: bool) -> Result<()> {
        let [resource, event, state] =
            [&self.resource, &self.event, &self.state].map(|text| escape::text(text));
        writeln!(out, "\npublication of {event} by {resource}:")?;
        let until = match self.until.text() {
            Some(until) => format!(", until {until}"),
            None => String::new(),
        };
        let late = if self.joined_late {
            ", joined late"
        } else {
            ""
        };
        writeln!(out, "  {state}{until}{late}")?;
        if let Some(before) = self.restarts {
            writeln!(
                out,
                "  in place of the one that began with message {before}"
            )?;
        }
        let routine = |step: &PublishRow| step.attempt.is_routine();
        print_folded(out, &self.steps, all, routine, |step, out| step.print(out))?;
        print_other_calls(out, &self.other_calls)
    }
}

impl PublishRow {
    fn of(step: &Attempt<'_>, all: &[Attempt<'_>]) -> Self {
        let text = |tag: &[u8]| {
            let tag = String::from_utf8_lossy(tag).into_owned();
            Some(tag).filter(|tag| !tag.is_empty())
        };
        let (request, answer) = (step.hop.request(), step.hop.answer());
        Self {
            attempt: AttemptRow::of(step, all),
            if_match: request.and_then(|request| text(request.entity_tag())),
            entity_tag: answer.and_then(|answer| text(answer.entity_tag())),
        }
    }

    fn print(&self, out: &mut impl Write) -> Result<()> {
        let attempt = &self.attempt;
        attempt.print(out)?;
        let named = self.if_match.as_deref().map(escape::text);
        match (attempt.follows, attempt.why, named) {
            (Some(before), _, Some(tag)) => {
                note(out, &format!("after message {before}, tag {tag}"))?
            }
            (Some(before), Some(why), _) => {
                note(out, &format!("again after message {before} ({why})"))?;
            }
            (_, _, Some(tag)) => note(out, &format!("tag {tag}"))?,
            _ => {}
        }
        if let Some(tag) = &self.entity_tag {
            note(out, &format!("is given tag {}", escape::text(tag)))?;
        }
        Ok(())
    }
}
