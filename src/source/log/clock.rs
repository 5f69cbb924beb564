//! The times of a log: what its stamps leave out is told by the person, or stays open and is said to be open.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::moment::{DAY, Moment, Order, SECOND, SOME_YEAR};
use crate::base::{TimeBasis, Timestamp, Timing};

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

/// What is doubtful about a stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// There is no such day in the year that it has or was told: there is no time then.
    NoSuchDay(i16),
    /// Nothing in the log so far tells the month from the day.
    EitherOrder,
    /// It cannot be compared with the others: one is an uptime and the other none, one has a day without year and the other none, or
    /// it lacks what nearly all have. There is no time then.
    Unrelated,
}

/// A line that several writers put out of order is late by less than this, and clocks are set back by an hour in autumn.
const LATEST: i64 = 90 * 60 * SECOND;
/// How many stamps there are, and how many of them have what not all have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    all: u64,
    dates: u64,
    years: u64,
    zones: u64,
}

impl Counts {
    fn add(&mut self, moment: Moment) {
        self.all += 1;
        self.dates += u64::from(moment.date.is_some());
        self.years += u64::from(moment.year.is_some());
        self.zones += u64::from(moment.zone.is_some());
    }

    /// Whether there are stamps.
    pub(super) fn is_any(self) -> bool {
        self.all > 0
    }

    /// Whether there are stamps that do not say all of the date.
    pub(super) fn lacks_dates(self) -> bool {
        self.years < self.all
    }

    /// Whether more of those without a year have a day than have none, where that can be told.
    fn have_days(self) -> Option<bool> {
        let with = self.dates.saturating_sub(self.years);
        let without = self.all.saturating_sub(self.dates);
        (with != without).then_some(with > without)
    }

    /// Those of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            dates: self.dates + other.dates,
            years: self.years + other.years,
            zones: self.zones + other.zones,
        }
    }

    /// Whether a stamp is to have what so many have; none where it may or may not.
    fn usual(self, have: u64) -> Option<bool> {
        // In between there may be two logs, one behind the other.
        match () {
            () if self.all == 0 => None,
            () if have * 3 >= self.all * 2 => Some(true),
            () if have * 3 <= self.all => Some(false),
            () => None,
        }
    }
}

/// Makes times of stamps, in the order of the lines. Each writer of an input has a clone of the one that nobody has used.
#[derive(Clone)]
pub(super) struct Clock {
    year: Option<i16>,
    is_year_told: bool,
    zone: Option<i32>,
    timing: Timing,
    /// Whether months stand before days, where stamps have shown it.
    month_first: Option<bool>,
    /// What the stamps of the writer have at the beginning of the input, those of all writers there, and those that were read.
    usual: Counts,
    of_all: Counts,
    read: Counts,
    /// The zone of the first stamp, if that has one.
    first_zone: Option<Option<i32>>,
    /// Whether stamps are uptimes: those of all writers, as their times are compared.
    uptime: Arc<OnceLock<bool>>,
    /// Whether stamps without a year have a day: those of all writers, too.
    has_days: Arc<OnceLock<bool>>,
    /// The midnight before the last stamp that had a date.
    dated: Option<i64>,
    last: Option<i64>,
    last_month: i8,
    /// Whether months went back, so that there is a year before.
    passed_new_year: bool,
    /// Whole days that went by in a log that has no dates.
    days: i64,
}

impl Clock {
    pub(super) fn new(options: &TextOptions) -> Self {
        Self {
            year: options.year,
            is_year_told: options.year.is_some(),
            zone: options.zone,
            timing: Timing::default(),
            month_first: None,
            usual: Counts::default(),
            of_all: Counts::default(),
            read: Counts::default(),
            first_zone: None,
            uptime: Arc::default(),
            has_days: Arc::default(),
            dated: None,
            last: None,
            last_month: 0,
            passed_new_year: false,
            days: 0,
        }
    }

    /// One that nobody has used, for a writer whose stamps mostly have this, among others: one that is damaged, and a writer who
    /// says less than most, spoils no other.
    pub(super) fn expecting(self, usual: Counts, of_all: Counts) -> Self {
        Self {
            usual,
            of_all,
            ..self
        }
    }

