//! What is in captures of any kind: containers, encapsulations, streams, encryption; and what damage and malice do.

mod support;

#[path = "intake/captures.rs"]
mod captures;
#[path = "intake/containers.rs"]
mod containers;
#[path = "intake/encapsulations.rs"]
mod encapsulations;
#[path = "intake/hostile.rs"]
mod hostile;
#[path = "intake/hostile_streams.rs"]
mod hostile_streams;
#[path = "intake/identification.rs"]
mod identification;
#[path = "intake/streams.rs"]
mod streams;
#[path = "intake/tls.rs"]
mod tls;
