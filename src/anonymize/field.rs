//! Values of header fields, each by what its name says it looks like. What a header field that nobody knows means nobody knows either:
//! all of it is replaced.

use super::mask::Mask;
use super::neutral::{Numbers, pieces};
use super::spelled::unescaped;
use super::uri::split;
use super::vocabulary;
use crate::sip::{Name, Shape};

impl Mask {
    /// The value of a header field.
    pub(super) fn value(&mut self, name: Name, value: &mut [u8]) {
        unescaped(value, |value| self.plain_value(name, value));
    }

    fn plain_value(&mut self, name: Name, value: &mut [u8]) {
        match (name, name.shape()) {
            (Name::Via, _) | (_, Shape::Vias) => self.each(value, Self::via),
            (Name::ContentType | Name::Accept, _) => self.each(value, Self::media_type),
            (Name::MimeVersion, _) => self.neutral(value, Numbers::Counts),
            (
                Name::InReplyTo
                | Name::Replaces
                | Name::Join
                | Name::TargetDialog
                | Name::PVisitedNetworkId
                | Name::PPrivateNetworkIndication
                | Name::PolicyId
                | Name::RelayedCharge
                | Name::RestorationInfo
                | Name::UserToUser,
                _,
            ) => self.each(value, Self::named_item),
            (Name::SipEtag | Name::SipIfMatch | Name::PMediaAuthorization, _) => self.text(value),
            (_, Shape::Text | Shape::CallId) => self.text(value),
            (_, Shape::Date) => self.neutral(value, Numbers::Counts),
            (_, Shape::CSeq | Shape::RAck | Shape::Number | Shape::Timestamp) => {
                self.neutral(value, Numbers::All);
            }
            (_, Shape::Delta) => self.delta(value),
            (_, Shape::Address | Shape::Addresses | Shape::Contacts) => {
                self.each(value, Self::address_value)
            }
            (_, Shape::Uris) => self.each(value, |mask, uri| mask.trimmed(uri, Self::uri)),
            (_, Shape::Tokens | Shape::Token | Shape::Privacy) => {
                self.neutral(value, Numbers::Counts)
            }
            (_, Shape::Item | Shape::Items) => self.each(value, Self::item),
            (_, Shape::Parameters) => self.parameters(value),
            (_, Shape::Auth) => self.auth(value),
            (_, Shape::AuthInfo) => self.each(value, Self::auth_param),
            (_, Shape::Warnings) => self.each(value, Self::warning),
            (_, Shape::SessionId) => self.named_item(value),
            (_, Shape::Identity) => self.signature(value),
        }
    }

    /// Each of a list.
    fn each(&mut self, list: &mut [u8], mut replace: impl FnMut(&mut Self, &mut [u8])) {
        let mut rest = list;
        while !rest.is_empty() {
            let end = outside(rest, b",").unwrap_or(rest.len());
            let (value, others) = rest.split_at_mut(end);
            replace(self, value);
            rest = others.get_mut(1..).unwrap_or_default();
        }
    }

    fn trimmed(&mut self, text: &mut [u8], replace: impl FnOnce(&mut Self, &mut [u8])) {
        let start = text.len() - text.trim_ascii_start().len();
        let end = start + text.trim_ascii().len();
        replace(self, &mut text[start..end.max(start)]);
    }

    /// `"Alice" <sip:alice@example.com>;tag=1`, `sip:alice@example.com;tag=1`, `*`.
    fn address_value(&mut self, value: &mut [u8]) {
        // Where quotes are wrong, brackets are more likely to be right.
        let bracket = || value.iter().rposition(|byte| *byte == b'<');
        let open = outside_quotes(value, b'<').or_else(bracket);
        let Some(open) = open else {
            let (uri, params) = split(value, b";");
            self.trimmed(uri, Self::uri);
            return self.params(params);
        };
        let (display, rest) = value.split_at_mut(open);
        self.display(display);
        let close = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        let (uri, behind) = rest.split_at_mut(close);
        self.trimmed(&mut uri[1..], Self::uri);
        let (odd, params) = split(behind, b";");
        self.text(odd);
        self.params(params);
    }

    /// `SIP/2.0/UDP host:port;branch=...`.
    fn via(&mut self, value: &mut [u8]) {
        let (front, params) = split(value, b";");
        let protocol = protocol_length(front);
        let (protocol, sent_by) = front.split_at_mut(protocol);
        for piece in pieces(protocol, |byte| byte == b'/' || byte.is_ascii_whitespace()) {
            self.neutral(&mut protocol[piece], Numbers::Counts);
        }
        // A comment may stand behind it (RFC 2543).
        let (sent_by, comment) = split(sent_by, b"(");
        self.trimmed(sent_by, Self::sent_by);
        self.text(comment);
        self.params(params);
    }

