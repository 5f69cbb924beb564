//! How the clocks of several inputs were brought in line, for every output that shows their times.

use std::io::Write;

use serde::Serialize;
use sipscope::Intake;
use sipscope::trace::{ClockSource, Trace};

use super::escape;

/// The clock of an input as programs get it.
#[derive(Serialize)]
pub(super) struct ClockRow {
    input: String,
    offset_nanoseconds: i64,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_messages: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spread_nanoseconds: Option<u64>,
}

/// The clocks of all inputs, if there are several.
pub(super) fn rows(intake: &Intake, trace: &Trace) -> Vec<ClockRow> {
    let name = |input: u32| {
        let input = intake.inputs.get(input as usize);
        input.map_or_else(String::new, |input| {
            input.path.to_string_lossy().into_owned()
        })
    };
    let inputs = 0..intake.inputs.len() as u32;
    inputs
        .filter_map(|input| {
            let clock = trace.clock(input)?;
            let mut row = ClockRow {
                input: name(input),
                offset_nanoseconds: clock.offset,
                source: "own",
                shared_with: None,
                shared_messages: None,
                spread_nanoseconds: None,
            };
            match &clock.source {
                ClockSource::Own => {}
                ClockSource::Given => row.source = "given",
                ClockSource::Shared {
                    with,
                    messages,
                    spread,
                } => {
                    row.source = "shared messages";
                    row.shared_with = Some(name(*with));
                    row.shared_messages = Some(*messages);
                    row.spread_nanoseconds = Some(*spread);
                }
            }
            Some(row)
        })
        .collect()
}

/// A line for each input whose times were changed.
pub(super) fn print(out: &mut impl Write, intake: &Intake, trace: &Trace) -> std::io::Result<()> {
    for row in rows(intake, trace) {
        let seconds = row.offset_nanoseconds as f64 / 1e9;
        let input = escape::text(&row.input);
        match (
            &row.shared_with,
            row.shared_messages,
            row.spread_nanoseconds,
        ) {
            (Some(with), Some(messages), Some(spread)) => writeln!(
                out,
                "clock of {input}: {seconds:+.6} s, from {messages} messages that {} saw too, half of them within {:.6} s",
                escape::text(with),
                spread as f64 / 1e9
            )?,
            _ if row.offset_nanoseconds != 0 => {
                writeln!(out, "clock of {input}: {seconds:+.6} s, as given")?;
            }
            _ => {}
        }
    }
    Ok(())
}
