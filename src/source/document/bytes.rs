//! The bytes of a message as it is meant. Line ends are those of the protocol; what the layout of the document destroyed is
//! noted, so that nobody is blamed for it.

use super::model::Message;
use crate::base::Spoiled;
use crate::sip::is_placeholder;

/// The message, and what is not known of it.
pub(super) fn of(message: &Message) -> (Vec<u8>, Spoiled) {
    let mut text = message.start_line.clone();
    text.push_str("\r\n");
    for header in &message.headers {
        text.push_str(&header.name);
        text.push_str(": ");
        text.push_str(&header.value);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    if let Some(body) = message.known_body() {
        for line in body.text.split('\n') {
            text.push_str(line);
            text.push_str("\r\n");
        }
    }
    (text.into_bytes(), spoiled(message))
}

fn spoiled(message: &Message) -> Spoiled {
    let mut spoiled = Spoiled::LINE_ENDS.and(Spoiled::SPACES);
    if message.is_filled() {
        spoiled = spoiled.and(Spoiled::FILLED);
    }
    let length = message.value("Content-Length");
    if message.body.is_some() || length.is_some_and(is_placeholder) {
        spoiled = spoiled.and(Spoiled::LENGTH);
    }
    spoiled
}
