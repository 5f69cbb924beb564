//! `sipscope messages`: every message, a line each.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde::Serialize;
use sipscope::Intake;
use sipscope::base::Ink;
use sipscope::sip::Glance;
use sipscope::trace::{End, Message, Sighting, Subject, Trace};

use super::filter::Filter;
use super::form::Form;
use super::printed::{Paint, Printed};
use super::times::{Times, When, times};
use super::traced::Traced;
use super::{Ended, Outcome, ended, escape};

#[derive(Args)]
pub(super) struct Messages {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    pub(super) printed: Printed<Lines>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Lines {
    /// For people.
    Text,
    /// For programs: an object a line.
    Json,
}

impl Form for Lines {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json", "ndjson", "jsonl"],
        }
    }
}

/// A message as programs get it. `show --format json` gives the same and the message.
#[derive(Serialize)]
pub(super) struct Row {
    number: usize,
    #[serde(flatten)]
    time: When,
    #[serde(flatten)]
    last_time: When,
    /// The time as its input has it, where the clock of that was set.
    #[serde(flatten)]
    input_time: Option<When>,
    from: Option<String>,
    to: Option<String>,
    transport: &'static str,
    start_line: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    call_id: Option<String>,
    cseq: Option<u32>,
    cseq_method: Option<String>,
    input: String,
    record: u64,
    records: Vec<u64>,
    /// The input of each record, where they come from several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    record_inputs: Vec<String>,
    bytes: usize,
    whole: bool,
    /// What is not known of its original bytes: its source does not keep them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spoiled: Vec<&'static str>,
    encapsulation: String,
    /// How many times it was seen.
    seen: usize,
    /// Where else, if it was seen more than once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_seen: Vec<Seen>,
}

/// One more sighting of a message.
#[derive(Serialize)]
struct Seen {
    input: String,
    record: u64,
    /// What that counts: lines of a text, else records.
    #[serde(skip)]
    unit: &'static str,
    /// As its input has it; other times are those of the common clock.
    #[serde(flatten)]
    time: When,
    encapsulation: String,
}

impl Messages {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (mut intake, trace) = self.traced.trace()?;
        if self.printed.form() == Lines::Text {
            super::clocks::print(out, &intake, &trace)?;
        }
        let times = times(&intake, &trace);
        let chosen = self.filter.chosen(&trace, &mut intake)?;
        let is_meant = |message: &Message<'_>| {
            let call = message.hop().call().id();
            (chosen.as_ref()).is_none_or(|chosen| chosen.binary_search(&call).is_ok())
        };
        let mut found = Ended::NothingFound;
        for message in trace.messages().filter(is_meant) {
            found = Ended::Fine;
            let bytes = read(&mut intake, &message)?;
            match self.printed.form() {
                Lines::Json => {
                    let row = Row::of(&intake, &trace, &times, &message, &bytes);
                    super::layout::write_line(out, &row)?;
                }
                Lines::Text => line(out, &times, &message, &bytes, self.printed.paint())?,
            }
        }
        ended(&intake, found)
    }
}

impl Row {
    pub(super) fn of(
        intake: &Intake,
        trace: &Trace,
        times: &Times,
        message: &Message<'_>,
        bytes: &[u8],
    ) -> Self {
        let sighting = message.sighting();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (method, status) = match sighting.subject() {
            Subject::Request(method) => (Some(text(trace.sightings().method_name(method))), None),
            Subject::Response(status) => (None, Some(status)),
        };
        let records = sighting.records();
        let path_of = |input: u32| {
            let input = intake.inputs.get(input as usize);
            input.map_or_else(String::new, |input| {
                input.path.to_string_lossy().into_owned()
            })
        };
        let several = records
            .iter()
            .any(|record| record.input != records[0].input);
        let cseq_method = Some(text(sighting.cseq_method()));
        Self {
            number: message.id().number(),
            time: When::new("time", times.told(message)),
            last_time: When::new("last_time", times.last(message)),
            input_time: input_time(trace, times, &sighting),
            from: sighting.source().map(|endpoint| endpoint.to_string()),
            to: sighting.destination().map(|endpoint| endpoint.to_string()),
            transport: sighting.transport().name(),
            start_line: text(start_line(bytes)),
            method,
            status,
            call_id: call_id(bytes).map(text),
            cseq: sighting.cseq(),
            cseq_method: cseq_method.filter(|method| !method.is_empty()),
            input: path_of(sighting.input()),
            record: records[0].number,
            records: records.iter().map(|record| record.number).collect(),
            record_inputs: if several {
                records.iter().map(|record| path_of(record.input)).collect()
            } else {
                Vec::new()
            },
            bytes: sighting.length(),
            whole: sighting.whole(),
            spoiled: sighting.spoiled().names().collect(),
            encapsulation: sighting.path().to_string(),
            seen: message.sightings().len(),
            also_seen: message
                .sightings()
                .skip(1)
                .map(|seen| Seen::of(intake, &seen, times, path_of))
                .collect(),
        }
    }
}

