//! What is drawn, before anything draws it: the abstract ladder of a call or of a documented flow, and the document of a call.

pub mod audit;
pub mod document;
pub mod ladder;
mod times;

pub use times::{Moment, Times};