    /// White space may stand around the colon.
    fn sent_by(&mut self, sent_by: &mut [u8]) {
        let colon = sent_by.iter().rposition(|byte| *byte == b':');
        let port = colon.map(|colon| sent_by[colon + 1..].trim_ascii());
        let is_port = port.is_some_and(|port| {
            !port.is_empty() && port.len() <= 5 && port.iter().all(u8::is_ascii_digit)
        });
        let host = colon.filter(|_| is_port).map(|colon| &sent_by[..colon]);
        let is_alone = host.is_some_and(|host| {
            let host = host.trim_ascii();
            host.ends_with(b"]") || !host.contains(&b':')
        });
        let end = colon.filter(|_| is_alone).unwrap_or(sent_by.len());
        self.text(&mut sent_by[..end]);
    }

    /// The type says what a body is; it stays, whatever it is, and nothing that stands behind it without a semicolon.
    fn media_type(&mut self, value: &mut [u8]) {
        let (kind, params) = split(value, b";");
        let start = kind.len() - kind.trim_ascii_start().len();
        let is_of = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-.+*_".contains(byte);
        let length = kind[start..].iter().take_while(|byte| is_of(byte)).count();
        self.text(&mut kind[start + length..]);
        self.params(params);
    }

    /// A word of the protocol with parameters.
    fn item(&mut self, value: &mut [u8]) {
        let (word, params) = split_outside(value, b";");
        self.neutral(word, Numbers::Counts);
        self.params(params);
    }

    /// A name with parameters.
    fn named_item(&mut self, value: &mut [u8]) {
        let (name, params) = split_outside(value, b";");
        self.text(name);
        self.params(params);
    }

    /// A number with a comment and parameters.
    fn delta(&mut self, value: &mut [u8]) {
        let (number, rest) = split(value, b"(;");
        self.neutral(number, Numbers::All);
        let (comment, params) = split_outside(rest, b";");
        self.text(comment);
        self.params(params);
    }

    /// `name=value;name=value`.
    fn parameters(&mut self, value: &mut [u8]) {
        let (first, others) = split_outside(value, b";");
        self.param(first);
        self.params(others);
    }

    /// `Digest username="alice", realm="example.com"`.
    fn auth(&mut self, value: &mut [u8]) {
        let start = value.len() - value.trim_ascii_start().len();
        let is_end = |byte: &u8| byte.is_ascii_whitespace();
        let scheme = value[start..]
            .iter()
            .position(is_end)
            .unwrap_or(value.len() - start);
        let (scheme, params) = value.split_at_mut(start + scheme);
        if scheme.contains(&b'=') {
            self.auth_param(scheme);
        } else {
            self.neutral(scheme, Numbers::Counts);
        }
        self.each(params, Self::auth_param);
    }

