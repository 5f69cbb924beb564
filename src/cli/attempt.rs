//! One REGISTER or PUBLISH, as people and programs get it.

use std::collections::BTreeSet;
use std::io::{Result, Write};

use serde::Serialize;
use sipscope::trace::{Attempt, Call};

use super::state::print_step;

/// A step as programs get it.
#[derive(Serialize)]
pub(super) struct AttemptRow {
    /// Number of the request.
    pub(super) number: usize,
    kind: &'static str,
    contact: String,
    asked: Option<u32>,
    granted: Option<u32>,
    status: Option<u16>,
    with_credentials: bool,
    /// Number of the request to whose answer it is the reaction, and what kind of reaction that is.
    pub(super) follows: Option<usize>,
    pub(super) why: Option<&'static str>,
    /// Number of the request with another Call-ID that caused it.
    pub(super) caused_by: Option<usize>,
}

impl AttemptRow {
    /// `all` are the steps among which it stands.
    pub(super) fn of(attempt: &Attempt<'_>, all: &[Attempt<'_>]) -> Self {
        let caused_by = attempt.hop.caused_by();
        Self {
            number: number(attempt),
            kind: attempt.kind.name(),
            contact: String::from_utf8_lossy(attempt.contact).into_owned(),
            asked: attempt.asked,
            granted: attempt.granted,
            status: attempt.status,
            with_credentials: attempt.with_credentials,
            follows: attempt.follows.map(|follows| number(&all[follows.step])),
            why: attempt.follows.map(|follows| follows.why.name()),
            caused_by: caused_by.map(|(by, _)| by.first_message().id().number()),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> Result<()> {
        let (asked, granted) = (self.asked, self.granted);
        print_step(out, self.number, self.kind, asked, granted, self.status)?;
        writeln!(out)?;
        if let Some(by) = self.caused_by {
            note(out, &format!("caused by message {by}"))?;
        }
        Ok(())
    }

    /// Whether it only keeps up what is there.
    pub(super) fn is_routine(&self) -> bool {
        self.kind == "refresh" && self.is_accepted() && self.caused_by.is_none()
    }

    pub(super) fn is_accepted(&self) -> bool {
        matches!(self.status, Some(200..300))
    }
}

/// The number of a request as people see it.
pub(super) fn number(attempt: &Attempt<'_>) -> usize {
    attempt.hop.first_message().id().number()
}

/// Something about the step in the line above.
pub(super) fn note(out: &mut impl Write, text: &str) -> Result<()> {
    writeln!(out, "{:10}{text}", "")
}

/// Of so many routine steps in a row those in the middle are only counted.
const MOST_SHOWN: usize = 4;

/// Prints steps in their order; unless all are wanted, what is routine again and again is folded.
pub(super) fn print_folded<T, W: Write>(
    out: &mut W,
    steps: &[T],
    all: bool,
    is_routine: impl Fn(&T) -> bool,
    print: impl Fn(&T, &mut W) -> Result<()>,
) -> Result<()> {
    let runs = steps.chunk_by(|one, other| is_routine(one) && is_routine(other));
    for run in runs {
        match run {
            [first, folded @ .., last] if !all && run.len() > MOST_SHOWN => {
                print(first, out)?;
                note(out, &format!("and {} more like it", folded.len()))?;
                print(last, out)?;
            }
            all => all.iter().try_for_each(|step| print(step, out))?,
        }
    }
    Ok(())
}

/// Whether a step is in a call.
pub(super) fn is_in(call: &Call<'_>, step: &Attempt<'_>) -> bool {
    step.hop.call().id() == call.id()
}

/// The numbers of other calls in which there are steps, too.
pub(super) fn other_calls(call: &Call<'_>, steps: &[Attempt<'_>]) -> Vec<usize> {
    let others = steps.iter().filter(|step| !is_in(call, step));
    let numbers: BTreeSet<_> = others.map(|step| step.hop.call().id().number()).collect();
    numbers.into_iter().collect()
}

/// Only so many other calls are told by number.
const MOST_TOLD: usize = 8;

pub(super) fn print_other_calls(out: &mut impl Write, calls: &[usize]) -> Result<()> {
    let told = calls.iter().take(MOST_TOLD).map(usize::to_string);
    let told = told.collect::<Vec<_>>().join(", ");
    match calls.len().saturating_sub(MOST_TOLD) {
        _ if calls.is_empty() => Ok(()),
        0 => writeln!(out, "  more of it in calls {told}"),
        more => writeln!(out, "  more of it in calls {told} and {more} others"),
    }
}
