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
        if self.last_month == 12 && month == 1 {
            *year = year.saturating_add(1);
        }
        self.last_month = month;
        *year
    }

    /// The midnight before a time of day: the next one where the clock went back by half a day.
    fn passing_midnight(&mut self, nanos: i64) -> i64 {
        self.weaken(TimeBasis::TimeOfDay);
        if self.last.is_some_and(|last| last - nanos > DAY / 2) {
            self.days = self.days.saturating_add(1);
        }
        self.last = Some(nanos);
        self.days.saturating_mul(DAY)
    }

    fn weaken(&mut self, basis: TimeBasis) {
        self.basis = self.basis.max(basis);
    }
}
