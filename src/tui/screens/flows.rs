//! Which documented flow a call is, step by step, in the words of `sipscope flows match`.
//!
//! ```text
//! Documented flows of call 1
//! call 1: basic-call pass, 9 matched
//!   F1    Alice -> Bob                   INVITE                   matched message 1
//! ```

use crate::report::Standing;
use crate::trace::CallId;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// Narrower screens have no room for columns.
const COLUMNS: usize = 100;

pub(in crate::tui) fn page(world: &World, call: CallId, screen: usize) -> Page {
    let mut page = Page::new(format!("Documented flows of call {}", call.number()));
    page.about = Some(Target::Call(call));
    let Some(lines) = world.flows.get(&call) else {
        let text = match world.whole {
            true => "They are being looked for.",
            false => "They are looked for when everything is read.",
        };
        page.push(PageLine::of(Tone::Dim, text));
        return page;
    };
    for line in lines {
        let tone = match line.standing {
            Standing::Neutral => Tone::Plain,
            Standing::Kept => Tone::Good,
            Standing::Broken => Tone::Error,
            Standing::Open => Tone::Warning,
        };
        let text = match screen < COLUMNS {
            true => without_columns(&line.text),
            false => line.text.clone(),
        };
        let mut shown = PageLine::of(tone, text).hang(8);
        shown.target = line.message.map(Target::Message);
        page.push(shown);
    }
    if lines.is_empty() {
        let text = "It is none of the documented flows, or half of the steps of one were not seen.";
        page.push(PageLine::of(Tone::Plain, text));
    }
    page
}

/// The same with two blanks where more part one column from the next.
fn without_columns(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    let (indent, text) = text.split_at(start);
    let parts: Vec<_> = text.split("  ").map(str::trim).collect();
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    format!("{indent}{}", parts.collect::<Vec<_>>().join("  "))
}

#[cfg(test)]
mod tests {
    use super::without_columns;

    #[test]
    fn blanks_between_columns_are_two() {
        let wide = "  F1    Alice -> Bob            INVITE   matched message 1";
        let narrow = "  F1  Alice -> Bob  INVITE  matched message 1";
        assert_eq!(without_columns(wide), narrow);
        assert_eq!(without_columns(narrow), narrow);
        assert_eq!(without_columns(""), "");
    }
}
