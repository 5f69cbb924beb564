//! What is said of time: in front of a row, and where much of it goes by.

use super::{Ladder, Panel, PanelKind, Timing};
use crate::report::Moment;

const SECOND: i64 = 1_000_000_000;
/// Where nothing is sent for so long, that is said.
const GAP: i64 = 60 * SECOND;

/// The time of a row, the one before it or the first one being at `since`.
pub(super) fn shown(at: Moment, since: Option<Moment>, timing: Timing) -> String {
    match timing {
        Timing::None => String::new(),
        Timing::Absolute => of_day(at),
        Timing::Start | Timing::Previous => {
            let since = at.since(&since.unwrap_or(at));
            since.map_or(String::new(), |(nanos, digits)| seconds(nanos, digits))
        }
    }
}

/// `1.501`: milliseconds, or as many digits as are known.
fn seconds(nanos: i64, digits: u8) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let millis = (nanos.unsigned_abs() + 500_000) / 1_000_000;
    let fraction = format!(".{:03}", millis % 1000);
    let known = match digits.min(3) {
        0 => "",
        digits => &fraction[..=usize::from(digits)],
    };
    format!("{sign}{}{known}", millis / 1000)
}

/// `22:13:20.004`; seconds since an unknown start where no more is known.
fn of_day(at: Moment) -> String {
    let time = at.told.time_of_day().or_else(|| at.told.uptime());
    let time = time.unwrap_or_default();
    let time = time.trim_end_matches('Z');
    time.chars().take("22:13:20.004".len()).collect()
}

/// What all times have in common.
pub(super) fn note(ladder: &Ladder, timing: Timing, in_utc: bool) -> Option<String> {
    let timed = ladder.rows.iter().any(|row| !row.time().is_empty());
    let said = match timing {
        Timing::None => return None,
        Timing::Absolute if in_utc => "Times are of the day, in UTC.",
        Timing::Absolute => "Times are of the day, as the clock of the log has them.",
        Timing::Start => "Times are seconds since the first message.",
        Timing::Previous => "Times are seconds since the message before.",
    };
    timed.then(|| said.to_owned())
}

/// What is drawn between two rows that are far apart in time.
pub(super) fn gap_between(before: Moment, at: Moment, last: usize) -> Option<Panel> {
    let (nanos, _) = at.since(&before)?;
    (nanos >= GAP).then(|| Panel {
        number: String::new(),
        first: 0,
        last,
        text: format!("{} later", lasting(nanos)),
        kind: PanelKind::Gap,
        folded: Vec::new(),
    })
}

/// `2 h 5 min`, `1 min 30 s`, `20 s`, `0.5 s`: the two largest units.
pub(super) fn lasting(nanos: i64) -> String {
    let seconds = nanos / SECOND;
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let Some(largest) = units.iter().position(|(count, _)| *count > 0) else {
        return format!("{}.{} s", nanos / SECOND, nanos / (SECOND / 10) % 10);
    };
    let two = units[largest..].iter().take(2);
    let texts = two.filter(|(count, _)| *count > 0);
    let texts: Vec<_> = texts
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;

    fn at(nanos: i64) -> Moment {
        Moment::of_capture(Timestamp::from_nanos(nanos))
    }

    #[test]
    fn times_are_rounded_to_milliseconds() {
        let first = Some(at(SECOND));
        assert_eq!(shown(at(2_500_600_000), first, Timing::Start), "1.501");
        assert_eq!(shown(at(999_000_000), first, Timing::Previous), "-0.001");
        assert_eq!(shown(at(SECOND), None, Timing::Start), "0.000");
        assert_eq!(shown(at(SECOND), first, Timing::None), "");
        let day = at(1_700_000_000_120_000_000);
        assert_eq!(shown(day, first, Timing::Absolute), "22:13:20.120");
    }

    #[test]
    fn no_digit_is_printed_that_the_log_has_not() {
        assert_eq!(seconds(1_500_600_000, 0), "1");
        assert_eq!(seconds(1_540_600_000, 1), "1.5");
        assert_eq!(seconds(1_500_600_000, 6), "1.501");
    }

    #[test]
    fn a_gap_tells_the_two_largest_units() {
        let cases = [
            (60, "1 min later"),
            (95, "1 min 35 s later"),
            (7230, "2 h later"),
            (90_000, "1 d 1 h later"),
        ];
        for (seconds, expected) in cases {
            let gap = gap_between(at(0), at(seconds * SECOND), 3).unwrap();
            assert_eq!(gap.text, expected);
            assert_eq!((gap.first, gap.last), (0, 3));
        }
        assert_eq!(gap_between(at(0), at(59 * SECOND), 3), None);
    }
}
