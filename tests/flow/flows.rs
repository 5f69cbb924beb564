//! The templates of documented flows, and the command that shows them.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "flows/command.rs"]
mod command;
#[path = "flows/messages.rs"]
mod messages;
#[path = "flows/reference.rs"]
mod reference;
#[path = "flows/structure.rs"]
mod structure;
