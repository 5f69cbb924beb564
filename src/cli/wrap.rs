//! Long lines broken for people: eighty columns, and what goes on is indented.

use std::io::{Result, Write};

const COLUMNS: usize = 80;
/// A break is looked for in this last part of a line; what has none is cut at the end.
const NEAR_END: usize = 40;

/// Prints one line of text, escaped before, as as many lines as it takes.
pub(super) fn print(out: &mut impl Write, first: &str, further: &str, text: &str) -> Result<()> {
    let mut indent = first;
    let mut rest = text;
    loop {
        let (line, more) = broken(rest, COLUMNS - indent.chars().count());
        writeln!(out, "{indent}{line}")?;
        if more.is_empty() {
            return Ok(());
        }
        (indent, rest) = (further, more);
    }
}

/// As much as fits into so many columns, and what is left over. A space at which it breaks is in neither.
fn broken(text: &str, columns: usize) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(columns) else {
        return (text, "");
    };
    // A space right behind the last column is a good place, too.
    if let Some(rest) = text[end..].strip_prefix(' ') {
        return (&text[..end], rest);
    }
    let line = &text[..end];
    let near_end = line
        .char_indices()
        .nth_back(NEAR_END)
        .map_or(0, |(at, _)| at);
    let after_space = line[near_end..].rfind(' ').map(|at| near_end + at + 1);
    let after_mark = line[near_end..]
        .rfind([';', ','])
        .map(|at| near_end + at + 1);
    let end = after_space.or(after_mark).unwrap_or(end);
    (text[..end].trim_end_matches(' '), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(first: &str, further: &str, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        print(&mut out, first, further, text).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_short_line_stays_one() {
        assert_eq!(printed("- ", "    ", ""), ["- "]);
        let full = "x".repeat(78);
        assert_eq!(printed("- ", "    ", &full), [format!("- {full}")]);
    }

    #[test]
    fn it_breaks_at_a_space_or_behind_a_mark_or_in_the_middle() {
        let cases = [
            (
                format!("{} {}", "a".repeat(70), "b".repeat(20)),
                "a".repeat(70),
                "b".repeat(20),
            ),
            (
                format!("{} {}", "a".repeat(78), "b".repeat(20)),
                "a".repeat(78),
                "b".repeat(20),
            ),
            (
                format!("{};{}", "a".repeat(70), "b".repeat(20)),
                format!("{};", "a".repeat(70)),
                "b".repeat(20),
            ),
            ("a".repeat(90), "a".repeat(78), "a".repeat(12)),
            (
                "\u{e4}".repeat(90),
                "\u{e4}".repeat(78),
                "\u{e4}".repeat(12),
            ),
        ];
        for (text, first, second) in cases {
            let expected = [format!("+ {first}"), format!("    {second}")];
            assert_eq!(printed("+ ", "    ", &text), expected);
        }
    }
}
