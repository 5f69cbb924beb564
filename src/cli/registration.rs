//! Registrations of a call, as people and programs get them: every REGISTER with what it asked for, what it was granted, and
//! the bindings that came of it, over all calls.

use std::io::{self, Write};

use serde::Serialize;
use sipscope::Intake;
use sipscope::sip::{self, Index};
use sipscope::trace::{Attempt, Binding, BindingEnd, Call, Message, Registration, Terms, Trace};

use super::attempt::{
    AttemptRow, is_in, note, number, other_calls, print_folded, print_other_calls,
};
use super::escape;
use super::terms::{ContactRow, TermsRow};
use super::times::{Times, When};

/// A registration as programs get it.
#[derive(Serialize)]
pub(super) struct RegistrationRow {
    address: String,
    third_party: Option<String>,
    /// Those in this call.
    steps: Vec<RegisterRow>,
    bindings: Vec<BindingRow>,
    /// Numbers of the calls with further steps.
    other_calls: Vec<usize>,
}

#[derive(Serialize)]
struct RegisterRow {
    #[serde(flatten)]
    attempt: AttemptRow,
    /// The field with the credentials that answer the challenge which it follows.
    answers_with: Option<&'static str>,
    request: Option<TermsRow>,
    answer: Option<TermsRow>,
}

#[derive(Serialize)]
struct BindingRow {
    #[serde(flatten)]
    contact: ContactRow,
    path: Vec<String>,
    /// Number of the request that made it.
    made_by: Option<usize>,
    /// Number of the latest request whose answer tells of it.
    told_by: usize,
    #[serde(flatten)]
    until: When,
    end: Option<&'static str>,
    /// Number of the request that ended it.
    ended_by: Option<usize>,
}

/// The registrations that have a part in a call.
pub(super) fn rows(
    intake: &mut Intake,
    trace: &Trace,
    times: &Times,
    call: &Call<'_>,
) -> io::Result<Vec<RegistrationRow>> {
    // Only a call in which there is one needs those of all calls.
    if call.registrations().is_empty() {
        return Ok(Vec::new());
    }
    let all = trace.registrations();
    let here = all
        .iter()
        .filter(|one| one.steps.iter().any(|step| is_in(call, step)));
    here.map(|one| RegistrationRow::of(intake, times, call, one))
        .collect()
}

fn read(intake: &mut Intake, message: &Message<'_>) -> io::Result<Vec<u8>> {
    let sighting = message.sighting();
    let (input, location, length) = (sighting.input(), sighting.location(), sighting.length());
    let bytes = intake.store.read(input, location, length)?;
    Ok(bytes.to_vec())
}

fn terms(intake: &mut Intake, message: Option<Message<'_>>) -> io::Result<Option<Terms>> {
    let Some(message) = message else {
        return Ok(None);
    };
    let bytes = read(intake, &message)?;
    let mut index = Index::default();
    Ok(Some(Terms::of(&sip::Message::read(&bytes, &mut index))))
}

impl RegistrationRow {
    fn of(
        intake: &mut Intake,
        times: &Times,
        call: &Call<'_>,
        of: &Registration<'_>,
    ) -> io::Result<Self> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let here = of.steps.iter().filter(|step| is_in(call, step));
        let steps = here.map(|step| RegisterRow::of(intake, step, &of.steps));
        let steps = steps.collect::<io::Result<_>>()?;
        let bindings = of.bindings(|message| read(intake, message))?;
        Ok(Self {
            address: text(of.address),
            third_party: of.third_party.map(text),
            steps,
            bindings: bindings
                .iter()
                .map(|binding| BindingRow::of(binding, times, &of.steps))
                .collect(),
            other_calls: other_calls(call, &of.steps),
        })
    }

    pub(super) fn print(&self, out: &mut impl Write, all: bool) -> io::Result<()> {
        let address = escape::text(&self.address);
        match &self.third_party {
            Some(by) => writeln!(
                out,
                "\nregistration of {address}\n  by {}:",
                escape::text(by)
            )?,
            None => writeln!(out, "\nregistration of {address}:")?,
        }
        let routine = |step: &RegisterRow| step.attempt.is_routine() && step.answers_with.is_none();
        print_folded(out, &self.steps, all, routine, |step, out| step.print(out))?;
        let answers = || {
            self.steps
                .iter()
                .rev()
                .filter_map(|step| step.answer.as_ref())
        };
        let latest = |of: fn(&TermsRow) -> &[String]| {
            let mut lists = answers().map(of);
            lists.find(|list| !list.is_empty()).unwrap_or_default()
        };
        print_list(out, "service route", latest(|terms| &terms.service_route))?;
        print_list(out, "registered along", latest(|terms| &terms.associated))?;
        if !self.bindings.is_empty() {
            writeln!(out, "  bindings:")?;
        }
        self.bindings
            .iter()
            .try_for_each(|binding| binding.print(out))?;
        print_other_calls(out, &self.other_calls)
    }
}

