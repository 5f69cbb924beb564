//! `sipscope flows synthesize`: a flow as a capture or a log, right hop by hop, or wrong in one place on purpose.

use std::io::Write;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use sipscope::base::Transport;
use sipscope::flow::Template;
use sipscope::flow::synthesis::{self, Alteration, Options, log};
use sipscope::rules::rule;

use super::check::missing_examples;
use super::library::{Templates, named};
use crate::cli::file::whole;
use crate::cli::form;
use crate::cli::{Ended, Outcome, WrongUsage, say};

#[derive(Args)]
pub(super) struct Synthesize {
    /// The flow, as `sipscope flows` lists it.
    #[arg(value_name = "ID")]
    id: String,

    /// Where to write to; - is standard output.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    templates: Templates,

    /// What carries the messages.
    #[arg(long, value_enum, default_value = "udp")]
    transport: Carrier,

    /// Another seed gives other tags, branches, Call-IDs and ports.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many times the flow is played: each a quarter of a second after the last one began, or was over if the flow has several dialogs.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    count: u64,

    /// Violate this rule by the smallest change that does, at this step or the first at which it can be. May be given several times.
    #[arg(long = "break", value_name = "RULE[@STEP]")]
    broken: Vec<String>,

    /// Leave the message of this step out. May be given several times.
    #[arg(long = "drop", value_name = "STEP")]
    dropped: Vec<String>,

    /// Write the packet of this step twice. May be given several times.
    #[arg(long = "duplicate", value_name = "STEP")]
    duplicated: Vec<String>,

    /// Swap the messages of two steps in time. May be given several times.
    #[arg(long = "reorder", value_name = "STEP,STEP")]
    reordered: Vec<String>,

    /// Write a log of this format instead of a capture; a log of one element is that of the one which sees most.
    #[arg(long = "as", value_name = "FORMAT", value_parser = PossibleValuesParser::new(log::formats().map(|format| format.name)))]
    format: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Carrier {
    Udp,
    Tcp,
}

impl Synthesize {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let known = named(self.templates.load()?, &self.id)?;
        let template = known.template;
        let mut options = Options {
            transport: match self.transport {
                Carrier::Udp => Transport::Udp,
                Carrier::Tcp => Transport::Tcp,
            },
            seed: self.seed,
            count: self.count,
            alterations: Vec::new(),
        };
        if let Some(missing) = missing_examples(&template).next() {
            return wrong(missing);
        }
        let altered = self.alterations(&template, &options)?;
        options.alterations = altered.iter().map(|(_, one)| one.clone()).collect();
        has_effect(&altered, &template, &options)?;
        if self.format.is_none() {
            form::only(&self.output, &["pcapng", "ntar"])?;
        }
        if self.output.as_os_str() == "-" {
            self.write(out, &template, &options)?;
        } else {
            whole(&self.output, |mut out| {
                Ok(self.write(&mut out, &template, &options)?)
            })?;
        }
        Ok((Ended::Fine, true))
    }

    fn write(
        &self,
        out: &mut impl Write,
        template: &Template,
        options: &Options,
    ) -> std::io::Result<()> {
        let mut formats = log::formats();
        match formats.find(|format| Some(format.name) == self.format.as_deref()) {
            None => synthesis::write_capture(out, template, options),
            Some(format) => {
                let events = synthesis::synthesize(template, options, 0);
                let actor = log::busiest(&events, template.actors.len());
                if format.one_sided {
                    let label = &template.actors[actor].label;
                    say(&format!("sipscope: this is the log of {label}"));
                }
                log::write_log(out, template, options, format, actor)
            }
        }
    }

    fn alterations(&self, template: &Template, options: &Options) -> anyhow::Result<Vec<Altered>> {
        let mut all = Vec::new();
        for text in &self.broken {
            let one = broken(text, template, options)?;
            all.push((format!("--break {text}"), one));
        }
        for text in &self.dropped {
            let one = Alteration::Drop(message(text, template)?);
            all.push((format!("--drop {text}"), one));
        }
        for text in &self.duplicated {
            let one = Alteration::Duplicate(message(text, template)?);
            all.push((format!("--duplicate {text}"), one));
        }
        for text in &self.reordered {
            let Some((one, other)) = text.split_once(',') else {
                return wrong(format!("--reorder needs two steps, as in 3,4; not {text}"));
            };
            let (one, other) = (message(one, template)?, message(other, template)?);
            all.push((format!("--reorder {text}"), Alteration::Swap(one, other)));
        }
        Ok(all)
    }
}

/// What is done to a flow, with the words that asked for it.
type Altered = (String, Alteration);

/// Each of them makes a difference: it is about a message that is sent, and another one does not take that away.
fn has_effect(altered: &[Altered], template: &Template, options: &Options) -> anyhow::Result<()> {
    let whole = synthesis::synthesize(template, options, 0);
    for (at, (asked, _)) in altered.iter().enumerate() {
        let mut without = options.clone();
        without.alterations.remove(at);
        if synthesis::synthesize(template, &without, 0) == whole {
            return wrong(format!("{asked} changes nothing here"));
        }
    }
    Ok(())
}

/// A step with a SIP message.
fn message(text: &str, template: &Template) -> anyhow::Result<usize> {
    let id = &template.id;
    match template.step(text.trim()) {
        Some(step) if template.steps[step].is_sip() => Ok(step),
        Some(_) => wrong(format!("step {text} of {id} is no SIP message")),
        None => wrong(format!(
            "{id} has no step {text}; `sipscope flows show {id}` tells them"
        )),
    }
}

/// `MF03`, `MF03@5`.
fn broken(text: &str, template: &Template, options: &Options) -> anyhow::Result<Alteration> {
    let (code, step) = match text.split_once('@') {
        Some((code, step)) => (code, Some(message(step, template)?)),
        None => (text, None),
    };
    let Some(rule) = rule(code) else {
        return wrong(format!(
            "there is no rule {code}; `sipscope rules` lists them"
        ));
    };
    let mut all = synthesis::breaks();
    let Some(one) = all.find(|one| one.code == rule.code) else {
        return wrong(format!(
            "{} is violated by no change that is known here",
            rule.code
        ));
    };
    let steps = synthesis::breakable(template, options, one);
    let numbers: Vec<_> = steps
        .iter()
        .map(|step| template.steps[*step].number.as_str())
        .collect();
    let step = match (step, steps.first()) {
        (Some(step), Some(_)) if !steps.contains(&step) => {
            return wrong(format!(
                "{} can be violated at step {}, not at {}",
                one.code,
                numbers.join(", "),
                template.steps[step].number
            ));
        }
        (given, Some(first)) => given.unwrap_or(*first),
        (_, None) => {
            return wrong(format!(
                "nothing in {} can violate {}: {}",
                template.id, one.code, one.what
            ));
        }
    };
    Ok(Alteration::Break(one.code, step))
}

fn wrong<T>(what: String) -> anyhow::Result<T> {
    Err(WrongUsage(what).into())
}
