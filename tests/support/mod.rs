//! Builds captures and SIP messages byte by byte, independently of the code under test, so that a
//! mistake in a decoder cannot hide behind the same mistake in its test data.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test binary uses its own part"
)]

pub mod audit;
pub mod captures;
mod checksum;
pub mod exchange;
pub mod frames;
pub mod kept;
pub mod sip;
pub mod tls;
