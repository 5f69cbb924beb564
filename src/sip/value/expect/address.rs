//! Header fields with addresses.

use super::{keyword, quality, required, seconds, written};
use crate::sip::name::Name;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::uri::Scheme;
use crate::sip::value::Address;

/// A registration's number is from 1 to 2^31-1 (RFC 5626 4.2.1).
const MOST_REGISTRATIONS: u64 = (1 << 31) - 1;

pub(super) fn check(name: Name, address: &Address<'_>, problems: &mut Problems) {
    if !address.bracketed && has_brackets_always(name) {
        problems.note(address.uri_text().span(), ProblemKind::BracketsAlways);
    }
    match name {
        Name::From | Name::To | Name::Route | Name::RecordRoute
            if address.uri_text().bytes().contains(&b'?') =>
        {
            address.uri().check_no_headers(problems);
        }
        Name::Contact => {
            seconds(address.params, "expires", problems);
            quality(address.params, "q", problems);
            registration(address, problems);
        }
        // RFC 7044 5.1.
        Name::HistoryInfo => {
            required(address.params, &["index"], address.text.end(), problems);
            entry_index(address, problems);
        }
        // RFC 5502 4.
        Name::PServedUser => {
            keyword(address.params, "sescase", &["orig", "term"], problems);
            keyword(address.params, "regstate", &["reg", "unreg"], problems);
        }
        Name::PAssertedIdentity | Name::PPreferredIdentity => identity(address, problems),
        _ => {}
    }
}

/// Fields with name-addr only: Route and Record-Route (RFC 3261 25.1), Path (RFC 3327 4), Service-Route (RFC 3608 5),
/// History-Info (RFC 7044 5.1), Geolocation (RFC 6442 4.1), P-Associated-URI and P-Called-Party-ID (RFC 7315 5), P-Served-User
/// (RFC 5502); and those of RFC 3261 25.1 that have a URI in brackets.
fn has_brackets_always(name: Name) -> bool {
    matches!(
        name,
        Name::Route
            | Name::RecordRoute
            | Name::Path
            | Name::ServiceRoute
            | Name::HistoryInfo
            | Name::Geolocation
            | Name::PAssociatedUri
            | Name::PCalledPartyId
            | Name::PServedUser
            | Name::AlertInfo
            | Name::CallInfo
            | Name::ErrorInfo
    )
}

fn registration(address: &Address<'_>, problems: &mut Problems) {
    let number = written(address.params, "reg-id");
    let fits = |number: u64| (1..=MOST_REGISTRATIONS).contains(&number);
    if let Some(number) = number.filter(|text| !text.number().is_some_and(fits)) {
        problems.note(number.span(), ProblemKind::Number);
    }
}

fn entry_index(address: &Address<'_>, problems: &mut Problems) {
    let index = written(address.params, "index");
    let is_number = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let is_index = |bytes: &[u8]| bytes.split(|byte| *byte == b'.').all(is_number);
    if let Some(index) = index.filter(|index| !is_index(index.bytes())) {
        problems.note(index.span(), ProblemKind::EntryIndex);
    }
}

/// A URI without scheme is noted as such.
fn identity(address: &Address<'_>, problems: &mut Problems) {
    let uri = address.uri();
    let is_identity = |scheme| matches!(scheme, Scheme::Sip | Scheme::Sips | Scheme::Tel);
    if uri.scheme != Scheme::Absent && !is_identity(uri.scheme) {
        problems.note(uri.scheme_text.span(), ProblemKind::SchemeNotHere);
    }
}
