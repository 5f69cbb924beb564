//! The tags by which a ladder or a table and the messages below it refer to each other: `F1`, `(1)`, `Step 1`.

use super::claims::Claim;
use super::{drawn, hop};

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

/// A tag without what only says that it is one: `F1` and `1` mean the same message.
pub(super) fn bare(tag: &str) -> String {
    let tag = tag.trim();
    let number = tag.strip_prefix(['F', 'M']).unwrap_or(tag);
    let is_number = number.starts_with(|first: char| first.is_ascii_digit());
    let bare = if is_number { number } else { tag };
    bare.trim_start_matches('0').to_owned()
}

/// The number of a caption and the rest of it: `1. INVITE`, `Step 1: INVITE`, `1 INVITE`, `Message 1`. Any line may begin with a number:
/// whether it is one of a step others have to tell.
pub(super) fn numbered(caption: &str) -> Option<(String, String)> {
    const WORDS: [&str; 5] = ["step", "message", "msg", "no.", "nr."];
    let around = |sign: char| matches!(sign, '#' | '*' | '_' | ' ');
    let text = caption.trim_matches(around);
    let (word, behind) = text.split_once(' ').unwrap_or((text, ""));
    let is_word = WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    let numbered = if is_word { behind.trim_start() } else { text };
    let (number, rest) = numbered.split_once(' ').unwrap_or((numbered, ""));
    let bracket = |sign: char| matches!(sign, '(' | ')' | '[' | ']' | '.' | ':');
    let is_marked = is_word || number.contains(bracket);
    let number = bare(number.trim_matches(bracket));
    let rest = rest.trim_start_matches(['-', ':', ' ']);
    let is_number = number.len() <= 4 && number.starts_with(|first: char| first.is_ascii_digit());
    // "180 Ringing" is no caption, nor is "1 s later an INVITE".
    let names = || hop::of_title(rest).is_some() || !drawn::label_and_name(rest).0.is_empty();
    let says = || rest.is_empty() || names() || Claim::of_label(rest).kind.is_sip();
    let is_caption = is_number && if is_marked { says() } else { names() };
    is_caption.then(|| (number, rest.to_owned()))
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
