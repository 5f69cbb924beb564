//! Synthesized flows: what is right is found right, over every transport, and what is broken on purpose is found where it is.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "synthesis/play.rs"]
mod play;

#[path = "synthesis/altered.rs"]
mod altered;
#[path = "synthesis/breaks.rs"]
mod breaks;
#[path = "synthesis/demands.rs"]
mod demands;
#[path = "synthesis/disturbed.rs"]
mod disturbed;
#[path = "synthesis/lines.rs"]
mod lines;
#[path = "synthesis/right.rs"]
mod right;
#[path = "synthesis/runs.rs"]
mod runs;
#[path = "synthesis/samples.rs"]
mod samples;
