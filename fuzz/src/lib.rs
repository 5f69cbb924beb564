//! The entries and samples of `tests/message.rs`, for the fuzz targets to call and to start from: they are written once.

#[path = "../../tests/message/entries.rs"]
pub mod entries;
#[path = "../../tests/message/samples.rs"]
mod samples;
#[path = "../../tests/message/seeds.rs"]
pub mod seeds;
#[path = "../../tests/message/walk.rs"]
mod walk;
