//! SIP: where messages begin and end, where everything stands in one, and what its values say. Looking only; judging is for
//! rules.

pub mod body;
mod byte_set;
mod carried;
mod check;
mod clean;
mod datagram;
mod first_line;
mod glance;
mod index;
mod lexical;
mod message;
mod name;
mod params;
mod placeholder;
mod problem;
mod remembered;
mod scan;
mod second_opinion;
mod short;
mod start_line;
mod stream;
mod text;
mod uri;
mod value;

pub use body::{
    Extent, Pidf, PidfDiff, PocSettings, Reginfo, ResourceLists, Rlmi, Watcherinfo, XcapDiff, Xml,
    XmlValue, patch, pidf, pidf_diff, poc_settings, reginfo, resource_lists, rlmi, watcherinfo,
    xcap_diff, xml,
};
pub use carried::Carried;
pub use clean::Clean;
pub use datagram::{Framed, frame_datagram, looks_like_sip};
pub use first_line::FirstLine;
pub use glance::Glance;
pub use index::{Field, Index};
pub use message::{Header, Message, Part, Values};
pub use name::{Name, Shape};
pub use params::{Param, Params};
pub use placeholder::is_placeholder;
pub use problem::{Problem, ProblemKind, Problems};
pub use remembered::Remembered;
pub use second_opinion::{Opinion, second_opinion};
pub use start_line::{METHODS, Start, begins_message, embedded, has_start_line_inside};
pub use stream::{STUN_COOKIE, StreamFramer, StreamStep};
pub use text::Text;
pub use uri::{Host, Port, Scheme, Uri};
pub use value::{
    Address, Aka, Auth, CSeq, Date, DialogReference, Item, Number, RAck, SubscriptionState,
    Timestamp, Value, Via, Warning,
};
