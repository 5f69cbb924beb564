//! Words that every room shares: time, places, layers, outcomes, limits; and the one way to use several threads. Nothing here
//! knows what a capture is.

mod anomaly;
mod base64;
pub mod coded;
mod copies;
mod endpoint;
pub mod escape;
pub(crate) mod hep;
mod in_order;
mod ink;
mod layer;
mod limits;
mod link_type;
mod location;
mod outcome;
pub(crate) mod pcap;
pub(crate) mod pcapng;
mod span;
mod spoiled;
mod time_basis;
mod timestamp;
mod told;
pub(crate) mod wire;
pub(crate) mod written;

pub use anomaly::{Anomalies, Anomaly, AnomalyKind, AnomalySummary};
pub use base64::base64;
pub use copies::{COPY, SAME_PACKET, TRANSIT};
pub use endpoint::{Endpoint, Flow, NameId, Party, Transport};
pub(crate) use in_order::in_order;
pub use ink::Ink;
pub use layer::{Label, Layer, Path, link_name};
pub use limits::Limits;
pub use link_type::LinkType;
pub use location::{Location, RecordId, Records};
pub use outcome::{Other, Outcome, Reason, Tally, Why};
pub use span::Span;
pub use spoiled::Spoiled;
pub use time_basis::TimeBasis;
pub use timestamp::Timestamp;
pub use told::{Stamp, Timing, Told};
pub use written::{FileError, begun, nearest};
