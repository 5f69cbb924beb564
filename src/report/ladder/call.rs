//! The ladder of a captured call: its messages in the order of cause and effect.

use std::collections::BTreeMap;

use super::arrange::{Draft, arrange};
use super::caption::{caption, small_print, whole};
use super::columns::Columns;
use super::folding::{Folds, Place, Repeats};
use super::session::{Agreed, agreed};
use super::strands::Strands;
use super::ways::Ways;
use super::{Arrow, Kind, Ladder, Numbering, Options, Row, findings};
use crate::base::escape;
use crate::report::order::in_order;
use crate::report::{Moment, Times};
use crate::rules::Finding;
use crate::sip::{self, Index};
use crate::trace::{Call, Message, MessageId, Subject, Trace};

/// The ladder of a call. `read` gives the bytes of a message.
pub fn of_call<'a, E>(
    trace: &'a Trace,
    call: &Call<'a>,
    found: &[Finding],
    times: &Times,
    options: &Options,
    read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Ladder, E> {
    of_calls(trace, &[*call], found, times, options, read)
}

/// Several calls as one ladder.
pub fn of_calls<'a, E>(
    trace: &'a Trace,
    calls: &[Call<'a>],
    found: &[Finding],
    times: &Times,
    options: &Options,
    mut read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Ladder, E> {
    let (legend, marks) = findings::marks(trace, calls, found, &mut read)?;
    let mut rows = Rows {
        options,
        times,
        marks,
        folds: match options.unfold {
            true => Folds::default(),
            false => Folds::of(calls),
        },
        repeats: Repeats::default(),
        columns: Columns::default(),
        strands: Strands::among(calls),
        ways: Ways::default(),
        drafts: Vec::new(),
        row_of: BTreeMap::new(),
        fold_rows: BTreeMap::new(),
        latest: BTreeMap::new(),
        left_out: 0,
    };
    for message in in_order(calls, times) {
        rows.add(trace, &message, &mut read)?;
    }
    rows.mark_folds();
    let mut boxes = Vec::new();
    for call in calls {
        boxes.extend(agreed(trace, call, &mut read)?);
    }
    let mut beside = rows.agreed(boxes);
    beside.extend(rows.asides());
    rows.insert(beside);
    let mut ladder = arrange(rows.columns.all, rows.drafts, options, false);
    if options.numbering != Numbering::Messages {
        number(&mut ladder, options);
    }
    ladder.title = match &options.title {
        Some(title) => escape::text(title),
        None => title(calls),
    };
    ladder.source = source(calls, times);
    ladder.strands = rows.strands.texts();
    ladder.findings = legend;
    if rows.left_out > 0 {
        let note = format!("Not drawn, of other methods: {}.", rows.left_out);
        ladder.notes.push(note);
    }
    Ok(ladder)
}

/// The rows so far.
struct Rows<'a, 'o> {
    options: &'o Options,
    times: &'o Times,
    marks: BTreeMap<MessageId, Vec<usize>>,
    folds: Folds<'a>,
    repeats: Repeats<'a>,
    columns: Columns,
    strands: Strands<'a>,
    ways: Ways,
    drafts: Vec<Draft>,
    row_of: BTreeMap<MessageId, usize>,
    fold_rows: BTreeMap<usize, usize>,
    /// The method of the latest request between two columns, the left one first.
    latest: BTreeMap<[usize; 2], Vec<u8>>,
    left_out: usize,
}

impl<'a> Rows<'a, '_> {
    fn add<E>(
        &mut self,
        trace: &Trace,
        message: &Message<'a>,
        read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        let method = method(trace, message);
        if !self.wants(&method) {
            self.left_out += 1;
            return Ok(());
        }
        let columns = self.columns.of(message, self.options.by);
        let fold = self.folds.with(message);
        let place = self.next_place(fold, self.times.moment(message));
        self.row_of.insert(message.id(), place.row);
        if let Some(known) = self.repeats.place_of(message, place) {
            let marks = self.marks.remove(&message.id()).unwrap_or_default();
            if let Some(Row::Arrow(arrow)) = self.row_at(known) {
                arrow.again.push(message.id().number());
                arrow.marks.extend(marks);
            }
            self.row_of.insert(message.id(), known.row);
            return Ok(());
        }
        let bytes = read(message)?;
        let mut index = Index::default();
        let sip = sip::Message::read(&bytes, &mut index);
        let arrow = self.arrow(message, &sip, &method, &columns);
        let draft = Draft::of(Row::Arrow(arrow), columns, self.times.moment(message));
        match (place.folded, self.drafts.get_mut(place.row)) {
            (Some(_), Some(panel)) => panel.fold(draft),
            _ => self.drafts.push(draft),
        }
        Ok(())
    }

    /// Where the next message is drawn; of a fold the line that stands for it is drawn first.
    fn next_place(&mut self, fold: Option<usize>, at: Option<Moment>) -> Place {
        let next = self.drafts.len();
        let Some(fold) = fold else {
            return Place {
                row: next,
                folded: None,
            };
        };
        let row = *self.fold_rows.entry(fold).or_insert(next);
        if row == next {
            let panel = Row::Panel(self.folds.panel(fold));
            self.drafts.push(Draft::of(panel, Vec::new(), at));
        }
        Place {
            row,
            folded: Some(self.drafts[row].folded.len()),
        }
    }

    fn row_at(&mut self, place: Place) -> Option<&mut Row> {
        let draft = self.drafts.get_mut(place.row)?;
        match place.folded {
            None => Some(&mut draft.row),
            Some(folded) => Some(&mut draft.folded.get_mut(folded)?.row),
        }
    }

    /// What was found in messages that are folded is told where they are folded.
    fn mark_folds(&mut self) {
        for draft in &mut self.drafts {
            let arrows = draft.folded.iter().filter_map(|draft| match &draft.row {
                Row::Arrow(arrow) => Some(&arrow.marks),
                Row::Panel(_) | Row::Fragment(_) => None,
            });
            let marks: Vec<_> = arrows.flatten().copied().collect();
            if let (Row::Panel(panel), false) = (&mut draft.row, marks.is_empty()) {
                let plural = if marks.len() > 1 { "s" } else { "" };
                let numbers = findings::in_runs(marks);
                panel.text = format!("{}; finding{plural} {numbers}", panel.text);
            }
        }
    }

    fn wants(&self, method: &[u8]) -> bool {
        let only = &self.options.only_methods;
        only.is_empty()
            || only
                .iter()
                .any(|one| one.as_bytes().eq_ignore_ascii_case(method))
    }

    fn arrow(
        &mut self,
        message: &Message<'a>,
        sip: &sip::Message<'_>,
        method: &[u8],
        columns: &[usize],
    ) -> Arrow {
        let mut pair = [columns[0], columns[1]];
        pair.sort_unstable();
        let (kind, of) = match message.subject() {
            Subject::Request(_) => {
                // What needs no answer takes no answer from another.
                if method != b"ACK" {
                    self.latest.insert(pair, method.to_vec());
                }
                (Kind::Request, None)
            }
            Subject::Response(_) => {
                let clear = self
                    .latest
                    .get(&pair)
                    .is_some_and(|latest| latest == method);
                (
                    Kind::Response,
                    (!clear && !method.is_empty()).then_some(method),
                )
            }
        };
        let marks = self.marks.remove(&message.id()).unwrap_or_default();
        let mut small: Vec<_> = self.ways.change(message).into_iter().collect();
        small.extend(small_print(sip, self.options));
        Arrow {
            number: message.id().number().to_string(),
            message: Some(message.id().number()),
            time: String::new(),
            from: 0,
            to: 0,
            caption: caption(sip, self.options.labels, of),
            small,
            kind,
            strand: self.strands.of(message),
            again: Vec::new(),
            seen: message.sightings().len(),
            marks,
            about: match self.options.whole_messages {
                true => whole(sip),
                false => escape::bytes(sip.first_line_text().bytes()),
            },
        }
    }

    /// What was agreed on, with its place: behind the last row of what it stands behind, and of the ACK that follows at once.
    fn agreed(&self, all: Vec<Agreed>) -> Vec<(usize, Draft)> {
        let mut places = Vec::new();
        for one in all {
            let rows: Vec<_> = one
                .behind
                .iter()
                .filter_map(|message| self.row_of.get(message).copied())
                .collect();
            let Some(mut last) = rows.iter().copied().max() else {
                continue;
            };
            let is_ack = |draft: &Draft| matches!(&draft.row, Row::Arrow(arrow) if arrow.about.starts_with("ACK "));
            while self.drafts.get(last + 1).is_some_and(is_ack) {
                last += 1;
            }
            let columns = rows
                .iter()
                .flat_map(|row| self.drafts[*row].columns.clone());
            let columns = ends(columns.collect());
            places.push((last + 1, Draft::of(Row::Panel(one.panel), columns, None)));
        }
        places
    }

    /// What documents say beside the messages, with its place.
    fn asides(&mut self) -> Vec<(usize, Draft)> {
        let script = &self.options.script;
        let mut places = Vec::new();
        for aside in &script.asides {
            let Some(row) = self.row_of.get(&aside.beside) else {
                continue;
            };
            let place = row + usize::from(aside.is_behind);
            let ends = [&aside.from, &aside.to].into_iter().flatten();
            let mut columns: Vec<_> = ends.map(|name| self.columns.named(name)).collect();
            if columns.is_empty() {
                columns = (0..self.columns.all.len()).collect();
            }
            let row = aside.row(self.options.numbering);
            places.push((place, Draft::of(row, columns, None)));
        }
        places
    }

    /// Puts more rows in front of those that stand at their places.
    fn insert(&mut self, mut places: Vec<(usize, Draft)>) {
        places.sort_by_key(|(place, _)| *place);
        let mut places = places.into_iter().peekable();
        let before = std::mem::take(&mut self.drafts);
        let count = before.len();
        for (row, draft) in before.into_iter().map(Some).chain([None]).enumerate() {
            while let Some((_, panel)) = places.next_if(|(place, _)| *place <= row.min(count)) {
                self.drafts.push(panel);
            }
            self.drafts.extend(draft);
        }
    }
}

