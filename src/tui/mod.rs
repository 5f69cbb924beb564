//! The screens of the terminal interface. What happens goes one way:
//!
//! ```text
//! key ── Action ── App::act ── Frame
//!                     │
//!                   Want: what only the program can do (write a file, set the clipboard)
//! ```
//!
//! - `world`: the trace, what was found in it, and the way back to bytes: what all screens read.
//! - `app`: which screens lie on each other, and what an action does to the topmost.
//! - `keys`: from keys to actions, the one table that the help screen shows.
//! - `page`: lines to read and to jump from; most screens are pages, one file each in `screens`.
//! - `beside`: work on a thread, for what a person would wait for; `search` is such.
//! - `body`: what messages carry, line by line with what it means.
//! - `screens/calls` and `screens/ladder`: the two that are more than lines.
//!
//! Drawing reads what was loaded before, and never reads an input. Every text goes through `canvas`, which lets nothing through
//! that a terminal obeys.

mod action;
mod app;
mod beside;
mod body;
mod canvas;
mod keys;
mod page;
mod prompt;
mod screens;
mod search;
mod theme;
mod window;
mod world;

pub use app::{App, Want};
pub use prompt::{ENDS_OF_CALLS, ENDS_OF_LADDER, ENDS_OF_LINES};
pub use theme::{Colours, Theme};
pub use world::{Account, Readers, World};
