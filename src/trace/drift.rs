//! How far two clocks are apart, and whether that changes: a straight line through what each message that both saw says, which
//! a few wrong ones do not bend.

/// One message that two inputs saw once each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sample {
    /// When, by the clock of the first.
    pub(super) at: i64,
    /// How much later that was by the clock of the second.
    pub(super) later: i64,
    /// Which way it went.
    pub(super) upwards: bool,
    /// Because times are cut to their digits, it may be so much more or less.
    pub(super) doubt: i64,
}

/// How much later the second clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// By so much, at this time of the first clock.
    pub(super) later: i64,
    pub(super) at: i64,
    /// Nanoseconds that it gains each second; 0 where the samples show no change.
    pub(super) rate: i64,
    /// Half of the samples are at most so many nanoseconds off.
    pub(super) spread: u64,
}

/// What fewer messages, or a shorter time, show is chance.
const LEAST_SAMPLES: usize = 32;
const SHORTEST: i128 = 60 * SECOND;
/// The samples of each way are put together to so many points, so that single ones do not count.
const POINTS: usize = 16;
/// Points that are closer than this part of the whole time say more of the noise than of the drift.
const CLOSEST_PART: i128 = 4;
/// The clocks of machines go wrong by less than 1000 millionths; what changes faster was set.
const FASTEST: i128 = 1_000_000;

const SECOND: i128 = 1_000_000_000;
/// Time zones are whole quarters of an hour ahead.
const ZONE: i64 = 15 * 60 * SECOND as i64;

impl Line {
    /// The line through samples, which come in the order of time.
    pub(super) fn through(samples: &[Sample]) -> Self {
        let ends = samples.first().zip(samples.last());
        let at = ends.map_or(0, |(first, last)| first.at.midpoint(last.at));
        let rate = drift(samples, at).unwrap_or_default();
        let level = level(samples, at, rate);
        let (later, spread) = middle(&level);
        Self {
            later: settled(&level, later),
            at,
            rate,
            spread,
        }
    }
}

impl Line {
    /// What brings the first clock in line with the second: from which time on, how much is added, and how that changes.
    pub(super) fn of_first(&self) -> (i64, i64, i64) {
        (self.at, self.later, self.rate)
    }

    /// The same for the second clock, whose seconds are as much longer as it is faster.
    pub(super) fn of_second(&self) -> (i64, i64, i64) {
        let rate = -i128::from(self.rate) * SECOND / (SECOND + i128::from(self.rate));
        let at = self.at.saturating_add(self.later);
        (at, self.later.saturating_neg(), clamp(rate))
    }
}

/// Nanoseconds per second, if the samples show that the distance of the clocks changes: with the change taken out they have to
/// be half as far from each other, or less.
fn drift(samples: &[Sample], at: i64) -> Option<i64> {
    let span = i128::from(samples.last()?.at) - i128::from(samples.first()?.at);
    if samples.len() < LEAST_SAMPLES || span < SHORTEST {
        return None;
    }
    let mut slopes = Vec::new();
    for upwards in [true, false] {
        let points = points(samples, upwards);
        for (number, one) in points.iter().enumerate() {
            slopes.extend(points[number + 1..].iter().filter_map(|other| {
                let time = i128::from(other.at) - i128::from(one.at);
                let gained = i128::from(other.later) - i128::from(one.later);
                (time * CLOSEST_PART >= span).then(|| gained * SECOND / time)
            }));
        }
    }
    let rate = *median(&mut slopes)?;
    if rate == 0 || rate.abs() > FASTEST {
        return None;
    }
    let rate = rate as i64;
    let scatter = |rate| scatter(&level(samples, at, rate));
    (scatter(rate) <= scatter(0) / 2).then_some(rate)
}

/// Medians of parts of the samples that went one way.
fn points(samples: &[Sample], upwards: bool) -> Vec<Sample> {
    let same_way = samples.iter().filter(|sample| sample.upwards == upwards);
    let same_way: Vec<_> = same_way.copied().collect();
    let size = same_way.len().div_ceil(POINTS).max(1);
    let parts = same_way.chunks(size).map(|part| Sample {
        at: part[part.len() / 2].at,
        later: median(&mut later(part)).copied().unwrap_or_default(),
        upwards,
        doubt: 0,
    });
    parts.collect()
}

