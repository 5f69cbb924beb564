//! The second half of the pipeline: from sightings to the trace. Their bytes are read again in the order of time, and what
//! they tell is read on all threads.

use std::cell::RefCell;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::base::in_order;
use crate::intake::{Intake, Job};
use crate::trace::{Clue, ClueReader, Facts, Hints, Origin, Sightings, Trace};

/// Messages that are handed to a thread at a time.
const CHUNK: usize = 256;

/// The bytes of some messages, one behind the other.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    whole: Vec<bool>,
}

impl Chunk {
    fn messages(&self) -> impl Iterator<Item = &[u8]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends);
        ranges.map(|(start, end)| &self.bytes[start..*end])
    }
}

/// Puts the sightings of an intake together; they move into the trace. An error is one of reading their bytes again.
pub fn correlate(intake: &mut Intake, job: &Job, hints: &Hints) -> io::Result<Trace> {
    let sightings = std::mem::take(&mut intake.sightings);
    let mut facts = Facts::with_room_for(sightings.len()).linking(&hints.links);
    let reader = facts.reader();
    let mut failed = None;
    let mut at = 0;
    let spare = RefCell::new(Vec::new());
    let produce = || {
        let chunk = spare.borrow_mut().pop().unwrap_or_default();
        match next_chunk(&sightings, intake, &mut at, chunk) {
            Ok(chunk) => chunk,
            Err(error) => {
                failed = Some(error);
                None
            }
        }
    };
    // What a reader read before it remembers: it is used again.
    let readers: Mutex<Vec<ClueReader>> = Mutex::default();
    let idle = || readers.lock().unwrap_or_else(PoisonError::into_inner);
    let work = |chunk: Chunk| {
        let last = idle().pop();
        let mut reader = last.unwrap_or_else(|| reader.clone());
        let messages = chunk.messages().zip(&chunk.whole);
        let clues: Vec<Clue> = messages
            .map(|(bytes, whole)| reader.read(bytes, *whole))
            .collect();
        idle().push(reader);
        (chunk, clues)
    };
    in_order(job.threads, produce, work, |(chunk, clues)| {
        for (bytes, clue) in chunk.messages().zip(&clues) {
            facts.add(clue, bytes);
        }
        spare.borrow_mut().push(chunk);
    });
    match failed {
        Some(error) => Err(error),
        None => {
            let origins = intake.inputs.iter().map(|input| Origin {
                name: input.path.to_string_lossy().into_owned(),
                capture_point: input.capture_point,
                time_basis: input.timing.basis,
                goes_on_with: input.goes_on_with,
            });
            let origins: Vec<_> = origins.collect();
            Ok(Trace::build(sightings, facts, &origins, hints, job.threads))
        }
    }
}

/// The next messages, if there are any left, in the room of others.
fn next_chunk(
    sightings: &Sightings,
    intake: &mut Intake,
    at: &mut usize,
    mut chunk: Chunk,
) -> io::Result<Option<Chunk>> {
    chunk.bytes.clear();
    chunk.ends.clear();
    chunk.whole.clear();
    while chunk.ends.len() < CHUNK
        && let Some(sighting) = sightings.get(*at + 1)
    {
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = intake.store.read(input, location, sighting.length())?;
        chunk.bytes.extend_from_slice(bytes);
        chunk.ends.push(chunk.bytes.len());
        chunk.whole.push(sighting.whole());
        *at += 1;
    }
    Ok((!chunk.ends.is_empty()).then_some(chunk))
}
