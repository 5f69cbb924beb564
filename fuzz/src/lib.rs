//! The entries of `tests/message.rs`, for the fuzz targets to call: what is asserted is written once.

#[path = "../../tests/message/entries.rs"]
pub mod entries;
#[path = "../../tests/message/walk.rs"]
mod walk;
