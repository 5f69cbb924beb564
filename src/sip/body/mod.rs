//! Bodies: what is inside of a message, read by its media type.

mod expect;
pub mod patch;
pub mod pidf;
pub mod pidf_diff;
#[cfg(test)]
mod testing;
pub mod xml;

pub use expect::Extent;
pub use pidf::Pidf;
pub use pidf_diff::PidfDiff;
pub use xml::{Xml, XmlValue};
