//! What a message must carry.

use super::earlier_step;
use crate::base::FileError;
use crate::base::written::{Entry, misspelt};
use crate::flow::template::{BODY, Demand, Must, PURPOSE, REQUEST_URI, Template, What};
use crate::sip::Name;

pub(super) const MUST_KEYS: [&str; 8] = [
    "says",
    "copied_from",
    "one_less_than_in",
    "consumed_from",
    "has_parameter",
    "after",
    "referred_to_in",
    "tells_status_of",
];

/// Reads what is asked of one header field; the steps before are in the template.
pub(super) fn read_demand(entry: &Entry<'_>, template: &Template) -> Result<Demand, FileError> {
    Ok(Demand {
        header: header(entry)?,
        must: must(entry, template)?,
    })
}

fn must(entry: &Entry<'_>, template: &Template) -> Result<Must, FileError> {
    if entry.as_text().is_some() {
        return Ok(Must::Be(vec![entry.text()?.to_owned()]));
    }
    if let Ok(flag) = entry.flag() {
        return Ok(if flag {
            Must::BePresent
        } else {
            Must::BeAbsent
        });
    }
    let Some(table) = entry.as_table() else {
        return match entry.list() {
            Ok(_) => Ok(Must::Be(some_texts(entry)?)),
            Err(_) => Err(entry
                .error("a field is asked for by true, false, a text, a list of texts or a table")),
        };
    };
    let entries = table.entries();
    let [only] = entries.as_slice() else {
        return Err(table.error(format!("one of {} is needed", MUST_KEYS.join(", "))));
    };
    let must = match only.key() {
        "says" => return Ok(Must::Say(some_texts(only)?)),
        "has_parameter" => return Ok(Must::HaveParameter(only.text()?.to_owned())),
        "copied_from" => Must::BeCopiedFrom,
        "one_less_than_in" => Must::BeOneLessThanIn,
        "consumed_from" => Must::BeConsumedFrom,
        "after" => Must::BePresentAfter,
        "referred_to_in" => Must::BeReferredToIn,
        "tells_status_of" => Must::TellStatusOf,
        _ => return Err(only.unknown(&MUST_KEYS)),
    };
    let step = earlier_step(only, template)?;
    let must = must(step);
    let one = &template.steps[step];
    let is_refer = matches!(&one.what, What::Request(request) if request.method == REFER);
    let needed = match must {
        Must::TellStatusOf(_) if !matches!(one.what, What::Response(_)) => "response",
        Must::BeReferredToIn(_) if !is_refer => REFER,
        _ => return Ok(must),
    };
    Err(only.error(format!("step {} is no {needed}", one.number)))
}

/// What names somebody to be called (RFC 3515).
const REFER: &str = "REFER";

/// Texts of which one is wanted.
fn some_texts(entry: &Entry<'_>) -> Result<Vec<String>, FileError> {
    let texts = entry.texts()?;
    match texts.is_empty() {
        true => Err(entry.error("nothing is one of none: name a text at least")),
        false => Ok(texts),
    }
}

/// The name of a header field.
pub(super) fn header(entry: &Entry<'_>) -> Result<String, FileError> {
    let name = entry.key();
    if !is_token(name) {
        return Err(entry.error(format!(
            "{name:?} is no name of a header field, nor {REQUEST_URI}"
        )));
    }
    is_spelt(name, entry)?;
    Ok(name.to_owned())
}

/// Any token is the name of a header field (RFC 3261 25.1), but hardly one that is like a known one but for a letter.
pub(super) fn is_spelt(name: &str, entry: &Entry<'_>) -> Result<(), FileError> {
    let known = Name::ALL.iter().map(|known| known.spelling());
    let known = known.chain([REQUEST_URI, BODY, PURPOSE]);
    let is_known = Name::of(name.as_bytes()) != Name::Other;
    match misspelt(name, known).filter(|_| !is_known) {
        Some(meant) => Err(entry.error(format!(
            "unknown header field {name:?}; is {meant:?} meant?"
        ))),
        None => Ok(()),
    }
}

/// RFC 3261 25.1.
pub(super) fn is_token(text: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte);
    !text.is_empty() && text.bytes().all(token)
}