/// The samples as they were if the clocks did not drift.
fn level(samples: &[Sample], at: i64, rate: i64) -> Vec<Sample> {
    let level = samples.iter().map(|sample| {
        let gained = gained(sample.at, at, rate);
        let later = clamp(i128::from(sample.later) - gained);
        Sample { later, ..*sample }
    });
    level.collect()
}

/// How far the clocks are apart that the samples tell so much of. Clocks are mostly right: two differ by nothing, or by the zone and
/// the date that one of them leaves out, and the rest is what it cuts off; the second that a log has is the second that it was.
/// If the samples, but for a few wrong ones, leave room for that, it is so; else they differ by whole units of the coarser one.
fn settled(level: &[Sample], later: i64) -> i64 {
    let mut doubts: Vec<_> = level.iter().map(|sample| sample.doubt).collect();
    let doubt = median(&mut doubts).copied().unwrap_or_default();
    // The grain of either is a power of ten, and the doubt half of both.
    let unit = match doubt.saturating_mul(2).checked_ilog10() {
        Some(digits) => 10_i64.pow(digits),
        None => return later,
    };
    let below = later.div_euclid(unit).saturating_mul(unit);
    let zones = later.saturating_add(ZONE / 2).div_euclid(ZONE);
    let likely = [
        zones.saturating_mul(ZONE),
        below,
        below.saturating_add(unit),
    ];
    let fits = |apart: i64| {
        let fitting = level.iter();
        let fitting = fitting.filter(|sample| sample.later.abs_diff(apart) <= sample.doubt as u64);
        fitting.count() * 4 >= level.len() * 3
    };
    likely
        .into_iter()
        .find(|apart| fits(*apart))
        .unwrap_or(later)
}

/// What a clock gains at this rate from one time to another.
pub(super) fn gained(time: i64, since: i64, rate: i64) -> i128 {
    (i128::from(time) - i128::from(since)) * i128::from(rate) / SECOND
}

