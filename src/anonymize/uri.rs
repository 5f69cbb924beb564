//! URIs: the scheme, the port and the names of parameters stay; users, hosts, numbers and paths are replaced.

use super::field::outside;
use super::mask::Mask;
use super::neutral::{Numbers, pieces};
use super::vocabulary;
use crate::sip::Name;

/// Schemes with a user and a host, or a path.
const SCHEMES: [&[u8]; 22] = [
    b"sip", b"sips", b"pres", b"im", b"mailto", b"xmpp", b"http", b"https", b"msrp", b"msrps",
    b"cid", b"mid", b"h323", b"ws", b"wss", b"ftp", b"ldap", b"rtsp", b"data", b"file", b"geo",
    b"cap",
];
const OF_NUMBERS: [&[u8]; 3] = [b"tel", b"fax", b"modem"];
/// What a URN says whole: services and features. Others name a thing.
const SPOKEN: [&[u8]; 7] = [
    b"service", b"urn-7", b"urn-xxx", b"ietf", b"3gpp", b"params", b"alert",
];

/// Whether a word is a scheme that is known.
pub(super) fn is_scheme(word: &[u8]) -> bool {
    let known = SCHEMES.into_iter().chain(OF_NUMBERS).chain([&b"urn"[..]]);
    known
        .into_iter()
        .any(|scheme| scheme.eq_ignore_ascii_case(word))
}

impl Mask {
    pub(super) fn uri(&mut self, uri: &mut [u8]) {
        let Some(colon) = memchr::memchr(b':', uri).filter(|colon| is_word(&uri[..*colon])) else {
            return self.located(uri);
        };
        let (scheme, rest) = uri.split_at_mut(colon);
        let rest = &mut rest[1..];
        if OF_NUMBERS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
        {
            let (number, params) = split(rest, b";?");
            self.telephone(number);
            self.params(params);
        } else if scheme.eq_ignore_ascii_case(b"urn") {
            self.urn(rest);
        } else {
            if !is_scheme(scheme) {
                self.text(scheme);
            }
            self.located(rest);
        }
    }

    /// `+1-212-555-0100`, or what stands in its place.
    fn telephone(&mut self, number: &mut [u8]) {
        self.learn(number);
        match number.iter().any(u8::is_ascii_alphabetic) {
            true => self.text(number),
            false => self.number(number),
        }
    }

    /// Behind `urn:`.
    fn urn(&mut self, rest: &mut [u8]) {
        let (space, name) = split(rest, b":");
        if SPOKEN
            .iter()
            .any(|spoken| spoken.eq_ignore_ascii_case(space))
        {
            let (words, params) = split(name, b";?");
            for piece in pieces(words, |byte| byte == b':') {
                self.spoken(&mut words[piece]);
            }
            return self.params(params);
        }
        if !vocabulary::has(space) {
            self.text(space);
        }
        // gsma:imei:35...
        let colon = name.iter().skip(1).position(|byte| *byte == b':');
        let (kind, name) = name.split_at_mut(colon.map_or(0, |colon| colon + 1));
        if !vocabulary::has(kind.strip_prefix(b":").unwrap_or_default()) {
            self.text(kind);
        }
        self.text(name);
    }

    /// `3gpp-service.ims.icsi.mmtel`, `sos.police`: words, as far as they are words of a protocol. Networks and users may have some of
    /// their own behind them.
    fn spoken(&mut self, words: &mut [u8]) {
        let mut end = 0;
        while end < words.len() && !vocabulary::has(&words[end..]) {
            let length = memchr::memchr(b'.', &words[end..]).unwrap_or(words.len() - end);
            if !vocabulary::is_part(&words[end..end + length]) {
                return self.text(&mut words[end..]);
            }
            end += length + 1;
        }
    }

    /// Behind the scheme: user, host, port, parameters, path, header fields.
    fn located(&mut self, rest: &mut [u8]) {
        let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
        let rest = &mut rest[slashes..];
        let (before, fields) = split(rest, b"?");
        let (user, place) = match memchr::memchr(b'@', before) {
            Some(at) => before.split_at_mut(at),
            None => before.split_at_mut(0),
        };
        let (name, params) = split(user, b";");
        self.user(name);
        self.params(params);
        let place = match place.first() {
            Some(b'@') => &mut place[1..],
            _ => place,
        };
        let (host, behind) = split(place, b";/");
        self.host_port(host);
        match behind.first() {
            Some(b'/') => self.text(behind),
            _ => self.params(behind),
        }
        self.fields(fields);
    }

    /// A host, with or without port.
    pub(super) fn host_port(&mut self, text: &mut [u8]) {
        let digits = text
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let colon = (text.len() - digits).checked_sub(1);
        let colon = colon.filter(|colon| text[*colon] == b':' && *colon > 0 && digits <= 5);
        // In an address of version 6 without brackets there are more of them.
        let colon =
            colon.filter(|colon| text[*colon - 1] == b']' || !text[..*colon].contains(&b':'));
        let end = colon.unwrap_or(text.len());
        self.learn(&text[..end]);
        self.text(&mut text[..end]);
    }

