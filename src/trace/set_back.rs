//! Clocks that were set back while a log was written: in autumn, or because they went wrong. The order of the lines of a log is
//! evidence, and its times are not worth more. Where messages behind a step back were caused by messages in front of it (a response
//! by its request, an ACK or a BYE by the INVITE), the clock was set, and the times behind are told as if it had not been.
//!
//! A step back alone tells less: another log may have been written behind the first, or programs with different clocks write to
//! one log. Then times stay as they are.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::sightings::{ACK, BYE, CANCEL, INVITE, MethodId, Sightings, Subject};
use crate::base::{Anomalies, AnomalyKind, Layer};

/// The threads of a program, and what buffers between it and the file, bring lines out of order by less than this.
const LATE: i64 = 2 * SECOND;
/// No clock is set back by as much in the midst of a call: one of the two stamps has a date then, and the other none.
const YEAR: i64 = 365 * 24 * HOUR;
/// What a clock is set back by in autumn.
const HOUR: i64 = 3600 * SECOND;
/// A clock that is set back by this hour goes back by less from one message to the next, as time goes by between them. Nobody is
/// silent for longer in the middle of a call that sets up or ends.
const SILENCE: i64 = 600 * SECOND;
const SECOND: i64 = 1_000_000_000;

/// A message of a log, as far as it tells what came first.
#[derive(Clone, Copy)]
struct Told {
    time: i64,
    /// What request it is; none for a response.
    is: Option<Asked>,
    /// A request that comes before it.
    follows: Option<Asked>,
}

/// A request by Call-ID, number and method; without a number any of that method.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Asked {
    call_id: u32,
    number: Option<u32>,
    method: u16,
}

/// From one message of a log to the next its times go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StepBack {
    /// The place of the next.
    at: usize,
    /// By how much, in nanoseconds.
    by: i64,
    /// How much is added to the times behind it, if the clock was set.
    added: Option<i64>,
}

impl Sightings {
    /// Tells times as if no clock had been set back while a log was written, and notes where one was. The inputs whose times are
    /// not those of their stamps any more.
    pub fn undo_set_back(&mut self, anomalies: &mut Anomalies) -> Vec<u32> {
        let of_logs = self
            .iter()
            .filter(|sighting| sighting.time().is_some() && sighting.path().contains(Layer::Log));
        let mut of_logs: Vec<_> = of_logs
            .map(|sighting| {
                let record = sighting.record();
                (record.input, record.number, sighting.number() - 1)
            })
            .collect();
        of_logs.sort_unstable();
        let mut changed = Vec::new();
        for log in of_logs.chunk_by(|(one, ..), (other, ..)| one == other) {
            let time = |at: usize| self.input_and_time(at).1.unwrap_or_default();
            if !is_any(log.iter().map(|(.., at)| time(*at))) {
                continue;
            }
            let told: Vec<_> = log.iter().map(|(.., at)| self.told(*at)).collect();
            let steps = find(&told);
            let mut added = 0_i64;
            for (number, step) in steps.iter().enumerate() {
                let (_, line, at) = log[step.at];
                let kind = match step.added {
                    Some(_) => AnomalyKind::ClockSetBack,
                    None => AnomalyKind::TimesGoBack,
                };
                anomalies.note(kind, self.at(at).record(), || step.detail(line));
                added = added.saturating_add(step.added.unwrap_or_default());
                let end = steps.get(number + 1).map_or(log.len(), |next| next.at);
                for (.., behind) in &log[step.at..end] {
                    self.delay(*behind, added);
                }
            }
            changed.extend(log.first().filter(|_| added > 0).map(|(input, ..)| *input));
        }
        changed
    }

    fn told(&self, position: usize) -> Told {
        let (subject, number, cseq_method) = self.subject_at(position);
        let sighting = self.at(position);
        let named = sighting.call_id().and(sighting.cseq()).is_some();
        let asked = |number, method| {
            let call_id = self.call_id_at(position);
            named.then_some(Asked {
                call_id,
                number,
                method,
            })
        };
        let (is, follows) = match subject {
            Subject::Response(_) => (None, asked(Some(number), cseq_method)),
            Subject::Request(MethodId(method)) => {
                let follows = match method {
                    ACK | CANCEL => asked(Some(number), INVITE),
                    // Its number may be that of the other side.
                    BYE => asked(None, INVITE),
                    _ => None,
                };
                (asked(Some(number), method), follows)
            }
        };
        let (_, time) = self.input_and_time(position);
        Told {
            time: time.unwrap_or_default(),
            is,
            follows,
        }
    }
}

/// Whether times go back anywhere by more than lines are out of order.
fn is_any(mut times: impl Iterator<Item = i64>) -> bool {
    let mut latest = i64::MIN;
    times.any(|time| {
        latest = latest.max(time);
        latest.saturating_sub(time) > LATE
    })
}