/// The nearest there is.
pub(super) fn clamp(nanos: i128) -> i64 {
    nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

fn later(samples: &[Sample]) -> Vec<i64> {
    samples.iter().map(|sample| sample.later).collect()
}

fn later_of(samples: &[Sample], upwards: bool) -> Vec<i64> {
    let same_way = samples.iter().filter(|sample| sample.upwards == upwards);
    same_way.map(|sample| sample.later).collect()
}

/// How far half of the samples are from the middle of those that went the same way.
fn scatter(samples: &[Sample]) -> u64 {
    let mut off = Vec::with_capacity(samples.len());
    for upwards in [true, false] {
        let mut all = later_of(samples, upwards);
        if let Some(middle) = median(&mut all).copied() {
            off.extend(all.iter().map(|later| later.abs_diff(middle)));
        }
    }
    median(&mut off).copied().unwrap_or_default()
}

/// The median, and how far half of them are off. What goes one way arrives later at the far end by the time it travels, what
/// comes back arrives earlier: with both ways seen, the middle of the two is the clock.
fn middle(samples: &[Sample]) -> (i64, u64) {
    let of = |upwards| median(&mut later_of(samples, upwards)).copied();
    let middle = match (of(true), of(false)) {
        (Some(there), Some(back)) => there.midpoint(back),
        (one, other) => one.or(other).unwrap_or_default(),
    };
    let mut off: Vec<_> = samples
        .iter()
        .map(|sample| sample.later.abs_diff(middle))
        .collect();
    (middle, median(&mut off).copied().unwrap_or_default())
}

fn median<T: Ord>(all: &mut [T]) -> Option<&T> {
    all.sort_unstable();
    all.get(all.len() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    /// Every ten seconds for an hour, there and back.
    fn hour(later: impl Fn(i64) -> i64) -> Vec<Sample> {
        let samples = (0..360).map(|number| {
            let at = number * 10_000 * MS;
            let upwards = number % 2 == 0;
            let way = if upwards { MS } else { -MS };
            Sample {
                at,
                later: later(at) + way,
                upwards,
                doubt: 0,
            }
        });
        samples.collect()
    }

    /// Up to `most` to either side, without any order.
    fn jitter(at: i64, most: i64) -> i64 {
        let mixed = (at / MS)
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .rotate_left(29);
        mixed.rem_euclid(2 * most + 1) - most
    }

    #[test]
    fn a_drift_of_50_millionths_over_an_hour() {
        for most in [0, 5 * MS, 20 * MS] {
            let samples = hour(|at| 7_000 * MS + at / 20_000 + jitter(at, most));
            let line = Line::through(&samples);
            let off = (line.rate - 50_000).abs();
            assert!(off <= 50_000 * most / (200 * MS), "{most}: {line:?}");
            // The middle is after half an hour, when 90 ms are gained.
            let off = (line.later - 7_090 * MS).abs();
            assert!(off <= most / 5 + MS, "{most}: {line:?}");
            assert!(
                line.spread <= (most / 2 + 3 * MS) as u64,
                "{most}: {line:?}"
            );
        }
    }

    #[test]
    fn jitter_is_no_drift() {
        for most in [1, 1000, 5 * MS, 400 * MS] {
            let line = Line::through(&hour(|at| 7_000 * MS + jitter(at, most)));
            assert_eq!(line.rate, 0, "{most}");
        }
        assert_eq!(Line::through(&hour(|_| 3)).rate, 0);
    }

    /// A drift that is small against the jitter would be a guess.
    #[test]
    fn a_drift_below_the_jitter_is_not_claimed() {
        let samples = hour(|at| at / 1_000_000 + jitter(at, 20 * MS));
        assert_eq!(Line::through(&samples).rate, 0);
    }

    /// A log of whole seconds, in another zone, of what a capture saw at these milliseconds.
    fn by_second(seen: &[i64], ahead: i64) -> i64 {
        let samples = seen.iter().map(|at| {
            let cut = (at + ahead).div_euclid(1000) * 1000;
            Sample {
                at: at * MS,
                later: (cut - at + 500) * MS,
                upwards: true,
                doubt: 500 * MS,
            }
        });
        Line::through(&samples.collect::<Vec<_>>()).later / MS
    }

    #[test]
    fn seconds_of_a_log_are_those_that_they_were() {
        for zone in [0, 7_200_000, -12_600_000] {
            for fraction in [0, 50, 250, 500, 750, 900, 999] {
                let seen = [58_000, 59_000, 60_000].map(|at| at + fraction);
                assert_eq!(by_second(&seen, zone), zone, "{fraction}");
            }
        }
        // Its clock is 37 seconds ahead, and no zone is.
        assert_eq!(by_second(&[58_250, 59_250], 37_000), 37_000);
        // A little more than that, which these do not show.
        assert_eq!(by_second(&[58_000, 58_300, 58_600], 37_300), 37_000);
        // Half a second more; there is no room for a whole one.
        let seen: Vec<i64> = (0..40).map(|number| number * 1025).collect();
        let apart = by_second(&seen, 37_500);
        assert!((37_400..=37_600).contains(&apart), "{apart}");
    }

    #[test]
    fn few_samples_or_a_short_time_show_no_drift() {
        let drifting = hour(|at| at / 20_000);
        assert_eq!(Line::through(&drifting[..LEAST_SAMPLES - 1]).rate, 0);
        let quick: Vec<_> = drifting
            .iter()
            .map(|sample| Sample {
                at: sample.at / 100,
                ..*sample
            })
            .collect();
        assert_eq!(Line::through(&quick).rate, 0);
        let none = Line {
            later: 0,
            at: 0,
            rate: 0,
            spread: 0,
        };
        assert_eq!(Line::through(&[]), none);
    }

    /// A few messages that have nothing to do with each other.
    #[test]
    fn wrong_samples_do_not_bend_the_line() {
        let mut samples = hour(|at| at / 20_000);
        for wrong in samples.iter_mut().step_by(9) {
            wrong.later += 3_600_000 * MS;
        }
        assert!((Line::through(&samples).rate - 50_000).abs() <= 500);
    }

    /// A clock that goes a tenth too fast is none.
    #[test]
    fn a_clock_that_was_set_does_not_drift() {
        assert_eq!(Line::through(&hour(|at| at / 10)).rate, 0);
    }

    #[test]
    fn times_at_the_ends_of_all_time() {
        let ends = [i64::MIN, -1, 0, 1, i64::MAX];
        let mut samples = Vec::new();
        for at in ends {
            for later in ends {
                for upwards in [true, false] {
                    samples.push(Sample {
                        at,
                        later,
                        upwards,
                        doubt: 0,
                    });
                }
            }
        }
        let line = Line::through(&samples);
        assert_eq!((line.at, line.rate), (0, 0));
        // As far apart as can be, in opposite order.
        let far = [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)];
        let far = far.map(|(at, later)| {
            vec![
                Sample {
                    at,
                    later,
                    upwards: true,
                    doubt: 0,
                };
                40
            ]
        });
        assert_eq!(Line::through(&far.concat()).rate, 0);
    }
}
