//! `sipscope calls`: every call, a line each.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};
use sipscope::Intake;
use sipscope::base::Ink;
use sipscope::report::CallLine;
use sipscope::trace::{Call, CallId, Trace};

use super::filter::Filter;
use super::form::Form;
use super::printed::{Paint, Printed, outcome_ink};
use super::times::{Times, When, times};
use super::traced::Traced;
use super::{Ended, Outcome, counted, ended, escape};

#[derive(Args)]
pub(super) struct Calls {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    pub(super) printed: Printed<CallsFormat>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CallsFormat {
    /// For people.
    Text,
    /// For programs: one object with all calls.
    Json,
    /// For tables (RFC 4180), with a heading.
    Csv,
}

impl Form for CallsFormat {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
            Self::Csv => &["csv"],
        }
    }
}

/// A call as programs get it.
#[derive(Serialize)]
pub(super) struct CallRow {
    number: usize,
    #[serde(flatten)]
    pub(super) time: When,
    kind: String,
    from: String,
    to: String,
    nodes: usize,
    messages: usize,
    hops: usize,
    dialogs: usize,
    outcome: String,
    call_ids: Vec<String>,
}

#[derive(Serialize)]
struct Listed<'a> {
    schema: &'static str,
    clocks: Vec<super::clocks::ClockRow>,
    clock_contradictions: Vec<super::clocks::ContradictionRow>,
    calls: Rows<'a>,
}

/// The calls that are meant. There may be millions, so that each row is made when it is written.
struct Rows<'a> {
    trace: &'a Trace,
    times: &'a Times,
    calls: Vec<CallId>,
}

impl Calls {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (mut intake, trace) = self.traced.trace()?;
        let calls = self.filter.calls(&trace, &mut intake)?;
        let found = match calls.is_empty() {
            true => Ended::NothingFound,
            false => Ended::Fine,
        };
        let (form, paint) = (self.printed.form(), self.printed.paint());
        write(out, (form, paint), &intake, &trace, calls)?;
        ended(&intake, found)
    }
}

/// Calls in one of the forms.
pub(super) fn write(
    out: &mut impl Write,
    (format, paint): (CallsFormat, Paint),
    intake: &Intake,
    trace: &Trace,
    calls: Vec<CallId>,
) -> anyhow::Result<()> {
    let times = times(intake, trace);
    let calls = Rows {
        trace,
        times: &times,
        calls,
    };
    match format {
        CallsFormat::Text => print(out, intake, &calls, paint)?,
        CallsFormat::Csv => print_csv(out, &calls)?,
        CallsFormat::Json => {
            let listed = Listed {
                schema: "sipscope.calls/1",
                clocks: super::clocks::rows(intake, trace),
                clock_contradictions: super::clocks::ContradictionRow::all(
                    intake,
                    trace,
                    trace.calls(),
                ),
                calls,
            };
            super::layout::write(out, &listed)?;
        }
    }
    Ok(())
}

impl<'a> Rows<'a> {
    fn calls(&self) -> impl Iterator<Item = Call<'a>> {
        let trace = self.trace;
        self.calls.iter().filter_map(|call| trace.call(*call))
    }

    fn rows(&self) -> impl Iterator<Item = CallRow> {
        self.calls()
            .map(|call| CallRow::of(self.trace, self.times, &call))
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

impl CallRow {
    pub(super) fn of(trace: &Trace, times: &Times, call: &Call<'_>) -> Self {
        let line = CallLine::of(trace, times, call);
        Self {
            number: line.number,
            time: When::new("time", line.time),
            kind: line.kind,
            from: line.from,
            to: line.to,
            nodes: line.nodes,
            messages: line.messages,
            hops: line.hops,
            dialogs: line.dialogs,
            outcome: line.outcome,
            call_ids: call.call_ids().map(text).collect(),
        }
    }
}

impl CallRow {
    /// One line about the call.
    pub(super) fn print_head(
        &self,
        out: &mut impl Write,
        paint: Paint,
        ink: Ink,
    ) -> std::io::Result<()> {
        writeln!(
            out,
            "call {}: {}  {} -> {}  {}",
            self.number,
            escape::text(&self.kind),
            or_stroke(&self.from),
            or_stroke(&self.to),
            paint.text(ink, escape::text(&self.outcome))
        )?;
        writeln!(
            out,
            "{}, {}, {}",
            self.time.text().as_deref().unwrap_or("no time"),
            counted(self.messages, "message"),
            counted(self.hops, "hop")
        )
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What nobody says is a stroke, so that columns stay columns.
fn or_stroke(text: &str) -> String {
    match text {
        "" => "-".to_owned(),
        known => escape::text(known),
    }
}

fn print(
    out: &mut impl Write,
    intake: &Intake,
    calls: &Rows<'_>,
    paint: Paint,
) -> std::io::Result<()> {
    super::clocks::print(out, intake, calls.trace)?;
    super::clocks::print_contradictions(out, intake, calls.trace, calls.trace.calls())?;
    let width = |text: &str, most: usize| escape::text(text).chars().count().min(most);
    let (mut kind, mut from, mut to) = (0, 0, 0);
    for call in calls.calls() {
        let ends = CallLine::ends(&call);
        kind = kind.max(width(&CallLine::kind(calls.trace, &call), 16));
        from = from.max(width(&or_stroke(&ends.0), 40));
        to = to.max(width(&or_stroke(&ends.1), 40));
    }
    for call in calls.calls() {
        let ink = outcome_ink(&call.outcome());
        let call = CallRow::of(calls.trace, calls.times, &call);
        writeln!(
            out,
            "{:>6}  {:<30}  {:<kind$}  {:<from$}  {:<to$}  {:>2} {:<5}  {:>4} {:<8}  {}",
            call.number,
            call.time.text().as_deref().unwrap_or("no time"),
            escape::text(&call.kind),
            or_stroke(&call.from),
            or_stroke(&call.to),
            call.nodes,
            if call.nodes == 1 { "node" } else { "nodes" },
            call.messages,
            if call.messages == 1 {
                "message"
            } else {
                "messages"
            },
            paint.text(ink, escape::text(&call.outcome)),
        )?;
    }
    Ok(())
}

fn print_csv(out: &mut impl Write, calls: &Rows<'_>) -> std::io::Result<()> {
    writeln!(
        out,
        "number,time,kind,from,to,nodes,messages,hops,dialogs,outcome,call_ids\r"
    )?;
    for call in calls.rows() {
        let texts = [&call.kind, &call.from, &call.to].map(|text| quoted(text));
        writeln!(
            out,
            "{},{},{},{},{},{},{},{}\r",
            call.number,
            call.time.text().unwrap_or_default(),
            texts.join(","),
            call.nodes,
            call.messages,
            call.hops,
            call.dialogs,
            [quoted(&call.outcome), quoted(&call.call_ids.join(" "))].join(","),
        )?;
    }
    Ok(())
}

/// RFC 4180 2. What a spreadsheet would take for a formula is kept from being one.
fn quoted(text: &str) -> String {
    let text = escape::text(text);
    let formula = text.starts_with(['=', '+', '-', '@']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}
