//! Text in codes that can be taken back: `\u{202e}` stands for a character that does not show, `\\` for a backslash. What
//! [`super::escape`] shows to people may stand for itself as well; this may not.

use super::escape::is_hidden;

/// Whether a text has characters that do not show; a TAB does.
pub fn needs_codes(text: &str) -> bool {
    text.chars().any(does_not_show)
}

/// The text in codes.
pub fn coded(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => coded.push_str("\\\\"),
            hidden if does_not_show(hidden) => coded.push_str(&code(hidden)),
            visible => coded.push(visible),
        }
    }
    coded
}

/// The text in codes, and its first character in any case: it is not taken for what it looks like.
pub fn coded_first(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map_or(String::new(), code);
    first + &coded(characters.as_str())
}

fn does_not_show(character: char) -> bool {
    is_hidden(character) && character != '\t'
}

fn code(character: char) -> String {
    format!("\\u{{{:x}}}", u32::from(character))
}

/// The text that stands in codes. What is no code stands for itself.
pub fn decoded(coded: &str) -> String {
    let mut text = String::with_capacity(coded.len());
    let mut rest = coded;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match read(rest) {
            Some((character, length)) => {
                text.push(character);
                rest = &rest[length..];
            }
            None => text.push('\\'),
        }
    }
    text + rest
}

/// The character that a code stands for, and the length of the code behind its backslash.
fn read(rest: &str) -> Option<(char, usize)> {
    if rest.starts_with('\\') {
        return Some(('\\', 1));
    }
    const LONGEST: usize = 6;
    let digits = rest.strip_prefix("u{")?;
    let end = digits
        .bytes()
        .take(LONGEST + 1)
        .position(|byte| byte == b'}')?;
    let number = u32::from_str_radix(digits.get(..end)?, 16).ok()?;
    Some((char::from_u32(number)?, "u{}".len() + end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_show_and_backslashes_are_codes() {
        assert_eq!(coded("a\\b\u{202e}\u{7}\tc"), "a\\\\b\\u{202e}\\u{7}\tc");
        assert_eq!(coded_first("..."), "\\u{2e}..");
        assert_eq!(decoded("\\u{2e}..\\x\\u{110000}\\"), "...\\x\\u{110000}\\");
        assert!(needs_codes("\u{200b}") && !needs_codes("a\t\\"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn codes_are_taken_back(text in "(\\PC|\\pC|\\\\|u\\{|7\\}){0,20}") {
            prop_assert!(!needs_codes(&coded(&text)));
            prop_assert_eq!(decoded(&coded(&text)), text.as_str());
            prop_assert_eq!(decoded(&coded_first(&text)), text.as_str());
        }
    }
}
