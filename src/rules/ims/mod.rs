//! What the IP multimedia subsystem adds: identities, charging, security agreement (3GPP TS 24.229, RFC 3325, RFC 7315).

pub(super) mod access_network_missing;
pub(super) mod access_network_sent_out;
pub(super) mod asserted_identity_missing;
pub(super) mod asserted_identity_of_terminal;
pub(super) mod associated_uri_missing;
pub(super) mod called_party_missing;
pub(super) mod charging_addresses_sent_out;
pub(super) mod charging_of_terminal_kept;
pub(super) mod charging_sent_to_terminal;
pub(super) mod charging_vector_missing;
pub(super) mod icid_changed;
pub(super) mod identity_against_privacy;
pub(super) mod integrity_not_marked;
pub(super) mod keys_sent_to_terminal;
pub(super) mod name_against_privacy;
pub(super) mod path_not_added;
pub(super) mod preferred_identity_passed_on;
pub(super) mod preferred_service_passed_on;
pub(super) mod recorded_by_icscf;
pub(super) mod security_passed_on;
pub(super) mod served_user_sent_out;
pub(super) mod service_route_missing;
pub(super) mod term_ioi_in_request;
pub(super) mod too_many_identities;
pub(super) mod visited_network_missing;

use super::{Fault, HopScene, Relay, Seen, Verdicts};
use crate::rules::rule::Severity;
use crate::sip::{FirstLine, Name, Params, Text};
use crate::trace::{Node, Role};

/// Whether a P-CSCF passed it on.
fn is_of_pcscf(relay: &Relay<'_>) -> bool {
    relay.node.is_some_and(|node| node.role() == Role::PCscf)
}

/// Whether a P-CSCF passed it on to the terminal. Between two terminals there is always an S-CSCF: where both ends look like
/// one, the other may be a CSCF of which the trace shows too little.
fn goes_to_terminal(relay: &Relay<'_>) -> bool {
    is_of_pcscf(relay) && relay.after.is_to_terminal() && !relay.before.is_from_terminal()
}

/// Whether a P-CSCF passed it on that had it from the terminal.
fn comes_from_terminal(relay: &Relay<'_>) -> bool {
    is_of_pcscf(relay) && relay.before.is_from_terminal() && !relay.after.is_to_terminal()
}

/// A fault of a P-CSCF is an error where somebody says that the node is one. Edge proxies of other networks add Path and assert
/// no identities: of a node whose role follows from what it does it is a warning.
fn as_sure_as_the_role(relay: &Relay<'_>, fault: Fault) -> Fault {
    let told = |node: Node<'_>| node.role_is_told() || node.trust_domain().is_some();
    match relay.node.is_some_and(told) {
        true => fault,
        false => fault.at_most(Severity::Warning),
    }
}

/// Requests that belong to another one, or to no user.
const NOT_INITIAL: [&str; 7] = [
    "REGISTER", "ACK", "CANCEL", "BYE", "PRACK", "UPDATE", "INFO",
];

/// Whether it is a request for a dialog or a standalone one.
fn is_initial(seen: &Seen<'_>) -> bool {
    let is_first = seen.is_request() && seen.message.to_tag().is_none();
    is_first && !NOT_INITIAL.iter().any(|method| seen.is(method))
}

/// Whether it is for an emergency service (RFC 5031).
fn is_emergency(seen: &Seen<'_>) -> bool {
    let sos = b"urn:service:sos";
    match seen.sip.first_line() {
        FirstLine::Request { uri, .. } => {
            let start = uri.bytes().get(..sos.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(sos))
        }
        _ => false,
    }
}

/// Whether it is a REGISTER.
fn is_registration(seen: &Seen<'_>) -> bool {
    seen.is("REGISTER")
}

/// The answer with which an S-CSCF registered a terminal that came by a P-CSCF; none where no binding is left.
fn accepted_by_scscf<'s>(hop: &HopScene<'s>) -> Option<Seen<'s>> {
    let request = hop.request().filter(is_registration)?;
    let is_marked = request.sip.has(Name::Path);
    let is_own = is_marked
        && request.receiver_role() == Some(Role::SCscf)
        && hop.hop.continued_by().next().is_none();
    let answer = hop.answer().filter(|answer| is_own && answer.accepts())?;
    let (from, to) = (hop.hop.from(), hop.hop.to());
    let mut bindings = answer.sip.addresses(Name::Contact);
    let is_bound = bindings.any(|binding| {
        let expires = binding.params.value("expires");
        expires.and_then(Text::number) != Some(0)
    });
    (from == to && is_bound).then_some(answer)
}

/// Whether a node passed it on out of the network: to another trust domain or, where nothing says which there are, from a
/// P-CSCF to the terminal. None where that is not known.
fn leaves_network(relay: &Relay<'_>) -> Option<bool> {
    match relay.after.crosses_trust_edge()? {
        true if relay.after.is_at_terminal() => Some(goes_to_terminal(relay)),
        crosses => Some(crosses),
    }
}

/// Passes where a field is there that a CSCF adds. Documents print what their step is about, and leave such fields out.
fn expect(seen: &Seen<'_>, name: Name, expected: &str, verdicts: &mut Verdicts) {
    match seen.sip.has(name) {
        true => verdicts.pass(),
        false if !shows_all(seen) => verdicts.not_provable(),
        false => verdicts.fail(Fault::missing(seen).about(name).expected(expected)),
    }
}

/// Whether what it does not show was not sent.
fn shows_all(seen: &Seen<'_>) -> bool {
    seen.has_all_headers() && !seen.is_of_document()
}

/// The identifier by which the call is charged.
fn icid<'s>(seen: &Seen<'s>) -> Option<Text<'s>> {
    let vector = seen.sip.value(Name::PChargingVector)?;
    let mut params = Params::new(vector).iter();
    params.find(|param| param.name.is("icid-value"))?.value
}
