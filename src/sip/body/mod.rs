//! Bodies: what is inside of a message, read by its media type.

mod expect;
pub mod patch;
pub mod pidf;
pub mod pidf_diff;
pub mod reginfo;
pub mod rlmi;
#[cfg(test)]
mod testing;
pub mod watcherinfo;
pub mod xml;

pub use expect::Extent;
pub use pidf::Pidf;
pub use pidf_diff::PidfDiff;
pub use reginfo::Reginfo;
pub use rlmi::Rlmi;
pub use watcherinfo::Watcherinfo;
pub use xml::{Xml, XmlValue};
