//! From sightings to the trace. So far: the index of all sightings.

mod intern;
mod sightings;

pub use sightings::{MethodId, Sighting, Sightings, Subject};
