//! Registrations and the challenges that guard them (RFC 3261 10, 22; RFC 3327).

pub(super) mod binding_not_listed;
pub(super) mod binding_without_time;
pub(super) mod challenge_missing;
pub(super) mod credentials_of_other_challenge;
pub(super) mod cseq_not_rising;
pub(super) mod digest_uri_differs;
pub(super) mod granted_longer_than_asked;
pub(super) mod nonce_count_not_rising;
pub(super) mod path_not_echoed;
pub(super) mod recorded;
pub(super) mod resync_not_challenged;
pub(super) mod security_server_missing;
pub(super) mod security_verify_differs;
pub(super) mod stale_without_credentials;
pub(super) mod star_with_time;
pub(super) mod user_in_request_uri;

use super::{HopScene, Seen};
use crate::sip::Uri;

/// A REGISTER and the answer that accepts it.
fn accepted<'s>(hop: &HopScene<'s>) -> Option<(Seen<'s>, Seen<'s>)> {
    let request = hop.request().filter(|request| request.is("REGISTER"))?;
    let answer = hop.answer().filter(Seen::accepts)?;
    Some((request, answer))
}

/// Whether two URIs are the same but for parameters and for writing out the usual port: what registrars and clients do
/// with these changes nothing.
fn same_uri(one: &Uri<'_>, other: &Uri<'_>) -> bool {
    let port = |uri: &Uri<'_>| uri.port.and_then(|port| port.number).unwrap_or(5060);
    let same_place = one.user == other.user && one.host.equivalent(&other.host);
    same_place && !one.host.text.is_empty() && port(one) == port(other) || one.equivalent(other)
}
