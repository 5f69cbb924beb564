//! `r=`: how often a session repeats (RFC 8866 5.10). Nobody asks for its parts; it is only looked at.

use super::line::Words;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Interval, duration and at least one offset, each with a unit or in seconds (RFC 8866 9 `repeat-fields`).
pub(super) fn check(text: Text<'_>, problems: &mut Problems) {
    let mut words = Words::new(text, problems);
    let needed = [
        words.expect(problems),
        words.expect(problems),
        words.expect(problems),
    ];
    for word in needed {
        check_time(word, problems);
    }
    while let Some(word) = words.next(problems) {
        check_time(word, problems);
    }
}

/// Digits and perhaps a unit. An empty word is noted as missing.
fn check_time(word: Text<'_>, problems: &mut Problems) {
    let digits = match word.bytes() {
        [] => return,
        [digits @ .., b'd' | b'h' | b'm' | b's'] => digits,
        digits => digits,
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        problems.note(word.span(), ProblemKind::SdpValue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<(u32, u32)> {
        let mut problems = Problems::kept();
        check(Text::all(text.as_bytes()), &mut problems);
        let list = problems.list().iter();
        list.map(|told| (told.span.start, told.span.end)).collect()
    }

    #[test]
    fn a_repetition_is_interval_duration_and_offsets() {
        // The examples of RFC 8866 5.10.
        assert_eq!(places("604800 3600 0 90000"), []);
        assert_eq!(places("7d 1h 0 25h"), []);
        assert_eq!(places("7d 1h x 25w"), [(6, 7), (8, 11)]);
        assert_eq!(places("d 1h 0"), [(0, 1)]);
        assert_eq!(places("abc"), [(3, 3), (3, 3), (0, 3)]);
    }
}
