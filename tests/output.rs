//! Ladders, pages and the interface in the terminal.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    dead_code,
    reason = "helpers of tests"
)]

mod program;
mod support;

#[path = "output/browse.rs"]
mod browse;
#[path = "output/chromium.rs"]
mod chromium;
#[path = "output/ladder.rs"]
mod ladder;
#[path = "output/report.rs"]
mod report;
#[path = "trace/scenario.rs"]
mod scenario;
#[path = "trace/sip.rs"]
mod sip;
