//! The audit: what the documents want of a trace, one file for each rule, and the runner that holds a trace to them.
//!
//! - `rule`: what a rule is: its documentation, and the function that looks at one subject.
//! - `scene`: what that function sees: the trace, and the bytes of the messages at hand; one file for each kind of subject.
//! - `verdict`: what it says: pass, fail, not applicable, not provable.
//! - `run`: goes over the calls of a trace on all threads, and reads their messages again.
//! - `subjects`: what these show, which is handed to every rule.
//! - `taken`: counts the verdicts and puts together what belongs together.
//! - `registry`: all rules.
//!
//! A rule family is a folder; families never import each other. A rule says what is wrong with the subject that it is handed
//! and nothing else: that a fault shows again in a retransmission, in the echo of a response or on every later hop is the
//! runner's business.

mod config;
mod dialog;
mod document;
mod event;
mod excluded;
mod finding;
mod ims;
mod max_forwards;
mod policy;
mod profile;
mod registration;
mod registry;
mod routing;
mod rule;
mod run;
mod scene;
mod session;
mod subjects;
mod syntax;
mod taken;
#[cfg(test)]
mod testing;
mod transaction;
mod verdict;
mod via;

pub use config::Config;
pub use excluded::Excluded;
pub use finding::{Finding, Line, Place};
pub use policy::{Allowed, Policy};
pub use profile::Profile;
pub use registry::{RULES, rule};
pub use rule::{Check, Citation, Family, Rule, Severity, SubjectKind};
pub use run::{Audit, Tally, audit};
pub use scene::{
    AttemptScene, CallScene, DialogScene, DocumentContradiction, DocumentFlow, DocumentRemark,
    DocumentScene, DocumentStep, Elapsed, HopScene, PublicationScene, RegistrationScene, Relay,
    Seen, StepScene, SubscriptionScene, SubscriptionStep, TransactionScene,
};
pub use verdict::{Verdict, Verdicts};

use scene::names;
use verdict::Fault;
