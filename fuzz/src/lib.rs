//! The entries and samples of `tests/messages/message.rs`, for the fuzz targets to call and to start from: they are written once.

#[path = "../../tests/messages/message/entries.rs"]
pub mod entries;
#[path = "../../tests/messages/message/samples.rs"]
mod samples;
#[path = "../../tests/messages/message/seeds.rs"]
pub mod seeds;
#[path = "../../tests/messages/message/walk.rs"]
mod walk;