    /// `;name=value;name`, each by its name.
    pub(super) fn params(&mut self, params: &mut [u8]) {
        let mut rest = params;
        while !rest.is_empty() {
            let next = outside(&rest[1..], b";");
            let next = next.map_or(rest.len(), |length| length + 1);
            let (param, others) = rest.split_at_mut(next);
            self.param(&mut param[1..]);
            rest = others;
        }
    }

    /// `?name=value&name=value`: header fields, which are read as they are in a message.
    fn fields(&mut self, fields: &mut [u8]) {
        for field in fields.split_mut(|byte| matches!(byte, b'&' | b'?')) {
            let (name, value) = split(field, b"=");
            let known = Name::of(name);
            let is_body = name.eq_ignore_ascii_case(b"body");
            if known == Name::Other && !is_body && !vocabulary::has(name) {
                self.text(name);
            }
            if let Some(value) = value.get_mut(1..) {
                match is_body {
                    true => self.text(value),
                    false => self.value(known, value),
                }
            }
        }
    }

    /// `name=value` or `name`. What a name that nobody knows stands for may be somebody.
    pub(super) fn param(&mut self, param: &mut [u8]) {
        let (name, value) = split(param, b"=");
        let trimmed = name.trim_ascii();
        let is_user = trimmed.eq_ignore_ascii_case(b"username");
        let is_branch = trimmed.eq_ignore_ascii_case(b"branch");
        let kind = kind(trimmed);
        if kind == Kind::Unknown {
            self.text(name);
        }
        let Some(value) = value.get_mut(1..) else {
            return;
        };
        if is_user {
            let mut parts = value.split(|byte| matches!(byte, b'@' | b'"' | b' '));
            self.learn(parts.find(|part| !part.is_empty()).unwrap_or_default());
        }
        match kind {
            _ if is_branch => self.branch(value),
            Kind::Identity | Kind::Unknown => self.identity(value),
            Kind::Place if is_place(value) => {}
            Kind::Number | Kind::Place => self.neutral(value, Numbers::All),
            Kind::Words => self.neutral(value, Numbers::None),
        }
    }

    /// What names a transaction keeps the mark of one.
    fn branch(&mut self, value: &mut [u8]) {
        let opening = opening(value);
        let value = &mut value[opening..];
        let cookie = value.get(..COOKIE.len());
        let is_marked = cookie.is_some_and(|cookie| cookie.eq_ignore_ascii_case(COOKIE));
        self.text(&mut value[if is_marked { COOKIE.len() } else { 0 }..]);
    }

    /// A value that names somebody, which may be a URI.
    pub(super) fn identity(&mut self, value: &mut [u8]) {
        let opening = opening(value);
        let value = &mut value[opening..];
        match self.is_uri(value.strip_prefix(b"<").unwrap_or(value)) {
            true => self.neutral(value, Numbers::None),
            false => self.text(value),
        }
    }
}

/// How long white space and the quote are in front of a value.
fn opening(value: &[u8]) -> usize {
    let start = value.len() - value.trim_ascii_start().len();
    start + usize::from(value[start..].starts_with(b"\""))
}

/// RFC 3261 8.1.1.7.
const COOKIE: &[u8] = b"z9hG4bK";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Tells who.
    Identity,
    /// Tells how much.
    Number,
    /// Tells where in a history.
    Place,
    /// Words of the protocol.
    Words,
    /// No parameter of the protocol.
    Unknown,
}

/// Parameters by the names of those whose values are no words of a protocol, in small letters.
fn kind(name: &[u8]) -> Kind {
    const IDENTITIES: &[&[u8]] = &[
        b"tag",
        b"to-tag",
        b"from-tag",
        b"local-tag",
        b"remote-tag",
        b"branch",
        b"received",
        b"maddr",
        b"icid-value",
        b"icid-generated-at",
        b"orig-ioi",
        b"term-ioi",
        b"transit-ioi",
        b"related-icid",
        b"related-icid-generated-at",
        b"username",
        b"realm",
        b"domain",
        b"ccf",
        b"ccf-2",
        b"ecf",
        b"ecf-2",
        b"ggsn",
        b"pdp-info",
        b"auth-token",
        b"utran-cell-id-3gpp",
        b"cgi-3gpp",
        b"utran-sai-3gpp",
        b"i-wlan-node-id",
        b"dsl-location",
        b"access-network-charging-info",
        b"ue-local-ip-address",
        b"extension-access-info",
        b"phone-context",
        b"rn",
        b"rn-context",
        b"isub",
        b"ext",
        b"postd",
        b"tgrp",
        b"trunk-context",
        b"cic",
        b"text",
        b"remote",
        b"d-ver",
        b"d-nonce",
        b"boundary",
        b"id",
        b"filename",
        b"name",
        b"display-name",
        b"gr",
        b"icon",
        b"info",
        b"sigcomp-id",
        b"start",
        b"sos-inserted",
        b"orig",
    ];
    const NUMBERS: &[&[u8]] = &[
        b"q",
        b"expires",
        b"ttl",
        b"rport",
        b"port",
        b"port-c",
        b"port-s",
        b"port1",
        b"port2",
        b"cause",
        b"reg-id",
        b"retry-after",
        b"min-expires",
        b"nc",
        b"counter",
        b"limit",
        b"received-port",
        b"duration",
        b"spi",
        b"spi-c",
        b"spi-s",
        b"cell-info-age",
        b"version",
        b"oli",
        b"refresh",
        b"oc",
        b"oc-validity",
        b"oc-seq",
    ];
    const PLACES: &[&[u8]] = &[b"index", b"rc", b"mp", b"np"];
    let is_of = |names: &[&[u8]]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    match name {
        _ if is_of(PLACES) => Kind::Place,
        _ if is_of(IDENTITIES) => Kind::Identity,
        _ if is_of(NUMBERS) => Kind::Number,
        name if vocabulary::has(name) => Kind::Words,
        _ => Kind::Unknown,
    }
}

