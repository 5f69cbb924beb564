//! What XML writes for a sign (XML 1.0 4.1, 4.6): names stay; a letter that is given by its number becomes another, so that the document
//! stays well formed.

const NAMES: [(&[u8], u8); 5] = [
    (b"&amp;", b'&'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
];
/// No character has a larger number.
const MOST_DIGITS: usize = 8;

/// The length of what stands here in place of a sign, which begins with `&`; 1 where that is all.
pub(super) fn pass(text: &mut [u8]) -> usize {
    match read(text) {
        Some((character, length)) => {
            if text[1] == b'#' && character.is_alphanumeric() {
                write(&mut text[..length], 'x');
            }
            length
        }
        None => 1,
    }
}

/// The sign that something is written for here, and how long that is.
pub(super) fn read(text: &[u8]) -> Option<(char, usize)> {
    let named = NAMES.into_iter().find(|(name, _)| text.starts_with(name));
    if let Some((name, sign)) = named {
        return Some((char::from(sign), name.len()));
    }
    let rest = text.strip_prefix(b"&#")?;
    let (start, radix) = match rest.first()? {
        b'x' => (3, 16),
        _ => (2, 10),
    };
    let digits = text[start..].iter().take(MOST_DIGITS);
    let width = digits
        .take_while(|byte| char::from(**byte).is_digit(radix))
        .count();
    let digits = std::str::from_utf8(&text[start..start + width]).ok()?;
    let number = u32::from_str_radix(digits, radix).ok()?;
    (text.get(start + width) == Some(&b';')).then_some(())?;
    Some((char::from_u32(number)?, start + width + 1))
}

/// Writes a letter by its number where one is written; an x if there are more digits or fewer than it needs.
pub(super) fn write(written: &mut [u8], character: char) {
    let start = if written.get(2) == Some(&b'x') { 3 } else { 2 };
    let width = written.len().saturating_sub(start + 1);
    let spell = |character: char| match start {
        3 => format!("{:0width$x}", u32::from(character)),
        _ => format!("{:0width$}", u32::from(character)),
    };
    let fits = [character, 'x', 'X'].map(spell);
    let fit = fits.iter().find(|digits| digits.len() == width);
    if let Some(digits) = fit {
        written[start..start + width].copy_from_slice(digits.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_given_by_number_become_another() {
        for (before, after) in [
            ("&#97;l", "&#88;l"),
            ("&#00233;", "&#00120;"),
            ("&#x41;", "&#x78;"),
            ("&#10;", "&#10;"),
            ("&amp;a", "&amp;a"),
            ("&#9999999;", "&#9999999;"),
            ("&x", "&x"),
            ("&#", "&#"),
        ] {
            let mut text = before.as_bytes().to_vec();
            pass(&mut text);
            assert_eq!(text, after.as_bytes(), "{before}");
        }
    }
}