impl Row {
    /// Where the message came from, for people.
    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let known = |text: &Option<String>| escape::text(text.as_deref().unwrap_or("unknown"));
        writeln!(
            out,
            "message {}  {} -> {}  {}",
            self.number,
            known(&self.from),
            known(&self.to),
            self.transport
        )?;
        match (self.time.text(), self.last_time.text()) {
            (Some(first), Some(last)) if first != last => writeln!(out, "time {first} to {last}")?,
            (first, _) => writeln!(out, "time {}", known(&first))?,
        }
        if let Some(own) = self.input_time.as_ref().and_then(When::text) {
            writeln!(
                out,
                "time {own} by the clock of {}",
                escape::text(&self.input)
            )?;
        }
        let cut = if self.whole {
            ""
        } else {
            ", cut: its end was not seen"
        };
        writeln!(out, "{} bytes{cut}", self.bytes)?;
        writeln!(out, "in {}", self.encapsulation)?;
        if !self.spoiled.is_empty() {
            writeln!(out, "not as it was sent: {}", self.spoiled.join(", "))?;
        }
        for seen in &self.also_seen {
            let (input, time) = (escape::text(&seen.input), known(&seen.time.text()));
            let (unit, record, around) = (seen.unit, seen.record, &seen.encapsulation);
            writeln!(
                out,
                "also seen in {unit} {record} of {input} at {time}, in {around}"
            )?;
        }
        Ok(())
    }
}

/// The time of a message as its input has it, if that is not the one of the common clock.
fn input_time(trace: &Trace, times: &Times, sighting: &Sighting<'_>) -> Option<When> {
    let own = times.raw(sighting)?;
    let clock = trace.clock(sighting.input())?;
    let is_set = clock.time(own.time) != own.time;
    is_set.then(|| When::new("input_time", Some(own)))
}

impl Seen {
    fn of(
        intake: &Intake,
        sighting: &Sighting<'_>,
        times: &Times,
        path_of: impl Fn(u32) -> String,
    ) -> Self {
        let record = sighting.records()[0];
        Self {
            input: path_of(record.input),
            record: record.number,
            unit: super::unit(intake, record.input),
            time: When::new("time", times.raw(sighting)),
            encapsulation: sighting.path().to_string(),
        }
    }
}

/// The bytes of a message.
pub(super) fn read(intake: &mut Intake, message: &Message<'_>) -> anyhow::Result<Vec<u8>> {
    let sighting = message.sighting();
    let (input, location, length) = (sighting.input(), sighting.location(), sighting.length());
    let bytes = intake.store.read(input, location, length)?;
    Ok(bytes.to_vec())
}

fn line(
    out: &mut impl Write,
    times: &Times,
    message: &Message<'_>,
    bytes: &[u8],
    paint: Paint,
) -> std::io::Result<()> {
    let sighting = message.sighting();
    let style = match sighting.subject() {
        Subject::Request(_) => Ink::Head,
        Subject::Response(status) => Ink::of_status(status),
    };
    let time = times.told(message);
    let time = time.map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let cseq = sighting
        .cseq()
        .map_or_else(|| "-".to_owned(), |cseq| cseq.to_string());
    let seen = match message.sightings().len() {
        1 => String::new(),
        seen => format!("  seen {seen}x"),
    };
    writeln!(
        out,
        "{:>6}  {time}  {} -> {}  {}  {}  Call-ID {}  CSeq {cseq} {}{seen}{}",
        message.id().number(),
        end(sighting.source()),
        end(sighting.destination()),
        sighting.transport().name(),
        paint.text(style, escape::bytes(start_line(bytes))),
        call_id(bytes).map_or_else(|| "-".to_owned(), escape::bytes),
        escape::bytes(sighting.cseq_method()),
        if sighting.whole() { "" } else { "  (cut)" },
    )
}

fn end(end: Option<End<'_>>) -> String {
    end.map_or_else(
        || "unknown".to_owned(),
        |end| escape::text(&end.to_string()),
    )
}

fn start_line(message: &[u8]) -> &[u8] {
    let line = message
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The Call-ID as the message has it; the index keeps only the beginning of long ones.
fn call_id(message: &[u8]) -> Option<&[u8]> {
    let call_id = Glance::at(message)?.call_id;
    (!call_id.is_empty()).then(|| call_id.of(message))
}
