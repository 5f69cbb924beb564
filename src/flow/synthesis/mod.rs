//! Synthesis: a flow played by its actors, as a capture or a log that is right hop by hop, or wrong in one place on purpose.
//!
//! - `play`, `request`, `response`, `leg`, `finish`: what the actors send, message by message.
//! - `places`, `random`, `own`: addresses, and names that differ from run to run.
//! - `breaks`, `break_table`, `ims_breaks`, `registration_breaks`, `wire_breaks`, `time_breaks`, `alter`: what is wrong on purpose.
//! - `packet`, `capture`: frames, and the capture of many runs in the order of time.
//! - `log`: the same traffic in the shapes of logs.

mod alter;
mod break_table;
mod breaks;
mod capture;
mod dialog_breaks;
mod finish;
mod ims_breaks;
mod leg;
pub mod log;
mod message;
mod own;
mod packet;
mod places;
mod play;
mod random;
mod registration_breaks;
mod request;
mod response;
mod session_breaks;
mod time_breaks;
mod unsaid;
mod wire_breaks;

pub use alter::{Alteration, alter};
pub use breaks::{Break, breakable, breaks};
pub use capture::write_capture;
pub use unsaid::unsaid;

use std::net::SocketAddr;

use super::Template;
use crate::base::Transport;
use places::Places;
use play::Player;

/// How a flow is to be played.
#[derive(Clone, Debug)]
pub struct Options {
    /// UDP or TCP.
    pub transport: Transport,
    /// The same seed gives the same tags, branches, Call-IDs and ports.
    pub seed: u64,
    /// How many times.
    pub count: u64,
    /// What is done to it.
    pub alterations: Vec<Alteration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            transport: Transport::Udp,
            seed: 1,
            count: 1,
            alterations: Vec::new(),
        }
    }
}

/// A message that goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The step of the template.
    pub step: usize,
    /// Which time it is that the flow is played.
    pub run: u64,
    /// Nanoseconds since the run began.
    pub time: i64,
    /// Who sends it.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// From where.
    pub source: SocketAddr,
    /// To where.
    pub destination: SocketAddr,
    /// Over what.
    pub transport: Transport,
    /// Whether it is a request.
    pub is_request: bool,
    /// The message.
    pub bytes: Vec<u8>,
}

/// Plays a flow once: what goes over the wire, in the order of time.
pub fn synthesize(template: &Template, options: &Options, run: u64) -> Vec<Event> {
    let places = Places::of(template);
    alter::play(template, &places, options, run)
}
