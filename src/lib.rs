//! sipscope, the library: from captures to SIP messages with their place, time and addresses.
//!
//! Rooms stand in the order in which data walks through them; it walks one way. [`analyze`] is the first half of the pipeline,
//! up to the messages; [`correlate`] is the second, from there to the trace.
//!
//! ```text
//! base ── source ── decap ── transport ── sip ── trace
//! ```
//!
//! - [`base`]: time, places, layers, outcomes, limits.
//! - [`source`]: a file becomes records.
//! - [`decap`]: a frame becomes an IP payload.
//! - [`transport`]: payloads become messages with their provenance.
//! - [`sip`]: where a message begins and ends, where everything stands in it, what its values and bodies say.
//! - [`trace`]: sightings become messages, hops, journeys, dialogs and calls.
//!
//! ```
//! use sipscope::{Job, analyze};
//!
//! let mut job = Job::default();
//! job.inputs.push("samples/call.pcap".into());
//! let intake = analyze(&job)?;
//! for sighting in intake.sightings.iter() {
//!     println!("{} {:?}", sighting.number(), sighting.time());
//! }
//! assert_eq!(intake.total().total(), intake.records());
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod base;
pub mod decap;
pub mod sip;
pub mod source;
pub mod trace;
pub mod transport;

mod correlate;
mod in_order;
mod intake;

pub use correlate::correlate;
pub use intake::{InputReport, Intake, Job, analyze};
