//! What examples write where something is left out: `...`, `(…)`, `. . .`. Such a value says nothing, not even that it is another than
//! the next.

/// Whether a value only stands for one that is left out: at least three dots, or an ellipsis, in brackets or not, apart or not.
pub fn is_placeholder(value: &str) -> bool {
    let inside = value.trim_matches(['(', ')', '[', ']', '<', '>', ' ', '\t']);
    let mut dots = 0;
    let is_dot = |character| {
        dots += match character {
            '.' => 1,
            '\u{2026}' => 3,
            _ => return character == ' ',
        };
        true
    };
    inside.chars().all(is_dot) && dots >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_for_something_and_values_do_not() {
        let yes = [
            "...",
            "(...)",
            "(\u{2026})",
            "[ \u{2026} ]",
            "\u{2026}\u{2026}",
            "<....>",
            ". . .",
            "(. . .)",
        ];
        let no = ["", "..", "0", "a...", "(4)", "()", ". .", "a . . ."];
        assert!(yes.iter().all(|text| is_placeholder(text)));
        assert!(!no.iter().any(|text| is_placeholder(text)));
    }
}