fn print_list(out: &mut impl Write, title: &str, values: &[String]) -> io::Result<()> {
    if !values.is_empty() {
        writeln!(out, "  {title}:")?;
    }
    values
        .iter()
        .try_for_each(|value| writeln!(out, "    {}", escape::text(value)))
}

impl RegisterRow {
    fn of(intake: &mut Intake, step: &Attempt<'_>, all: &[Attempt<'_>]) -> io::Result<Self> {
        let request = terms(intake, step.hop.request())?;
        let answer = terms(intake, step.hop.answer())?;
        let before = step.follows.map(|follows| all[follows.step].hop);
        let challenge = terms(intake, before.and_then(|hop| hop.answer()))?;
        let answers_with = request
            .as_ref()
            .zip(challenge)
            .and_then(|(request, challenge)| {
                let credentials = request.answer_to(&challenge)?;
                Some(credentials.field)
            });
        Ok(Self {
            attempt: AttemptRow::of(step, all),
            answers_with,
            request: request.as_ref().map(TermsRow::of),
            answer: answer.as_ref().map(TermsRow::of),
        })
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let attempt = &self.attempt;
        attempt.print(out)?;
        match (attempt.follows, attempt.why, self.answers_with) {
            (Some(before), _, Some(field)) => {
                note(
                    out,
                    &format!("answers the challenge to message {before} with {field}"),
                )?;
            }
            (Some(before), Some(why), None) => {
                note(out, &format!("again after message {before} ({why})"))?;
            }
            _ => {}
        }
        match &self.answer {
            Some(answer) if !attempt.is_accepted() => answer.print_wanted(out),
            _ => Ok(()),
        }
    }
}

impl BindingRow {
    fn of(binding: &Binding, times: &Times, steps: &[Attempt<'_>]) -> Self {
        let told_by = steps[binding.told_by].hop.first_message();
        let number = |step: usize| number(&steps[step]);
        let (end, ended_by) = match binding.end {
            None => (None, None),
            Some(BindingEnd::Expired) => (Some("expired"), None),
            Some(BindingEnd::Removed(step)) => (Some("removed"), Some(number(step))),
            Some(BindingEnd::Dropped(step)) => (Some("dropped"), Some(number(step))),
        };
        Self {
            contact: ContactRow::of(&binding.contact),
            path: binding.path.clone(),
            made_by: binding.made_by.map(number),
            told_by: number(binding.told_by),
            until: When::new("until", times.beside(binding.until, &told_by)),
            end,
            ended_by,
        }
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let made = match self.made_by {
            Some(number) => format!("made by message {number}"),
            None => format!("told by the answer to message {}", self.told_by),
        };
        let end = match (self.end, self.ended_by, self.until.text()) {
            (Some(end), Some(number), _) => format!("{end} by message {number}"),
            (Some(end), None, Some(until)) => format!("{end} at {until}"),
            (_, _, Some(until)) => format!("good until {until}"),
            _ => "no time granted".to_owned(),
        };
        writeln!(out, "    {}", escape::text(&self.contact.uri))?;
        writeln!(out, "      {made}, {end}")?;
        self.contact.print_params(out)?;
        self.path
            .iter()
            .try_for_each(|proxy| writeln!(out, "      path       {}", escape::text(proxy)))
    }
}
