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
        text.push(':');
        if !header.value.is_empty() {
            text.push(' ');
            text.push_str(&header.value);
        }
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    if let Some(body) = message.known_body() {
        text.push_str(&with_line_ends(&body.text, message));
    }
    if message.is_cut {
        // Nobody knows whether the last line was all of it.
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    (text.into_bytes(), spoiled(message))
}

/// The body with the line ends that it is as long with as the message says; where none fit, those of the protocol.
fn with_line_ends(body: &str, message: &Message) -> String {
    let length = message.value("Content-Length");
    let length = length.and_then(|length| length.trim().parse::<usize>().ok());
    let ended = |line_end: &str, last: &str| body.replace('\n', line_end) + last;
    let ways = [("\r\n", "\r\n"), ("\r\n", ""), ("\n", "\n"), ("\n", "")];
    let mut ways = ways
        .into_iter()
        .map(|(line_end, last)| ended(line_end, last));
    let fitting = ways.find(|text| Some(text.len()) == length);
    fitting.unwrap_or_else(|| ended("\r\n", "\r\n"))
}

fn spoiled(message: &Message) -> Spoiled {
    let mut spoiled = Spoiled::LINE_ENDS.and(Spoiled::SPACES);
    if message.is_filled() {
        spoiled = spoiled.and(Spoiled::FILLED);
    }
    if message.further.is_some() || message.is_open {
        spoiled = spoiled.and(Spoiled::ABRIDGED);
    }
    let length = message.value("Content-Length");
    if message.body.is_some() || length.is_some_and(is_placeholder) {
        spoiled = spoiled.and(Spoiled::LENGTH);
    }
    spoiled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::model::Header;

    #[test]
    fn line_ends_are_those_that_fit_the_length() {
        let of = |length: &str| {
            let length = Header {
                name: "Content-Length".to_owned(),
                printed: length.to_owned(),
                value: length.to_owned(),
                lines: vec![1],
                inherited: None,
            };
            let message = Message {
                headers: vec![length],
                ..Message::default()
            };
            with_line_ends("ab\ncd", &message)
        };
        assert_eq!(of("8"), "ab\r\ncd\r\n");
        assert_eq!(of("6"), "ab\r\ncd");
        assert_eq!(of("5"), "ab\ncd");
        for other in ["7", "", "(...)"] {
            assert_eq!(of(other), "ab\r\ncd\r\n", "{other}");
        }
    }
}
