//! How wide a text is. Whoever looks at a picture has one of several fonts, so that for each character the widest of them counts:
//! Arial or Helvetica (which have the same widths) and DejaVu Sans.

use crate::base::escape;

/// From the space to the tilde, in thousandths of the font size.
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337, //
    637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 557, //
    1016, 685, 687, 723, 771, 667, 611, 778, 752, 295, 500, 667, 558, 863, 749, 788, //
    667, 788, 723, 667, 611, 732, 685, 989, 686, 667, 686, 391, 337, 391, 838, 557, //
    500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, //
    635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,
];
/// All others: CJK characters are as wide as the font is high, and some letters of other scripts are wider.
const OTHERS: u16 = 1250;
pub(super) const ELLIPSIS: char = '\u{2026}';

/// The width of a text in whole units, rounded up.
pub(super) fn width(text: &str, size: u32) -> usize {
    let thousandths: u64 = text.chars().map(|one| u64::from(glyph(one))).sum();
    (thousandths * u64::from(size)).div_ceil(1000) as usize
}

fn glyph(character: char) -> u16 {
    let printable = u32::from(character).checked_sub(u32::from(' '));
    let known = printable.and_then(|at| ASCII.get(at as usize));
    match character {
        ELLIPSIS => 1000,
        _ => known.copied().unwrap_or(OTHERS),
    }
}

/// A text that XML can hold (XML 1.0 2.2) and that hides nothing.
pub(super) fn clean(text: &str) -> String {
    escape::text(text)
}

/// The same for a text of several lines.
pub(super) fn clean_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(clean).collect();
    lines.join("\n")
}

/// As much of a text as has room, with a sign that there is more.
pub(super) fn short(text: &str, size: u32, room: usize) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let kept = room.saturating_sub(width("\u{2026}", size));
    let end = fitting(text, size, kept);
    format!("{}{ELLIPSIS}", text[..end].trim_end())
}

/// Where a text ends that has so much room.
fn fitting(text: &str, size: u32, room: usize) -> usize {
    let most = room as u64 * 1000;
    let mut used = 0;
    let too_much = |(_, one): &(usize, char)| {
        used += u64::from(glyph(*one)) * u64::from(size);
        used > most
    };
    text.char_indices()
        .find(too_much)
        .map_or(text.len(), |(at, _)| at)
}

/// A text in lines of so much room, broken at spaces where it can be, or behind what divides parameters and values.
pub(super) fn wrapped(text: &str, size: u32, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let fits = fitting(rest, size, room).max(first);
        let whole = fits == rest.len() || rest[fits..].starts_with(' ');
        let end = match rest[..fits].rfind([' ', ';', ',']) {
            Some(at) if !whole && rest[at..].starts_with(' ') => at,
            Some(at) if !whole => at + 1,
            _ => fits,
        };
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_widest_font() {
        // Advance widths of DejaVu Sans at 1000 to the em: I 295, N 748, V 684, T 611, E 632; E is wider in Arial: 667.
        assert_eq!(width("I", 1000), 295);
        assert_eq!(width("INVITE", 1000), 295 + 749 + 685 + 295 + 611 + 667);
        assert_eq!(width("\u{6f22}", 12), 15);
        assert_eq!(width("", 12), 0);
    }

    #[test]
    fn texts_are_shortened_and_broken() {
        assert_eq!(short("iiii", 1000, 1112), "iiii");
        assert_eq!(short("iiiiii", 1000, 1600), "ii\u{2026}");
        assert_eq!(wrapped("ii ii ii", 1000, 1500), ["ii ii", "ii"]);
        assert_eq!(wrapped("ii ii;ii", 1000, 2000), ["ii ii;", "ii"]);
        assert_eq!(wrapped("iiiii", 1000, 600), ["ii", "ii", "i"]);
        assert_eq!(wrapped("W", 1000, 1), ["W"]);
        assert_eq!(wrapped(" ", 1000, 9), [""; 0]);
    }

    #[test]
    fn what_xml_cannot_hold_is_written_as_an_escape() {
        assert_eq!(
            clean("a\u{0}\u{fffe}\u{ffff}b"),
            "a\\u{0}\\u{fffe}\\u{ffff}b"
        );
    }
}
