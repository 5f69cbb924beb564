//! Bodies: what is inside of a message, read by its media type.

#[cfg(test)]
mod testing;
pub mod xml;

pub use xml::{Xml, XmlValue};
