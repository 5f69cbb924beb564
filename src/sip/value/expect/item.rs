//! Header fields with a word and parameters.

use super::{quality, required, seconds, written};
use crate::sip::lexical::expect_call_id;
use crate::sip::name::Name;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{expect_token, is_token};
use crate::sip::text::Text;
use crate::sip::value::Item;

pub(super) fn check(name: Name, item: &Item<'_>, problems: &mut Problems) {
    word(name, item.word, problems);
    let params = item.params;
    let end = item.text.end();
    match name {
        Name::Accept | Name::AcceptEncoding | Name::AcceptLanguage => {
            quality(params, "q", problems);
        }
        // RFC 3329 2.2.
        Name::SecurityClient | Name::SecurityServer | Name::SecurityVerify => {
            quality(params, "q", problems);
        }
        Name::SubscriptionState => {
            seconds(params, "expires", problems);
            seconds(params, "retry-after", problems);
        }
        // RFC 3326 2: digits, as many as one likes.
        Name::Reason => {
            let is_number = |text: &Text<'_>| text.bytes().iter().all(u8::is_ascii_digit);
            let cause = written(params, "cause");
            if let Some(cause) = cause.filter(|cause| !is_number(cause)) {
                problems.note(cause.span(), ProblemKind::Number);
            }
        }
        // RFC 3891 6.1, RFC 3911 7.1.
        Name::Replaces | Name::Join => required(params, &["to-tag", "from-tag"], end, problems),
        // RFC 4538 7.
        Name::TargetDialog => required(params, &["local-tag", "remote-tag"], end, problems),
        Name::Identity => signature(item, problems),
        _ => {}
    }
}

/// What the word of this field is. Words of other fields are of several kinds.
fn word(name: Name, word: Text<'_>, problems: &mut Problems) {
    if word.is_empty() {
        return;
    }
    match name {
        Name::Replaces | Name::Join | Name::TargetDialog | Name::InReplyTo => {
            expect_call_id(word, problems);
        }
        Name::Event => event(word, problems),
        Name::ContentType | Name::Accept => media_type(word, problems),
        Name::Reason
        | Name::SubscriptionState
        | Name::ContentDisposition
        | Name::PAccessNetworkInfo
        | Name::SecurityClient
        | Name::SecurityServer
        | Name::SecurityVerify
        | Name::AcceptEncoding
        | Name::AcceptLanguage
        | Name::InfoPackage
        | Name::RecvInfo => expect_token(word, problems),
        _ => {}
    }
}

/// RFC 6665 8.4 `event-type`: a package and templates, with points between them.
fn event(word: Text<'_>, problems: &mut Problems) {
    let is_part = |part: &[u8]| !part.is_empty() && part.iter().all(|byte| is_token(*byte));
    if !word.bytes().split(|byte| *byte == b'.').all(is_part) {
        problems.note(word.span(), ProblemKind::Token);
    }
}

/// RFC 3261 25.1 `media-type` and `media-range`; the asterisks of a range are tokens.
fn media_type(word: Text<'_>, problems: &mut Problems) {
    let mut parts = word.bytes().split(|byte| *byte == b'/');
    let mut is_part = || {
        let part = parts.next().unwrap_or_default().trim_ascii();
        !part.is_empty() && part.iter().all(|byte| is_token(*byte))
    };
    if !(is_part() && is_part() && parts.next().is_none()) {
        problems.note(word.span(), ProblemKind::MediaType);
    }
}

/// The signature with the place of its certificate (RFC 8224 4), or the one of before, which is quoted and has the place in
/// another header field (RFC 4474 9).
fn signature(item: &Item<'_>, problems: &mut Problems) {
    let bytes = item.word.bytes();
    if bytes.first() == Some(&b'"') {
        return;
    }
    if bytes.is_empty() {
        problems.note(item.word.span(), ProblemKind::NoValue);
    }
    // Padding, and the alphabet of URLs, which the token that it is made of has (RFC 8225 4).
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_.=".contains(byte);
    if !bytes.iter().all(is_digit) {
        problems.note(item.word.span(), ProblemKind::Base64);
    }
    required(item.params, &["info"], item.text.end(), problems);
}
