//! What a widely used strict parser, rsip, makes of one value: for people who ask whether a peer would understand it. What
//! the value says is never taken from there: framing, header index, lists, URIs and Via are this library's own.
//!
//! rsip reads a value and writes it again, and what it wrote is compared with what it was given. So [`Opinion::Agrees`] says
//! that nothing was lost on the way, not that everything was understood: what was put into the wrong drawer and taken out of
//! it again looks the same. The header section of `sip:a@b?Subject=x`, for example, becomes part of the host's name.
//!
//! # What it takes
//!
//! Of the hard messages in `samples/torture`, so many it takes whole, and of so many it keeps all fields and can read all Via
//! values. Some are broken on purpose, so not every refusal is a fault; most refusals of values are IPv6 addresses.
//!
//! | messages | taken | all kept |
//! |---|---|---|
//! | 61 | 36 | 31 |
//!
//! Single values of the same messages, also of those that it does not take whole; those not asked about are folded:
//!
//! | field | agrees | differs | refused | not asked |
//! |---|---|---|---|---|
//! | Accept | 12 | 0 | 0 | 0 |
//! | Authorization | 0 | 0 | 1 | 0 |
//! | CSeq | 57 | 0 | 4 | 1 |
//! | Contact | 28 | 0 | 11 | 2 |
//! | Content-Length | 60 | 0 | 1 | 0 |
//! | Content-Type | 25 | 0 | 0 | 0 |
//! | Expires | 0 | 0 | 1 | 0 |
//! | From | 59 | 0 | 1 | 1 |
//! | Max-Forwards | 55 | 0 | 0 | 0 |
//! | Record-Route | 1 | 0 | 0 | 0 |
//! | Route | 2 | 0 | 0 | 0 |
//! | To | 53 | 2 | 6 | 0 |
//! | Via | 87 | 0 | 15 | 3 |
//! | Warning | 1 | 0 | 0 | 0 |
//!
//! # What it costs
//!
//! Measured once with `cargo bench --bench message`, medians. A message into header fields is `index` beside `rsip`, which
//! also parses the URI of a request; a value is `values` beside `values_second_opinion`, where rsip reads it and writes it
//! again and both are compared. Growing is counted as no allocation.
//!
//! | for one | here | there | times as long | allocations here | allocations there |
//! |---|---|---|---|---|---|
//! | message | 284 ns | 2100 ns | 7 | 0 | 23 |
//! | value | 47 ns | 948 ns | 20 | 0 | 18 |

use std::borrow::Cow;

use rsip::headers as theirs;
use rsip::prelude::ToTypedHeader;

use super::name::{Name, Shape};
use super::problem::Problems;
use super::scan::{List, is_token, quoted_length};
use super::text::Text;

/// What the other parser makes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Opinion {
    /// It reads the value and writes the same again.
    Agrees,
    /// It reads the value without complaint, but as something else.
    Differs,
    /// It cannot read the value.
    Refuses,
    /// It is not asked: it has no reader for such a field, or this is no single value on one line, or one too long for it.
    NotAsked,
}

/// Its messages of failure repeat the value once for each attempt, so that a long value can cost the square of its length.
const LONGEST: usize = 4096;

/// What rsip makes of one value of a field with this name: one element of a list, on one line.
///
/// Differences that do not matter are passed over, all of them outside of double quotes: white space around `;`, `,`, `=` and
/// outside of `<` and `>`; several spaces for one; upper and lower case, but not in CSeq and Allow, as methods differ by it
/// (RFC 3261 7.1); quotes around what is a token without them; brackets around a URI that are not needed; zeros in front of
/// a number; the order of the parameters of a challenge and of credentials.
pub fn second_opinion(name: Name, value: Text<'_>) -> Opinion {
    let value = value.trimmed();
    if value.len() > LONGEST || is_folded(value) || !is_single(name, value) {
        return Opinion::NotAsked;
    }
    let Some(reread) = reader(name) else {
        return Opinion::NotAsked;
    };
    let value = match std::str::from_utf8(value.bytes()) {
        Ok(value) => value,
        // It takes nothing but UTF-8.
        Err(_) => return Opinion::Refuses,
    };
    match reread(value) {
        Some(again) if essence(name, &again) == essence(name, value) => Opinion::Agrees,
        Some(_) => Opinion::Differs,
        None => Opinion::Refuses,
    }
}