    /// The one that goes on with this one in the next part of the log.
    pub(super) fn of_next_part(&self) -> Self {
        Self {
            read: Counts::default(),
            timing: Timing {
                digits: None,
                ..self.timing
            },
            ..self.clone()
        }
    }

    /// What the stamps have that were read.
    pub(super) fn counts(&self) -> Counts {
        self.read
    }

    /// What its times say.
    pub(super) fn timing(&self) -> Timing {
        self.timing
    }

    /// When a stamp was, and what is doubtful about that.
    pub(super) fn moment(&mut self, moment: Moment) -> (Option<Timestamp>, Option<Doubt>) {
        self.read.add(moment);
        let moment = self.comparable(moment);
        if self.lacks_the_usual(moment) || self.differs_in_zone(moment) {
            return (None, Some(Doubt::Unrelated));
        }
        if *self.uptime.get_or_init(|| moment.uptime) != moment.uptime {
            return (None, Some(Doubt::Unrelated));
        }
        if self.differs_in_day(moment) {
            return (None, Some(Doubt::Unrelated));
        }
        self.timing.digits = self.timing.digits.max(Some(moment.digits));
        if moment.uptime {
            self.weaken(TimeBasis::Uptime);
            return (Some(Timestamp::from_nanos(moment.nanos)), None);
        }
        let zone = match moment.zone.or(self.zone) {
            Some(zone) => zone,
            None => {
                self.weaken(TimeBasis::NoZone);
                0
            }
        };
        let (date, doubt) = self.in_order(moment);
        let midnight = match date {
            Some((month, day)) => {
                let year = moment.year.unwrap_or_else(|| self.running_year(month));
                let Some(midnight) = midnight(year, month, day) else {
                    return (None, Some(Doubt::NoSuchDay(year)));
                };
                (self.dated, self.days, self.last) = (Some(midnight), 0, Some(moment.nanos));
                midnight
            }
            None => self.passing_midnight(moment.nanos),
        };
        let zone = i64::from(zone) * SECOND;
        let nanos = midnight.checked_add(moment.nanos);
        let nanos = nanos.and_then(|nanos| nanos.checked_sub(zone));
        (nanos.map(Timestamp::from_nanos), doubt)
    }

    /// Without what hardly any other stamp has: nothing could be compared with it.
    fn comparable(&self, moment: Moment) -> Moment {
        let usual = self.usual;
        let kept = |have: u64| usual.usual(have) != Some(false);
        Moment {
            date: moment.date.filter(|_| kept(usual.dates)),
            year: moment.year.filter(|_| kept(usual.years)),
            ..moment
        }
    }

    /// Whether a stamp lacks what most have, and nothing else tells it.
    fn lacks_the_usual(&self, moment: Moment) -> bool {
        let (usual, of_all) = (self.usual, self.of_all);
        let lacks = |has: bool, have: u64| !has && usual.usual(have) == Some(true);
        let lacks_most = |has: bool, have: u64| !has && of_all.usual(have) == Some(true);
        // The day of the others is one of their zone.
        let has_date = moment.date.is_some() || self.dated.is_some() && moment.zone.is_none();
        let has_year = moment.year.is_some() || moment.date.is_none() || self.year.is_some();
        !moment.uptime
            && (lacks(has_date, usual.dates)
                || lacks(has_year, usual.years)
                || lacks_most(has_date, of_all.dates)
                || lacks_most(has_year, of_all.years))
    }

    /// Whether a stamp has a zone where others have none, or the other way round, and nothing else tells the zone of those. Where either
    /// is usual there may be two logs, one behind the other: all is shown as it is written then, if that is UTC where it has a zone.
    fn differs_in_zone(&mut self, moment: Moment) -> bool {
        if moment.uptime || self.zone.is_some() {
            return false;
        }
        let first = *self.first_zone.get_or_insert(moment.zone);
        let has_zone = moment.zone.is_some();
        match self.usual.usual(self.usual.zones) {
            Some(usual) => has_zone != usual,
            None => {
                let is_utc = |zone: Option<i32>| zone.unwrap_or_default() == 0;
                first.is_some() != has_zone && !(is_utc(first) && is_utc(moment.zone))
            }
        }
    }

