//! From what is to be drawn to what is drawn: each renderer turns a ladder or a document into one form, and knows nothing of the others.

pub mod audit;
pub mod document;
pub mod html;
pub mod junit;
#[cfg(feature = "png")]
pub mod png;
pub mod scenario;
pub mod sequence;
pub mod svg;
pub mod text;
