//! A packet that waits to be written.

use crate::base::{Location, Timestamp};

/// Where its bytes are, and what is said of them.
pub(super) struct Packet {
    pub(super) time: Option<Timestamp>,
    /// The input that it is from, and its link layer.
    pub(super) interface: (u32, u16),
    pub(super) place: Location,
    pub(super) captured: usize,
    pub(super) original: u32,
    pub(super) comments: Vec<String>,
}