    /// Whether a stamp has a day of no year where others have none, or the other way round, and neither a date in front nor the year
    /// tells how many days lie between them. What most have in the beginning counts, unless the writer writes both.
    fn differs_in_day(&self, moment: Moment) -> bool {
        let has_day = moment.date.is_some();
        let is_placed = moment.year.is_some() || !has_day && self.dated.is_some();
        if moment.uptime || self.is_year_told || is_placed {
            return false;
        }
        let writes_both = self.usual.usual(self.usual.dates).is_none();
        let most = || self.of_all.have_days().filter(|_| !writes_both);
        *self.has_days.get_or_init(|| most().unwrap_or(has_day)) != has_day
    }

    /// Month and day, by what the log has shown of their order.
    fn in_order(&mut self, moment: Moment) -> (Option<(i8, i8)>, Option<Doubt>) {
        match (moment.order, self.month_first) {
            (Order::Fixed, _) | (Order::Either, Some(false)) => {}
            (Order::DayFirst, _) => self.month_first = Some(false),
            (Order::MonthFirst, _) => self.month_first = Some(true),
            (Order::Either, Some(true)) => {
                let swapped = moment.date.map(|(month, day)| (day, month));
                return (swapped, None);
            }
            (Order::Either, None) => return (moment.date, Some(Doubt::EitherOrder)),
        }
        (moment.date, None)
    }

    /// The year of a stamp that has none: the one that was told, and the next where months go back. A line that several writers
    /// put out of order is a month back at most; the last December is meant by one in a January that followed it.
    fn running_year(&mut self, month: i8) -> i16 {
        if self.year.is_none() {
            self.weaken(TimeBasis::NoYear);
        }
        let year = self.year.get_or_insert(SOME_YEAR);
        if self.passed_new_year && (self.last_month, month) == (1, 12) {
            return year.saturating_sub(1);
        }
        if self.last_month - month > 1 {
            *year = year.saturating_add(1);
            self.passed_new_year = true;
        }
        self.last_month = month;
        *year
    }

    /// The midnight before a time of day: that of the last stamp with a date, if there was one, and the next where times go
    /// back by more than a line can be late.
    fn passing_midnight(&mut self, nanos: i64) -> i64 {
        let first = self.dated.unwrap_or_else(|| {
            self.weaken(TimeBasis::TimeOfDay);
            0
        });
        let last = self.last.unwrap_or(nanos);
        if self.days > 0 && last < LATEST && nanos > DAY - LATEST {
            // It is of the day that has just ended.
            return first.saturating_add((self.days - 1).saturating_mul(DAY));
        }
        if nanos < last - LATEST {
            self.days = self.days.saturating_add(1);
        }
        self.last = Some(nanos);
        first.saturating_add(self.days.saturating_mul(DAY))
    }

    fn weaken(&mut self, basis: TimeBasis) {
        self.timing.basis = self.timing.basis.max(basis);
        self.timing.zone &= !matches!(basis, TimeBasis::NoZone | TimeBasis::Uptime);
    }
}

