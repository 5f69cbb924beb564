//! Which documented flows a trace has in it, and step by step whether it keeps to them.
//!
//! `plan` and `scene` make trees of hops of a template and of calls, `census` tells
//! which are worth it, `looks` says how much they are alike hop by hop, `align` lays the one over the other, `judge` says of each
//! step what became of it, `compare` by what its message carries and `meaning` whatever the spelling, and `find` chooses among templates and calls. Calls of the same `users` may have one flow together;
//! their messages stand on a `shelf`. `told` holds a document to a template that tells its
//! steps without messages.

mod align;
mod census;
mod compare;
mod find;
mod judge;
mod looks;
mod meaning;
mod plan;
mod scene;
mod shelf;
mod told;
mod users;

pub use find::{Found, find, find_of_call};
pub use judge::{Conclusion, Deviation, Fate, Given, StepResult};
pub use told::{Told, ToldFlow, ToldKind, match_told};