/// The two columns between which a message went on its whole way: it came to those between them, and left them again.
fn ends(columns: Vec<usize>) -> Vec<usize> {
    let is_end = |column: &usize| columns.iter().filter(|other| *other == column).count() % 2 == 1;
    let ends: Vec<usize> = columns.iter().copied().filter(is_end).collect();
    match ends.len() {
        2 => ends,
        _ => columns,
    }
}

/// The method of the transaction.
fn method(trace: &Trace, message: &Message<'_>) -> Vec<u8> {
    match message.subject() {
        Subject::Request(method) => trace.sightings().method_name(method).to_vec(),
        Subject::Response(_) => message.sighting().cseq_method().to_vec(),
    }
}

/// Rows that are folded stand for themselves only where somebody looks at them, and have no number of their own.
fn number(ladder: &mut Ladder, options: &Options) {
    let numbers = options.script.numbers.iter();
    let of_document: BTreeMap<usize, &String> =
        numbers.map(|(id, number)| (id.number(), number)).collect();
    let mut next = 1;
    for row in &mut ladder.rows {
        match row {
            Row::Arrow(arrow) => {
                let Some(message) = arrow.message else {
                    continue;
                };
                arrow.number = match (options.numbering, of_document.get(&message)) {
                    (Numbering::None, _) => String::new(),
                    (_, Some(number)) => escape::text(number),
                    (_, None) => next.to_string(),
                };
                next += 1;
            }
            Row::Panel(panel) => {
                for folded in &mut panel.folded {
                    if let Row::Arrow(arrow) = folded {
                        arrow.number.clear();
                    }
                }
            }
            Row::Fragment(_) => {}
        }
    }
}

