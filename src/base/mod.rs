//! Words that every room shares: time, places, layers, outcomes, limits. Nothing here knows what a capture is.

mod anomaly;
mod endpoint;
mod layer;
mod limits;
mod location;
mod outcome;
mod span;
mod time_basis;
mod timestamp;

pub use anomaly::{Anomalies, Anomaly, AnomalyKind, AnomalySummary};
pub use endpoint::{Endpoint, Flow, Transport};
pub use layer::{Layer, Path, link_name};
pub use limits::Limits;
pub use location::{Location, RecordId, Records};
pub use outcome::{Other, Outcome, Reason, Tally, Why};
pub use span::Span;
pub use time_basis::TimeBasis;
pub use timestamp::Timestamp;
