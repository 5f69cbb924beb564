//! What XML writes for a sign (XML 1.0 4.1, 4.6): names stay; a letter that is given by its number becomes an x, so that the document
//! stays well formed.

const NAMES: [&[u8]; 5] = [b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;"];
/// No character has a larger number.
const MOST_DIGITS: usize = 8;

/// The length of what stands here in place of a sign, which begins with `&`; 1 where that is all.
pub(super) fn pass(text: &mut [u8]) -> usize {
    if let Some(name) = NAMES.into_iter().find(|name| text.starts_with(name)) {
        return name.len();
    }
    numbered(text).unwrap_or(1)
}

fn numbered(text: &mut [u8]) -> Option<usize> {
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
    let character = char::from_u32(number)?;
    if character.is_alphanumeric() {
        let letter = match (radix, width) {
            (16, _) => format!("{:0width$x}", u32::from('x')),
            (_, 2) => u32::from('X').to_string(),
            _ => format!("{:0width$}", u32::from('x')),
        };
        text[start..start + width].copy_from_slice(letter.as_bytes());
    }
    Some(start + width + 1)
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