fn is_folded(value: Text<'_>) -> bool {
    memchr::memchr2(b'\r', b'\n', value.bytes()).is_some()
}

fn is_single(name: Name, value: Text<'_>) -> bool {
    let mut list = List::new(value, name.shape().separator());
    let mut next = || list.next(&mut Problems::ignored());
    next().is_some() && next().is_none()
}

/// Reads a value and writes it again; `None` if it cannot be read.
type Reader = fn(&str) -> Option<String>;

fn reader(name: Name) -> Option<Reader> {
    let reader: Reader = match name {
        Name::Accept => typed::<theirs::Accept>,
        Name::AlertInfo => typed::<theirs::AlertInfo>,
        Name::Allow => typed::<theirs::Allow>,
        Name::AuthenticationInfo => typed::<theirs::AuthenticationInfo>,
        Name::Authorization => typed::<theirs::Authorization>,
        Name::CallInfo => typed::<theirs::CallInfo>,
        Name::Contact => typed::<theirs::Contact>,
        Name::ContentDisposition => typed::<theirs::ContentDisposition>,
        Name::ContentLength => |value| again(theirs::ContentLength::from(value).length()),
        Name::ContentType => typed::<theirs::ContentType>,
        Name::CSeq => typed::<theirs::CSeq>,
        Name::ErrorInfo => typed::<theirs::ErrorInfo>,
        Name::Expires => |value| again(theirs::Expires::from(value).seconds()),
        Name::From => typed::<theirs::From>,
        Name::InReplyTo => typed::<theirs::InReplyTo>,
        Name::MaxForwards => |value| again(theirs::MaxForwards::from(value).num()),
        Name::MinExpires => |value| again(theirs::MinExpires::from(value).seconds()),
        Name::Priority => typed::<theirs::Priority>,
        Name::ProxyAuthenticate => typed::<theirs::ProxyAuthenticate>,
        Name::ProxyAuthorization => typed::<theirs::ProxyAuthorization>,
        Name::RecordRoute => typed::<theirs::RecordRoute>,
        Name::ReplyTo => typed::<theirs::ReplyTo>,
        Name::Route => typed::<theirs::Route>,
        Name::To => typed::<theirs::To>,
        Name::Via => typed::<theirs::Via>,
        Name::Warning => typed::<theirs::Warning>,
        Name::WwwAuthenticate => typed::<theirs::WwwAuthenticate>,
        _ => return None,
    };
    Some(reader)
}

fn typed<H>(value: &str) -> Option<String>
where
    H: for<'a> ToTypedHeader<'a> + From<String>,
{
    again(H::from(value.to_owned()).into_typed())
}

fn again<T: ToString>(read: Result<T, rsip::Error>) -> Option<String> {
    read.ok().map(|read| read.to_string())
}

/// The value without what does not matter: its parts, in an order that they do not choose themselves.
fn essence(name: Name, value: &str) -> Vec<Vec<u8>> {
    let same_case = matches!(name, Name::CSeq | Name::Allow);
    let plain = |part: &str| plain(part.as_bytes(), same_case);
    match name.shape() {
        Shape::Number | Shape::CSeq => vec![plain(value.trim_start_matches('0'))],
        Shape::Address | Shape::Addresses | Shape::Contacts => vec![plain(&bracketed(value))],
        Shape::Auth => {
            let (scheme, params) = value.split_once(' ').unwrap_or((value, ""));
            let mut parts = in_order(params);
            parts.push(plain(scheme));
            parts
        }
        Shape::AuthInfo => in_order(value),
        _ => vec![plain(value)],
    }
}

fn in_order(params: &str) -> Vec<Vec<u8>> {
    let mut list = List::new(Text::all(params.as_bytes()), Some(b','));
    let params = std::iter::from_fn(|| list.next(&mut Problems::ignored()));
    let mut params: Vec<_> = params.map(|param| plain(param.bytes(), false)).collect();
    params.sort();
    params
}

