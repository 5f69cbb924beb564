//! Dates and times as loggers spell them.

use super::moment::{Moment, Order};
use super::words::number;
use super::zones;

/// The stamp that a text begins with, and how long it is.
pub(super) fn read(text: &[u8]) -> Option<(Moment, usize)> {
    let mut cursor = Cursor { text, at: 0 };
    let moment = cursor.dated().or_else(|| {
        cursor.at = 0;
        let moment = cursor.time_of_day()?;
        let zone = cursor.zone();
        Some(Moment { zone, ..moment })
    })?;
    Some((moment, cursor.at))
}

/// How long the stamp is that a text begins with.
pub fn length(text: &[u8]) -> Option<usize> {
    read(text).map(|(_, length)| length)
}

/// The first stamp in a text, where it begins and ends.
pub(super) fn find(text: &[u8]) -> Option<(Moment, std::ops::Range<usize>)> {
    let starts = (0..text.len().min(FURTHEST)).filter(|at| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.');
        match &text[..*at] {
            // Cisco puts a point in front where the clock may be wrong.
            [b'.'] | [.., b' ', b'.'] => true,
            [.., last] => !word(*last),
            [] => true,
        }
    });
    let mut found = starts.filter_map(|at| {
        let (moment, length) = read(&text[at..])?;
        Some((moment, at..at + length))
    });
    found.next()
}