/// The steps back of a log whose messages come in the order of its lines. None of a log whose times go forward again as far: it has
/// late lines, or several clocks.
fn find(log: &[Told]) -> Vec<StepBack> {
    let mut steps: Vec<StepBack> = Vec::new();
    let mut seen: HashMap<Asked, (usize, i64), RandomState> = HashMap::default();
    let (mut latest, mut last) = (i64::MIN, i64::MIN);
    for (at, told) in log.iter().enumerate() {
        let (back, forward) = (
            latest.saturating_sub(told.time),
            told.time.saturating_sub(last),
        );
        if at > 0 && back > LATE {
            let (by, added) = (back, None);
            steps.push(StepBack { at, by, added });
            latest = told.time;
        } else if let Some(step) = steps.last()
            && forward > LATE
            && forward.abs_diff(step.by) <= LATE.unsigned_abs()
        {
            return Vec::new();
        }
        (latest, last) = (latest.max(told.time), told.time);
        if let Some((before, time)) = told.follows.and_then(|asked| seen.get(&asked))
            && *before < steps.len()
            && time.saturating_sub(told.time) > LATE
            && let Some(step) = steps.last_mut().filter(|step| step.by < YEAR)
        {
            step.added = Some(added(step.by));
        }
        for asked in told.is.into_iter().flat_map(Asked::ways) {
            seen.insert(asked, (steps.len(), told.time));
        }
    }
    steps
}

/// What a clock was set back by whose times went back by so much from one message to the next.
fn added(by: i64) -> i64 {
    match (HOUR - SILENCE..=HOUR).contains(&by) {
        true => HOUR,
        false => by,
    }
}

impl StepBack {
    /// What is said of it, at this line.
    fn detail(&self, line: u64) -> String {
        let seconds = self.by / SECOND;
        match self.added {
            Some(HOUR) => format!(
                "line {line}: the clock was set back by an hour; times from there on are told as if it had not been"
            ),
            Some(_) => format!(
                "line {line}: the clock was set back by about {seconds} s; times from there on are told as if it had not been"
            ),
            None => format!(
                "line {line}: times go back by about {seconds} s, and no message tells whether the clock was set; they are left as \
                 they are"
            ),
        }
    }
}

impl Asked {
    /// By what messages that follow it may name it.
    fn ways(self) -> [Self; 2] {
        let any = Self {
            number: None,
            ..self
        };
        [self, any]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(call_id: u32) -> Asked {
        Asked {
            call_id,
            number: Some(1),
            method: INVITE,
        }
    }

    /// Each of these is a request of a call (true) or an answer to it, at these seconds.
    fn log(all: &[(i64, u32, bool)]) -> Vec<Told> {
        let told = all.iter().map(|(second, call, is_request)| Told {
            time: second * SECOND,
            is: is_request.then(|| asked(*call)),
            follows: (!is_request).then(|| asked(*call)),
        });
        told.collect()
    }

    fn steps(all: &[(i64, u32, bool)]) -> Vec<(usize, i64, Option<i64>)> {
        let log = log(all);
        let found = find(&log);
        assert!(is_any(log.iter().map(|told| told.time)) || found.is_empty());
        let steps = found.iter();
        let steps = steps.map(|step| {
            let added = step.added.map(|added| added / SECOND);
            (step.at, step.by / SECOND, added)
        });
        steps.collect()
    }

    #[test]
    fn an_answer_behind_the_step_shows_that_the_clock_was_set() {
        let autumn = [(7199, 1, true), (3600, 1, false), (3700, 2, true)];
        assert_eq!(steps(&autumn), [(1, 3599, Some(3600))]);
        let wrong = [
            (100, 1, true),
            (101, 1, false),
            (102, 2, true),
            (50, 2, false),
        ];
        assert_eq!(steps(&wrong), [(3, 52, Some(52))]);
        let twice = [
            (100, 1, true),
            (50, 1, false),
            (60, 2, true),
            (20, 2, false),
        ];
        assert_eq!(steps(&twice), [(1, 50, Some(50)), (3, 40, Some(40))]);
    }

    #[test]
    fn a_step_that_nothing_goes_on_over_proves_nothing() {
        let other = [
            (100, 1, true),
            (101, 1, false),
            (50, 2, true),
            (51, 2, false),
        ];
        assert_eq!(steps(&other), [(2, 51, None)]);
        // The same call in the log of another machine.
        let again = [
            (100, 1, true),
            (105, 1, false),
            (97, 1, true),
            (98, 1, false),
        ];
        assert_eq!(steps(&again), [(2, 8, None)]);
        // What is long in front is no cause of what its stamp is behind.
        let long_ago = [(10, 1, true), (100, 2, true), (50, 1, false)];
        assert_eq!(steps(&long_ago), [(2, 50, None)]);
    }

    #[test]
    fn late_lines_and_two_clocks_are_no_steps() {
        let late = [(100, 1, true), (95, 1, false), (100, 1, false)];
        assert_eq!(steps(&late), []);
        let two = [
            (100, 1, true),
            (84, 1, false),
            (101, 2, true),
            (85, 2, false),
        ];
        assert_eq!(steps(&two), []);
        let near = [(100, 1, true), (98, 1, false)];
        assert_eq!(steps(&near), []);
    }

    /// The first have a date, and the others only a time of day.
    #[test]
    fn stamps_of_different_kinds_show_no_step() {
        let mixed = [(1_767_272_400, 1, true), (49_511, 1, false)];
        assert_eq!(steps(&mixed), [(1, 1_767_222_889, None)]);
    }

    #[test]
    fn times_at_the_ends_of_all_time() {
        let times = [i64::MAX, i64::MIN + 1, i64::MAX, 0];
        let log = times.map(|time| Told {
            time,
            is: Some(asked(1)),
            follows: Some(asked(1)),
        });
        assert_eq!(find(&log), []);
    }
}
