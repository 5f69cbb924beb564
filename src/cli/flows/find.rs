//! `sipscope flows match`: which documented flows a trace has in it, step by step, with a verdict.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde::Serialize;
use sipscope::Intake;
use sipscope::base::Ink;
use sipscope::flow::{Conclusion, Deviation, Fate, Found, Template, find};
use sipscope::render::junit::junit;
use sipscope::report::suites::{Came, Case, Suite};
use sipscope::report::{FlowLine, Standing, flow_lines};
use sipscope::trace::{CallId, Trace};

use super::library::{Templates, named};
use super::{suite, told};
use crate::cli::filter::Filter;
use crate::cli::form::Form;
use crate::cli::printed::{Paint, Printed};
use crate::cli::traced::Traced;
use crate::cli::{Ended, Outcome, ended, escape, layout};

#[derive(Args)]
pub(in crate::cli) struct Match {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    /// Only look for this flow, and tell how far each call gets in it. `sipscope flows` lists them.
    #[arg(long, value_name = "ID")]
    flow: Option<String>,

    #[command(flatten)]
    templates: Templates,

    /// Exit with status 1 where a flow has no better verdict than this.
    #[arg(long, value_enum, value_name = "VERDICT", default_value = "fail")]
    fail_on: FailOn,

    /// A line for each flow instead of one for each step.
    #[arg(long)]
    summary: bool,

    #[command(flatten)]
    pub(super) printed: Printed<Verdicts>,
}

/// The form in which flows that were found are told.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Verdicts {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For build servers.
    Junit,
}

impl Form for Verdicts {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
            Self::Junit => &["xml"],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Fail,
    Inconclusive,
    Never,
}

impl FailOn {
    fn is(self, conclusion: Conclusion) -> bool {
        match self {
            Self::Fail => conclusion == Conclusion::Fail,
            Self::Inconclusive => conclusion != Conclusion::Pass,
            Self::Never => false,
        }
    }
}

/// A table of flows as programs get it.
#[derive(Serialize)]
pub(in crate::cli) struct Table {
    schema: &'static str,
    pub(in crate::cli) flows: Vec<FlowRow>,
}

/// A flow as programs get it.
#[derive(Serialize)]
pub(in crate::cli) struct FlowRow {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) source: String,
    pub(super) tests: Vec<String>,
    pub(super) calls: Vec<usize>,
    /// The flow of a document that tells it without messages.
    pub(super) document_flow: Option<String>,
    pub(super) verdict: &'static str,
    pub(super) score: i64,
    /// Flows that explain what was seen as well.
    pub(super) fits_as_well: Vec<String>,
    pub(super) other_candidates: Vec<Candidate>,
    pub(super) actors: Vec<ActorRow>,
    pub(super) steps: Vec<StepRow>,
    pub(super) extra_requests: Vec<usize>,
}

#[derive(Serialize)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) score: i64,
}

#[derive(Serialize)]
pub(super) struct ActorRow {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) node: Option<usize>,
    pub(super) node_label: Option<String>,
}

#[derive(Serialize)]
pub(super) struct StepRow {
    pub(super) number: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) what: String,
    pub(super) verdict: &'static str,
    pub(super) message: Option<usize>,
    /// The line of a document that tells it.
    pub(super) line: Option<u64>,
    pub(super) before: Option<String>,
    pub(super) deviations: Vec<DeviationRow>,
    /// How many differences more only follow from those of an earlier step.
    pub(super) echoes: usize,
}

#[derive(Serialize)]
pub(super) struct DeviationRow {
    what: String,
    expected: String,
    got: String,
}

