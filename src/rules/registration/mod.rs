//! Registrations and the challenges that guard them (RFC 3261 10, 22; RFC 3327).

pub(super) mod challenge_missing;
pub(super) mod path_not_echoed;
pub(super) mod recorded;
pub(super) mod security_verify_differs;
pub(super) mod user_in_request_uri;
