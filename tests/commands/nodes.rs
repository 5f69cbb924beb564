//! Nodes: what is joined to one element, on which evidence, and what is not; roles; the node file; the command.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "nodes/captures.rs"]
mod captures;
#[path = "nodes/command.rs"]
mod command;
#[path = "nodes/file.rs"]
mod file;
#[path = "nodes/flows.rs"]
mod flows;
#[path = "nodes/joined.rs"]
mod joined;
#[path = "nodes/order.rs"]
mod order;
#[path = "nodes/roles.rs"]
mod roles;
#[path = "nodes/scene.rs"]
mod scene;
#[path = "nodes/separate.rs"]
mod separate;
