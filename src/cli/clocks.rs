//! How the clocks of several inputs were brought in line, for every output that shows their times.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use sipscope::Intake;
use sipscope::base::{TimeBasis, Timestamp, Told};
use sipscope::trace::{Call, Clock, ClockSource, Subject, Trace};

use super::{counted, escape};

/// The clock of an input as programs get it.
#[derive(Serialize)]
pub(super) struct ClockRow {
    input: String,
    time_basis: &'static str,
    relative: bool,
    /// None where the input has no dates to add it to, and another input dates it.
    offset_nanoseconds: Option<i64>,
    /// The same for the time of day alone, where that is all that it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    of_day_nanoseconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<DriftRow>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    continues: Option<String>,
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

const DAY: i64 = 86_400_000_000_000;

/// The clocks of all inputs, if there are several.
pub(super) fn rows(intake: &Intake, trace: &Trace) -> Vec<ClockRow> {
    let inputs = 0..intake.inputs.len() as u32;
    inputs
        .filter_map(|input| {
            let clock = trace.clock(input)?;
            let timing = intake.inputs.get(input as usize);
            let timing = timing.map(|input| input.timing);
            let mut row = ClockRow {
                input: name(intake, input),
                time_basis: timing.unwrap_or_default().basis.name(),
                relative: clock.relative,
                offset_nanoseconds: Some(clock.offset).filter(|_| !is_dated(intake, input, clock)),
                of_day_nanoseconds: Some(clock.offset)
                    .filter(|_| is_dated(intake, input, clock))
                    .filter(|_| timing.is_some_and(|timing| timing.basis == TimeBasis::TimeOfDay))
                    .map(|offset| (offset % DAY + DAY * 3 / 2) % DAY - DAY / 2),
                drift: clock.drift.map(|drift| DriftRow {
                    nanoseconds_per_second: drift.rate,
                    since: Told {
                        time: Timestamp::from_nanos(drift.since),
                        timing: timing.unwrap_or_default(),
                    }
                    .to_string(),
                }),
                source: "own",
                continues: None,
                shared_with: None,
                shared_messages: None,
                spread_nanoseconds: None,
            };
            match &clock.source {
                ClockSource::Own => {}
                ClockSource::Given => row.source = "given",
                ClockSource::Continued { with } => {
                    row.source = "file names";
                    row.continues = Some(name(intake, *with));
                }
                ClockSource::Shared {
                    with,
                    messages,
                    spread,
                } => {
                    row.source = "shared messages";
                    row.shared_with = Some(name(intake, *with));
                    row.shared_messages = Some(*messages);
                    row.spread_nanoseconds = Some(*spread);
                }
            }
            Some(row)
        })
        .collect()
}

fn name(intake: &Intake, input: u32) -> String {
    let input = intake.inputs.get(input as usize);
    input.map_or_else(String::new, |input| {
        input.path.to_string_lossy().into_owned()
    })
}

/// Whether an input that has no dates has them from another: what is added to its times is no difference of two clocks then.
fn is_dated(intake: &Intake, input: u32, clock: &Clock) -> bool {
    let basis = |input: u32| {
        let input = intake.inputs.get(input as usize);
        input.map_or(TimeBasis::Absolute, |input| input.timing.basis)
    };
    let reference = clock.frame.map_or(TimeBasis::Absolute, basis);
    let is_of_other = matches!(
        clock.source,
        ClockSource::Shared { .. } | ClockSource::Continued { .. }
    );
    is_of_other && basis(input) >= TimeBasis::NoYear && basis(input) != reference
}

/// A line for each input whose times were changed, or cannot be compared with those of others.
pub(super) fn print(out: &mut impl Write, intake: &Intake, trace: &Trace) -> std::io::Result<()> {
    for row in rows(intake, trace) {
        let in_seconds = |nanos: i64| format!("{:+.6} s", nanos as f64 / 1e9);
        let mut seconds = match (row.offset_nanoseconds, row.of_day_nanoseconds) {
            (Some(offset), _) => in_seconds(offset),
            (None, Some(of_day)) => format!("dated, {} in the day", in_seconds(of_day)),
            (None, None) => "dated".to_owned(),
        };
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
                "clock of {input}: {seconds}, from {} that {} saw too, half of them within {:.6} s",
                counted(messages, "message"),
                escape::text(with),
                spread as f64 / 1e9
            )?,
            _ if row.continues.is_some() => writeln!(
                out,
                "clock of {input}: that of {}, as parts of one log by their names",
                escape::text(row.continues.as_deref().unwrap_or_default())
            )?,
            _ if row.offset_nanoseconds != Some(0) => {
                writeln!(out, "clock of {input}: {seconds}, as given")?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Two clocks that are in line may still be so many nanoseconds apart.
const NOISE: i64 = 1_000_000;

/// How far two clocks contradict each other.
struct Contradiction {
    /// Nanoseconds by which the effect is before its cause.
    by: i64,
    /// Numbers of the messages.
    cause: usize,
    effect: usize,
    /// What the one does with the other.
    does: &'static str,
}

/// The greatest contradiction between each two inputs: nothing is answered or passed on before it came in.
fn contradictions<'a>(
    trace: &Trace,
    calls: impl Iterator<Item = Call<'a>>,
) -> BTreeMap<(u32, u32), Contradiction> {
    let mut all = BTreeMap::new();
    let relative = |input| trace.clock(input).is_none_or(|clock| clock.relative);
    for (cause, effect) in calls.flat_map(|call| call.made_be_sent()) {
        let inputs = (cause.sighting().input(), effect.sighting().input());
        let times = cause.time().zip(effect.time());
        let by = times.map_or(0, |(cause, effect)| {
            cause.nanos().saturating_sub(effect.nanos())
        });
        let comparable = inputs.0 != inputs.1 && !relative(inputs.0) && !relative(inputs.1);
        let known = all
            .get(&inputs)
            .map_or(NOISE, |known: &Contradiction| known.by);
        if comparable && by > known {
            let does = match (cause.subject(), effect.subject()) {
                (Subject::Request(_), Subject::Response(_)) => "answers",
                (Subject::Response(_), Subject::Request(_)) => "acknowledges",
                _ => "passes on",
            };
            let found = Contradiction {
                by,
                cause: cause.id().number(),
                effect: effect.id().number(),
                does,
            };
            all.insert(inputs, found);
        }
    }
    all
}

/// Two inputs whose clocks cannot both be right, as programs get them.
#[derive(Serialize)]
pub(super) struct ContradictionRow {
    input: String,
    other: String,
    /// Numbers of a message and of what it made be sent, which is before it.
    cause: usize,
    effect: usize,
    by_nanoseconds: i64,
    /// An offset for the other input that would mend it; more may be needed. None where the input has no dates to add it to.
    offset_nanoseconds: Option<i64>,
    #[serde(skip)]
    does: &'static str,
}

impl ContradictionRow {
    pub(super) fn all<'a>(
        intake: &Intake,
        trace: &Trace,
        calls: impl Iterator<Item = Call<'a>>,
    ) -> Vec<Self> {
        let all = contradictions(trace, calls).into_iter();
        all.map(|((one, other), found)| {
            let clock = trace.clock(other);
            let clock = clock.filter(|clock| !is_dated(intake, other, clock));
            let set = clock.map(|clock| clock.offset);
            Self {
                input: name(intake, one),
                other: name(intake, other),
                cause: found.cause,
                effect: found.effect,
                by_nanoseconds: found.by,
                offset_nanoseconds: set.map(|set| set.saturating_add(found.by)),
                does: found.does,
            }
        })
        .collect()
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let (one, other) = (escape::text(&self.input), escape::text(&self.other));
        let (cause, effect, does) = (self.cause, self.effect, self.does);
        let by = self.by_nanoseconds as f64 / 1e9;
        let mend = self.offset_nanoseconds.map_or_else(String::new, |offset| {
            let offset = offset as f64 / 1e9;
            format!("; --offset {other}={offset:+.6}s or more would mend that")
        });
        writeln!(
            out,
            "clocks of {one} and {other} contradict each other: message {effect} is {by:.6} s before message {cause}, \
             which it {does}{mend}"
        )
    }
}

/// A note for each two inputs whose clocks cannot both be right.
pub(super) fn print_contradictions<'a>(
    out: &mut impl Write,
    intake: &Intake,
    trace: &Trace,
    calls: impl Iterator<Item = Call<'a>>,
) -> std::io::Result<()> {
    let all = ContradictionRow::all(intake, trace, calls);
    all.iter().try_for_each(|row| row.print(out))
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
        intake.inputs[0].timing = TimeBasis::Uptime.into();
        let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
        let mut out = Vec::new();
        super::print(&mut out, &intake, &trace).unwrap();
        let expected = "clock of samples/call.pcap: times are relative (since an unknown start)\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
