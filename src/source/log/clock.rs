//! The times of a log: what its stamps leave out is told by the person, or stays open and is said to be open.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::base::{TimeBasis, Timestamp};

/// What a person says about texts that the texts do not.
#[derive(Clone, Debug, Default)]
pub struct TextOptions {
    /// The format, where it is not to be recognised.
    pub format: Option<String>,
    /// The year of stamps without one.
    pub year: Option<i16>,
    /// Seconds that the clock of the writer is ahead of UTC, for stamps without a zone.
    pub zone: Option<i32>,
}

/// A stamp as it is written; what it leaves out is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: Option<i16>,
    /// Month and day.
    pub(super) date: Option<(i8, i8)>,
    /// Since midnight.
    pub(super) nanos: i64,
    /// Seconds ahead of UTC.
    pub(super) zone: Option<i32>,
}

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;
/// A leap year, so that every day of a log without years is one.
const SOME_YEAR: i16 = 1972;

/// Makes times of stamps, in the order of the lines.
pub(super) struct Clock {
    year: Option<i16>,
    zone: Option<i32>,
    basis: TimeBasis,
    last: Option<i64>,
    last_month: i8,
    /// Whole days that went by in a log that has no dates.
    days: i64,
}

impl Clock {
    pub(super) fn new(options: &TextOptions) -> Self {
        Self {
            year: options.year,
            zone: options.zone,
            basis: TimeBasis::Absolute,
            last: None,
            last_month: 0,
            days: 0,
        }
    }

    /// What its times say.
    pub(super) fn basis(&self) -> TimeBasis {
        self.basis
    }

    /// Nanoseconds since some moment that nobody knows.
    pub(super) fn uptime(&mut self, nanos: i64) -> Timestamp {
        self.weaken(TimeBasis::Uptime);
        Timestamp::from_nanos(nanos)
    }

    /// A moment of the calendar.
    pub(super) fn moment(&mut self, moment: Moment) -> Option<Timestamp> {
        let zone = match moment.zone.or(self.zone) {
            Some(zone) => zone,
            None => {
                self.weaken(TimeBasis::NoZone);
                0
            }
        };
        let midnight = match moment.date {
            Some((month, day)) => self.midnight(moment.year, month, day)?,
            None => self.passing_midnight(moment.nanos),
        };
        let zone = i64::from(zone) * SECOND;
        let nanos = midnight.checked_add(moment.nanos)?.checked_sub(zone)?;
        Some(Timestamp::from_nanos(nanos))
    }

    fn midnight(&mut self, year: Option<i16>, month: i8, day: i8) -> Option<i64> {
        let year = match year {
            Some(year) => year,
            None => self.running_year(month),
        };
        let date = Date::new(year, month, day).ok()?;
        let midnight = date.to_zoned(TimeZone::UTC).ok()?;
        midnight.timestamp().as_second().checked_mul(SECOND)
    }

    /// The year of a stamp that has none: the one that was told, and the next after every December.
    fn running_year(&mut self, month: i8) -> i16 {
        if self.year.is_none() {
            self.weaken(TimeBasis::NoYear);
        }
        let year = self.year.get_or_insert(SOME_YEAR);
        match (self.last_month, month) {
            (12, 1) => *year = year.saturating_add(1),
            // A line that several writers put out of order: it is of the year that has just ended.
            (1, 12) => return year.saturating_sub(1),
            _ => {}
        }
        self.last_month = month;
        *year
    }

    /// The midnight before a time of day: the next one where the clock went back by half a day.
    fn passing_midnight(&mut self, nanos: i64) -> i64 {
        self.weaken(TimeBasis::TimeOfDay);
        let ahead = self.last.map_or(0, |last| nanos - last);
        if ahead > DAY / 2 && self.days > 0 {
            // A line that several writers put out of order: it is of the day that has just ended.
            return (self.days - 1).saturating_mul(DAY);
        }
        if ahead < -DAY / 2 {
            self.days = self.days.saturating_add(1);
        }
        self.last = Some(nanos);
        self.days.saturating_mul(DAY)
    }

    fn weaken(&mut self, basis: TimeBasis) {
        self.basis = self.basis.max(basis);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times of the third and fourth line are those of a writer that came late.
    #[test]
    fn a_line_out_of_order_at_midnight_is_of_the_day_before() {
        let mut clock = Clock::new(&TextOptions::default());
        let seconds = [86_399, 1, 86_398, 2].map(|second| {
            let moment = Moment {
                nanos: second * SECOND,
                ..Moment::default()
            };
            clock.moment(moment).unwrap().nanos() / SECOND
        });
        assert_eq!(seconds, [86_399, 86_401, 86_398, 86_402]);
    }

    #[test]
    fn a_line_out_of_order_at_new_year_is_of_the_year_before() {
        let options = TextOptions {
            year: Some(2023),
            ..TextOptions::default()
        };
        let mut clock = Clock::new(&options);
        let years = [(12, 31), (1, 1), (12, 31), (1, 1)].map(|date| {
            let moment = Moment {
                date: Some(date),
                ..Moment::default()
            };
            clock.moment(moment).unwrap().to_string()[..4].to_owned()
        });
        assert_eq!(years, ["2023", "2024", "2023", "2024"]);
    }
}
