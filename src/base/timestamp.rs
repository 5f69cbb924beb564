//! Points in time as captures give them: whole nanoseconds since 1970, never the clock of this machine.

use std::fmt;

/// Nanoseconds since 1970-01-01T00:00:00Z. Covers the years 1677 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const NANOS: i64 = 1_000_000_000;

impl Timestamp {
    /// From nanoseconds since the epoch.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From seconds and nanoseconds (which may exceed a second); `None` outside the representable years.
    pub fn new(seconds: i64, nanos: u32) -> Option<Self> {
        seconds
            .checked_mul(NANOS)?
            .checked_add(i64::from(nanos))
            .map(Self)
    }

    /// From units of `1/resolution` seconds with an offset in seconds; finer than a nanosecond is cut off.
    pub fn from_units(units: u64, resolution: u64, offset_seconds: i64) -> Option<Self> {
        let resolution = u128::from(resolution.max(1));
        let nanos = u128::from(units) * NANOS as u128 / resolution;
        let offset = i128::from(offset_seconds) * i128::from(NANOS);
        i64::try_from(i128::try_from(nanos).ok()? + offset)
            .ok()
            .map(Self)
    }

    /// Nanoseconds since the epoch.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Seconds from `earlier` to here, negative when it lies later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        (i128::from(self.0) - i128::from(earlier.0)) as f64 / NANOS as f64
    }
}

/// RFC 3339 in UTC with microseconds, or nanoseconds where the capture has them.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = if self.0 % 1000 == 0 { 6 } else { 9 };
        let seconds = self.0.div_euclid(NANOS);
        let nanos = self.0.rem_euclid(NANOS) as i32;
        match jiff::Timestamp::new(seconds, nanos) {
            Ok(time) => write!(f, "{time:.precision$}"),
            Err(_) => write!(f, "{seconds}.{nanos:09}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_utc_with_the_precision_it_has() {
        let at = Timestamp::new(1_700_000_000, 120_000_000).unwrap();
        assert_eq!(at.to_string(), "2023-11-14T22:13:20.120000Z");
        let at = Timestamp::new(1_700_000_000, 1).unwrap();
        assert_eq!(at.to_string(), "2023-11-14T22:13:20.000000001Z");
        let before = Timestamp::new(-1, 999_999_000).unwrap();
        assert_eq!(before.to_string(), "1969-12-31T23:59:59.999999Z");
    }

    #[test]
    fn decodes_decimal_binary_and_too_fine_units() {
        assert_eq!(
            Timestamp::from_units(1_500, 1_000, 0).unwrap().nanos(),
            1_500_000_000
        );
        assert_eq!(
            Timestamp::from_units(3 << 31, 1 << 32, 0).unwrap().nanos(),
            1_500_000_000
        );
        assert_eq!(
            Timestamp::from_units(2_999, 1_000_000_000_000, -1)
                .unwrap()
                .nanos(),
            -999_999_998
        );
        assert_eq!(Timestamp::from_units(u64::MAX, 1, 0), None);
    }
}
