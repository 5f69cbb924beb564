//! `sipscope messages`: every sighting, a line each.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::Intake;
use sipscope::base::Endpoint;
use sipscope::sip::Glance;
use sipscope::trace::{Sighting, Subject};

use super::{Ended, Format, Inputs, Outcome, ended, escape};

#[derive(Args)]
pub(super) struct Messages {
    #[command(flatten)]
    inputs: Inputs,

    /// Form of the output; json is one object a line.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A sighting as programs get it. `show --format json` gives the same and the message.
#[derive(Serialize)]
pub(super) struct Row {
    number: usize,
    time: Option<String>,
    last_time: Option<String>,
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
    encapsulation: String,
}

impl Messages {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut intake = self.inputs.analyze(true)?;
        for number in 1..=intake.sightings.len() {
            let message = read(&mut intake, number)?;
            let Some(sighting) = intake.sightings.get(number) else {
                break;
            };
            match self.format {
                Format::Json => {
                    serde_json::to_writer(&mut *out, &Row::of(&intake, &sighting, &message))?;
                    writeln!(out)?;
                }
                Format::Text => line(out, &sighting, &message)?,
            }
        }
        let found = if intake.sightings.is_empty() {
            Ended::NothingFound
        } else {
            Ended::Fine
        };
        ended(&intake, found)
    }
}

impl Row {
    pub(super) fn of(intake: &Intake, sighting: &Sighting<'_>, message: &[u8]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (method, status) = match sighting.subject() {
            Subject::Request(method) => (Some(text(intake.sightings.method_name(method))), None),
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
            number: sighting.number(),
            time: sighting.time().map(|time| time.to_string()),
            last_time: sighting.last_time().map(|time| time.to_string()),
            from: sighting.source().map(|endpoint| endpoint.to_string()),
            to: sighting.destination().map(|endpoint| endpoint.to_string()),
            transport: sighting.transport().name(),
            start_line: text(start_line(message)),
            method,
            status,
            call_id: call_id(message).map(text),
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
            encapsulation: sighting.path().to_string(),
        }
    }
}

impl Row {
    /// Where the message came from, for people.
    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        writeln!(
            out,
            "message {}  {} -> {}  {}",
            self.number,
            known(&self.from),
            known(&self.to),
            self.transport
        )?;
        match (&self.time, &self.last_time) {
            (Some(first), Some(last)) if first != last => writeln!(out, "time {first} to {last}")?,
            (first, _) => writeln!(out, "time {}", known(first))?,
        }
        let cut = if self.whole {
            ""
        } else {
            ", cut: its end was not seen"
        };
        writeln!(out, "{} bytes{cut}", self.bytes)?;
        writeln!(out, "in {}", self.encapsulation)
    }
}

/// The bytes of a sighting.
pub(super) fn read(intake: &mut Intake, number: usize) -> anyhow::Result<Vec<u8>> {
    let Some(sighting) = intake.sightings.get(number) else {
        return Ok(Vec::new());
    };
    let (input, location, length) = (sighting.input(), sighting.location(), sighting.length());
    let bytes = intake.store.read(input, location, length)?;
    Ok(bytes.to_vec())
}

fn line(out: &mut impl Write, sighting: &Sighting<'_>, message: &[u8]) -> std::io::Result<()> {
    let time = sighting
        .time()
        .map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let cseq = sighting
        .cseq()
        .map_or_else(|| "-".to_owned(), |cseq| cseq.to_string());
    writeln!(
        out,
        "{:>6}  {time}  {} -> {}  {}  {}  Call-ID {}  CSeq {cseq} {}{}",
        sighting.number(),
        endpoint(sighting.source()),
        endpoint(sighting.destination()),
        sighting.transport().name(),
        escape::bytes(start_line(message)),
        call_id(message).map_or_else(|| "-".to_owned(), escape::bytes),
        escape::bytes(sighting.cseq_method()),
        if sighting.whole() { "" } else { "  (cut)" },
    )
}

fn endpoint(endpoint: Option<Endpoint>) -> String {
    endpoint.map_or_else(|| "unknown".to_owned(), |endpoint| endpoint.to_string())
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