/// With brackets around the URI, as rsip always writes it: behind one without brackets, parameters are those of the field
/// (RFC 3261 20.10). The `*` of a Contact is no URI.
fn bracketed(value: &str) -> Cow<'_, str> {
    if value.contains('<') || value == "*" {
        return Cow::Borrowed(value);
    }
    let end = value.find(';').unwrap_or(value.len());
    let (uri, params) = value.split_at(end);
    Cow::Owned(format!("<{}>{params}", uri.trim_end()))
}

/// Without white space and quotes that do not matter, and in lower case outside of quotes if case does not matter either.
fn plain(mut rest: &[u8], same_case: bool) -> Vec<u8> {
    let mut plain = Vec::with_capacity(rest.len());
    while let [first, behind @ ..] = rest {
        if let Some(length) = quoted_length(rest) {
            plain.extend_from_slice(without_needless_quotes(&rest[..length]));
            rest = &rest[length..];
        } else if first.is_ascii_whitespace() {
            rest = behind.trim_ascii_start();
            let stands_free = matches!(plain.last(), None | Some(b';' | b',' | b'=' | b'>'))
                || matches!(rest.first(), None | Some(b';' | b',' | b'=' | b'<'));
            if !stands_free {
                plain.push(b' ');
            }
        } else {
            plain.push(match same_case {
                true => *first,
                false => first.to_ascii_lowercase(),
            });
            rest = behind;
        }
    }
    plain
}

fn without_needless_quotes(quoted: &[u8]) -> &[u8] {
    match quoted {
        [b'"', inside @ .., b'"'] if !inside.is_empty() && inside.iter().copied().all(is_token) => {
            inside
        }
        _ => quoted,
    }
}

#[cfg(test)]
mod tests {
    use super::Opinion::{Agrees, Differs, NotAsked, Refuses};
    use super::*;

    #[track_caller]
    fn assert_opinions(name: Name, expected: &[(&str, Opinion)]) {
        for (value, opinion) in expected {
            let text = Text::all(value.as_bytes());
            assert_eq!(second_opinion(name, text), *opinion, "{name:?}: {value}");
        }
    }

    #[test]
    fn plain_values_agree() {
        let address = &[
            ("Alice <sip:alice@example.com>;tag=1928301774", Agrees),
            (
                "\"Alice A.\" <sips:alice@192.0.2.1:5061>;tag=88sja8x",
                Agrees,
            ),
            ("sip:alice@example.com;tag=1928301774", Agrees),
        ];
        assert_opinions(Name::From, address);
        assert_opinions(Name::To, address);
        assert_opinions(Name::CSeq, &[("314159 INVITE", Agrees)]);
        let via = "SIP/2.0/UDP pc33.example.com:5066;rport;branch=z9hG4bK776asdhds";
        assert_opinions(Name::Via, &[(via, Agrees)]);
        assert_opinions(Name::Route, &[("<sip:p1.example.com;lr>", Agrees)]);
        assert_opinions(Name::RecordRoute, &[("<sip:p1.example.com;lr>", Agrees)]);
        assert_opinions(Name::ContentType, &[("application/sdp", Agrees)]);
        assert_opinions(Name::Allow, &[("PRACK", Agrees)]);
        assert_opinions(Name::MaxForwards, &[("70", Agrees)]);
        assert_opinions(Name::ContentLength, &[("0", Agrees)]);
        assert_opinions(Name::Expires, &[("3600", Agrees)]);
    }

    #[test]
    fn what_does_not_matter_is_passed_over() {
        let via = "SIP/2.0/udp  example.com;Branch=z9hG4bKa";
        assert_opinions(Name::Via, &[(via, Agrees)]);
        let from = [
            ("\"Alice\"<SIP:alice@example.com>;TAG=a", Agrees),
            ("Alice   <sip:alice@example.com>", Agrees),
        ];
        assert_opinions(Name::From, &from);
        assert_opinions(Name::CSeq, &[("0009   INVITE", Agrees)]);
        assert_opinions(Name::MaxForwards, &[("000", Agrees)]);
        let types = [
            ("text/plain;charset=utf-8", Agrees),
            ("multipart/mixed ; boundary=\"abc\"", Agrees),
        ];
        assert_opinions(Name::ContentType, &types);
        let credentials = "Digest realm=\"a.example\", username=\"bob\", NC=00000001, qop=auth,\
            uri=\"sip:a.example\",nonce=\"84f1\", cnonce=\"0a4f\", response=\"7587\", algorithm=MD5";
        assert_opinions(Name::Authorization, &[(credentials, Agrees)]);
    }

