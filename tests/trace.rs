//! Whether sightings are put together as the specifications say that they belong together: hard cases by name, properties
//! that hold for any capture, and captures of others.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "helpers of tests"
)]

mod support;

#[path = "trace/bounds.rs"]
mod bounds;
#[path = "trace/calls.rs"]
mod calls;
#[path = "trace/captured_twice.rs"]
mod captured_twice;
#[path = "trace/carriers.rs"]
mod carriers;
#[path = "trace/causes.rs"]
mod causes;
#[path = "trace/constant_tags.rs"]
mod constant_tags;
#[path = "trace/dialog_states.rs"]
mod dialog_states;
#[path = "trace/dialogs.rs"]
mod dialogs;
#[path = "trace/dialogs_shown.rs"]
mod dialogs_shown;
#[path = "trace/equal_call_ids.rs"]
mod equal_call_ids;
#[path = "trace/folds.rs"]
mod folds;
#[path = "trace/forks.rs"]
mod forks;
#[path = "trace/journeys.rs"]
mod journeys;
#[path = "trace/legs.rs"]
mod legs;
#[path = "trace/link_rules.rs"]
mod link_rules;
#[path = "trace/logs.rs"]
mod logs;
#[path = "trace/misnumbered.rs"]
mod misnumbered;
#[path = "trace/odd.rs"]
mod odd;
#[path = "trace/original_dialogs.rs"]
mod original_dialogs;
#[path = "trace/origins.rs"]
mod origins;
#[path = "trace/outcomes.rs"]
mod outcomes;
#[path = "trace/properties.rs"]
mod properties;
#[path = "trace/publications.rs"]
mod publications;
#[path = "trace/real.rs"]
mod real;
#[path = "trace/realms.rs"]
mod realms;
#[path = "trace/registrations.rs"]
mod registrations;
#[path = "trace/retransmissions.rs"]
mod retransmissions;
#[path = "trace/scenario.rs"]
mod scenario;
#[path = "trace/session_timers.rs"]
mod session_timers;
#[path = "trace/sessions.rs"]
mod sessions;
#[path = "trace/shapes.rs"]
mod shapes;
#[path = "trace/shown.rs"]
mod shown;
#[path = "trace/sip.rs"]
mod sip;
#[path = "trace/sound.rs"]
mod sound;
#[path = "trace/subscriptions.rs"]
mod subscriptions;
#[path = "trace/taps.rs"]
mod taps;
#[path = "trace/told.rs"]
mod told;
