//! Bodies: what is inside of a message, read by its media type.

mod expect;
pub mod patch;
pub mod pidf;
pub mod pidf_diff;
pub mod poc_settings;
pub mod reginfo;
pub mod resource_lists;
pub mod rlmi;
#[cfg(test)]
mod testing;
pub mod watcherinfo;
pub mod xcap_diff;
pub mod xml;

pub use expect::Extent;
pub use pidf::Pidf;
pub use pidf_diff::PidfDiff;
pub use poc_settings::PocSettings;
pub use reginfo::Reginfo;
pub use resource_lists::ResourceLists;
pub use rlmi::Rlmi;
pub use watcherinfo::Watcherinfo;
pub use xcap_diff::XcapDiff;
pub use xml::{Xml, XmlValue};
