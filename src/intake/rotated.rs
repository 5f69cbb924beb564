//! The parts of a log that does not say all of the date: each goes on with the clocks of the one before it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::source::{Clocks, Part, Source};

use super::index::Writer;
use super::points::CapturePoint;

/// The parts of logs that were read, which others may go on with.
#[derive(Default)]
pub(super) struct Rotated(BTreeMap<PathBuf, Earlier>);

/// A part of a log that was read.
pub(super) struct Earlier {
    number: u32,
    pub(super) input: u32,
    /// The input of the oldest part.
    pub(super) writer: u32,
    pub(super) capture_point: u32,
    pub(super) clocks: Clocks,
}

impl Rotated {
    /// The part right before this one.
    pub(super) fn take_before(&mut self, part: Option<&Part>) -> Option<Earlier> {
        let part = part?;
        let earlier = self.0.remove(&part.log)?;
        (part.number.checked_add(1) == Some(earlier.number)).then_some(earlier)
    }

    pub(super) fn put(
        &mut self,
        part: Option<Part>,
        source: &Source,
        point: &CapturePoint,
        writer: &Writer,
        input: u32,
    ) {
        if let Some((part, clocks)) = part.zip(clocks_to_go_on_from(source)) {
            let earlier = Earlier {
                number: part.number,
                input,
                writer: writer.input,
                capture_point: point.number,
                clocks,
            };
            self.0.insert(part.log, earlier);
        }
    }
}

/// The clocks of a log that does not say all of the date, as far as it was read.
pub(super) fn clocks_to_go_on_from(source: &Source) -> Option<Clocks> {
    source.clocks().filter(|clocks| !clocks.know_dates())
}
