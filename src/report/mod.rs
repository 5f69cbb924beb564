//! What is drawn, before anything draws it: the abstract ladder of a call or of a documented flow, the document of a call, and its
//! messages one by one with what was found in them.

pub mod audit;
mod call_line;
mod checked;
mod criterion;
pub mod document;
mod flow_lines;
mod inks;
pub mod ladder;
mod notes;
mod order;
mod recurring;
pub mod sheet;
pub mod suites;
mod times;

pub use call_line::CallLine;
pub use checked::{Checked, checked};
pub use criterion::{Criterion, Statuses};
pub use flow_lines::{FlowLine, Standing, deviation_line, flow_lines, step_ends};
pub use inks::severity_ink;
pub use times::{Moment, Times};
