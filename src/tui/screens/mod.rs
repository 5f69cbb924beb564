//! The screens, one file each.

pub(super) mod calls;
pub(super) mod compare;
pub(super) mod finding;
pub(super) mod findings;
pub(super) mod flows;
pub(super) mod help;
pub(super) mod hop;
pub(super) mod inputs;
pub(super) mod ladder;
pub(super) mod message;
pub(super) mod nodes;
