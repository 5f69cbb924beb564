//! The templates of documented flows.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "flows/messages.rs"]
mod messages;
#[path = "flows/reference.rs"]
mod reference;
#[path = "flows/structure.rs"]
mod structure;
