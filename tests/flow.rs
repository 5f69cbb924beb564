//! Documented flows: read, drawn, synthesized and found again.

#[path = "flow/flow_match.rs"]
mod flow_match;
#[path = "flow/flows.rs"]
mod flows;
#[path = "support/kept.rs"]
mod kept;
#[path = "flow/synthesis.rs"]
mod synthesis;
