//! What the IP multimedia subsystem adds: identities, charging, security agreement (3GPP TS 24.229, RFC 3325, RFC 7315).

pub(super) mod charging_sent_to_terminal;
pub(super) mod icid_changed;
pub(super) mod keys_sent_to_terminal;
pub(super) mod security_passed_on;
pub(super) mod too_many_identities;

use super::Relay;
use crate::trace::Role;

/// Whether a P-CSCF passed it on, and the terminal is on the other side of where it came from.
fn goes_to_terminal(relay: &Relay<'_>) -> bool {
    let is_pcscf = relay.node.is_some_and(|node| node.role() == Role::PCscf);
    let hop = relay.after.message.hop();
    let far = match relay.is_request() {
        true => hop.destination_node(),
        false => hop.source_node(),
    };
    is_pcscf && far.is_some_and(|node| node.role() == Role::Ue)
}

/// Whether a P-CSCF passed it on, and it did not go to the terminal.
fn goes_to_core(relay: &Relay<'_>) -> bool {
    let is_pcscf = relay.node.is_some_and(|node| node.role() == Role::PCscf);
    is_pcscf && !goes_to_terminal(relay)
}