/// A stamp stands near the beginning of its line.
const FURTHEST: usize = 256;
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn dated(&mut self) -> Option<Moment> {
        let start = self.at;
        let by_name = self.named_month();
        if let Some(moment) = by_name {
            return Some(moment);
        }
        self.at = start;
        let (first, digits) = self.digits()?;
        let between = self.any(b"-/")?;
        let (second, _) = self.digits()?;
        self.only(between)?;
        let (third, last_digits) = self.digits()?;
        self.any(b"T _@,|-\t")?;
        while self.any(b" ").is_some() {}
        let before_time = self.at;
        let mut moment = self.time_of_day()?;
        let is_american = self.text[before_time..self.at].ends_with(b"M");
        let ends = if digits == 4 { first } else { third };
        let (year, month, day, order) = match (digits, last_digits, between) {
            (4, _, _) => (ends, second, third, Order::Fixed),
            (_, 4, b'/') if first > 12 => (ends, second, first, Order::DayFirst),
            (_, 4, b'/') if second > 12 || is_american => (ends, first, second, Order::MonthFirst),
            (_, 4, b'/') if first == second => (ends, second, first, Order::Fixed),
            (_, 4, b'/') => (ends, second, first, Order::Either),
            (_, 4, _) => (ends, second, first, Order::Fixed),
            _ => return None,
        };
        moment.year = i16::try_from(year).ok();
        moment.date = Some(month_and_day(month, day)?);
        moment.order = order;
        moment.zone = self.zone();
        Some(moment)
    }

    /// `Nov 21 07:18:47.029`, `Sat Nov 21 08:03:41 CET 2026`, `Nov 21 2026 07:18:47`, `Sat, 21 Nov 2026 07:18:47 GMT`,
    /// `21/Nov/2026:07:18:47 +0100`.
    fn named_month(&mut self) -> Option<Moment> {
        if DAYS.contains(&self.rest().get(..3)?) {
            self.at += 3;
            self.any(b",");
            self.only(b' ')?;
        }
        let (date, mut year) = match self.rest().first()? {
            b'0'..=b'9' => self.day_first()?,
            _ => self.month_first()?,
        };
        let mut moment = self.time_of_day()?;
        moment.zone = self.zone();
        if year.is_none() {
            let end = self.at;
            let behind = self.only(b' ').and_then(|()| self.digits());
            match behind {
                Some((behind, 4)) if !matches!(self.rest(), [b':' | b'.', b'0'..=b'9', ..]) => {
                    year = Some(behind);
                    moment.zone = moment.zone.or_else(|| self.zone());
                }
                _ => self.at = end,
            }
        }
        moment.year = year.and_then(|year| i16::try_from(year).ok());
        moment.date = Some(date);
        Some(moment)
    }

    /// `Nov 21 ` or `Nov 21 2026 ` or `Nov 21, 2026 @ `: the date and the year.
    fn month_first(&mut self) -> Option<((i8, i8), Option<u32>)> {
        let month = self.month()?;
        while self.any(b" ").is_some() {}
        let (day, _) = self.digits()?;
        self.any(b",");
        self.only(b' ')?;
        let before_year = self.at;
        let year = match self.digits() {
            Some((year, 4)) if self.only(b' ').is_some() => {
                // Kibana puts a sign between them.
                if self.rest().starts_with(b"@ ") {
                    self.at += 2;
                }
                Some(year)
            }
            _ => {
                self.at = before_year;
                None
            }
        };
        Some((month_and_day(month, day)?, year))
    }

    /// `21 Nov 2026 `, `21-Nov-2026 `, `21/Nov/2026:`.
    fn day_first(&mut self) -> Option<((i8, i8), Option<u32>)> {
        let (day, digits) = self.digits()?;
        let between = self.any(b" -/").filter(|_| digits <= 2)?;
        let month = self.month()?;
        self.only(between)?;
        let (year, _) = self.digits().filter(|(_, digits)| *digits == 4)?;
        self.any(b" :T")?;
        Some((month_and_day(month, day)?, Some(year)))
    }

    fn month(&mut self) -> Option<u32> {
        let name = self.rest().get(..3)?;
        let month = MONTHS.iter().position(|month| *month == name)?;
        self.at += 3;
        Some(month as u32 + 1)
    }

    /// `07:18:47`, with a fraction behind a point or comma.
    fn time_of_day(&mut self) -> Option<Moment> {
        let mut fields = [0i64; 3];
        for (number, field) in fields.iter_mut().enumerate() {
            if number > 0 {
                self.only(b':')?;
            }
            let (value, digits) = self.digits()?;
            if digits > 2 || digits == 1 && number > 0 {
                return None;
            }
            *field = i64::from(value);
        }
        let [hours, minutes, seconds] = fields;
        if hours > 23 || minutes > 59 || seconds > 60 {
            return None;
        }
        let (fraction, digits) = self.fraction();
        // A leap second stands still at the end of the one before: it is over when the next begins.
        let (seconds, fraction) = match seconds {
            60 => (59, 999_999_999),
            _ => (seconds, fraction),
        };
        let hours = self.half_of_day(hours);
        Some(Moment {
            nanos: ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + fraction,
            digits,
            ..Moment::default()
        })
    }

    /// The hour, by `AM` or `PM` behind the time, if that stands there.
    fn half_of_day(&mut self, hours: i64) -> i64 {
        let start = self.at;
        self.any(b" ");
        let half = self.any(b"AaPp").filter(|_| self.any(b"Mm").is_some());
        let ends = !matches!(self.rest(), [next, ..] if next.is_ascii_alphanumeric());
        match half {
            Some(b'A' | b'a') if ends && (1..=12).contains(&hours) => hours % 12,
            Some(_) if ends && (1..=12).contains(&hours) => hours % 12 + 12,
            _ => {
                self.at = start;
                hours
            }
        }
    }

    /// In nanoseconds, and how many digits it has.
    fn fraction(&mut self) -> (i64, u8) {
        let start = self.at;
        let is_colon = self.only(b':').is_some();
        if !is_colon && self.any(b".,").is_none() {
            return (0, 0);
        }
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        // Behind a colon only milliseconds are one.
        if digits == 0 || is_colon && digits != 3 {
            self.at = start;
            return (0, 0);
        }
        let all = &self.rest()[..digits];
        self.at += digits;
        let kept = &all[..digits.min(9)];
        let value = kept
            .iter()
            .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        let nanos = value * 10_i64.pow(9 - kept.len() as u32);
        (nanos, kept.len() as u8)
    }

    /// `Z`, `+01:00`, `-0500`, `+01`, ` UTC`, ` CET`, ` GMT+0100`. A name that means several zones tells none.
    fn zone(&mut self) -> Option<i32> {
        if self.only(b'Z').is_some() {
            return Some(0);
        }
        let start = self.at;
        if self.only(b' ').is_some()
            && let Some((name, offset)) = zones::named(self.rest())
        {
            self.at += name.len();
            return match self.rest() {
                [b'+' | b'-', ..] if offset == Some(0) => self.zone_offset(),
                _ => offset,
            };
        }
        self.at = start;
        let zone = self.zone_offset();
        if zone.is_none() {
            self.at = start;
        }
        zone
    }

    fn zone_offset(&mut self) -> Option<i32> {
        let is_apart = self.any(b" ").is_some();
        let sign = match self.any(b"+-")? {
            b'+' => 1,
            _ => -1,
        };
        let hours: i32 = number(self.rest().get(..2)?)?;
        self.at += 2;
        // Minutes may be left out, as databases do.
        let ends = !matches!(self.rest(), [b'0'..=b'9', ..] | [b':', b'0'..=b'9', ..]);
        let minutes: i32 = match ends && !is_apart {
            true => 0,
            false => {
                self.any(b":");
                let minutes = number(self.rest().get(..2)?)?;
                self.at += 2;
                minutes
            }
        };
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    fn only(&mut self, byte: u8) -> Option<()> {
        self.any(&[byte]).map(|_| ())
    }

    fn any(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = *self.rest().first()?;
        bytes.contains(&byte).then(|| {
            self.at += 1;
            byte
        })
    }

    /// Up to four digits, and how many there are.
    fn digits(&mut self) -> Option<(u32, usize)> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        if digits == 0 || digits > 4 {
            return None;
        }
        let value = number(&self.rest()[..digits])?;
        self.at += digits;
        Some((value, digits))
    }
}

