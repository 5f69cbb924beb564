//! The third part of the pipeline: the trace is held to the rules, its messages read again as they are wanted.

use std::io;

use crate::intake::Intake;
use crate::rules::{self, Audit, Bytes};
use crate::source::Store;
use crate::trace::{Sighting, Trace};

/// Holds a trace to all rules. An error is one of reading messages again.
pub fn audit(intake: &mut Intake, trace: &Trace) -> io::Result<Audit> {
    rules::audit(trace, &mut Stored(&mut intake.store))
}

struct Stored<'a>(&'a mut Store);

impl Bytes for Stored<'_> {
    fn read(&mut self, sighting: &Sighting<'_>) -> io::Result<&[u8]> {
        self.0
            .read(sighting.input(), sighting.location(), sighting.length())
    }
}
