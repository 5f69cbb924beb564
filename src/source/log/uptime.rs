//! Times as bare numbers: since 1970, or since a start that nobody knows.

use super::Moment;
use super::words::{number, split_once};

const SECOND: i64 = 1_000_000_000;
/// A time stands near the beginning of its line.
const FURTHEST: usize = 96;

/// A number that can only be a time since 1970: seconds with a fraction, or milli-, micro- or nanoseconds. Whole seconds are
/// one only at the beginning of a line. None where there are several.
pub(super) fn epoch(line: &[u8]) -> Option<Moment> {
    let mut found = tokens(&line[..line.len().min(FURTHEST)])
        .filter_map(|(at, token)| epoch_of(token, at == 0 || at == 1 && line[0] == b'['));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The first such number with a fraction in a text, and where it stands.
pub(super) fn epoch_at(text: &[u8]) -> Option<(Moment, usize)> {
    let near = &text[..text.len().min(FURTHEST)];
    tokens(near).find_map(|(at, token)| Some((epoch_of(token, false)?, at)))
}

/// What stands between blanks, brackets and the like, and where.
fn tokens(line: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let parts = |byte: &u8| byte.is_ascii_whitespace() || b"[]()<>,;|=\"'".contains(byte);
    let mut at = 0;
    line.split(parts).filter_map(move |token| {
        let start = at;
        at += token.len() + 1;
        let token = token.strip_suffix(b":").unwrap_or(token);
        (!token.is_empty()).then_some((start, token))
    })
}

/// A number that counts from 1970, as a stamp.
pub(super) fn epoch_as_stamp(token: &str) -> Option<String> {
    let (nanos, digits) = nanos_of(token.as_bytes(), true)?;
    let at = jiff::Timestamp::from_nanosecond(i128::from(nanos)).ok()?;
    Some(format!("{at:.*}", usize::from(digits)))
}

fn epoch_of(token: &[u8], begins: bool) -> Option<Moment> {
    let (nanos, digits) = nanos_of(token, begins)?;
    Moment::epoch(nanos, digits)
}

/// Its nanoseconds, and how many digits it has behind the second.
fn nanos_of(token: &[u8], begins: bool) -> Option<(i64, u8)> {
    // Seconds from 2001 to 2033 have ten digits and begin so.
    if !token.starts_with(b"1") {
        return None;
    }
    match split_once(token, b".") {
        Some((seconds, fraction)) if seconds.len() == 10 => decimal(seconds, fraction),
        Some(_) => None,
        None => {
            let digits = match token.len() {
                10 if begins => 0,
                13 => 3,
                16 => 6,
                19 => 9,
                _ => return None,
            };
            let unit = 10_i64.pow(9 - u32::from(digits));
            Some((number::<i64>(token)?.checked_mul(unit)?, digits))
        }
    }
}

/// Seconds and their fraction as nanoseconds, and how many digits the fraction has.
fn decimal(seconds: &[u8], fraction: &[u8]) -> Option<(i64, u8)> {
    let digits = u8::try_from(fraction.len()).ok()?;
    let unit = 10_i64.pow(u32::from(9_u8.checked_sub(digits)?));
    let nanos = number::<i64>(fraction)?.checked_mul(unit)?;
    let seconds = number::<i64>(seconds)?.checked_mul(SECOND)?;
    Some((seconds.checked_add(nanos)?, digits))
}

/// Time since a start: `[   12.345678]` as kernels write it, `uptime 12345 s`, `1d02h` as routers do.
pub(super) fn read(line: &[u8]) -> Option<Moment> {
    let line = line.trim_ascii_start();
    let (nanos, digits) = bracketed(line)
        .or_else(|| named(line))
        .or_else(|| units(line))?;
    Some(Moment::uptime(nanos, digits))
}

fn bracketed(line: &[u8]) -> Option<(i64, u8)> {
    let inside = split_once(line.strip_prefix(b"[")?, b"]")?.0;
    let (seconds, fraction) = split_once(inside.trim_ascii(), b".")?;
    decimal(seconds, fraction)
}

/// `uptime 12345 s`, `uptime=12345.678`, `Uptime: 12345 sec`.
fn named(line: &[u8]) -> Option<(i64, u8)> {
    const NAME: &[u8] = b"uptime";
    let near = line[..line.len().min(FURTHEST)].to_ascii_lowercase();
    let (front, rest) = split_once(&near, NAME)?;
    if front.last().is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let start = rest.iter().position(|byte| !b" :=".contains(byte))?;
    let rest = &rest[start..];
    if start == 0 {
        return None;
    }
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let end = rest.iter().position(|byte| !is_number(byte));
    let (value, behind) = rest.split_at(end.unwrap_or(rest.len()));
    let behind = behind.trim_ascii_start();
    let unit = behind
        .iter()
        .position(|byte| !byte.is_ascii_alphabetic())
        .map_or(behind, |end| &behind[..end]);
    // Another unit, or the hours of a clock.
    let others: [&[u8]; 8] = [
        b"ms", b"min", b"minutes", b"m", b"h", b"hours", b"d", b"days",
    ];
    if others.contains(&unit) || behind.starts_with(b":") {
        return None;
    }
    let value = value.strip_suffix(b".").unwrap_or(value);
    match split_once(value, b".") {
        Some((seconds, fraction)) => decimal(seconds, fraction),
        None => Some((number::<i64>(value)?.checked_mul(SECOND)?, 0)),
    }
}

/// `1d02h`, `2w3d`, `1y05w`, `1d02h03m04s` at the beginning of a line, perhaps behind its number.
fn units(line: &[u8]) -> Option<(i64, u8)> {
    const UNITS: [(u8, i64); 6] = [
        (b'y', 31_536_000),
        (b'w', 604_800),
        (b'd', 86_400),
        (b'h', 3600),
        (b'm', 60),
        (b's', 1),
    ];
    let behind_number = || {
        let (first, rest) = split_once(line, b": ")?;
        number::<u64>(first).map(|_| rest.trim_ascii_start())
    };
    let line = behind_number().unwrap_or(line);
    let end = line
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(line.len());
    let (mut rest, mut seconds, mut parts, mut next) = (&line[..end], 0_i64, 0, 0);
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value: i64 = number(&rest[..digits])?;
        let unit = *rest.get(digits)?;
        let place = UNITS[next..].iter().position(|(name, _)| *name == unit)?;
        seconds = seconds.checked_add(value.checked_mul(UNITS[next + place].1)?)?;
        next += place + 1;
        parts += 1;
        rest = &rest[digits + 1..];
    }
    // One part alone may be anything.
    (parts >= 2)
        .then(|| seconds.checked_mul(SECOND))?
        .map(|nanos| (nanos, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since_start(line: &str) -> Option<(i64, u8)> {
        let moment = read(line.as_bytes())?;
        assert!(moment.uptime);
        Some((moment.nanos, moment.digits))
    }

    #[test]
    fn times_since_a_start() {
        const HOUR: i64 = 3600 * SECOND;
        for (line, nanos, digits) in [
            ("[   12.345678] got", 12_345_678_000, 6),
            ("uptime 12345 s: sent", 12_345 * SECOND, 0),
            ("sip: Uptime=12345.678, received", 12_345_678_000_000, 3),
            ("1d02h: //-1/SIP", 26 * HOUR, 0),
            ("000123: 2w3d: //-1/SIP", 17 * 24 * HOUR, 0),
            ("1d02h03m04s x", 26 * HOUR + 184 * SECOND, 0),
        ] {
            assert_eq!(since_start(line), Some((nanos, digits)), "{line}");
        }
        for line in [
            "[12]",
            "12.5",
            "[a.5]",
            "[1.0000000001]",
            "[99999999999.5]",
            "uptime 12:34:56",
            "uptime 3 days",
            "downtimeuptime 5",
            "uptime",
            "5m",
            "02h1d",
            "v1d",
        ] {
            assert_eq!(since_start(line), None, "{line}");
        }
    }

    #[test]
    fn times_since_1970() {
        let read = |line: &str| {
            let moment = epoch(line.as_bytes())?;
            Some((moment.year?, moment.date?, moment.nanos, moment.digits))
        };
        // 2023-11-14T22:13:20.123 UTC.
        let expected = |digits| Some((2023, (11, 14), 80_000_123_000_000, digits));
        assert_eq!(read("1700000000.123 recv"), expected(3));
        assert_eq!(read("[1700000000123] recv"), expected(3));
        assert_eq!(read("ts=1700000000123000 x"), expected(6));
        assert_eq!(read("x 1700000000.123000000: y"), expected(9));
        let whole = Some((2023, (11, 14), 80_000_000_000_000, 0));
        assert_eq!(read("1700000000 recv"), whole);
        assert_eq!(read("[1700000000] recv"), whole);
        for line in [
            "call 1700000000 ended",
            "+4917000000012",
            "2700000000.123",
            "1700000000.123 1700000001.123",
            "1700000000.x",
            "170000000012",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