impl Match {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let known = known(&self.templates, self.flow.as_deref())?;
        let (mut intake, trace) = self.traced.trace()?;
        let threads = self.traced.job().threads;
        let chosen = self.filter.chosen(&trace, &mut intake)?;
        let unreadable: Vec<_> = intake.unreadable.iter().map(suite::unreadable).collect();
        let matched = Matched::of(known, &mut intake, &trace, chosen.as_deref(), threads)?;
        match self.printed.form() {
            Verdicts::Json => layout::write(out, &matched.table(&trace))?,
            Verdicts::Junit => {
                let fails = |conclusion| self.fail_on.is(conclusion);
                let mut suite = matched.suite(&trace, self.flow.as_deref(), fails);
                suite.cases.extend(unreadable);
                write!(out, "{}", junit(&[suite]))?;
            }
            Verdicts::Text => matched.print(
                out,
                &trace,
                self.flow.as_deref(),
                (self.summary, self.printed.paint()),
            )?,
        }
        let conclusions: Vec<_> = matched.conclusions().collect();
        let mut each = conclusions.iter();
        let bad = each.any(|conclusion| self.fail_on.is(*conclusion));
        let fine = !conclusions.is_empty() && !bad;
        ended(
            &intake,
            if fine {
                Ended::Fine
            } else {
                Ended::NothingFound
            },
        )
    }
}

/// The flows to look for: all, or the one with this name.
pub(in crate::cli) fn known(
    templates: &Templates,
    flow: Option<&str>,
) -> anyhow::Result<Vec<Template>> {
    let known = templates.load()?;
    let known = match flow {
        Some(id) => vec![named(known, id)?],
        None => known,
    };
    Ok(known.into_iter().map(|known| known.template).collect())
}

/// The flows that were looked for, and what was found of them.
pub(in crate::cli) struct Matched<'i> {
    known: Vec<Template>,
    found: Vec<Found>,
    told: Vec<told::FoundTold<'i>>,
}

impl<'i> Matched<'i> {
    /// One flow in what was read for another command.
    pub(in crate::cli) fn of(
        known: Vec<Template>,
        intake: &'i mut Intake,
        trace: &Trace,
        chosen: Option<&[CallId]>,
        threads: usize,
    ) -> anyhow::Result<Self> {
        let mut found = find(trace, &known, &mut intake.store, threads)?;
        let mut told = told::find(intake, &known);
        // Flows may go over several calls, so that none of these can be left out before.
        if let Some(chosen) = chosen {
            let is_meant = |call: &CallId| chosen.binary_search(call).is_ok();
            found.retain(|one| one.calls.iter().any(is_meant));
            told.clear();
        }
        Ok(Self { known, found, told })
    }

    pub(in crate::cli) fn table(&self, trace: &Trace) -> Table {
        let of_trace = self.found.iter().map(|one| row(trace, &self.known, one));
        let of_documents = self.told.iter().map(|one| told::row(&self.known, one));
        Table {
            schema: "sipscope.match/1",
            flows: of_trace.chain(of_documents).collect(),
        }
    }

    pub(in crate::cli) fn print(
        &self,
        out: &mut impl Write,
        trace: &Trace,
        flow: Option<&str>,
        (summary, paint): (bool, Paint),
    ) -> anyhow::Result<()> {
        for (number, lines) in self.lines(trace).enumerate() {
            if number > 0 && !summary {
                writeln!(out)?;
            }
            print(out, &lines, (summary, paint))?;
        }
        if self.is_empty() {
            writeln!(out, "{}", self.nothing(flow))?;
        }
        Ok(())
    }

    fn conclusions(&self) -> impl Iterator<Item = Conclusion> {
        let of_trace = self.found.iter().map(|one| one.conclusion);
        let of_documents = self.told.iter().map(|one| one.found.conclusion);
        of_trace.chain(of_documents)
    }

    /// Each flow line by line, the verdict first.
    pub(super) fn lines(&self, trace: &Trace) -> impl Iterator<Item = Vec<FlowLine>> {
        let of_trace = self.found.iter();
        let of_trace = of_trace.map(|one| flow_lines(trace, &self.known, one));
        let of_documents = self.told.iter();
        of_trace.chain(of_documents.map(|one| told::lines(&self.known, one)))
    }

    fn is_empty(&self) -> bool {
        self.found.is_empty() && self.told.is_empty()
    }

    /// What is said where no flow was found.
    fn nothing(&self, flow: Option<&str>) -> String {
        match flow {
            Some(id) => format!(
                "No call begins as {} does{}.",
                escape::text(id),
                self.known.first().map_or_else(String::new, unseen)
            ),
            None => "No documented flow was found.".to_owned(),
        }
    }

