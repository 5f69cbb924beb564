//! What stands above and below a figure: title, findings, notes, and texts that had no room in it.

use super::line::{width, wrapped};
use super::signs::Signs;
use crate::report::ladder::Ladder;

/// Texts that were shortened, in the order in which they came, each once.
#[derive(Default)]
pub(super) struct Legend {
    shortened: Vec<(String, String)>,
    known: std::collections::BTreeSet<(String, String)>,
}

/// Lines are never broken to less.
const LEAST: usize = 40;

impl Legend {
    /// Takes note of a text and of what was shown of it.
    pub(super) fn note(&mut self, text: &str, shown: &str) {
        let both = (shown.to_owned(), text.to_owned());
        if text != shown && self.known.insert(both.clone()) {
            self.shortened.push(both);
        }
    }

    pub(super) fn head(
        &self,
        lines: &mut Vec<String>,
        ladder: &Ladder,
        signs: &Signs,
        width: usize,
    ) {
        let texts = [&ladder.title, &ladder.source];
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            lines.extend(wrapped(&signs.clean(text), width.max(LEAST)));
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
        width: usize,
    ) {
        let mut list = |entries: Vec<(String, String)>| {
            if !entries.is_empty() {
                lines.push(String::new());
            }
            for (front, text) in entries {
                hanging(lines, &front, &text, width.max(LEAST));
            }
        };
        let findings = ladder.findings.iter();
        list(
            findings
                .map(|one| (format!("[{}] ", one.number), signs.clean(&one.text)))
                .collect(),
        );
        let shortened = self.shortened.into_iter();
        list(
            shortened
                .map(|(short, text)| (format!("{short} = "), text))
                .collect(),
        );
        let notes = ladder.notes.iter();
        list(
            notes
                .map(|note| (String::new(), signs.clean(note)))
                .collect(),
        );
    }
}

/// A text behind its front, all further lines below where it begins.
fn hanging(lines: &mut Vec<String>, front: &str, text: &str, room: usize) {
    let indent = width(front).min(room / 2);
    let parts = wrapped(text, room.saturating_sub(width(front)).max(room / 2));
    for (number, part) in parts.into_iter().enumerate() {
        lines.push(match number {
            0 => format!("{front}{part}"),
            _ => format!("{}{part}", " ".repeat(indent)),
        });
    }
}
