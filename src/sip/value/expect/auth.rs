//! Challenges and credentials of Digest (RFC 3261 22.4, RFC 7616 3.3 to 3.5) and of its AKA form (RFC 3310 3).

use super::{required, written};
use crate::sip::name::Name;
use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::value::Auth;
use crate::sip::value::auth::base64;

/// What an AKA nonce begins with: RAND and AUTN.
const AKA_LENGTH: usize = 32;

pub(super) fn check(name: Name, auth: &Auth<'_>, problems: &mut Problems) {
    let params = auth.params;
    match name {
        Name::AuthenticationInfo | Name::ProxyAuthenticationInfo => {
            quoted(params, &["nextnonce", "rspauth", "cnonce"], problems);
            nonce_count(params, problems);
        }
        _ if !auth.scheme.is("Digest") || auth.word.is_some() => {}
        Name::WwwAuthenticate | Name::ProxyAuthenticate => {
            required(params, &["realm", "nonce"], auth.text.end(), problems);
            let texts = ["realm", "domain", "nonce", "opaque", "qop"];
            quoted(params, &texts, problems);
            unquoted(params, &["stale", "algorithm"], problems);
            aka_nonce(auth, problems);
        }
        _ => credentials(auth, problems),
    }
}

fn credentials(auth: &Auth<'_>, problems: &mut Problems) {
    let params = auth.params;
    let needed = ["realm", "nonce", "uri", "response"];
    required(params, &needed, auth.text.end(), problems);
    // A name beyond ASCII has a parameter of its own (RFC 7616 3.4).
    if !params.has("username*") {
        required(params, &["username"], auth.text.end(), problems);
    }
    let texts = [
        "username", "realm", "nonce", "uri", "response", "cnonce", "opaque", "auts",
    ];
    quoted(params, &texts, problems);
    unquoted(params, &["algorithm", "qop", "nc"], problems);
    nonce_count(params, problems);
    let auts = params.value("auts");
    if let Some(auts) = auts.filter(|auts| base64(auts.bytes()).is_none()) {
        problems.note(auts.span(), ProblemKind::Base64);
    }
}

/// Notes values that do not begin with a quotation mark. What goes on behind the closing one is noted for any parameter.
fn quoted(params: Params<'_>, names: &[&str], problems: &mut Problems) {
    for value in names.iter().filter_map(|name| written(params, name)) {
        if value.bytes().first() != Some(&b'"') {
            problems.note(value.span(), ProblemKind::Quoted);
        }
    }
}

fn unquoted(params: Params<'_>, names: &[&str], problems: &mut Problems) {
    for value in names.iter().filter_map(|name| written(params, name)) {
        if value.bytes().first() == Some(&b'"') {
            problems.note(value.span(), ProblemKind::Unquoted);
        }
    }
}

fn nonce_count(params: Params<'_>, problems: &mut Problems) {
    let count = params.value("nc").filter(|count| !count.is_empty());
    let is_count = |bytes: &[u8]| bytes.len() == 8 && bytes.iter().all(u8::is_ascii_hexdigit);
    if let Some(count) = count.filter(|count| !is_count(count.bytes())) {
        problems.note(count.span(), ProblemKind::NonceCount);
    }
}

fn aka_nonce(auth: &Auth<'_>, problems: &mut Problems) {
    let Some(nonce) = auth.params.value("nonce").filter(|_| auth.is_aka()) else {
        return;
    };
    match base64(nonce.bytes()) {
        None => problems.note(nonce.span(), ProblemKind::Base64),
        Some(bytes) if bytes.len() < AKA_LENGTH => {
            problems.note(nonce.span(), ProblemKind::AkaNonce);
        }
        Some(_) => {}
    }
}