    /// As build servers get it. A flow that was asked for and is not there is no success.
    pub(in crate::cli) fn suite(
        &self,
        trace: &Trace,
        flow: Option<&str>,
        fails: impl Fn(Conclusion) -> bool,
    ) -> Suite {
        let rows = self.table(trace).flows.into_iter();
        let all = rows.zip(self.lines(trace)).zip(self.conclusions());
        let cases = all.map(|((row, lines), conclusion)| {
            suite::case(&row, &lines, conclusion, fails(conclusion))
        });
        let nothing = self.is_empty().then(|| Case {
            name: flow.unwrap_or("documented flows").to_owned(),
            came: Came::Error(self.nothing(flow)),
        });
        Suite {
            name: "flows".to_owned(),
            cases: cases.chain(nothing).collect(),
            said: Vec::new(),
        }
    }
}

/// The step without which a flow does not begin.
fn unseen(template: &Template) -> String {
    let mut steps = template.steps.iter().enumerate();
    let first = steps.find(|(number, step)| step.is_sip() && !template.is_optional(*number));
    first.map_or_else(String::new, |(_, step)| {
        let (number, caption) = (escape::text(&step.number), step.caption());
        format!(": step {number}, {}, was not seen", escape::text(&caption))
    })
}

fn print(
    out: &mut impl Write,
    lines: &[FlowLine],
    (summary, paint): (bool, Paint),
) -> std::io::Result<()> {
    let wanted = if summary { 1 } else { lines.len() };
    for line in &lines[..wanted] {
        let style = match line.standing {
            Standing::Neutral => None,
            Standing::Kept => Some(Ink::Good),
            Standing::Broken => Some(Ink::Bad),
            Standing::Open => Some(Ink::Doubtful),
        };
        match style {
            Some(style) => writeln!(out, "{}", paint.text(style, &line.text))?,
            None => writeln!(out, "{}", line.text)?,
        }
    }
    Ok(())
}

pub(super) fn deviation_rows(deviations: Vec<Deviation>) -> Vec<DeviationRow> {
    let row = |one: Deviation| DeviationRow {
        what: one.what,
        expected: one.expected,
        got: one.got,
    };
    deviations.into_iter().map(row).collect()
}

fn row(trace: &Trace, known: &[Template], found: &Found) -> FlowRow {
    let template = &known[found.template];
    let steps = found.given.steps.iter().map(|result| {
        let one = &template.steps[result.step];
        let (mut before, mut deviations) = (None, Vec::new());
        match &result.fate {
            Fate::OutOfOrder(other) => before = Some(template.steps[*other].number.clone()),
            Fate::Deviates(all) => deviations.clone_from(all),
            _ => {}
        }
        StepRow {
            number: one.number.clone(),
            from: template.actors[one.from].id.clone(),
            to: template.actors[one.to].id.clone(),
            what: one.caption(),
            verdict: result.fate.name(),
            message: result.message.map(|message| message.number()),
            line: None,
            before,
            deviations: deviation_rows(deviations),
            echoes: result.echoes,
        }
    });
    let actors = template.actors.iter().enumerate().map(|(number, actor)| {
        let node = found.given.nodes.get(&number);
        ActorRow {
            id: actor.id.clone(),
            label: actor.label.clone(),
            node: node.map(|node| node.number()),
            node_label: node.and_then(|node| Some(trace.node(*node)?.label())),
        }
    });
    FlowRow {
        id: template.id.clone(),
        title: template.title.clone(),
        source: template.source.clone(),
        tests: template.tests.clone(),
        calls: found.calls.iter().map(|call| call.number()).collect(),
        document_flow: None,
        verdict: found.conclusion.name(),
        score: found.score,
        fits_as_well: found
            .fits_as_well
            .iter()
            .map(|other| known[*other].id.clone())
            .collect(),
        other_candidates: found
            .others
            .iter()
            .map(|(other, score)| Candidate {
                id: known[*other].id.clone(),
                score: *score,
            })
            .collect(),
        actors: actors.collect(),
        steps: steps.collect(),
        extra_requests: found.given.extra.iter().map(|one| one.number()).collect(),
    }
}
