//! `sipscope ladder`: a call as a figure, or all of them.

mod index;
mod look;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueEnum};
use sipscope::base::escape;
use sipscope::report::checked;
use sipscope::report::ladder::{ColumnsBy, Ladder, Options, Script, Timing, of_call};
use sipscope::rules::Audit;
use sipscope::trace::{Call, Trace};
use sipscope::{Intake, script};

use super::filter::Filter;
use super::form::{self, Form};
use super::rulebook::Rulebook;
use super::times::times;
use super::traced::Traced;
use super::{Ended, Outcome, WrongUsage, ended, messages, report};
pub(super) use look::Look;
use look::{Drawn, Missed};

#[derive(Args)]
pub(super) struct LadderOf {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    /// All calls that the filters let through, each in a file of its own in the directory that --output names, with an index.
    #[arg(long, requires = "output")]
    all: bool,

    #[command(flatten)]
    rulebook: Rulebook,

    #[command(flatten)]
    look: Look,

    /// What a column is: an element with all its addresses, a network address, or one with its port.
    #[arg(long, value_enum, default_value = "node")]
    by: By,

    /// The time in front of each row.
    #[arg(long, value_enum, default_value = "start")]
    time: Time,

    /// No marks of what the audit finds.
    #[arg(long)]
    no_findings: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Node,
    Host,
    Address,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Time {
    /// None.
    None,
    /// Of the day, in UTC.
    Absolute,
    /// Seconds since the first message.
    Start,
    /// Seconds since the message before.
    Previous,
}

impl LadderOf {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = match self.all {
            true => None,
            false => traced.inputs.take_number()?,
        };
        if let Some(path) = self.look.output.as_deref().filter(|_| self.all) {
            let forms = Drawn::value_variants().iter();
            let ends: Vec<_> = forms.flat_map(|form| form.extensions()).copied().collect();
            form::folder(path, &ends)?;
        }
        let format = match self.all {
            true => self.look.format_of_all()?,
            false => self.look.format()?,
        };
        let (mut intake, trace) = traced.trace()?;
        let audit = match self.no_findings {
            true => None,
            false => Some(self.rulebook.audit(&traced, &mut intake, &trace)?),
        };
        if self.all {
            return self.draw_all(&mut intake, &trace, audit.as_ref(), format);
        }
        let Some(call) = self.filter.one(number, &trace, &mut intake)? else {
            return ended(&intake, Ended::NothingFound);
        };
        let script = Arc::new(script(&intake, &trace));
        let to = (format, self.look.output.as_deref());
        let audit = audit.as_ref();
        let (ladder, drawn) = self.drawn(&mut intake, &trace, &call, audit, &script, to)?;
        self.look.put(out, &ladder, &drawn)?;
        ended(&intake, Ended::Fine)
    }

    /// The ladder of a call, and what is written of it in a form to a place.
    fn drawn(
        &self,
        intake: &mut Intake,
        trace: &Trace,
        call: &Call<'_>,
        audit: Option<&Audit>,
        script: &Arc<Script>,
        (format, path): (Drawn, Option<&Path>),
    ) -> anyhow::Result<(Ladder, Vec<Vec<u8>>)> {
        let findings = audit.map_or(&[][..], |audit| &audit.findings);
        let mut messages = call.messages().into_iter();
        let has_steps = messages.any(|message| script.numbers.contains_key(&message.id()));
        let options = Options {
            by: match self.by {
                By::Node => ColumnsBy::Node,
                By::Host => ColumnsBy::Host,
                By::Address => ColumnsBy::Address,
            },
            time: match self.time {
                Time::None => Timing::None,
                Time::Absolute => Timing::Absolute,
                Time::Start => Timing::Start,
                Time::Previous => Timing::Previous,
            },
            whole_messages: format == Drawn::Svg,
            script: script.clone(),
            numbering: self.look.numbering(has_steps),
            ..self.look.options()
        };
        let times = times(intake, trace);
        let ladder = of_call(trace, call, findings, &times, &options, |message| {
            messages::read(intake, message)
        })?;
        let drawn = match format {
            Drawn::Html => {
                let rules = audit.map(checked).unwrap_or_default();
                let page = report::page_of(trace, call, &ladder, (findings, rules), intake)?;
                vec![page]
            }
            _ => self.look.drawn(&ladder, format, path)?,
        };
        Ok((ladder, drawn))
    }

    fn draw_all(
        &self,
        intake: &mut Intake,
        trace: &Trace,
        audit: Option<&Audit>,
        format: Drawn,
    ) -> Outcome {
        let Some(folder) = &self.look.output else {
            return Err(WrongUsage("--all needs --output".to_owned()).into());
        };
        let calls = self.filter.calls(trace, intake)?;
        if calls.is_empty() {
            return ended(intake, Ended::NothingFound);
        }
        let shown = || escape::text(&folder.to_string_lossy());
        fs::create_dir_all(folder).with_context(shown)?;
        let script = Arc::new(script(intake, trace));
        let extension = format.extensions()[0];
        let mut entries = Vec::new();
        let mut missed = Missed::default();
        for call in calls.into_iter().filter_map(|id| trace.call(id)) {
            let path = folder.join(format!("call-{}.{extension}", call.id().number()));
            let to = (format, Some(path.as_path()));
            let (ladder, drawn) = self.drawn(intake, trace, &call, audit, &script, to)?;
            let files = look::write(&path, &drawn)?;
            missed.add(&ladder);
            entries.push(index::Entry::of(&files, &ladder));
        }
        let index = vec![index::page(&entries).into_bytes()];
        look::write(&folder.join("index.html"), &index)?;
        missed.say();
        ended(intake, Ended::Fine)
    }
}
