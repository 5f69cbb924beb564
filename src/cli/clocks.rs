//! How the clocks of several inputs were brought in line, for every output that shows their times.

use std::io::Write;

use serde::Serialize;
use sipscope::Intake;
use sipscope::base::Timestamp;
use sipscope::trace::{ClockSource, Trace};

use super::escape;

/// The clock of an input as programs get it.
#[derive(Serialize)]
pub(super) struct ClockRow {
    input: String,
    time_basis: &'static str,
    relative: bool,
    offset_nanoseconds: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<DriftRow>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_messages: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spread_nanoseconds: Option<u64>,
}

/// How an offset changes.
#[derive(Serialize)]
struct DriftRow {
    nanoseconds_per_second: i64,
    since: String,
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
            let basis = intake
                .inputs
                .get(input as usize)
                .map(|input| input.time_basis);
            let mut row = ClockRow {
                input: name(input),
                time_basis: basis.unwrap_or_default().name(),
                relative: clock.relative,
                offset_nanoseconds: clock.offset,
                drift: clock.drift.map(|drift| DriftRow {
                    nanoseconds_per_second: drift.rate,
                    since: Timestamp::from_nanos(drift.since).to_string(),
                }),
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

/// A line for each input whose times were changed, or cannot be compared with those of others.
pub(super) fn print(out: &mut impl Write, intake: &Intake, trace: &Trace) -> std::io::Result<()> {
    for row in rows(intake, trace) {
        let mut seconds = format!("{:+.6} s", row.offset_nanoseconds as f64 / 1e9);
        if let Some(drift) = &row.drift {
            let millionths = drift.nanoseconds_per_second as f64 / 1e3;
            seconds += &format!(" at {} and {millionths:+.3} ppm from there", drift.since);
        }
        let input = escape::text(&row.input);
        if row.relative {
            let basis = row.time_basis;
            writeln!(out, "clock of {input}: times are relative ({basis})")?;
        }
        match (
            &row.shared_with,
            row.shared_messages,
            row.spread_nanoseconds,
        ) {
            (Some(with), Some(messages), Some(spread)) => writeln!(
                out,
                "clock of {input}: {seconds}, from {messages} messages that {} saw too, half of them within {:.6} s",
                escape::text(with),
                spread as f64 / 1e9
            )?,
            _ if row.offset_nanoseconds != 0 => {
                writeln!(out, "clock of {input}: {seconds}, as given")?;
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sipscope::base::TimeBasis;
    use sipscope::trace::Hints;
    use sipscope::{Job, analyze, correlate};

    #[test]
    fn relative_times_are_said_to_be_relative() {
        let mut job = Job::default();
        job.inputs.push("samples/call.pcap".into());
        let mut intake = analyze(&job).unwrap();
        intake.inputs[0].time_basis = TimeBasis::Uptime;
        let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
        let mut out = Vec::new();
        super::print(&mut out, &intake, &trace).unwrap();
        let expected = "clock of samples/call.pcap: times are relative (since an unknown start)\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