/// `Call 3: sip:alice@example.com to sip:bob@example.com, answered, 15 s`
fn title(calls: &[Call<'_>]) -> String {
    let [call] = calls else {
        let numbers = calls.iter().map(|call| call.id().number());
        return format!("Calls {}", findings::listed(numbers));
    };
    let first = call.first_message().hop();
    format!(
        "Call {}: {} to {}, {}",
        call.id().number(),
        named(first.from()),
        named(first.to()),
        escape::text(&call.outcome().to_string())
    )
}

fn named(uri: &[u8]) -> String {
    match uri {
        [] => "unknown".to_owned(),
        uri => escape::bytes(uri),
    }
}

fn source(calls: &[Call<'_>], times: &Times) -> String {
    let call_ids = calls.iter().flat_map(|call| call.call_ids());
    let call_ids: Vec<_> = call_ids.map(escape::bytes).collect();
    let first = calls.iter().map(|call| call.first_message());
    let first = first.min_by_key(|message| message.id());
    let since = first.and_then(|first| times.told(&first));
    let since = since.map_or(String::new(), |time| format!("{time}, "));
    match call_ids.as_slice() {
        [] => format!("{since}no Call-ID"),
        [only] => format!("{since}Call-ID {only}"),
        [first, others @ ..] => {
            format!("{since}Call-ID {first} and {} more", others.len())
        }
    }
}
