//! What message bodies say, read by their media type.

mod lines;
mod message_summary;
mod sdp;

pub use message_summary::{MessageCount, MessageSummary};
pub use sdp::{
    Attribute, Bandwidth, Codecs, Connection, Direction, Encoding, Fmtp, Group, Line, Media,
    Origin, Precondition, PreconditionFlow, PreconditionLine, PreconditionStatus,
    PreconditionStrength, RtpMap, Sdp, Section, Setup, Timing,
};
