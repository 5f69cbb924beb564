//! Which input is read when: rotated files are one trace in the order of their time, and a log that does not say all of the date is
//! read in the order of its parts.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Timestamp;
use crate::source::{Named, Part, Source, SourceError, parts};

use super::Job;
use super::rotated::clocks_to_go_on_from;

/// An input that waits for its turn.
pub(super) struct Queued {
    pub(super) named: Named,
    pub(super) begins: Option<Timestamp>,
    /// Standard input and pipes can be opened only once.
    pub(super) open: Option<Source>,
    /// What it is a part of, if it is one of a log that does not say all of the date.
    pub(super) part: Option<Part>,
}

/// An input that cannot be opened, and why.
type Refused = (Named, SourceError);

/// Rotated files are one trace in the order of their time, whatever the order of the arguments; those of a log that does not say all of
/// the date are in that of their names.
pub(super) fn in_order_of_time(named: Vec<Named>, job: &Job) -> (Vec<Queued>, Vec<Refused>) {
    let mut queue = Vec::new();
    let mut refused = Vec::new();
    let paths: Vec<_> = named.iter().map(|named| named.path.as_path()).collect();
    let parts = parts(&paths);
    for (named, part) in named.into_iter().zip(parts) {
        // The look ahead is no progress: regular files are read again from their start.
        let rereadable = named.rereadable();
        let counter = if rereadable {
            Arc::default()
        } else {
            job.read.clone()
        };
        match Source::open(&named.path, &job.texts, counter) {
            Ok(mut source) => queue.push(Queued {
                begins: source.begins(&job.limits),
                part: part.filter(|_| rereadable && clocks_to_go_on_from(&source).is_some()),
                open: (!rereadable).then_some(source),
                named,
            }),
            Err(error) => refused.push((named, error)),
        }
    }
    let oldest = queue.iter().filter_map(|queued| {
        let part = queued
            .part
            .as_ref()
            .filter(|part| part.number == part.oldest)?;
        Some((
            (part.log.clone(), part.oldest),
            (queued.begins, queued.named.path.clone()),
        ))
    });
    let oldest: BTreeMap<_, _> = oldest.collect();
    queue.sort_by_cached_key(|queued| {
        let own = || (queued.begins, queued.named.path.clone());
        let part = queued.part.as_ref();
        let first = part.and_then(|part| oldest.get(&(part.log.clone(), part.oldest)).cloned());
        let number = part
            .filter(|_| first.is_some())
            .map_or(0, |part| part.number);
        (first.unwrap_or_else(own), Reverse(number))
    });
    (queue, refused)
}
