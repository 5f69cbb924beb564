//! Which documented flows a trace has in it, and step by step whether it keeps to them.
//!
//! `plan` and `scene` make trees of hops of a template and of calls, `tags` tells who named the ends of a dialog in it and `branches` what has no order, `census` tells which are worth it, `looks` says how much
//! they are alike hop by hop, `align` lays the one over the other, in the `reading` that finds least against it, `actors` tells who
//! is who then, `judge` says of each step what became of it, `compare` by what its message carries and `meaning` whatever the
//! spelling, `purpose` where no single field says it and `outcome` by what came of it, but for what elements `beside` the flow add, `score` how much the template explains.
//!
//! `find` looks for flows in all calls: each is `searched` with what one wrong field has `torn` off it, alone and with calls of the same
//! `users`, whose messages stand on a `shelf`; the best flow of what is `left` of it is taken until there is none, and what is `shared` by flows of several calls
//! goes to one. `told` holds a document to a template that tells its steps without messages.

mod actors;
mod align;
mod beside;
mod branches;
mod census;
mod compare;
mod find;
mod judge;
mod left;
mod looks;
mod meaning;
mod outcome;
mod plan;
mod published;
mod purpose;
mod reading;
mod scene;
mod score;
mod searched;
mod shared;
mod shelf;
mod tags;
mod told;
mod torn;
mod users;

pub use find::{Found, find, find_of_call};
pub use judge::{Conclusion, Deviation, Fate, Given, StepResult};
pub use told::{Told, ToldFlow, ToldKind, match_told};
