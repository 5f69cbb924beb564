//! What a person says about text inputs: their format, and what their times leave out.

use clap::Args;
use clap::builder::PossibleValuesParser;
use sipscope::source::{TextOptions, input_formats};

#[derive(Args, Clone)]
pub(super) struct Texts {
    /// The format of the inputs, which are not recognised by their content then.
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(input_formats()))]
    input_format: Option<String>,

    /// The year in which a log without years begins. Without it, its times are relative.
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1970..=2261))]
    year: Option<i16>,

    /// How far the clock of a log that names no time zone is ahead of UTC, such as +01:00. Without it, its times
    /// are relative.
    #[arg(long = "tz", value_name = "ZONE", value_parser = zone, allow_hyphen_values = true)]
    zone: Option<i32>,
}

impl Texts {
    pub(super) fn options(&self) -> TextOptions {
        TextOptions {
            format: self.input_format.clone(),
            year: self.year,
            zone: self.zone,
        }
    }
}

/// `+01:00`, `-0530`, `Z`: seconds ahead of UTC.
fn zone(text: &str) -> Result<i32, String> {
    let wrong = || format!("{text} is no time zone such as +01:00, -0530 or Z");
    if matches!(text, "Z" | "UTC") {
        return Ok(0);
    }
    let (sign, rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let digits = rest.replacen(':', "", 1);
    let number: i32 = match digits.len() {
        4 if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map_err(|_| wrong())?
        }
        _ => return Err(wrong()),
    };
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 14 || minutes > 59 {
        return Err(wrong());
    }
    Ok(sign * (hours * 60 + minutes) * 60)
}

#[cfg(test)]
mod tests {
    use super::zone;

    #[test]
    fn zones_are_seconds_ahead_of_utc() {
        let expected = [
            ("+01:00", 3600),
            ("-0530", -19_800),
            ("Z", 0),
            ("UTC", 0),
            ("+14:00", 50_400),
        ];
        for (text, seconds) in expected {
            assert_eq!(zone(text), Ok(seconds), "{text}");
        }
        for text in ["", "01:00", "+1", "+15:00", "+01:60", "CET", "+ab:cd"] {
            assert!(zone(text).is_err(), "{text}");
        }
    }
}
