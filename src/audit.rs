//! The third part of the pipeline: the trace is held to the rules, its messages read again as they are wanted.

use std::io;

use crate::intake::Intake;
use crate::rules::{self, Audit};
use crate::trace::Trace;

/// Holds a trace to all rules. An error is one of reading messages again.
pub fn audit(intake: &mut Intake, trace: &Trace) -> io::Result<Audit> {
    rules::audit(trace, &mut intake.store)
}
