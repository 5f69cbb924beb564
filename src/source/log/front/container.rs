//! What a runtime of containers writes in front of each line (CRI): `2026-11-22T10:00:00.123456789Z stdout F `, or `P` where the line
//! was too long and goes on in the next.

use std::borrow::Cow;

use super::Bare;
use crate::source::log::stamp;

/// A line without that.
pub(super) fn taken(raw: &[u8]) -> Option<Bare<'_>> {
    let (_, length) = stamp::read(raw)?;
    let rest = raw[length..].strip_prefix(b" std")?;
    let rest = rest
        .strip_prefix(b"out ")
        .or_else(|| rest.strip_prefix(b"err "))?;
    let tag = rest.iter().position(|byte| byte.is_ascii_whitespace())?;
    let goes_on = match rest[..tag].first()? {
        b'F' => false,
        b'P' => true,
        _ => return None,
    };
    let text = rest[tag..].strip_prefix(b" ").unwrap_or(&rest[tag..]);
    Some(Bare {
        front: Cow::Borrowed(&raw[..length]),
        text: Cow::Borrowed(match goes_on {
            true => text.strip_suffix(b"\n").unwrap_or(text),
            false => text,
        }),
        goes_on,
        is_cut: false,
    })
}

/// Whether a text ends in the midst of what stands in front.
pub(super) fn is_cut_in(text: &[u8]) -> bool {
    const FORMS: [&[u8]; 4] = [b" stdout F ", b" stderr F ", b" stdout P ", b" stderr P "];
    match stamp::read(text) {
        Some((_, length)) => FORMS.iter().any(|form| form.starts_with(&text[length..])),
        // Only one at the end of a log is asked for.
        None => text.len() < b"2026-11-22T10:00:00.123456789Z".len() && is_begun(text),
    }
}

/// Whether a stamp may begin like this.
fn is_begun(text: &[u8]) -> bool {
    let form = b"0000-00-00T00:00:00.000000000Z";
    let same = |(one, other): (&u8, &u8)| one == other || *one == b'0' && other.is_ascii_digit();
    form.iter().zip(text).all(same)
}

/// Where such a line begins in the midst of a text.
pub(super) fn inside(text: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, b" std")?;
    let mut begun = crate::source::log::cut::beginnings(text, &[]);
    begun.find(|at| *at > 0 && taken(&text[*at..]).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whether_it_goes_on() {
        let front = "2025-11-20T12:00:00.5Z";
        for (behind, expected) in [
            (" stdout F a\n", Some(("a\n", false))),
            (" stderr F \n", Some(("\n", false))),
            (" stdout F\n", Some(("\n", false))),
            (" stdout P a\n", Some(("a", true))),
            (" stdout F:x a\n", Some(("a\n", false))),
            (" stdin F a\n", None),
            (" a\n", None),
        ] {
            let line = format!("{front}{behind}");
            let told = taken(line.as_bytes());
            let told =
                told.map(|bare| (String::from_utf8(bare.text.to_vec()).unwrap(), bare.goes_on));
            let expected = expected.map(|(text, goes_on)| (text.to_owned(), goes_on));
            assert_eq!(told, expected, "{behind:?}");
        }
    }

    #[test]
    fn another_line_begins_where_it_stands_again() {
        let line = "2025-11-20T12:00:00.5Z stdout F Via: ";
        assert_eq!(
            inside(format!("{line}{line}x").as_bytes()),
            Some(line.len())
        );
        assert_eq!(
            inside(format!("{line}see 2025-11-20T12:00:00.5Z std").as_bytes()),
            None
        );
    }
}
