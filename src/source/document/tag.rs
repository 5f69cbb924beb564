//! The tags by which a ladder and the messages below it refer to each other: `F1`, `(1)`.

/// The tag of a label and the rest of it: `F1 INVITE`, `INVITE F1`, `(1) INVITE`, `F2: 200 OK`.
pub(super) fn split(label: &str) -> (Option<String>, String) {
    let words: Vec<_> = label.split_whitespace().collect();
    let tagged = |word: &str| read(word.trim_end_matches([':', '.']));
    match words.as_slice() {
        [first, rest @ ..] if tagged(first).is_some() => (tagged(first), rest.join(" ")),
        [rest @ .., last] if tagged(last).is_some() => (tagged(last), rest.join(" ")),
        _ => (None, words.join(" ")),
    }
}

/// `F12`, `M3`, `(4)`.
fn read(word: &str) -> Option<String> {
    let inside = word
        .strip_prefix('(')
        .and_then(|word| word.strip_suffix(')'));
    let digits = match inside {
        Some(digits) if digits.len() < 3 => digits,
        Some(_) => return None,
        None => word.strip_prefix(['F', 'M'])?,
    };
    let number = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| match inside {
        Some(digits) => digits.to_owned(),
        None => word.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_at_either_end() {
        let of = |label: &str| split(label);
        let some = |tag: &str, rest: &str| (Some(tag.to_owned()), rest.to_owned());
        assert_eq!(of("F1 SIP SUBSCRIBE"), some("F1", "SIP SUBSCRIBE"));
        assert_eq!(of("180 Ringing F12"), some("F12", "180 Ringing"));
        assert_eq!(of("(3) 200 OK"), some("3", "200 OK"));
        assert_eq!(of("F2: 200 OK Message"), some("F2", "200 OK Message"));
        assert_eq!(of("(100) OK"), (None, "(100) OK".to_owned()));
    }
}
