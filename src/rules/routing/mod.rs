//! Where messages go: Route, Record-Route, Request-URI, Contact (RFC 3261 8.1.1.8, 12.1, 16.4, 16.6).

pub(super) mod contact_missing;
pub(super) mod lr_missing;
pub(super) mod not_sent_to_route;
pub(super) mod record_route_changed;
pub(super) mod record_route_not_echoed;
pub(super) mod route_of_others_taken;
pub(super) mod secure_contact_missing;
pub(super) mod several_contacts;
pub(super) mod strict_router_next;
pub(super) mod target_rewritten;
pub(super) mod top_route_not_taken;

use super::{Relay, Seen};
use crate::sip::{Name, Text};
use crate::trace::Role;

fn list<'s>(seen: &Seen<'s>, name: Name) -> Vec<Text<'s>> {
    seen.sip.values(name).collect()
}

/// Whether the node may put another list in the place of the one it got: a P-CSCF uses the Service-Route that it knows, an
/// I-CSCF and the edge of a network decide where to go (3GPP TS 24.229 5.2.6.3, 5.3.2, 5.10).
fn may_replace_route(relay: &Relay<'_>) -> bool {
    let role = relay.node.map(|node| node.role());
    matches!(
        role,
        Some(Role::PCscf | Role::ICscf | Role::Ibcf | Role::SCscf | Role::B2bua)
    )
}

/// Whether a message is one within a dialog.
fn is_inside(seen: &Seen<'_>) -> bool {
    seen.to().is_some_and(|to| to.tag().is_some())
}

/// Whether a request can make a dialog and is outside of one.
fn makes_dialog(seen: &Seen<'_>) -> bool {
    let methods = ["INVITE", "SUBSCRIBE", "REFER"];
    let can_make = methods.iter().any(|method| seen.is(method));
    can_make && seen.to().is_some() && !is_inside(seen)
}