/// `1.1.2.1`: where in a history an entry stands (RFC 7044 5.1). It counts from one, and looks like an address where it is four
/// deep.
fn is_place(text: &[u8]) -> bool {
    let mut numbers = text.split(|byte| *byte == b'.');
    numbers.next() == Some(b"1") && numbers.all(|one| one.len() == 1 && one[0].is_ascii_digit())
}

fn is_word(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    text.first().is_some_and(u8::is_ascii_alphabetic) && text.iter().all(is_of)
}

/// What stands in front of the first of these bytes, and the rest with it.
pub(super) fn split<'t>(text: &'t mut [u8], ends: &[u8]) -> (&'t mut [u8], &'t mut [u8]) {
    let at = text.iter().position(|byte| ends.contains(byte));
    text.split_at_mut(at.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use crate::anonymize::mask::testing::{mask, replaced};

    fn in_uri(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask().uri(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    fn in_params(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask().params(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    /// RFC 7044 5.1.
    #[test]
    fn places_in_a_history_stay_however_deep_they_are() {
        for text in [";index=1.1.1.1;rc=1.1.1", ";index=1.2.1.1.3;mp=1.2"] {
            assert_eq!(in_params(text), text);
        }
        for text in [";index=10.1.2.3", ";index=1.1.20.3"] {
            assert_ne!(in_params(text), text);
        }
    }

    #[test]
    fn services_stay_as_far_as_they_are_words() {
        for urn in [
            "urn:urn-7:3gpp-service.ims.icsi.mmtel",
            "urn:service:sos.police",
            "urn:alert:service:call-waiting",
            "urn:ietf:params:xml:ns:pidf",
        ] {
            assert_eq!(in_uri(urn), urn);
        }
        for (urn, begins, named) in [
            (
                "urn:urn-7:3gpp-application.ims.iari.rcs.mnc001.mcc262.demo",
                "urn:urn-7:3gpp-application.ims.iari.rcs.",
                &["mnc001", "mcc262", "demo"][..],
            ),
            (
                "urn:urn-7:3gpp-service.ims.icsi.+491711234567",
                "urn:urn-7:3gpp-service.ims.icsi.+",
                &["491711234567"],
            ),
            (
                "urn:urn-7:3gpp-service.ims.icsi.kowalski.zentralbank.de",
                "urn:urn-7:3gpp-service.ims.icsi.",
                &["kowalski", "zentralbank"],
            ),
            (
                "urn:service:sos.smithville-pd",
                "urn:service:sos.",
                &["smithville"],
            ),
        ] {
            let other = in_uri(urn);
            assert!(other.starts_with(begins), "{other}");
            assert!(named.iter().all(|named| !other.contains(named)), "{other}");
        }
        let iari = "+g.3gpp.iari-ref=\"urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.mnc001.mcc262\"";
        let other = in_params(&format!(";{iari}"));
        assert!(
            other.starts_with(";+g.3gpp.iari-ref=\"") && !other.contains("mcc262"),
            "{other}"
        );
    }

    #[test]
    fn tags_of_dialogs_stay_parameters_and_only_branches_keep_their_mark() {
        let other = in_params(";local-tag=smith;remote-tag=jones;early-only");
        let names: Vec<_> = other
            .split(';')
            .map(|one| one.split('=').next().unwrap())
            .collect();
        assert_eq!(names, ["", "local-tag", "remote-tag", "early-only"]);
        assert!(
            !other.contains("smith") && !other.contains("jones"),
            "{other}"
        );
        assert!(in_params(";branch=z9hG4bKsmith").starts_with(";branch=z9hG4bK"));
        let boundary = in_params(";boundary=z9hG4bKsmith");
        assert_eq!(boundary, format!(";boundary={}", replaced("z9hG4bKsmith")));
    }

    #[test]
    fn what_stands_beside_a_uri_is_no_count() {
        let other = in_params(";text=\"sip:bob@acme.example desk 4711\"");
        assert!(
            !other.contains("4711") && other.starts_with(";text=\"sip:"),
            "{other}"
        );
    }
}
