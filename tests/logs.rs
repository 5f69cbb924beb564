//! Text logs: the traffic of a capture, written by hand in the shape of each format and read again. What comes back has to be
//! what the capture has, less what the format cannot hold.
//!
//! The texts are in `samples/logs`; with SIPSCOPE_WRITE_SAMPLES set they are written there anew.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "logs/traffic.rs"]
mod traffic;

#[path = "logs/sipdump.rs"]
mod sipdump;
#[path = "logs/sipp.rs"]
mod sipp;
