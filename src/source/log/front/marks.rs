//! Marks of a quotation, indentation, and the numbers of lines.

use crate::source::log::words::number;

/// What stands behind the number of every line, if each has a greater one than the line before.
pub(super) fn numbered<'a>(mut lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<u8> {
    let mut signs = b"\t:".iter().copied();
    // One alone may be anything.
    lines.clone().nth(1)?;
    let first = lines.clone().next()?;
    let sign = signs.find(|sign| number_of(first, *sign).is_some())?;
    let mut last = 0;
    let mut rises = |line| {
        let number = number_of(line, sign).map_or(0, |(number, _)| number);
        number > std::mem::replace(&mut last, number)
    };
    lines.all(&mut rises).then_some(sign)
}

/// The number of a line and what follows on the sign behind it, or the line end of an empty line.
pub(super) fn number_of(raw: &[u8], sign: u8) -> Option<(u64, &[u8])> {
    let text = raw.trim_ascii_start();
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at(end);
    let rest = match rest.strip_prefix(&[sign]) {
        Some(rest) => rest,
        None => Some(rest).filter(|rest| sign == b'\t' && rest.trim_ascii().is_empty())?,
    };
    Some((number(digits)?, rest))
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'>' | b'|')
}

/// The marks that all lines have that have anything else.
pub(super) fn common<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let own = |line: &'a [u8]| {
        let end = line.iter().position(|byte| !is_mark(*byte))?;
        (!line[end..].trim_ascii().is_empty()).then_some(&line[..end])
    };
    let common = lines.filter_map(own).reduce(|one, other| {
        let same = one
            .iter()
            .zip(other)
            .take_while(|(one, other)| one == other);
        &one[..same.count()]
    })?;
    (!common.is_empty()).then(|| common.to_vec())
}

/// A line without them; a blank one may have lost those at its end.
pub(super) fn behind<'a>(raw: &'a [u8], marks: &[u8]) -> Option<&'a [u8]> {
    let blank = || {
        let text = raw.trim_ascii_end();
        (text == marks.trim_ascii_end()).then(|| &raw[text.len()..])
    };
    raw.strip_prefix(marks).or_else(blank)
}
