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
//! - [`extract()`]: calls as packets, text or JSON for other programs.
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
//!
//! [`audit`] holds the trace to the rules: what it finds names the rule, the messages, the places in them, and what was expected there.
//!
//! ```
//! use sipscope::rules::Policy;
//! use sipscope::trace::Hints;
//! use sipscope::{Job, analyze, audit, correlate};
//!
//! let mut job = Job::default();
//! job.inputs.push("samples/documents/numbered-steps.txt".into());
//! let mut intake = analyze(&job)?;
//! let trace = correlate(&mut intake, &job, &Hints::default())?;
//!
//! let audit = audit(&intake, &trace, &job, &Policy::default())?;
//! let changed = audit.findings.iter().find(|finding| finding.rule.code == "DLG04");
//! let changed = changed.expect("a proxy of the document changes To");
//! assert_eq!(changed.got, "<sip:bob@west.example;user=phone>");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A [ladder](report::ladder) is what all figures are drawn from; each form of a figure is one function of [`render`].
//!
//! ```
//! use sipscope::flow::template;
//! use sipscope::render::svg;
//! use sipscope::report::ladder::{Options, of_template};
//!
//! let flow = template("refer").expect("one of the flows that are part of the program");
//! let ladder = of_template(&flow, &Options::default());
//! let style = svg::Style {
//!     theme: svg::Theme::Spec,
//!     paper: svg::Paper::None,
//! };
//! let pictures = svg::pictures(&ladder, style, |_| Vec::new());
//! assert!(pictures[0].source.contains("<svg "));
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

mod anonymize;
mod audit;
mod correlate;
mod document;
mod extract;
mod intake;
mod script;

pub use anonymize::{Anonymized, Anonymizer, Replaced, Unknown};
pub use audit::{audit, audit_calls};
pub use correlate::correlate;
pub use document::document;
pub use extract::{Extracted, Filled, Form, Gaps, extract};
pub use intake::{InputReport, Intake, Job, analyze};
pub use script::script;
