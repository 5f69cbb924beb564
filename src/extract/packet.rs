//! A packet that waits to be written.

use crate::base::{Location, Timestamp};

/// Where its bytes are, and what is said of them.
pub(crate) struct Packet {
    pub(crate) time: Option<Timestamp>,
    /// The input that it is from, and its link layer.
    pub(crate) interface: (u32, u16),
    pub(crate) place: Location,
    pub(crate) captured: usize,
    pub(crate) original: u32,
    pub(crate) comments: Vec<String>,
}
