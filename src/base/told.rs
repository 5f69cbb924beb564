//! A time as far as it is known. What an input leaves out (zone, year, day, everything before a restart) and digits that it does
//! not have are never printed: this is the only place that makes text of times.

use std::fmt;

use super::{TimeBasis, Timestamp};

/// What the times of an input say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// What they can be compared with.
    pub basis: TimeBasis,
    /// Whether their zone is known: they are UTC then. Else they are those of the clock on the wall.
    pub zone: bool,
    /// Digits behind the second, where they are fewer than a capture has: the most that one of them has.
    pub digits: Option<u8>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            basis: TimeBasis::Absolute,
            zone: true,
            digits: None,
        }
    }
}

impl From<TimeBasis> for Timing {
    /// With a zone, if moments in time are.
    fn from(basis: TimeBasis) -> Self {
        Self {
            basis,
            zone: basis == TimeBasis::Absolute,
            digits: None,
        }
    }
}

impl Timing {
    /// What the times of two writers say, which are in one input: no more than those of either do.
    pub fn and(self, other: Self) -> Self {
        Self {
            basis: self.basis.max(other.basis),
            zone: self.zone && other.zone,
            digits: self.digits.max(other.digits),
        }
    }
}

/// A time as an input has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// When.
    pub time: Timestamp,
    /// Digits behind the second, where they are fewer than a capture has.
    pub digits: Option<u8>,
}

/// A time with what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What to compare with other times of the same basis.
    pub time: Timestamp,
    /// What is known.
    pub timing: Timing,
}

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

impl Told {
    /// Whether it is a moment in time.
    pub fn is_absolute(&self) -> bool {
        self.timing.basis == TimeBasis::Absolute
    }

    /// `2026-11-21`, `--11-21` (ISO 8601) where the year is not known.
    pub fn date(&self) -> Option<String> {
        let known = match self.timing.basis {
            TimeBasis::Absolute | TimeBasis::NoZone => "%Y-%m-%d",
            TimeBasis::NoYear => "--%m-%d",
            TimeBasis::TimeOfDay | TimeBasis::Uptime => return None,
        };
        Some(self.calendar()?.strftime(known).to_string())
    }

    /// `22:13:20.008`, with a `Z` where the zone is known.
    pub fn time_of_day(&self) -> Option<String> {
        if self.timing.basis == TimeBasis::Uptime {
            return None;
        }
        let nanos = self.time.nanos().rem_euclid(DAY);
        let (seconds, zone) = (nanos / SECOND, if self.timing.zone { "Z" } else { "" });
        Some(format!(
            "{:02}:{:02}:{:02}{}{zone}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            self.fraction(nanos % SECOND)
        ))
    }

    /// Midnights that went by since the first day, where the date is not known.
    pub fn days(&self) -> Option<i64> {
        /// Behind a date further away nothing was counted: other stamps of the log have one.
        const FURTHEST: i64 = 3650;
        let days = self.time.nanos().div_euclid(DAY);
        let counted = self.timing.basis == TimeBasis::TimeOfDay && days.abs() < FURTHEST;
        counted.then_some(days)
    }

    /// `12.345`: seconds since a start that nobody knows.
    pub fn uptime(&self) -> Option<String> {
        let nanos = self.time.nanos();
        let sign = if nanos < 0 { "-" } else { "" };
        let (seconds, rest) = (nanos.unsigned_abs() / SECOND as u64, nanos % SECOND);
        let is = self.timing.basis == TimeBasis::Uptime;
        is.then(|| format!("{sign}{seconds}{}", self.fraction(rest.abs())))
    }

    fn calendar(&self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_nanosecond(i128::from(self.time.nanos())).ok()
    }

    /// What stands behind the second, with its point.
    fn fraction(&self, nanos: i64) -> String {
        match usize::from(self.digits()) {
            0 => String::new(),
            digits => format!(".{}", &format!("{nanos:09}")[..digits.min(9)]),
        }
    }

    /// Digits behind the second. A capture has microseconds at least.
    pub fn digits(&self) -> u8 {
        let finest = if self.time.nanos() % 1000 == 0 { 6 } else { 9 };
        self.timing.digits.unwrap_or(finest)
    }
}

/// RFC 3339 in UTC where the moment is known, else what is known of it: `2026-11-21T22:13:20.008`, `Nov 21 22:13:20.008`,
/// `22:13:20.008` (and `+1d` on the next day), `+12.345s`.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time_of_day().unwrap_or_default();
        let text = match self.timing.basis {
            TimeBasis::Absolute | TimeBasis::NoZone => {
                format!("{}T{time}", self.date().unwrap_or_default())
            }
            TimeBasis::NoYear => {
                let date = self.calendar();
                let date = date.map_or_else(String::new, |date| date.strftime("%b %d").to_string());
                format!("{date} {time}")
            }
            TimeBasis::TimeOfDay => match self.days() {
                None | Some(0) => time,
                Some(days) => format!("{time}{days:+}d"),
            },
            TimeBasis::Uptime => {
                let seconds = self.uptime().unwrap_or_default();
                let sign = if seconds.starts_with('-') { "" } else { "+" };
                format!("{sign}{seconds}s")
            }
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(nanos: i64, basis: TimeBasis, zone: bool, digits: Option<u8>) -> String {
        let timing = Timing {
            basis,
            zone,
            digits,
        };
        let time = Timestamp::from_nanos(nanos);
        Told { time, timing }.to_string()
    }

    #[test]
    fn what_is_not_known_is_not_printed() {
        use TimeBasis::*;
        // 2023-11-14T22:13:20.008 UTC.
        let at = 1_700_000_000_008_000_000;
        let in_the_day = 80_000_008_000_000;
        for (expected, nanos, basis, zone, digits) in [
            ("2023-11-14T22:13:20.008000Z", at, Absolute, true, None),
            ("2023-11-14T22:13:20Z", at, Absolute, true, Some(0)),
            ("2023-11-14T22:13:20.008", at, NoZone, false, Some(3)),
            ("Nov 14 22:13:20", at, NoYear, false, Some(0)),
            ("Nov 14 22:13:20.00Z", at, NoYear, true, Some(2)),
            ("22:13:20.008", in_the_day, TimeOfDay, false, Some(3)),
            (
                "22:13:20.008Z+1d",
                in_the_day + DAY,
                TimeOfDay,
                true,
                Some(3),
            ),
            ("22:13:20-1d", in_the_day - DAY, TimeOfDay, false, Some(0)),
            ("+80000.008s", in_the_day, Uptime, false, Some(3)),
            ("+0s", 0, Uptime, false, Some(0)),
            ("-1.500s", -1_500_000_000, Uptime, false, Some(3)),
        ] {
            assert_eq!(told(nanos, basis, zone, digits), expected);
        }
    }
}
