//! What is drawn, before anything draws it: the abstract ladder of a call or of a documented flow.

pub mod ladder;
mod times;

pub use times::{Moment, Times};
