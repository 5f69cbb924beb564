//! What a request asks for: several header fields say it together.

use crate::flow::template::{
    DEREGISTRATION, FETCH, PURPOSES, QUERY, REGISTRATION, SUBSCRIPTION, UNSUBSCRIPTION,
};
use crate::sip::{Message, Name, Text};

/// Whether requests with a method ask for one of several things.
pub(super) fn has_purpose(method: &[u8]) -> bool {
    PURPOSES.iter().any(|(one, _)| one.as_bytes() == method)
}

/// Whether a header field has a part in what a request asks for.
pub(super) fn is_of_purpose(header: &str) -> bool {
    ["Contact", "Expires", "To"].contains(&header)
}

/// What a REGISTER or SUBSCRIBE asks for.
pub(super) fn purpose(message: &Message<'_>) -> Option<&'static str> {
    let method = message.method()?;
    if method.bytes() == b"REGISTER" {
        return Some(of_register(message));
    }
    (method.bytes() == b"SUBSCRIBE").then(|| of_subscribe(message))
}

/// All contacts are removed by `*` or each by its own time; without any it asks which there are (RFC 3261 10.2.2, 10.2.3).
fn of_register(message: &Message<'_>) -> &'static str {
    if message.contact_is_star() {
        return DEREGISTRATION;
    }
    let is_over = is_over(message);
    let mut contacts = message.addresses(Name::Contact).peekable();
    if contacts.peek().is_none() {
        return QUERY;
    }
    let all_over = contacts.all(|contact| {
        let own = contact.params.value("expires").and_then(Text::number);
        own.map_or(is_over, |seconds| seconds == 0)
    });
    match all_over {
        true => DEREGISTRATION,
        false => REGISTRATION,
    }
}

/// What lasts no time is told once: it ends a subscription, or is none (RFC 6665 4.1.2.3, 4.4.3).
fn of_subscribe(message: &Message<'_>) -> &'static str {
    let is_within = message.to().is_some_and(|to| to.tag().is_some());
    match (is_over(message), is_within) {
        (false, _) => SUBSCRIPTION,
        (true, false) => FETCH,
        (true, true) => UNSUBSCRIPTION,
    }
}

fn is_over(message: &Message<'_>) -> bool {
    let expires = message.number(Name::Expires);
    expires.and_then(|number| number.value) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::purpose;
    use crate::sip::{Index, Message};

    #[test]
    fn several_fields_say_what_is_asked_for() {
        for (method, fields, expected) in [
            ("REGISTER", "Contact: <sip:a@x>\r\n", Some("registration")),
            (
                "REGISTER",
                "Contact: <sip:a@x>;expires=60\r\nExpires: 0\r\n",
                Some("registration"),
            ),
            (
                "REGISTER",
                "m: <sip:a@x>;expires=0, <sip:b@x>\r\n",
                Some("registration"),
            ),
            (
                "REGISTER",
                "m: <sip:a@x>;expires=0, <sip:b@x>;expires=0\r\n",
                Some("deregistration"),
            ),
            (
                "REGISTER",
                "Contact: <sip:a@x>\r\nExpires: 0\r\n",
                Some("deregistration"),
            ),
            (
                "REGISTER",
                "Contact: *\r\nExpires: 0\r\n",
                Some("deregistration"),
            ),
            ("REGISTER", "Expires: 0\r\n", Some("query")),
            ("REGISTER", "", Some("query")),
            (
                "SUBSCRIBE",
                "To: <sip:b@x>\r\nExpires: 60\r\n",
                Some("subscription"),
            ),
            ("SUBSCRIBE", "To: <sip:b@x>\r\n", Some("subscription")),
            (
                "SUBSCRIBE",
                "To: <sip:b@x>\r\nExpires: 0\r\n",
                Some("fetch"),
            ),
            (
                "SUBSCRIBE",
                "To: <sip:b@x>;tag=1\r\nExpires: 0\r\n",
                Some("unsubscription"),
            ),
            ("PUBLISH", "Expires: 0\r\n", None),
        ] {
            let text = format!("{method} sip:x SIP/2.0\r\n{fields}\r\n");
            let mut index = Index::default();
            let message = Message::read(text.as_bytes(), &mut index);
            assert_eq!(purpose(&message), expected, "{text}");
        }
    }
}
