//! Date: RFC 3261 20.17 has one format, the fixed one of RFC 1123, and one zone, GMT.

use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// A point in time, to the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Date<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// Seconds since 1970, if it is a date in GMT. A wrong day of the week does not matter, nor do missing zeros.
    pub seconds: Option<i64>,
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl<'a> Date<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let read = std::str::from_utf8(text.bytes()).ok().and_then(parts);
        let (seconds, problem) = match read {
            Some((seconds, "GMT")) => {
                let odd = problems.wanted() && !is_well_written(text.bytes(), seconds);
                (Some(seconds), odd.then_some(ProblemKind::Date))
            }
            Some(_) => (None, Some(ProblemKind::DateZone)),
            None => (None, Some(ProblemKind::Date)),
        };
        if let Some(problem) = problem {
            problems.note(text.span(), problem);
        }
        Self { text, seconds }
    }
}

/// Whether the date is written with as many digits as it has (RFC 3261 25.1 `rfc1123-date`), and on the right day.
fn is_well_written(text: &[u8], seconds: i64) -> bool {
    let days = seconds.div_euclid(24 * 60 * 60);
    // 1970 began on a Thursday.
    let day = DAYS[(days + 3).rem_euclid(7) as usize];
    let mut words = text
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let right_day = words
        .next()
        .is_some_and(|word| word.starts_with(day.as_bytes()));
    let digits = |word: Option<&[u8]>, length| {
        word.is_some_and(|word| word.len() == length && word.iter().all(u8::is_ascii_digit))
    };
    let day_fits = digits(words.next(), 2);
    let year_fits = digits(words.nth(1), 4);
    let clock = words.next().unwrap_or_default();
    let clock_fits = clock
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b':');
    right_day && day_fits && year_fits && clock_fits
}

/// Seconds as if in GMT, and the zone as written.
fn parts(text: &str) -> Option<(i64, &str)> {
    let mut words = text.split_ascii_whitespace();
    let mut word = || words.next();
    let day_name = word()?.strip_suffix(',')?;
    DAYS.contains(&day_name).then_some(())?;
    let day: i8 = word()?.parse().ok()?;
    let month_name = word()?;
    let month = MONTHS.iter().position(|month| *month == month_name)?;
    let year: i16 = word()?.parse().ok()?;
    let mut clock = word()?.split(':');
    let mut unit = || {
        let digits = clock.next().filter(|digits| digits.len() == 2)?;
        digits.parse::<i8>().ok()
    };
    let (hour, minute, second) = (unit()?, unit()?, unit()?);
    let zone = word()?;
    (word().is_none() && clock.next().is_none()).then_some(())?;
    let time =
        jiff::civil::DateTime::new(year, month as i8 + 1, day, hour, minute, second, 0).ok()?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some((time.timestamp().as_second(), zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<i64>, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let date = Date::read(Text::all(text.as_bytes()), &mut problems);
        let kinds = problems.list().iter().map(|problem| problem.kind);
        (date.seconds, kinds.collect())
    }

    #[test]
    fn reads_the_one_format() {
        // `date -u -d '2010-11-13 23:29:00' +%s`
        assert_eq!(
            read("Sat, 13 Nov 2010 23:29:00 GMT"),
            (Some(1_289_690_940), vec![])
        );
        assert_eq!(
            read("Fri, 01 Jan 2010 16:00:00 EST"),
            (None, vec![ProblemKind::DateZone])
        );
        for odd in [
            "Sun, 13 Nov 2010 23:29:00 GMT",
            "Sat, 13 Nov +2010 23:29:00 GMT",
            "Sat, 13 Nov 2010 23:29:+0 GMT",
        ] {
            assert_eq!(
                read(odd),
                (Some(1_289_690_940), vec![ProblemKind::Date]),
                "{odd}"
            );
        }
        assert_eq!(read("Wed, 3 Nov 2010 23:29:00 GMT").1, [ProblemKind::Date]);
        assert_eq!(read("Sat, 13 Nov 10 23:29:00 GMT").1, [ProblemKind::Date]);
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), (Some(0), vec![]));
        assert_eq!(read("Wed, 31 Dec 1969 23:59:59 GMT"), (Some(-1), vec![]));
        for odd in [
            "",
            "Sat 13 Nov 2010 23:29:00 GMT",
            "Sat, 31 Feb 2010 23:29:00 GMT",
            "Sat, 13 Nov 2010 25:29:00 GMT",
            "Sat, 13 Nov 2010 23:29 GMT",
            "Sat, 13 Nov 2010 23:29:00 GMT x",
            "2010-11-13T23:29:00Z",
        ] {
            assert_eq!(read(odd), (None, vec![ProblemKind::Date]), "{odd}");
        }
    }
}
