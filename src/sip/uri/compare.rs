//! Whether two URIs mean the same: RFC 3261 19.1.4 for sip and sips, RFC 3966 4 for tel, RFC 8141 3 for urn. Any other is
//! compared as text. Of a damaged URI the parts are compared that could be read.

use std::borrow::Cow;

use super::{Scheme, Uri};
use crate::sip::text::Text;

/// Parameters that match only where both have them: omitting one is not the same as its default value.
const NEVER_IGNORED: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];

impl Uri<'_> {
    /// Whether both mean the same resource.
    pub fn equivalent(&self, other: &Uri<'_>) -> bool {
        if self.scheme != other.scheme {
            return false;
        }
        match self.scheme {
            Scheme::Sip | Scheme::Sips | Scheme::Pres | Scheme::Im | Scheme::Absent => {
                self.same_address(other)
            }
            Scheme::Tel => {
                digits(self.opaque) == digits(other.opaque) && table(self) == table(other)
            }
            Scheme::Urn => urn(self.opaque) == urn(other.opaque),
            Scheme::Other => {
                self.scheme_text
                    .bytes()
                    .eq_ignore_ascii_case(other.scheme_text.bytes())
                    && self.opaque == other.opaque
            }
        }
    }

    /// By what it is found among many: without parameters, escapes and case that do not count (RFC 3261 10.3 step 5). All that
    /// mean the same have this in common; those of an address-of-record that have it in common are the same address.
    pub fn canonical(&self) -> Vec<u8> {
        let mut text = self.scheme_text.bytes().to_ascii_lowercase();
        if !text.is_empty() {
            text.push(b':');
        }
        match self.scheme {
            Scheme::Tel => {
                text.extend(digits(self.opaque));
                for (name, value) in table(self) {
                    text.push(b';');
                    text.extend(name);
                    text.extend(
                        value
                            .into_iter()
                            .flat_map(|value| [b"=", &value[..]].concat()),
                    );
                }
            }
            Scheme::Urn => {
                let (namespace, name) = urn(self.opaque);
                text.extend(namespace);
                text.extend(name);
            }
            Scheme::Other => text.extend(self.opaque.bytes()),
            Scheme::Sip | Scheme::Sips | Scheme::Pres | Scheme::Im | Scheme::Absent => {
                if let Some(user) = self.user {
                    text.extend_from_slice(&unescaped(user));
                    text.push(b'@');
                }
                text.extend(self.host.canonical());
                let port = self.port.and_then(|port| port.number);
                text.extend(
                    port.into_iter()
                        .flat_map(|port| format!(":{port}").into_bytes()),
                );
            }
        }
        text
    }

    fn same_address(&self, other: &Uri<'_>) -> bool {
        let same = |one: Option<Text<'_>>, two: Option<Text<'_>>| match (one, two) {
            (Some(one), Some(two)) => unescaped(one) == unescaped(two),
            (None, None) => true,
            _ => false,
        };
        let number = |uri: &Uri<'_>| uri.port.map(|port| port.number);
        same(self.user, other.user)
            && same(self.password, other.password)
            && self.host.equivalent(&other.host)
            && number(self) == number(other)
            && same_params(&table(self), &table(other))
            && headers(self) == headers(other)
    }
}

/// A parameter made comparable: name and value, the first of each name, in the order of names.
type Table = Vec<(Vec<u8>, Option<Vec<u8>>)>;

fn table(uri: &Uri<'_>) -> Table {
    let comparable = |text: Text<'_>| unescaped(text).to_ascii_lowercase();
    let params = uri.params.iter().map(|param| {
        let global = |value: &Text<'_>| value.bytes().starts_with(b"+");
        let value = match param.value {
            Some(context) if param.name.is("phone-context") && global(&context) => {
                Some(digits(context))
            }
            // Digit by digit, without visual separators (RFC 3966 4).
            Some(extension) if uri.scheme == Scheme::Tel && param.name.is("ext") => {
                Some(digits(extension))
            }
            value => value.map(comparable),
        };
        (comparable(param.name), value)
    });
    let mut table: Table = params.collect();
    table.sort_by(|one, two| one.0.cmp(&two.0));
    table.dedup_by(|next, first| next.0 == first.0);
    table
}

/// Parameters that both have are equal; what only one has does not matter, with the exceptions of RFC 3261 19.1.4.
fn same_params(one: &Table, two: &Table) -> bool {
    let within = |one: &Table, two: &Table| {
        one.iter().all(
            |(name, value)| match two.binary_search_by(|twin| twin.0.cmp(name)) {
                Ok(at) => two[at].1 == *value,
                Err(_) => !NEVER_IGNORED.iter().any(|never| never.as_bytes() == name),
            },
        )
    };
    within(one, two) && within(two, one)
}

/// Header components are never ignored; their order does not matter.
fn headers(uri: &Uri<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let fields = uri.header_fields();
    let mut headers: Vec<_> = fields
        .map(|(name, value)| {
            (
                unescaped(name).to_ascii_lowercase(),
                unescaped(value).into_owned(),
            )
        })
        .collect();
    headers.sort();
    headers
}

/// A number without its visual separators, letters of local numbers in one case (RFC 3966 4).
fn digits(number: Text<'_>) -> Vec<u8> {
    let bytes = number.bytes().iter();
    bytes
        .filter(|byte| !b"-.()".contains(byte))
        .map(u8::to_ascii_lowercase)
        .collect()
}

