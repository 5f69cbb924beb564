//! Which calls are listed, in which order: found out on a thread beside the screen, since there may be millions.

use std::collections::BTreeSet;
use std::fmt::{Display, Write};

use crate::report::{CallLine, Criterion};
use crate::trace::{Call, CallId};
use crate::tui::beside::{Beside, Desk};
use crate::tui::search::{Hit, Reader, Spot, Text};
use crate::tui::world::Known;

use super::columns::Column;

/// Calls that are looked through before what was found is handed over.
const AT_A_TIME: u32 = 2_000;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Words that calls must have, in any case.
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
        let words: Vec<_> = self.words.iter().map(|word| Word::read(word)).collect();
        let mut reader = Reader::of(known);
        let mut keyed = Vec::new();
        let mut new = Vec::new();
        for number in 1..=all {
            if desk.is_given_up() {
                return;
            }
            if words.is_empty() || has_words(&mut reader, &words, number) {
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
}

/// A word that calls must have.
enum Word {
    /// Something is to hold for the call.
    Is(Criterion),
    /// A text in one of its messages, in any case.
    Grep(Text),
    /// A text in what is known of the call, in lower case.
    Said(String),
}

impl Word {
    fn read(word: &str) -> Self {
        let grep = word.strip_prefix("grep:").filter(|text| !text.is_empty());
        match (Criterion::read(word), grep) {
            (Some(criterion), _) => Self::Is(criterion),
            (None, Some(text)) => Self::Grep(Text::of(text)),
            (None, None) => Self::Said(word.to_lowercase()),
        }
    }
}

fn has_words(reader: &mut Reader<'_>, words: &[Word], number: u32) -> bool {
    let known = reader.known;
    let id = CallId::numbered(number as usize);
    let Some((line, call)) = id.and_then(|id| Some((known.line(id)?, known.call(id)?))) else {
        return false;
    };
    let mut text = None;
    words.iter().all(|word| match word {
        Word::Is(criterion) => criterion.holds(&call),
        Word::Said(word) => {
            let text = text.get_or_insert_with(|| said(known, &line, &call).to_lowercase());
            text.contains(word)
        }
        Word::Grep(text) => {
            let messages = call.messages();
            messages
                .iter()
                .any(|message| reader.has(message.id(), text))
        }
    })
}

/// What is known of a call, but numbers and times: those would be found in place of a status.
fn said(known: &Known, line: &CallLine, call: &Call<'_>) -> String {
    let mut text = format!("{} {} {} {}", line.kind, line.from, line.to, line.outcome);
    let mut add = |more: &dyn Display| {
        // Writing to a string cannot fail.
        let _ = write!(text, " {more}");
    };
    for call_id in call.call_ids() {
        add(&String::from_utf8_lossy(call_id));
    }
    for method in call.methods() {
        add(&String::from_utf8_lossy(method));
    }
    let mut statuses = BTreeSet::new();
    let (mut ends, mut nodes) = (BTreeSet::new(), BTreeSet::new());
    for hop in call.hops() {
        statuses.extend(hop.status());
        ends.extend([hop.source(), hop.destination()].into_iter().flatten());
        let at_ends = [hop.source_node(), hop.destination_node()];
        nodes.extend(at_ends.into_iter().flatten().map(|node| node.id()));
    }
    for status in statuses {
        add(&status);
    }
    for end in ends {
        add(&end);
    }
    for node in nodes {
        if let Some(node) = known.trace.node(node) {
            add(&node.label());
        }
    }
    for finding in known.findings_of(call.id()) {
        add(&finding.rule.code);
        add(&finding.rule.name);
    }
    text
}

/// A call to look at for a text: all that is known of it, and its messages.
pub(super) fn spot(known: &Known, id: CallId) -> Option<Spot> {
    let line = known.line(id)?;
    let call = known.call(id)?;
    let said = said(known, &line, &call);
    let time = line.time.map_or_else(String::new, |time| time.to_string());
    Some(Spot {
        hit: Hit::Call(id),
        said: format!("{} {time} {} {said}", line.number, line.messages),
        messages: call.messages().iter().map(|message| message.id()).collect(),
    })
}
