//! SIP: where messages begin and end. Looking only; judging is for rules.

mod carried;
mod datagram;
mod glance;
mod start_line;
mod stream;

pub use carried::Carried;
pub use datagram::{Framed, frame_datagram, looks_like_sip};
pub use glance::Glance;
pub use start_line::{METHODS, Start, begins_message, has_start_line_inside};
pub use stream::{STUN_COOKIE, StreamFramer, StreamStep};
