//! Dates and times as loggers spell them.

use super::clock::Moment;
use super::words::number;

/// The stamp that a text begins with, and how long it is.
pub(super) fn read(text: &[u8]) -> Option<(Moment, usize)> {
    let mut cursor = Cursor { text, at: 0 };
    let moment = cursor.dated().or_else(|| {
        cursor.at = 0;
        cursor.time_of_day()
    })?;
    Some((moment, cursor.at))
}

/// The first stamp in a text, where it begins and ends.
pub(super) fn find(text: &[u8]) -> Option<(Moment, std::ops::Range<usize>)> {
    let starts = (0..text.len().min(FURTHEST)).filter(|at| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.');
        *at == 0 || !word(text[*at - 1])
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
        let (year, month, day) = match (digits, last_digits) {
            (4, _) => (first, second, third),
            (_, 4) => (third, second, first),
            _ => return None,
        };
        self.any(b"T _@")?;
        while self.any(b" ").is_some() {}
        let mut moment = self.time_of_day()?;
        moment.year = i16::try_from(year).ok();
        moment.date = Some(month_and_day(month, day)?);
        moment.zone = self.zone();
        Some(moment)
    }

    /// `Nov 21 07:18:47.029`, `Sat Nov 21 08:03:41 2026`, `Nov 21 2026 07:18:47`.
    fn named_month(&mut self) -> Option<Moment> {
        if DAYS.contains(&self.rest().get(..3)?) {
            self.at += 3;
            self.any(b",");
            self.only(b' ')?;
        }
        let name = self.rest().get(..3)?;
        let month = MONTHS.iter().position(|month| *month == name)? as u32 + 1;
        self.at += 3;
        while self.any(b" ").is_some() {}
        let (day, _) = self.digits()?;
        self.only(b' ')?;
        let before_year = self.at;
        let mut year = match self.digits() {
            Some((year, 4)) if self.only(b' ').is_some() => Some(year),
            _ => {
                self.at = before_year;
                None
            }
        };
        let mut moment = self.time_of_day()?;
        moment.zone = self.zone();
        if year.is_none() {
            let end = self.at;
            let behind = self.only(b' ').and_then(|()| self.digits());
            match behind {
                Some((behind, 4)) if !matches!(self.rest(), [b':' | b'.', b'0'..=b'9', ..]) => {
                    year = Some(behind);
                }
                _ => self.at = end,
            }
        }
        moment.year = year.and_then(|year| i16::try_from(year).ok());
        moment.date = Some(month_and_day(month, day)?);
        Some(moment)
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
        let fraction = self.fraction();
        Some(Moment {
            nanos: ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + fraction,
            ..Moment::default()
        })
    }

    fn fraction(&mut self) -> i64 {
        let start = self.at;
        let is_colon = self.only(b':').is_some();
        if !is_colon && self.any(b".,").is_none() {
            return 0;
        }
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        // Behind a colon only milliseconds are one.
        if digits == 0 || is_colon && digits != 3 {
            self.at = start;
            return 0;
        }
        let all = &self.rest()[..digits];
        self.at += digits;
        let kept = &all[..digits.min(9)];
        let value = kept
            .iter()
            .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        value * 10_i64.pow(9 - kept.len() as u32)
    }

    /// `Z`, `+01:00`, `-0500`, ` UTC`.
    fn zone(&mut self) -> Option<i32> {
        for name in [&b"Z"[..], b" UTC", b" GMT"] {
            if self.rest().starts_with(name) {
                self.at += name.len();
                return Some(0);
            }
        }
        let start = self.at;
        let zone = self.zone_offset();
        if zone.is_none() {
            self.at = start;
        }
        zone
    }

    fn zone_offset(&mut self) -> Option<i32> {
        self.any(b" ");
        let sign = match self.any(b"+-")? {
            b'+' => 1,
            _ => -1,
        };
        let hours: i32 = number(self.rest().get(..2)?)?;
        self.at += 2;
        self.any(b":");
        let minutes: i32 = number(self.rest().get(..2)?)?;
        self.at += 2;
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
            zone,
        }
    }

    #[test]
    fn every_spelling_is_read_to_its_end() {
        let day = Some((11, 9));
        let full = moment(Some(2026), day, None);
        let cases = [
            ("2026-11-09 07:18:47.029", full),
            (
                "2026-11-09T07:18:47.029000Z",
                Moment {
                    zone: Some(0),
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
            ("2026/11/09 07:18:47.029000", full),
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
            "192.0.2.1:5060",
            "00:1a:2b:3c:4d:5e",
        ];
        for text in texts {
            let read = read(text.as_bytes()).filter(|(_, length)| *length == text.len());
            assert_eq!(read, None, "{text}");
        }
    }
}
