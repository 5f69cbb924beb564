//! The way back from a sighting to its bytes, for whoever looks into messages after the trace is made.

use std::io;

use super::Sighting;

/// Reads the bytes of a sighting.
pub trait Bytes {
    /// The bytes, as long as no others are asked for.
    fn read(&mut self, sighting: &Sighting<'_>) -> io::Result<&[u8]>;
}
