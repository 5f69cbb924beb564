//! sipscope, the library: from captures to SIP messages, and from messages to hops, journeys, dialogs and calls.
//!
//! Rooms stand in the order in which data walks through them; it walks one way. [`analyze`] is the first half of the pipeline,
//! up to the messages; [`correlate`] is the second, from there to the trace.
//!
//! ```text
//! base ── source ── decap ── transport ── sip ── trace ── flow ── rules ── report ──┬── render
//!                                                                                  └── tui
//! ```
//!
//! - [`base`]: time, places, layers, outcomes, limits.
//! - [`source`]: a file becomes records.
//! - [`decap`]: a frame becomes an IP payload.
//! - [`transport`]: payloads become messages with their provenance.
//! - [`sip`]: where a message begins and ends, where everything stands in it, what its values and bodies say.
//! - [`trace`]: sightings become messages, hops, journeys, dialogs and calls.
//! - [`flow`]: flows that documents describe, as data.
//! - [`rules`]: what the audit holds the trace to.
//! - [`report`]: what is drawn, before anything draws it.
//! - [`render`]: ladders as text and pictures, calls as documents and as scenarios that play them.
//! - [`tui`]: the screens of the interface in the terminal, which go from one thing in a trace to the next.
//!
//! ```
//! use sipscope::trace::Hints;
//! use sipscope::{Job, analyze, correlate};
//!
//! let mut job = Job::default();
//! job.inputs.push("samples/call.pcap".into());
//! let mut intake = analyze(&job)?;
//! assert_eq!(intake.total().total(), intake.records());
//!
//! let trace = correlate(&mut intake, &job, &Hints::default())?;
//! for call in trace.calls() {
//!     println!("call {}: {}", call.id().number(), call.outcome());
//!     for (hop, depth) in call.journeys() {
//!         let method = String::from_utf8_lossy(hop.method_name());
//!         println!("{:depth$}{method} {:?}", "", hop.status());
//!     }
//! }
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod base;
pub mod decap;
pub mod flow;
pub mod render;
pub mod report;
pub mod rules;
pub mod sip;
pub mod source;
pub mod trace;
pub mod transport;
pub mod tui;

mod audit;
mod correlate;
mod document;
mod extract;
mod intake;
mod script;

pub use audit::{audit, audit_calls};
pub use correlate::correlate;
pub use document::document;
pub use extract::{Extracted, Form, extract};
pub use intake::{InputReport, Intake, Job, analyze};
pub use script::script;
