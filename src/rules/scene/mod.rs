//! What a rule sees: the trace, and the messages at hand with their bytes. One file for each subject.
//!
//! What many rules ask is answered here, once: [`Seen`] knows who sent a message and who got it, how long after another it
//! came and what its body says; the scenes know which messages belong together, so that no rule has to search.
//!
//! A scene of several transactions has each of them once, on the hop of the side that sent the request: what the other hops
//! show of it is the work of the nodes between, which the rules about relays judge. `journey` leads from a hop to the others.

mod book;
mod call;
mod dialog;
mod document;
mod ends;
mod hop;
mod loaded;
mod publication;
mod registration;
mod relay;
mod seen;
mod subscription;
mod times;

pub use call::CallScene;
pub use dialog::{DialogScene, TransactionScene};
pub use document::{
    DocumentContradiction, DocumentFlow, DocumentRemark, DocumentScene, DocumentStep, StepScene,
};
pub use hop::HopScene;
pub use publication::PublicationScene;
pub use registration::{AttemptScene, RegistrationScene};
pub use relay::Relay;
pub use seen::Seen;
pub use subscription::{SubscriptionScene, SubscriptionStep};
pub use times::Elapsed;

pub(super) use ends::names;
pub(super) use loaded::{Loaded, View};
pub(super) use times::Ends;
