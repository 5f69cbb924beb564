//! A stamp of a log as it is written, and what another stamp in front of it says of what it leaves out.

use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(super) const SECOND: i64 = 1_000_000_000;
pub(super) const DAY: i64 = 86_400 * SECOND;
/// A leap year, so that every day of a log without years is one.
pub(super) const SOME_YEAR: i16 = 1972;

/// A stamp as it is written; what it leaves out is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: Option<i16>,
    /// Month and day.
    pub(super) date: Option<(i8, i8)>,
    /// Since midnight.
    pub(super) nanos: i64,
    /// Digits behind the second.
    pub(super) digits: u8,
    /// Seconds ahead of UTC.
    pub(super) zone: Option<i32>,
    /// Which of month and day was written first.
    pub(super) order: Order,
    /// It is no time of a day: the nanoseconds are those since a start that nobody knows.
    pub(super) uptime: bool,
}

/// What a stamp shows of the order of month and day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// It is fixed by the way in which it is written.
    #[default]
    Fixed,
    /// `21/11/2026`.
    DayFirst,
    /// `11/21/2026`.
    MonthFirst,
    /// `03/04/2026`, read as if the day stood first.
    Either,
}

impl Moment {
    /// So many nanoseconds since 1970.
    pub(super) fn epoch(nanos: i64, digits: u8) -> Option<Self> {
        let at = jiff::Timestamp::from_nanosecond(i128::from(nanos)).ok()?;
        let date = at.to_zoned(TimeZone::UTC).date();
        Some(Self {
            year: Some(date.year()),
            date: Some((date.month(), date.day())),
            nanos: nanos.rem_euclid(DAY),
            digits,
            zone: Some(0),
            ..Self::default()
        })
    }

    /// With what it leaves out of day, year and zone, and the stamp of one who passed it on at once says. Where the two do not tell the
    /// same minute, their clocks differ, and nothing is taken over.
    pub(super) fn completed(self, other: Self) -> Self {
        /// Who passes a line on is that late.
        const AT_ONCE: i64 = 60 * SECOND;
        let zones_differ = self.zone.is_some() && other.zone.is_some() && self.zone != other.zone;
        let lacks = self.date.is_none() || self.year.is_none() || self.zone.is_none();
        let is_sure = |moment: Self| !moment.uptime && moment.order == Order::Fixed;
        if !lacks || zones_differ || !is_sure(self) || !is_sure(other) {
            return self;
        }
        let Some((month, day)) = other.date else {
            return self;
        };
        let Ok(date) = Date::new(other.year.unwrap_or(SOME_YEAR), month, day) else {
            return self;
        };
        let days = [Ok(date), date.yesterday(), date.tomorrow()]
            .into_iter()
            .zip([0, -DAY, DAY]);
        let mut near = days.filter_map(|(date, by)| {
            let date = date.ok()?;
            let differs = self
                .date
                .is_some_and(|own| own != (date.month(), date.day()));
            let differs = differs
                || self
                    .year
                    .is_some_and(|year| other.year.is_some() && year != date.year());
            // Without a year nobody knows what stands between February and March.
            let unknown = by != 0
                && other.year.is_none()
                && date.month() != month
                && month.min(date.month()) == 2;
            let late = (self.nanos + by - other.nanos).abs();
            (late <= AT_ONCE && !differs && !unknown).then_some(date)
        });
        let Some(date) = near.next() else {
            return self;
        };
        Self {
            year: self.year.or(other.year.map(|_| date.year())),
            date: Some((date.month(), date.day())),
            zone: self.zone.or(other.zone),
            ..self
        }
    }

    /// Whether both say the same, as far as they say it, but for less than a line is late that is passed on at once.
    pub(super) fn is_near(self, other: Self) -> bool {
        let same =
            |one: Option<i32>, other: Option<i32>| one.is_none() || other.is_none() || one == other;
        let year = |moment: Self| moment.year.map(i32::from);
        let late = (self.nanos - other.nanos).abs();
        !self.uptime
            && !other.uptime
            && (self.date.is_none() || other.date.is_none() || self.date == other.date)
            && same(year(self), year(other))
            && same(self.zone, other.zone)
            && late <= 2 * SECOND
    }

    /// So many nanoseconds since a start that nobody knows.
    pub(super) fn uptime(nanos: i64, digits: u8) -> Self {
        Self {
            nanos,
            digits,
            uptime: true,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::log::stamp;

    #[test]
    fn a_stamp_in_front_completes_one_of_the_same_minute() {
        let stamp = |text: &str| stamp::read(text.as_bytes()).unwrap().0;
        for (own, other, expected) in [
            (
                "12:00:00.5",
                "2025-11-20T12:00:01Z",
                "2025-11-20T12:00:00.5Z",
            ),
            ("12:00:00.5", "Nov 20 11:59:59", "Nov 20 12:00:00.5"),
            (
                "23:59:59.9",
                "2026-01-01T00:00:00Z",
                "2025-12-31T23:59:59.9Z",
            ),
            (
                "00:00:00.1",
                "2025-12-31T23:59:59Z",
                "2026-01-01T00:00:00.1Z",
            ),
            ("23:59:59.9", "Jan  1 00:00:00", "Dec 31 23:59:59.9"),
            (
                "Nov 20 12:00:00",
                "2025-11-20T12:00:01+01:00",
                "2025-11-20T12:00:00+01:00",
            ),
            (
                "2025-11-20 12:00:00",
                "2025-11-20T12:00:01Z",
                "2025-11-20T12:00:00Z",
            ),
            ("12:00:00Z", "2025-11-20 12:00:01", "2025-11-20 12:00:00Z"),
            // Other clocks, other zones, another day, and what may be the 28th or 29th.
            ("13:00:00", "2025-11-20T12:00:00Z", "13:00:00"),
            ("12:00:00", "2025-11-20T12:02:00Z", "12:00:00"),
            ("Nov 19 12:00:00", "2025-11-20T12:00:00Z", "Nov 19 12:00:00"),
            ("12:00:00+01:00", "2025-11-20T12:00:00Z", "12:00:00+01:00"),
            ("23:59:59", "Mar  1 00:00:00", "23:59:59"),
            ("12:00:00", "03/04/2025 12:00:00", "12:00:00"),
            ("12:00:00", "12:00:01Z", "12:00:00"),
        ] {
            let completed = stamp(own).completed(stamp(other));
            assert_eq!(completed, stamp(expected), "{own} behind {other}");
        }
        let uptime = Moment::uptime(5, 0);
        assert_eq!(uptime.completed(stamp("2025-11-20T00:00:00Z")), uptime);
    }
}
