//! What the messages of one intake become: entries of the index, with the spill file for bytes that lie whole in no input.

use std::io;

use crate::base::{Anomalies, Flow, Location, Party, Path, RecordId, Spoiled};
use crate::sip::Carried;
use crate::source::{Batch, Entry, Spill, Who};
use crate::trace::Sightings;
use crate::transport::Draft;

/// The machine that wrote a text: it goes by the name of the text, or of the first input that is a part of it.
pub(super) struct Writer {
    pub(super) name: String,
    pub(super) input: u32,
}

/// Where messages go: the index, and the spill file for bytes that lie whole in no input.
pub(super) struct Index {
    pub(super) sightings: Sightings,
    pub(super) spill: Spill,
    pub(super) spill_error: Option<io::Error>,
    pub(super) anomalies: Anomalies,
}

impl Index {
    pub(super) fn draft(&mut self, draft: &Draft, batch: &Batch) {
        let framed = &draft.framed;
        let range = draft.payload + framed.start..draft.payload + framed.end;
        let offset = batch.origin + range.start as u64;
        let bytes = &batch.bytes()[range];
        self.carried(&Carried {
            flow: draft.flow,
            bytes,
            glance: framed.glance,
            records: &[draft.record],
            first: draft.time,
            digits: None,
            last: draft.time,
            offset: batch.in_file.then_some(offset),
            identification: draft.identification,
            whole: draft.whole,
            spoiled: Spoiled::NOTHING,
        });
    }

    pub(super) fn entry(&mut self, entry: &Entry, batch: &Batch, writer: &Writer) {
        let head = &entry.head;
        let mut path = Path::EMPTY;
        let fits = path.push(entry.layer);
        debug_assert!(fits, "a path has room for one layer");
        let flow = Flow {
            source: self.party(&head.source, writer),
            destination: self.party(&head.destination, writer),
            transport: head.transport,
            path,
        };
        let record = RecordId {
            input: batch.input,
            number: entry.line,
            interface: 0,
        };
        self.carried(&Carried {
            flow,
            bytes: batch.text(entry),
            glance: entry.glance,
            records: &[record],
            first: head.time.map(|stamp| stamp.time),
            digits: head.time.and_then(|stamp| stamp.digits),
            last: head.time.map(|stamp| stamp.time),
            offset: entry.offset.filter(|_| batch.in_file),
            identification: None,
            whole: entry.whole,
            spoiled: entry.spoiled,
        });
    }

    fn party(&mut self, who: &Who, writer: &Writer) -> Option<Party> {
        let name = match who {
            Who::Unknown => return None,
            Who::At(endpoint) => return Some(Party::Address(*endpoint)),
            Who::Own => &writer.name,
            Who::Named(name) => &**name,
        };
        Some(Party::Named(self.sightings.name(writer.input, name)))
    }

    pub(super) fn carried(&mut self, carried: &Carried<'_>) {
        let location = match carried.offset {
            Some(offset) => Ok(Location::Input(offset)),
            None => self.spill.keep(carried.bytes),
        };
        match location {
            Ok(location) => self.sightings.add(carried, location, &mut self.anomalies),
            // The whole run fails with this error in the end.
            Err(error) => {
                self.spill_error.get_or_insert(error);
            }
        }
    }
}