    fn auth_param(&mut self, param: &mut [u8]) {
        const SECRETS: [&[u8]; 10] = [
            b"nonce",
            b"cnonce",
            b"response",
            b"opaque",
            b"auts",
            b"rspauth",
            b"nextnonce",
            b"ck",
            b"ik",
            b"access-token",
        ];
        let equals = memchr::memchr(b'=', param);
        let name = param[..equals.unwrap_or(0)].trim_ascii();
        let is_secret = SECRETS
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(name));
        match equals {
            Some(equals) if is_secret => self.secret(&mut param[equals + 1..]),
            Some(equals) if name.eq_ignore_ascii_case(b"uri") => {
                self.identity(&mut param[equals + 1..]);
            }
            Some(_) => self.param(param),
            // A token without a name is one of another scheme.
            None => self.secret(param),
        }
    }

    /// `399 host "text"`.
    fn warning(&mut self, value: &mut [u8]) {
        let start = value.len() - value.trim_ascii_start().len();
        let rest = &mut value[start..];
        let code = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let code = if code <= 3 { code } else { 0 };
        let (agent, text) = split(&mut rest[code..], b"\"");
        self.trimmed(agent, Self::host_port);
        self.text(text);
    }

    fn signature(&mut self, value: &mut [u8]) {
        let (signature, params) = split_outside(value, b";");
        self.secret(signature);
        self.params(params);
    }

    /// The first line of a message.
    pub(super) fn first_line(&mut self, line: &mut [u8]) {
        let starts_with = |text: &[u8]| {
            let start = text.get(..4);
            start.is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/"))
        };
        let trimmed = line.len() - line.trim_ascii_start().len();
        let line = &mut line[trimmed..];
        let is_space = |byte: &u8| byte.is_ascii_whitespace();
        if starts_with(line) {
            let mut parts = line.splitn_mut(3, is_space);
            let (version, code, phrase) = (parts.next(), parts.next(), parts.next());
            for part in [version, code].into_iter().flatten() {
                self.neutral(part, Numbers::Counts);
            }
            return self.neutral(phrase.unwrap_or_default(), Numbers::None);
        }
        let method = line.iter().position(is_space).unwrap_or(line.len());
        let (method, rest) = line.split_at_mut(method);
        unescaped(method, |method| self.neutral(method, Numbers::Counts));
        let version = (0..rest.len()).rev().find(|at| {
            let is_apart = *at == 0 || is_space(&rest[*at - 1]);
            starts_with(&rest[*at..]) && (is_apart || is_version(&rest[*at..]))
        });
        let (uri, version) = rest.split_at_mut(version.unwrap_or(rest.len()));
        unescaped(uri, |uri| self.trimmed(uri, Self::request_uri));
        self.neutral(version, Numbers::Counts);
    }

    /// Brackets have no place around it, and stay.
    fn request_uri(&mut self, uri: &mut [u8]) {
        let inner = usize::from(uri.starts_with(b"<"));
        self.uri(&mut uri[inner..]);
    }

    /// The name of a header field: a word, as whatever is none stays nowhere.
    pub(super) fn field_name(&mut self, name: &mut [u8]) {
        let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte);
        if !name.iter().all(is_token) && !vocabulary::has(name) {
            self.text(name);
        }
    }
}

/// `SIP/2.0` and no more: it may stand right behind a URI.
fn is_version(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    text.get(4..)
        .is_some_and(|number| number.trim_ascii().iter().all(is_of))
}

/// How long the protocol in front of a host is: three words with slashes between them, and white space.
fn protocol_length(front: &[u8]) -> usize {
    let mut slashes = 0;
    let mut has_word = false;
    for (at, byte) in front.iter().enumerate() {
        match byte {
            b'/' => {
                slashes += 1;
                has_word = false;
            }
            byte if byte.is_ascii_whitespace() => {
                if slashes >= 2 && has_word {
                    return at;
                }
            }
            _ => has_word = true,
        }
    }
    // Without a host.
    let last = front.rsplit(|byte| *byte == b'/').next();
    if slashes == 2 && last.is_some_and(|word| vocabulary::has(word.trim_ascii())) {
        return front.len();
    }
    // With a blank between its words.
    let is_blank = |byte: u8| byte.is_ascii_whitespace();
    let words = pieces(front, is_blank).into_iter().take(2);
    let mut words = words.take_while(|word| vocabulary::has(&front[word.clone()]));
    let first = words
        .next()
        .filter(|word| front[word.clone()].contains(&b'/'));
    first.map_or(0, |first| words.last().map_or(first.end, |word| word.end))
}

/// Where the first of these bytes stands outside of quotes and brackets. A quote behind a backslash is none, wherever it stands.
pub(super) fn outside(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut quoted = false;
    let mut bracketed = false;
    let mut skip = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if skip => skip = false,
            b'\\' => skip = true,
            b'"' if !bracketed => quoted = !quoted,
            _ if quoted => {}
            b'<' => bracketed = true,
            b'>' => bracketed = false,
            byte if !bracketed && wanted.contains(byte) => return Some(at),
            _ => {}
        }
    }
    None
}

