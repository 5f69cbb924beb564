//! Whether two values mean the same, however they are spelled: white space and folds, quotes that need not be there, the order of
//! parameters, the case of what has none, URIs (RFC 3261 7.3.1, 19.1.4, 25.1).

use crate::flow::template::REQUEST_URI;
use crate::sip::{Address, Name, Params, Problems, Shape, Text, Uri};

/// Whether two values of a header field mean the same.
pub(super) fn mean_the_same(header: &str, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if header == REQUEST_URI {
        return same_uri(&uri(one), &uri(other));
    }
    match Name::of(header.as_bytes()).shape() {
        Shape::Address | Shape::Addresses | Shape::Contacts => {
            same_address(&address(one), &address(other))
        }
        // Case counts in both (RFC 3261 8.1.1.4, 7.1).
        Shape::CallId => false,
        Shape::CSeq | Shape::RAck => false,
        _ => parts(one) == parts(other),
    }
}

/// Whether two addresses have one host.
pub(super) fn same_host(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(address);
    one.uri().host.equivalent(&other.uri().host)
}

/// URIs that are the same resource may have parameters that others ignore (RFC 3261 19.1.4): a copy has all of them. White space
/// stands in none.
fn same_uri(one: &Uri<'_>, other: &Uri<'_>) -> bool {
    let is_spaced = |uri: &Uri<'_>| uri.text.bytes().iter().any(u8::is_ascii_whitespace);
    one.text.bytes() == other.text.bytes()
        || one.equivalent(other)
            && params(one.params) == params(other.params)
            && !is_spaced(one)
            && !is_spaced(other)
}

fn same_address(one: &Address<'_>, other: &Address<'_>) -> bool {
    let display = |address: &Address<'_>| {
        let display = address.display().unwrap_or_default().unquoted();
        display.lossy().into_owned()
    };
    let behind = |address: &Address<'_>| {
        let all = address.text;
        let rest = all.from(address.uri_text().end()).lossy().into_owned();
        parts(rest.trim_start().trim_start_matches('>'))
    };
    same_uri(&one.uri(), &other.uri())
        && display(one) == display(other)
        && behind(one) == behind(other)
        && params(one.params) == params(other.params)
}

/// Name and value of each parameter in an order of their own. Case counts in a tag, which is compared as a whole by those who
/// made it.
fn params(params: Params<'_>) -> Vec<(String, Option<String>)> {
    let mut all: Vec<_> = params
        .iter()
        .map(|param| {
            let name = param.name.lossy().to_ascii_lowercase();
            let value = param.value.map(|value| value.lossy().into_owned());
            let value = value.map(|value| match name == "tag" || value.starts_with('"') {
                true => value,
                false => value.to_ascii_lowercase(),
            });
            (name, value)
        })
        .collect();
    all.sort();
    all
}

/// A value without white space that does not count, in small letters but for what is quoted: what stands in front of the first
/// semicolon, and the parameters behind it in an order of their own.
fn parts(value: &str) -> (String, Vec<String>) {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in value.chars() {
        let last = parts.len() - 1;
        match letter {
            _ if quoted => {
                parts[last].push(letter);
                quoted = escaped || letter != '"';
                escaped = !escaped && letter == '\\';
            }
            ';' => parts.push(String::new()),
            letter if letter.is_whitespace() => {
                // Between two words it counts.
                if parts[last].ends_with(is_of_word) {
                    parts[last].push(' ');
                }
            }
            _ => {
                if parts[last].ends_with(' ') && !is_of_word(letter) && letter != '"' {
                    parts[last].pop();
                }
                quoted = letter == '"';
                parts[last].extend(letter.to_lowercase());
            }
        }
    }
    let mut parts = parts.into_iter().map(|part| part.trim_end().to_owned());
    let head = parts.next().unwrap_or_default();
    let mut rest: Vec<String> = parts.collect();
    rest.sort();
    (head, rest)
}

/// Whether a letter stands in words, and not between them (RFC 3261 25.1 `separators`).
fn is_of_word(letter: char) -> bool {
    !letter.is_whitespace() && !"()<>@,;:\\\"/[]?={}".contains(letter)
}

fn address(text: &str) -> Address<'_> {
    Address::read(Text::all(text.as_bytes()), &mut Problems::ignored())
}

fn uri(text: &str) -> Uri<'_> {
    Uri::read(Text::all(text.as_bytes()), &mut Problems::ignored())
}

#[cfg(test)]
mod tests {
    use super::mean_the_same;

    #[test]
    fn spelling_is_not_meaning() {
        for (header, one, other, expected) in [
            ("Event", "presence;id=1;x=2", "Presence ; X=2;id=1", true),
            ("Event", "presence;id=1", "presence;id=2", false),
            ("Content-Type", "a / b", "A/B", true),
            ("Subject", "\"A  b\"", "\"a  b\"", false),
            ("Subject", "one two", "onetwo", false),
            ("Subject", "\"a\\\"; b\"", "\"a\\\";b\"", false),
            (
                "Authorization",
                "Digest realm=\"x\", nc=1",
                "Digest  realm = \"x\",nc=1",
                true,
            ),
            ("Call-ID", "a@b", "A@b", false),
            ("CSeq", "1 INVITE", "1 invite", false),
            ("Route", "<sip:a.example;lr>", "<sip:A.example;lr>", true),
            ("Route", "<sip:a.example;lr>", "<sip:b.example;lr>", false),
            ("Route", "<sip:a.example;lr>", "<sip:a.example>", false),
            ("Route", "<sip:a.example;lr>", "<sip: a.example;lr>", false),
            ("Route", "<sip:a.example;lr>", "<sip:a.example;lr>9", false),
            (
                "To",
                "\"B\" <sip:b@x>;tag=1;y=Z",
                "B<sip:b@x>;Y=z;tag=1",
                true,
            ),
            ("To", "<sip:b@x>;tag=a", "<sip:b@x>;tag=A", false),
            ("Request-URI", "sip:b@x", "sip:b@X", true),
            ("Request-URI", "sip:b@x", "sip:c@x", false),
        ] {
            assert_eq!(
                mean_the_same(header, one, other),
                expected,
                "{header}: {one}, {other}"
            );
        }
    }
}