/// Namespace in any case, name as it is with its escapes in one case; the r-, q- and f-components do not count.
fn urn(text: Text<'_>) -> (Vec<u8>, Vec<u8>) {
    let bytes = text.bytes();
    let end = bytes.iter().position(|byte| b"?#".contains(byte));
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    let colon = memchr::memchr(b':', bytes).unwrap_or(bytes.len());
    let (namespace, name) = bytes.split_at(colon);
    (namespace.to_ascii_lowercase(), upper_escapes(name))
}

fn upper_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut upper = bytes.to_vec();
    for at in memchr::memchr_iter(b'%', bytes) {
        if let Some(digits) = upper.get_mut(at + 1..at + 3) {
            digits.make_ascii_uppercase();
        }
    }
    upper
}

/// Escapes undone where that changes no meaning: those of reserved characters stay (RFC 3261 19.1.4, RFC 3986 2.2).
pub(super) fn unescaped(text: Text<'_>) -> Cow<'_, [u8]> {
    let bytes = text.bytes();
    if !bytes.contains(&b'%') {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let (byte, after) = match rest {
            [b'%', high, low, after @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (Some(high << 4 | low), after),
                _ => (None, tail),
            },
            _ => (None, tail),
        };
        match byte {
            Some(byte) if !b";/?:@&=+$,%".contains(&byte) => plain.push(byte),
            Some(_) => plain.extend(rest[..3].iter().map(u8::to_ascii_uppercase)),
            None => plain.push(*first),
        }
        rest = after;
    }
    Cow::Owned(plain)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::problem::Problems;

    fn equivalent(one: &str, two: &str) -> bool {
        let read = |text| Uri::read(text, &mut Problems::ignored());
        let (one, two) = (
            read(Text::all(one.as_bytes())),
            read(Text::all(two.as_bytes())),
        );
        let equal = one.equivalent(&two);
        assert_eq!(equal, two.equivalent(&one), "the same both ways round");
        assert!(!equal || one.canonical() == two.canonical());
        equal
    }

    /// The examples of RFC 3261 19.1.4 and of the rules in front of them.
    #[test]
    fn equal_sip_uris() {
        for (one, two) in [
            (
                "sip:%61lice@atlanta.com;transport=TCP",
                "sip:alice@AtLanTa.CoM;Transport=tcp",
            ),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            (
                "sip:carol@chicago.com;security=on",
                "sip:carol@chicago.com;newparam=5",
            ),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            ),
            ("sip:a@b:5060", "sip:a@b:05060"),
            ("sip:a@[2001:db8::1]", "sip:a@[2001:0DB8:0::1]"),
        ] {
            assert!(equivalent(one, two), "{one} {two}");
        }
    }

    #[test]
    fn different_sip_uris() {
        for (one, two) in [
            (
                "SIP:ALICE@AtLanTa.CoM;Transport=udp",
                "sip:alice@AtLanTa.CoM;Transport=UDP",
            ),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            (
                "sip:bob@biloxi.com",
                "sip:bob@biloxi.com:6000;transport=tcp",
            ),
            (
                "sip:carol@chicago.com",
                "sip:carol@chicago.com?Subject=next%20meeting",
            ),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            (
                "sip:carol@chicago.com;security=on",
                "sip:carol@chicago.com;security=off",
            ),
            ("sip:a@b", "sips:a@b"),
            ("sip:a@b;user=phone", "sip:a@b"),
            ("sip:a@b;maddr=192.0.2.1", "sip:a@b"),
            ("sip:a:x@b", "sip:a@b"),
            ("sip:a%3Bb@c", "sip:a;b@c"),
            ("sip:b", "sip:a@b"),
        ] {
            assert!(!equivalent(one, two), "{one} {two}");
        }
    }

    #[test]
    fn other_schemes() {
        assert!(equivalent("tel:+1-201-555-0123", "tel:+12015550123"));
        assert!(equivalent(
            "tel:7042;phone-context=Example.com;isub=1",
            "tel:70-42;isub=1;phone-context=example.COM"
        ));
        assert!(!equivalent(
            "tel:7042;phone-context=example.com",
            "tel:7042"
        ));
        assert!(equivalent("tel:+1201;ext=1-2", "tel:+1201;ext=12"));
        assert!(!equivalent("tel:+1201;ext=12", "tel:+1201;ext=13"));
        assert!(!equivalent("tel:+1201", "tel:1201"));
        assert!(equivalent("urn:SERVICE:sos%2a", "URN:service:sos%2A?=q"));
        assert!(!equivalent("urn:service:sos", "urn:service:SOS"));
        assert!(equivalent("pres:bob@example.com", "PRES:bob@EXAMPLE.com"));
        assert!(!equivalent("im:bob@example.com", "pres:bob@example.com"));
        assert!(!equivalent("sip:+1201@x;user=phone", "tel:+1201"));
    }

    #[test]
    fn canonical_uris() {
        for (uri, expected) in [
            ("SIP:Alice@Example.COM", "sip:Alice@example.com"),
            ("sip:%61lice:x@b:05060;user=phone?a=b", "sip:alice@b:5060"),
            ("sip:a@[2001:0DB8:0::1]", "sip:a@2001:db8::1"),
            ("sip:registrar", "sip:registrar"),
            ("tel:+49-301;Ext=2", "tel:+49301;ext=2"),
            ("urn:SERVICE:sos?=q", "urn:service:sos"),
            ("HTTP://x", "http://x"),
            ("", ""),
        ] {
            let uri = Uri::read(Text::all(uri.as_bytes()), &mut Problems::ignored());
            assert_eq!(uri.canonical(), expected.as_bytes());
        }
    }
}