fn outside_quotes(text: &[u8], wanted: u8) -> Option<usize> {
    let mut quoted = false;
    let mut skip = false;
    text.iter().position(|byte| {
        let found = !quoted && *byte == wanted;
        match byte {
            _ if skip => skip = false,
            b'\\' => skip = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        found
    })
}

/// Where quotes are wrong they hide nothing.
fn split_outside<'t>(text: &'t mut [u8], ends: &[u8]) -> (&'t mut [u8], &'t mut [u8]) {
    let quotes = text.iter().filter(|byte| **byte == b'"').count();
    let anywhere = || text.iter().position(|byte| ends.contains(byte));
    let at = outside(text, ends);
    let at = at.or_else(|| anywhere().filter(|_| quotes % 2 == 1));
    text.split_at_mut(at.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::key::Key;

    fn replaced(replace: impl FnOnce(&mut Mask, &mut [u8]), text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let mut mask = Mask::new(Key::new(b"secret"), false, false);
        replace(&mut mask, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_protocol_stays_where_it_stands_wrong() {
        let line = replaced(Mask::first_line, "INVITE sip:bob@acme.exampleSIP/2.0");
        assert!(
            line.starts_with("INVITE sip:") && line.ends_with("SIP/2.0"),
            "{line}"
        );
        let via = |text: &str| replaced(|mask, value| mask.value(Name::Via, value), text);
        let other = via("SIP/2.0/UDP203.0.113.78:5060");
        assert!(
            other.starts_with("SIP/2.0/") && !other.contains("0.113.78"),
            "{other}"
        );
        assert!(via("SIP/2.0/UDP;203.0.113.78").starts_with("SIP/2.0/UDP;"));
        let other = via("SIP/2.0 UDP 203.0.113.78:5060");
        assert!(
            other.starts_with("SIP/2.0 UDP ") && !other.contains("0.113.78"),
            "{other}"
        );
    }

    #[test]
    fn of_the_words_of_a_response_only_those_of_the_protocol_stay() {
        let line = replaced(
            Mask::first_line,
            "SIP/2.0 404 1001 Not Found at sip.acme.example",
        );
        assert!(
            line.starts_with("SIP/2.0 404 ") && line.contains(" Not Found "),
            "{line}"
        );
        assert!(!line.contains("1001") && !line.contains("acme"), "{line}");
    }

    #[test]
    fn a_number_stays_where_one_counts() {
        for (name, text, named) in [
            (
                Name::Date,
                "Sat, 13 Nov 2010 23:29:00 GMT 8675309",
                "8675309",
            ),
            (Name::Reason, "Q.850;cause=16;location=1001", "1001"),
        ] {
            let other = replaced(|mask, value| mask.value(name, value), text);
            let stays = text.trim_end_matches(named);
            assert!(
                other.starts_with(stays) && !other.contains(named),
                "{other}"
            );
        }
    }

    #[test]
    fn parameters_are_found_behind_a_quote_that_is_never_closed() {
        let value = "c1@a\"b.example;from-tag=abc;to-tag=def";
        let other = replaced(|mask, value| mask.value(Name::Replaces, value), value);
        assert!(
            other.contains(";from-tag=") && other.contains(";to-tag="),
            "{other}"
        );
    }

    #[test]
    fn brackets_tell_where_a_uri_is_when_quotes_are_wrong() {
        let value = "\"\"Bob\" <tel:+4915112345678>, \"Al <sip:al@acme.example>";
        let other = replaced(
            |mask, value| mask.value(Name::PAssertedIdentity, value),
            value,
        );
        assert!(
            other.contains("<tel:+") && other.contains("<sip:"),
            "{other}"
        );
        assert!(
            !other.contains("Bob") && !other.contains("acme") && !other.contains("4915"),
            "{other}"
        );
    }

    #[test]
    fn nothing_stays_behind_a_type_but_parameters() {
        let kind = |text: &str| replaced(|mask, value| mask.value(Name::ContentType, value), text);
        for text in [
            "application/vnd.acme+xml",
            " multipart/mixed;charset=utf-16",
        ] {
            assert_eq!(kind(text), text);
        }
        for text in [
            "text/plain name=\"liddell.pdf\"",
            "text/plain (sip:liddell@bank.example)",
        ] {
            let other = kind(text);
            assert!(
                other.starts_with("text/plain ") && !other.contains("liddell"),
                "{other}"
            );
        }
    }

    #[test]
    fn who_is_asked_for_is_the_one_who_is_named() {
        let own = "Digest username=\"4712\", uri=\"4712\"";
        let other = replaced(|mask, value| mask.value(Name::Authorization, value), own);
        let mut quoted = other.split('"').skip(1).step_by(2);
        let (user, uri) = (quoted.next(), quoted.next());
        assert!(user == uri && user != Some("4712"), "{other}");
    }

    #[test]
    fn words_of_protocols_stay() {
        for (name, text) in [
            (Name::Privacy, "history;id"),
            (Name::RequestDisposition, "no-fork, parallel, queue"),
            (Name::Via, ";alias;oc-algo=\"loss\""),
        ] {
            let same = replaced(|mask, value| mask.value(name, value), text);
            assert_eq!(same, text);
        }
        let other = replaced(
            |mask, value| mask.value(Name::Supported, value),
            "+49/171/12345",
        );
        assert!(!other.contains("171"), "{other}");
    }
}
