//! What examples write where something is left out: `...`, `(…)`. Such a value says nothing, not even that it is another than
//! the next.

/// Whether a value only stands for one that is left out: at least three dots, or an ellipsis, in brackets or not.
pub fn is_placeholder(value: &str) -> bool {
    let inside = value.trim_matches(['(', ')', '[', ']', '<', '>', ' ', '\t']);
    let is_dot = |character: char| matches!(character, '.' | '\u{2026}');
    inside.len() >= 3 && inside.chars().all(is_dot)
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
        ];
        let no = ["", "..", "0", "a...", "(4)", "()", ". . ."];
        assert!(yes.iter().all(|text| is_placeholder(text)));
        assert!(!no.iter().any(|text| is_placeholder(text)));
    }
}