fn month_and_day(month: u32, day: u32) -> Option<(i8, i8)> {
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then_some((month as i8, day as i8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(year: Option<i16>, date: Option<(i8, i8)>, zone: Option<i32>) -> Moment {
        Moment {
            year,
            date,
            nanos: 26_327_029_000_000,
            digits: 3,
            zone,
            ..Moment::default()
        }
    }

    #[test]
    fn every_spelling_is_read_to_its_end() {
        let day = Some((11, 9));
        let full = moment(Some(2026), day, None);
        let zoned = |seconds| Moment {
            zone: Some(seconds),
            ..full
        };
        let written = |moment, order| Moment { order, ..moment };
        let swapped = written(moment(Some(2026), Some((9, 11)), None), Order::Either);
        let cases = [
            ("2026-11-09 07:18:47.029", full),
            (
                "2026-11-09T07:18:47.029000Z",
                Moment {
                    zone: Some(0),
                    digits: 6,
                    ..full
                },
            ),
            (
                "2026-11-09T07:18:47,029+01:00",
                Moment {
                    zone: Some(3600),
                    ..full
                },
            ),
            (
                "2026-11-09 07:18:47.029 -0530",
                Moment {
                    zone: Some(-19_800),
                    ..full
                },
            ),
            ("2026/11/09 07:18:47.029000", Moment { digits: 6, ..full }),
            (
                "09-11-2026 07:18:47.029 UTC",
                Moment {
                    zone: Some(0),
                    ..full
                },
            ),
            ("Nov  9 07:18:47.029", moment(None, day, None)),
            ("Nov 9 07:18:47.029 UTC", moment(None, day, Some(0))),
            ("Mon Nov 9 07:18:47.029 2026", full),
            ("Nov 09 2026 07:18:47.029", full),
            ("07:18:47.029", moment(None, None, None)),
            ("2026-11-09 07:18:47:029", full),
            ("2026-11-09 07:18:47.029 AM", full),
            ("2026-11-09 07:18:47.029 IST", full),
            ("Mon Nov  9 07:18:47.029 IST 2026", full),
            ("2026-11-09 07:18:47.029 CET", zoned(3600)),
            ("2026-11-09 07:18:47.029 EST", zoned(-18_000)),
            ("2026-11-09 07:18:47.029 MSK", zoned(10_800)),
            ("Mon Nov  9 07:18:47.029 PST 2026", zoned(-28_800)),
            ("Mon Nov 9 2026 07:18:47.029 GMT+0100", zoned(3600)),
            ("Mon Nov  9 07:18:47.029 2026 GMT", zoned(0)),
            ("Mon Nov  9 07:18:47.029 2026 -0530", zoned(-19_800)),
            ("Mon, 09 Nov 2026 07:18:47.029 GMT", zoned(0)),
            ("Mon, 9 Nov 2026 07:18:47.029 +0100", zoned(3600)),
            ("9-Nov-2026 07:18:47.029", full),
            ("09/Nov/2026:07:18:47.029 +0100", zoned(3600)),
            ("2026-11-09 07:18:47.029+01", zoned(3600)),
            (
                "07:18:47.029Z",
                Moment {
                    zone: Some(0),
                    ..moment(None, None, None)
                },
            ),
            (
                "11/09/2026 7:18:47.029 AM",
                written(full, Order::MonthFirst),
            ),
            ("11/09/2026-07:18:47.029", swapped),
        ];
        for (text, expected) in cases {
            let behind = format!("{text}: more");
            assert_eq!(
                read(behind.as_bytes()),
                Some((expected, text.len())),
                "{text}"
            );
        }
    }

    #[test]
    fn halves_of_the_day_and_orders_of_the_date() {
        const HOUR: i64 = 3_600_000_000_000;
        for (text, hour, date, order) in [
            ("11/21/2026 3:00:00 PM", 15, (11, 21), Order::MonthFirst),
            ("21/11/2026 3:00:00 pm", 15, (11, 21), Order::DayFirst),
            ("11/21/2026, 12:00:00 AM", 0, (11, 21), Order::MonthFirst),
            ("03/04/2026 12:00:00 PM", 12, (3, 4), Order::MonthFirst),
            ("03/04/2026 12:00:00", 12, (4, 3), Order::Either),
            ("04-03-2026 12:00:00", 12, (3, 4), Order::Fixed),
            ("05/05/2026 15:00:00", 15, (5, 5), Order::Fixed),
        ] {
            let (moment, length) = read(text.as_bytes()).unwrap();
            assert_eq!(length, text.len(), "{text}");
            assert_eq!(moment.nanos, hour * HOUR, "{text}");
            assert_eq!((moment.date, moment.order), (Some(date), order), "{text}");
        }
        // No hour of half a day, and a word of its own.
        for text in ["15:00:00 PM", "03:00:00 Pmx", "03:00:00 am3"] {
            assert_eq!(read(text.as_bytes()).unwrap().1, 8, "{text}");
        }
    }

    /// Nothing of it is before the second that it follows, nor behind the one that follows it.
    #[test]
    fn a_leap_second_is_the_end_of_its_minute() {
        const SECOND: i64 = 1_000_000_000;
        for text in [
            "23:59:60",
            "23:59:60.000",
            "23:59:60.5",
            "23:59:60.999999999",
        ] {
            let (moment, length) = read(text.as_bytes()).unwrap();
            assert_eq!(length, text.len(), "{text}");
            assert!(moment.nanos < 86_400 * SECOND, "{text}");
            assert!(moment.nanos >= 86_399 * SECOND + 999_999_999, "{text}");
        }
        assert_eq!(read(b"23:59:61"), None);
    }

    #[test]
    fn what_is_no_stamp_is_none() {
        let texts = [
            "",
            "12",
            "7:5:1",
            "25:00:00",
            "07:61:00",
            "2026-13-01 00:00:00",
            "2026-11-09",
            "1-2-3 07:18:47",
            "Foo 9 07:18:47",
            "9 Foo 2026 07:18:47",
            "9/Nov-2026:07:18:47",
            "31/Nov:07:18:47",
            "192.0.2.1:5060",
            "00:1a:2b:3c:4d:5e",
        ];
        for text in texts {
            let read = read(text.as_bytes()).filter(|(_, length)| *length == text.len());
            assert_eq!(read, None, "{text}");
        }
    }
}
