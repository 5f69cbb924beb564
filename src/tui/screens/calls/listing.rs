//! Which calls are listed, in which order: found out on a thread beside the screen, since there may be millions.

use crate::report::CallLine;
use crate::trace::{Call, CallId};
use crate::tui::beside::{Beside, Desk};
use crate::tui::world::Known;

use super::columns::Column;

/// Calls that are looked through before what was found is handed over.
const AT_A_TIME: u32 = 2_000;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Words that calls must have, in lower case.
    pub(super) words: Vec<String>,
    pub(super) column: Column,
    pub(super) reverse: bool,
}

/// A part of the answer.
pub(super) enum Part {
    /// So many calls were looked through, and of those since the last part these have the words.
    Looked(u32, Vec<u32>),
    /// All of them in their order.
    Sorted(Vec<u32>),
}

impl Wanted {
    /// Whether it is all calls in their order: nothing has to be found out.
    pub(super) fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn start(&self, known: Known) -> Beside<Part> {
        let wanted = self.clone();
        Beside::start(move |desk| wanted.find(&known, desk))
    }

    fn find(&self, known: &Known, desk: &Desk<Part>) {
        let all = known.trace.calls().len() as u32;
        let mut keyed = Vec::new();
        let mut new = Vec::new();
        for number in 1..=all {
            if desk.is_given_up() {
                return;
            }
            if self.words.is_empty() || self.has_words(known, number) {
                keyed.push((self.column.key(known, number), number));
                new.push(number);
            }
            if number % AT_A_TIME == 0 && !self.words.is_empty() {
                desk.give(Part::Looked(number, std::mem::take(&mut new)));
            }
        }
        keyed.sort_unstable();
        if self.reverse {
            keyed.reverse();
        }
        let sorted = keyed.into_iter().map(|(_, number)| number);
        desk.give(Part::Sorted(sorted.collect()));
    }

    fn has_words(&self, known: &Known, number: u32) -> bool {
        let Some(id) = CallId::numbered(number as usize) else {
            return false;
        };
        let (Some(line), Some(call)) = (known.line(id), known.call(id)) else {
            return false;
        };
        let text = said(known, &line, &call).to_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }
}

/// What the list can say of a call, but numbers and times: those would be found in place of a status.
fn said(known: &Known, line: &CallLine, call: &Call<'_>) -> String {
    let mut text = format!("{} {} {} {}", line.kind, line.from, line.to, line.outcome);
    for call_id in call.call_ids() {
        text.push(' ');
        text.push_str(&String::from_utf8_lossy(call_id));
    }
    for column in [Column::Source, Column::Destination] {
        text.push(' ');
        text.push_str(&column.of_first(known, call.id()));
    }
    for finding in known.findings_of(call.id()) {
        text.push_str(&format!(" {} {}", finding.rule.code, finding.rule.name));
    }
    text
}

/// All that the list can say of it.
fn all_said(known: &Known, id: CallId) -> Option<String> {
    let line = known.line(id)?;
    let said = said(known, &line, &known.call(id)?);
    let time = line.time.map_or_else(String::new, |time| time.to_string());
    Some(format!("{} {time} {} {said}", line.number, line.messages))
}

/// Looks for the first of these calls that the list can say this text of, in lower case; gives its place among them.
pub(super) fn search(
    known: Known,
    text: String,
    calls: impl Iterator<Item = (usize, CallId)> + Send + 'static,
) -> Beside<usize> {
    Beside::start(move |desk| {
        let has = |call: &CallId| {
            let said = all_said(&known, *call);
            said.is_some_and(|said| said.to_lowercase().contains(&text))
        };
        let mut calls = calls.take_while(|_| !desk.is_given_up());
        if let Some((place, _)) = calls.find(|(_, call)| has(call)) {
            desk.give(place);
        }
    })
}