/// Nanoseconds since 1970.
fn midnight(year: i16, month: i8, day: i8) -> Option<i64> {
    let date = Date::new(year, month, day).ok()?;
    let midnight = date.to_zoned(TimeZone::UTC).ok()?;
    midnight.timestamp().as_second().checked_mul(SECOND)
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
            clock.moment(moment).0.unwrap().nanos() / SECOND
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
            clock.moment(moment).0.unwrap().to_string()[..4].to_owned()
        });
        assert_eq!(years, ["2023", "2024", "2023", "2024"]);
    }

    #[test]
    fn quiet_hours_do_not_hide_a_midnight() {
        let days = |hours: &[i64]| -> Vec<i64> {
            let mut clock = Clock::new(&TextOptions::default());
            let minutes = hours.iter().map(|time| time / 100 * 60 + time % 100);
            let times = minutes.map(|minutes| {
                let moment = Moment {
                    nanos: minutes * 60 * SECOND,
                    ..Moment::default()
                };
                clock.moment(moment).0.unwrap().nanos().div_euclid(DAY)
            });
            times.collect()
        };
        assert_eq!(days(&[1700, 900, 1700, 900]), [0, 1, 1, 2]);
        assert_eq!(days(&[2350, 10, 1230, 1231, 1800]), [0, 1, 1, 1, 1]);
        // A clock that is set back in autumn, and a late line at midnight.
        assert_eq!(days(&[259, 200, 230]), [0, 0, 0]);
        assert_eq!(days(&[2359, 1, 2358, 2, 2330, 3]), [0, 1, 0, 1, 0, 1]);
    }

    #[test]
    fn quiet_months_do_not_hide_a_new_year() {
        let years = |dates: &[(i8, i8)]| -> Vec<String> {
            let mut clock = Clock::new(&TextOptions {
                year: Some(2023),
                ..TextOptions::default()
            });
            let times = dates.iter().map(|date| {
                let (time, _) = clock.moment(on(None, *date, Order::Fixed));
                time.unwrap().to_string()[..4].to_owned()
            });
            times.collect()
        };
        assert_eq!(years(&[(10, 31), (1, 3)]), ["2023", "2024"]);
        // It begins in the year that was told; a month back is a late line.
        assert_eq!(years(&[(1, 1), (12, 31)]), ["2023", "2023"]);
        assert_eq!(years(&[(2, 1), (1, 31), (2, 1)]), ["2023", "2023", "2023"]);
    }

    fn on(year: Option<i16>, date: (i8, i8), order: Order) -> Moment {
        Moment {
            year,
            date: Some(date),
            zone: Some(0),
            order,
            ..Moment::default()
        }
    }

    #[test]
    fn a_day_that_the_year_does_not_have_has_no_time() {
        let mut clock = Clock::new(&TextOptions {
            year: Some(2023),
            ..TextOptions::default()
        });
        let (time, doubt) = clock.moment(on(None, (2, 29), Order::Fixed));
        assert_eq!((time, doubt), (None, Some(Doubt::NoSuchDay(2023))));
        let (time, doubt) = clock.moment(on(Some(2024), (2, 29), Order::Fixed));
        assert_eq!(time.unwrap().to_string(), "2024-02-29T00:00:00.000000Z");
        assert_eq!(doubt, None);
    }

    #[test]
    fn the_order_of_month_and_day_is_learned() {
        let mut clock = Clock::new(&TextOptions::default());
        let year = Some(2026);
        let days = [
            ((4, 3), Order::Either),
            ((11, 21), Order::MonthFirst),
            ((4, 3), Order::Either),
        ]
        .map(|(date, order)| {
            let (time, doubt) = clock.moment(on(year, date, order));
            (time.unwrap().to_string()[5..10].to_owned(), doubt)
        });
        let doubt = Some(Doubt::EitherOrder);
        let expected = [("04-03", doubt), ("11-21", None), ("03-04", None)];
        assert_eq!(days, expected.map(|(day, doubt)| (day.to_owned(), doubt)));
    }

    #[test]
    fn a_time_of_day_behind_a_date_is_of_that_day() {
        let mut clock = Clock::new(&TextOptions::default());
        clock.moment(on(Some(2024), (2, 29), Order::Fixed));
        let told = [80_000, 5].map(|second| {
            let moment = Moment {
                nanos: second * SECOND,
                zone: Some(0),
                ..Moment::default()
            };
            clock.moment(moment).0.unwrap().to_string()
        });
        assert_eq!(
            told,
            ["2024-02-29T22:13:20.000000Z", "2024-03-01T00:00:05.000000Z"]
        );
        assert_eq!(clock.timing().basis, TimeBasis::Absolute);
        let uptime = clock.moment(Moment::uptime(SECOND, 0));
        assert_eq!(uptime, (None, Some(Doubt::Unrelated)));
    }

    #[test]
    fn what_the_stamps_leave_out_is_known() {
        let mut clock = Clock::new(&TextOptions::default());
        let exact_time = Moment::epoch(1_700_000_000_123_000_000, 3).unwrap();
        clock.moment(exact_time);
        let exact = Timing {
            digits: Some(3),
            ..Timing::default()
        };
        assert_eq!(clock.timing(), exact);
        let mut clock = Clock::new(&TextOptions::default());
        clock.moment(Moment::default());
        let (basis, zone) = (clock.timing().basis, clock.timing().zone);
        assert_eq!((basis, zone), (TimeBasis::TimeOfDay, false));
    }
}