    #[test]
    fn methods_differ_by_case() {
        assert_opinions(Name::CSeq, &[("1 invite", Differs)]);
        assert_opinions(Name::Allow, &[("Bye", Differs), ("FROBNICATE", Refuses)]);
    }

    #[test]
    fn a_telephone_number_becomes_a_port() {
        // The scheme becomes the host; the number loses its plus where it fits into a port and is refused elsewhere.
        let numbers = [("<tel:+1415>", Differs), ("<tel:+14155550100>", Refuses)];
        assert_opinions(Name::From, &numbers);
    }

    #[test]
    fn ipv6_is_refused_as_a_host_and_lost_as_a_parameter() {
        let vias = [
            ("SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKa", Refuses),
            ("SIP/2.0/UDP [2001:db8::9:1]:5060;branch=z9hG4bKa", Refuses),
            (
                "SIP/2.0/UDP a.example;received=2001:db8::9:1;branch=z9hG4bKa",
                Differs,
            ),
        ];
        assert_opinions(Name::Via, &vias);
        assert_opinions(Name::Contact, &[("<sip:bob@[2001:db8::9:1]>", Refuses)]);
    }

    #[test]
    fn a_doubled_protocol_becomes_a_host() {
        let via = "SIP/2.0/UDP SIP/2.0/UDP a.example;branch=z9hG4bKa";
        assert_opinions(Name::Via, &[(via, Differs)]);
    }

    #[test]
    fn aka_is_refused_and_an_ims_parameter_is_lost() {
        let challenge = "Digest realm=\"ims.example\", nonce=\"a0b1\"";
        let aka = format!("{challenge}, algorithm=AKAv1-MD5");
        let several = format!("{challenge}, algorithm=MD5, qop=\"auth,auth-int\"");
        let keys = format!("{challenge}, algorithm=MD5, ik=\"00\", ck=\"11\"");
        let expected = [
            (challenge, Agrees),
            (&aka, Refuses),
            (&several, Refuses),
            (&keys, Differs),
        ];
        assert_opinions(Name::WwwAuthenticate, &expected);
        assert_opinions(Name::ProxyAuthenticate, &expected);
    }

    #[test]
    fn quoted_parameters_of_an_ims_contact_are_not_understood() {
        let contacts = [
            (
                "<sip:a@192.0.2.1>;+sip.instance=\"<urn:gsma:imei:90420156-025763-0>\"",
                Refuses,
            ),
            (
                "<sip:a@192.0.2.1>;+g.3gpp.icsi-ref=\"urn%3Aa,urn%3Ab\"",
                Refuses,
            ),
            ("<sip:a@192.0.2.1>;+g.3gpp.smsip;expires=600", Agrees),
            ("*", Differs),
        ];
        assert_opinions(Name::Contact, &contacts);
    }

    #[test]
    fn only_single_values_on_one_line_are_asked_about() {
        let two = "SIP/2.0/UDP a.example;branch=z9hG4bKa, SIP/2.0/UDP b.example;branch=z9hG4bKb";
        assert_opinions(Name::Via, &[(two, NotAsked), ("", NotAsked)]);
        assert_opinions(Name::CSeq, &[("1\r\n INVITE", NotAsked)]);
        assert_opinions(Name::PAssertedIdentity, &[("<sip:a@b.example>", NotAsked)]);
        assert_opinions(Name::Other, &[("1", NotAsked)]);
        let long = format!("<sip:{}@b.example>", "a".repeat(LONGEST));
        assert_opinions(Name::To, &[(&long, NotAsked)]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let text = Text::all(b"\"\xff\" <sip:a@b.example>");
        assert_eq!(second_opinion(Name::From, text), Refuses);
    }

    #[test]
    fn what_comes_out_as_it_went_in_agrees_even_if_it_was_misunderstood() {
        assert_opinions(Name::To, &[("<sip:a@b.example?Subject=x>", Agrees)]);
    }
}
