//! What stands in the messages of a scene.

use std::borrow::Cow;

use super::Scene;
use crate::flow::matching::purpose::purpose;
use crate::flow::template::{BODY, PURPOSE, REQUEST_URI};
use crate::sip::{self, Name, Text};
use crate::trace::MessageId;

impl<'h> Scene<'_, 'h> {
    /// What stands in a message; nothing is known of one whose header section breaks off.
    pub(in crate::flow::matching) fn sip(&self, message: MessageId) -> Option<sip::Message<'h>> {
        let seen = self
            .trace
            .message(message)
            .filter(|seen| !seen.breaks_off())?;
        let call = seen.hop().call().id();
        let at = self.held.binary_search_by_key(&call, |(held, _)| *held);
        self.held[at.ok()?].1.sip(message)
    }

    /// The values of a header field, or of what stands for one, as text with single spaces.
    pub(in crate::flow::matching) fn values(
        &self,
        message: MessageId,
        header: &str,
    ) -> Option<Vec<Cow<'h, str>>> {
        let is_whole = self.trace.message(message)?.sighting().whole();
        let message = self.sip(message)?;
        if header == REQUEST_URI {
            let line = message.first_line_text().lossy().into_owned();
            let uri = line.split_ascii_whitespace().nth(1);
            return Some(uri.map(|uri| uri.to_owned().into()).into_iter().collect());
        }
        if header == PURPOSE {
            return Some(purpose(&message).map(Cow::Borrowed).into_iter().collect());
        }
        if header == BODY {
            let body = message.rest();
            let there = (!body.is_empty()).then(|| body.lossy());
            return is_whole.then(|| there.into_iter().collect());
        }
        let name = Name::of(header.as_bytes());
        Some(match name {
            Name::Other => {
                let fields = message.headers().filter(|field| field.name.is(header));
                fields.map(|field| plain(field.value)).collect()
            }
            name => message.values(name).map(plain).collect(),
        })
    }
}

/// As text, with single spaces. Most is written so.
fn plain(value: Text<'_>) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(value.bytes())
        && is_plain(text)
    {
        return Cow::Borrowed(text);
    }
    let line = value.unfolded();
    let text = String::from_utf8_lossy(&line);
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain.into()
}

/// Whether it is ASCII without any white space but single spaces inside.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let is_plain = text.bytes().all(|byte| {
        let is_fine = matches!(byte, b'!'..=b'~') || byte == b' ' && before != b' ';
        before = byte;
        is_fine
    });
    is_plain && (before != b' ' || text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::sip::Text;

    #[test]
    fn white_space_is_one_space_between_words() {
        for (written, told) in [
            ("", ""),
            (" ", ""),
            ("one two", "one two"),
            (" one", "one"),
            ("one ", "one"),
            ("one  two", "one two"),
            ("one\ttwo", "one two"),
            ("one,\r\n two", "one, two"),
            ("caf\u{e9}\u{a0}noir", "caf\u{e9} noir"),
        ] {
            assert_eq!(plain(Text::all(written.as_bytes())), told, "{written:?}");
        }
    }
}
