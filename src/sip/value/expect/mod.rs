//! What single header fields ask of their values beyond the grammar that they share with others: which parameters have to be
//! there and what these may say. Reading a value does not need it.

mod address;
mod auth;
mod item;
#[cfg(test)]
mod tests;

use super::{Number, Value};
use crate::base::Span;
use crate::sip::lexical::is_quality;
use crate::sip::name::Name;
use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Notes what is odd about a value for a field with this name.
pub(super) fn check(name: Name, value: &Value<'_>, problems: &mut Problems) {
    match value {
        Value::Address(value) => address::check(name, value, problems),
        Value::Item(value) => item::check(name, value, problems),
        Value::Auth(value) => auth::check(name, value, problems),
        Value::Star(text) if text.len() > 1 => {
            let behind = text.from(text.start() + 1);
            problems.note(behind.trimmed().span(), ProblemKind::Star);
        }
        // The first is at least 1 (RFC 3262 7.1).
        Value::Number(number) if name == Name::RSeq && number.value == Some(0) => {
            problems.note(number.text.span(), ProblemKind::Number);
        }
        Value::Number(number) => match name {
            Name::SessionExpires => keyword(number.params, "refresher", &["uac", "uas"], problems),
            Name::RetryAfter => seconds(number.params, "duration", problems),
            _ => {}
        },
        // RFC 7315 5.6.
        Value::Parameters(params) if name == Name::PChargingVector => {
            required(*params, &["icid-value"], params.text().end(), problems);
        }
        _ => {}
    }
}

/// The value of a parameter as written, if it has one. That it is empty is noted with the parameter.
fn written<'a>(params: Params<'a>, name: &str) -> Option<Text<'a>> {
    params.get(name)?.value.filter(|value| !value.is_empty())
}

/// Notes that parameters are missing.
fn required(params: Params<'_>, names: &[&str], end: usize, problems: &mut Problems) {
    for _ in names.iter().filter(|name| !params.has(name)) {
        problems.note(Span::new(end, end), ProblemKind::ParameterMissing);
    }
}

/// Notes the value of a parameter if it is none of these words.
fn keyword(params: Params<'_>, name: &str, words: &[&str], problems: &mut Problems) {
    let value = written(params, name);
    if let Some(value) = value.filter(|value| !words.iter().any(|word| value.is(word))) {
        problems.note(value.span(), ProblemKind::Keyword);
    }
}

/// Notes the value of a parameter if it is no number of seconds (RFC 3261 25.1 `delta-seconds`).
fn seconds(params: Params<'_>, name: &str, problems: &mut Problems) {
    if let Some(value) = written(params, name) {
        Number::read(value, u32::MAX, problems);
    }
}

/// Notes the value of a parameter if it is no weight.
fn quality(params: Params<'_>, name: &str, problems: &mut Problems) {
    let value = written(params, name);
    if let Some(value) = value.filter(|value| !is_quality(value.bytes())) {
        problems.note(value.span(), ProblemKind::Quality);
    }
}
