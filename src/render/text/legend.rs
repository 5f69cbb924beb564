//! What stands above and below a figure: title, findings, notes, and texts that had no room in it.

use std::collections::BTreeMap;

use super::Style;
use super::line::{width, wrapped};
use super::signs::Signs;
use crate::base::Ink;
use crate::report::ladder::Ladder;

/// Texts that were shortened, in the order in which they came, each once.
#[derive(Default)]
pub(super) struct Legend {
    shortened: Vec<(String, String)>,
    /// What stands for each, and by what each is known.
    texts: BTreeMap<String, String>,
    shorts: BTreeMap<(String, usize), String>,
}

/// Lines are never broken to less.
const LEAST: usize = 40;

impl Legend {
    /// As much of a text as has room. Where another text begins the same, a number tells them apart.
    pub(super) fn shown(&mut self, text: &str, room: usize, signs: &Signs) -> String {
        if width(text) <= room {
            return text.to_owned();
        }
        if let Some(known) = self.shorts.get(&(text.to_owned(), room)) {
            return known.clone();
        }
        let mut shown = signs.short(text, room);
        let mut number = 2;
        while self.texts.get(&shown).is_some_and(|other| other != text) {
            let digits = number.to_string();
            shown = signs.short(text, room.saturating_sub(digits.len())) + &digits;
            number += 1;
        }
        if self.texts.insert(shown.clone(), text.to_owned()).is_none() {
            self.shortened.push((shown.clone(), text.to_owned()));
        }
        self.shorts.insert((text.to_owned(), room), shown.clone());
        shown
    }

    pub(super) fn head(
        &self,
        lines: &mut Vec<String>,
        ladder: &Ladder,
        signs: &Signs,
        style: Style,
    ) {
        let ink = style.in_colours.then_some(Ink::Head);
        for (text, ink) in [(&ladder.title, ink), (&ladder.source, None)] {
            if text.is_empty() {
                continue;
            }
            let parts = wrapped(&signs.clean(text), style.width.max(LEAST));
            lines.extend(parts.into_iter().map(|part| in_ink(&part, ink)));
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
    }

    pub(super) fn foot(
        self,
        lines: &mut Vec<String>,
        ladder: &Ladder,
        signs: &Signs,
        style: Style,
    ) {
        let mut list = |entries: Vec<(String, String, Option<Ink>)>| {
            if !entries.is_empty() {
                lines.push(String::new());
            }
            for (front, text, ink) in entries {
                hanging(lines, (&front, ink), &text, style.width.max(LEAST));
            }
        };
        let findings = ladder.findings.iter().map(|one| {
            let ink = style.in_colours.then_some(one.ink);
            (format!("[{}] ", one.numbers()), signs.clean(&one.text), ink)
        });
        list(findings.collect());
        let shortened = self.shortened.into_iter();
        list(
            shortened
                .map(|(short, text)| (format!("{short} = "), text, None))
                .collect(),
        );
        let notes = ladder.notes.iter();
        list(
            notes
                .map(|note| (String::new(), signs.clean(note), None))
                .collect(),
        );
    }
}

fn in_ink(text: &str, ink: Option<Ink>) -> String {
    match ink {
        Some(ink) => format!("{}{text}{}", ink.on(), Ink::OFF),
        None => text.to_owned(),
    }
}

/// A text behind its front, all further lines below where it begins; a long front is a part of the text.
fn hanging(lines: &mut Vec<String>, (front, ink): (&str, Option<Ink>), text: &str, room: usize) {
    let indent = width(front);
    if indent > room / 2 {
        lines.extend(wrapped(&format!("{front}{text}"), room));
        return;
    }
    let front = in_ink(front, ink);
    for (number, part) in wrapped(text, room - indent).into_iter().enumerate() {
        lines.push(match number {
            0 => format!("{front}{part}"),
            _ => format!("{}{part}", " ".repeat(indent)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::text::Charset;

    #[test]
    fn texts_that_begin_the_same_are_told_apart() {
        let signs = Signs::of(Charset::Ascii);
        let mut legend = Legend::default();
        let mut shown = |text: &str| legend.shown(text, 8, &signs);
        assert_eq!(shown("10.0.0.1"), "10.0.0.1");
        assert_eq!(shown("10.0.0.10"), "10.0.0..");
        assert_eq!(shown("10.0.0.11"), "10.0...2");
        assert_eq!(shown("10.0.0.10"), "10.0.0..");
        assert_eq!(shown("10.0.0.12"), "10.0...3");
        assert_eq!(legend.shortened.len(), 3);
    }
}
