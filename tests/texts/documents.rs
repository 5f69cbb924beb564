//! Flow documents: what is read from the samples in every layout, from damaged ones, and from those of others if they are there.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    dead_code,
    reason = "helpers of tests"
)]

#[path = "documents/claims.rs"]
mod claims;
#[path = "documents/command.rs"]
mod command;
#[path = "documents/copies.rs"]
mod copies;
#[path = "documents/damage.rs"]
mod damage;
#[path = "documents/descriptions.rs"]
mod descriptions;
#[path = "documents/dialogs.rs"]
mod dialogs;
#[path = "documents/in_tables.rs"]
mod in_tables;
#[path = "documents/kinds.rs"]
mod kinds;
#[path = "documents/layouts.rs"]
mod layouts;
#[path = "documents/left_out.rs"]
mod left_out;
#[path = "documents/named.rs"]
mod named;
#[path = "documents/not_printed.rs"]
mod not_printed;
#[path = "documents/others.rs"]
mod others;
#[path = "documents/pasted.rs"]
mod pasted;
#[path = "documents/samples.rs"]
mod samples;
#[path = "../trace/scenario.rs"]
mod scenario;
#[path = "documents/shown.rs"]
mod shown;
#[path = "../trace/sip.rs"]
mod sip;
#[path = "documents/table.rs"]
mod table;
#[path = "documents/written.rs"]
mod written;
