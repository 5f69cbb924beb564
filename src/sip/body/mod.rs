//! What message bodies say, read by their media type.

mod lines;
mod message_summary;

pub use message_summary::{MessageCount, MessageSummary};
