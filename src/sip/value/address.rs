//! Addresses: `"Display" <uri>;param=value` and the form without brackets (RFC 3261 25.1 name-addr, addr-spec). From, To,
//! Contact, Route, identities and many more.

use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{is_token, quoted_length};
use crate::sip::short;
use crate::sip::text::Text;
use crate::sip::uri::Uri;

/// A name-addr or addr-spec with the parameters behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// What stands in front of the bracket.
    before: Text<'a>,
    /// What stands in the brackets.
    inside: Text<'a>,
    /// Whether it stands in angle brackets.
    pub bracketed: bool,
    /// The parameters of the header field, not of the URI.
    pub params: Params<'a>,
}

impl<'a> Address<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let bytes = text.bytes();
        let quoted = quoted_length(bytes);
        if quoted.is_none() && bytes.first() == Some(&b'"') {
            problems.note(text.span(), ProblemKind::Quote);
        }
        if bytes.first() == Some(&b'<') {
            return Self::bracketed(text, text.start(), problems);
        }
        let name_end = text.start() + quoted.unwrap_or(0);
        // Names are short: a plain loop is done before a search has begun.
        let mut behind = text.from(name_end).bytes().iter();
        let open = behind.position(|byte| *byte == b'<' || quoted.is_none() && is_param(*byte));
        let open = open.map(|at| name_end + at);
        match open.filter(|open| bytes[open - text.start()] == b'<') {
            Some(open) => Self::bracketed(text, open, problems),
            None => Self::bare(text, problems),
        }
    }

    fn bracketed(text: Text<'a>, open: usize, problems: &mut Problems) -> Self {
        let before = text.between(text.start(), open);
        if problems.wanted() {
            check_display(before.trimmed(), problems);
        }
        let inner = text.from(open + 1);
        let close = short::find(b'>', inner.bytes()).map(|at| inner.start() + at);
        let (uri, rest) = match close {
            Some(close) => (inner.between(inner.start(), close), text.from(close + 1)),
            None => {
                problems.note(text.from(open).span(), ProblemKind::Bracket);
                (inner, text.from(text.end()))
            }
        };
        Self {
            text,
            before,
            inside: checked(uri, problems),
            bracketed: true,
            params: params_behind(rest, problems),
        }
    }

    /// Without brackets everything from the first semicolon on belongs to the header field (RFC 3261 20.10).
    fn bare(text: Text<'a>, problems: &mut Problems) -> Self {
        let params = memchr::memchr(b';', text.bytes());
        let end = params.map_or(text.end(), |at| text.start() + at);
        let uri = text.between(text.start(), end).trimmed();
        if memchr::memchr2(b'?', b',', uri.bytes()).is_some() {
            problems.note(uri.span(), ProblemKind::BracketsNeeded);
        }
        Self {
            text,
            before: text.between(text.start(), text.start()),
            inside: checked(uri, problems),
            bracketed: false,
            params: params_behind(text.from(end), problems),
        }
    }

    /// The display name as written, quotes included.
    pub fn display(&self) -> Option<Text<'a>> {
        Some(self.before.trimmed()).filter(|display| !display.is_empty())
    }

    /// The URI, without brackets.
    pub fn uri_text(&self) -> Text<'a> {
        self.inside.trimmed()
    }

    /// The URI, taken apart.
    pub fn uri(&self) -> Uri<'a> {
        Uri::read(self.uri_text(), &mut Problems::ignored())
    }

    /// Whether its URI names a loose router (RFC 3261 19.1.1).
    pub fn is_loose_router(&self) -> bool {
        match self.uri_text().bytes() {
            // As most are written: nothing else of them needs to be read.
            [b's', b'i', b'p', b':', rest @ .., b';', b'l', b'r'] if !rest.contains(&b'?') => true,
            _ => self.uri().is_loose_router(),
        }
    }

    /// The tag, the parameter that names a dialog's end.
    pub fn tag(&self) -> Option<Text<'a>> {
        self.params.value("tag")
    }
}

fn checked<'a>(uri: Text<'a>, problems: &mut Problems) -> Text<'a> {
    if problems.wanted() {
        Uri::read(uri, problems);
        let space = uri.bytes().iter().position(u8::is_ascii_whitespace);
        let around = uri.trimmed() != uri;
        if let Some(at) = space.filter(|_| around) {
            let at = uri.start() + at;
            problems.note(uri.between(at, at + 1).span(), ProblemKind::UriCharacter);
        }
    }
    uri
}

/// Whether this byte tells that parameters have begun, and a bracket behind it belongs to them.
fn is_param(byte: u8) -> bool {
    matches!(byte, b';' | b'=')
}

/// Parameters behind the closing bracket.
pub(super) fn params_behind<'a>(rest: Text<'a>, problems: &mut Problems) -> Params<'a> {
    let rest = match rest.bytes() {
        [] | [b';', ..] => rest,
        _ => rest.trimmed(),
    };
    let start = match rest.bytes() {
        [] | [b';', ..] => 0,
        bytes => memchr::memchr(b';', bytes).unwrap_or(bytes.len()),
    };
    let start = rest.start() + start;
    if start > rest.start() {
        let stray = rest.between(rest.start(), start);
        problems.note(stray.span(), ProblemKind::AfterEnd);
    }
    let params = Params::new(rest.from(start));
    params.check(problems);
    params
}

fn check_display(display: Text<'_>, problems: &mut Problems) {
    let bytes = display.bytes();
    let odd = match quoted_length(bytes) {
        Some(length) => Some(length).filter(|length| *length < bytes.len()),
        // A quote without end is noted where it is found.
        None if bytes.first() == Some(&b'"') => None,
        None => bytes
            .iter()
            .position(|byte| !is_token(*byte) && !byte.is_ascii_whitespace()),
    };
    if let Some(odd) = odd {
        let odd = display.from(display.start() + odd);
        problems.note(odd.span(), ProblemKind::DisplayName);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Address<'_> {
        Address::read(Text::all(text.as_bytes()), &mut Problems::ignored())
    }

    fn kinds(text: &str) -> Vec<ProblemKind> {
        let mut problems = Problems::kept();
        Address::read(Text::all(text.as_bytes()), &mut problems);
        problems.list().iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn reads_both_forms() {
        let named = read(r#""J \"R\" <x>" <sip:j@example.com;lr> ;tag=1"#);
        assert_eq!(named.display().unwrap(), r#""J \"R\" <x>""#);
        assert_eq!(named.uri_text(), "sip:j@example.com;lr");
        assert_eq!(named.tag().unwrap(), "1");
        let tokens = read("A. G. Bell <sip:bell@example.com>;tag=a48s");
        assert_eq!(tokens.display().unwrap(), "A. G. Bell");
        let bare = read("sip:+12125551212@server.example.com;tag=887s");
        assert_eq!(bare.uri_text(), "sip:+12125551212@server.example.com");
        assert_eq!(
            (bare.tag().unwrap().lossy(), bare.bracketed),
            ("887s".into(), false)
        );
        assert!(bare.uri().params.is_empty());
        let none = read("<tel:+1201;phone-context=x>;p=\"<y>\"");
        assert_eq!(
            (none.display(), none.params.value("p").unwrap().lossy()),
            (None, "<y>".into())
        );
        let folded = read("\"X\"\r\n <sip:a@b>\r\n ; tag = 5");
        assert_eq!(folded.tag().unwrap(), "5");
    }

    #[test]
    fn the_last_parameter_tells_a_loose_router_as_the_whole_uri_does() {
        for (uri, is_one) in [
            ("sip:p.example;lr", true),
            ("sip:u@p.example:5060;lr", true),
            ("sip:p.example;transport=tcp;lr", true),
            ("sip:p.example;x=\"a;lr", true),
            ("sip:p.example;lr=on", true),
            ("sip:p.example;%6cr", true),
            ("SIP:p.example;lr", true),
            ("sips:p.example;LR", true),
            ("sip:;lr@p.example", false),
            ("sip:p.example;lr2", false),
            ("sip:p.example;x=lr", false),
            ("sip:p.example?Route=a;lr", false),
            ("sip:p.example;x?y=z;lr", false),
            ("x:p.example;lr", false),
            ("sip:lr", false),
        ] {
            let text = format!("<{uri}>");
            let address = read(&text);
            let both = (address.is_loose_router(), address.uri().is_loose_router());
            assert_eq!(both, (is_one, is_one), "{uri}");
        }
    }

    #[test]
    fn brackets_inside_of_parameters_are_no_address() {
        let bare = read("sip:a@b.example;info=<sip:c@d.example>");
        assert_eq!(bare.uri().host.text, "b.example");
    }

    #[test]
    fn notes_what_is_odd_and_goes_on() {
        use ProblemKind::{AfterEnd, Bracket, BracketsNeeded, DisplayName, Quote};
        assert_eq!(kinds("Bell, Alexander <sip:a@b.example>"), [DisplayName]);
        assert_eq!(kinds("\"a\" b <sip:a@b.example>"), [DisplayName]);
        assert_eq!(kinds("\"a <sip:a@b.example>;tag=1"), [Quote]);
        assert_eq!(
            read("\"a <sip:a@b.example>;tag=1").uri().host.text,
            "b.example"
        );
        assert_eq!(kinds("<sip:a@b.example"), [Bracket]);
        assert_eq!(kinds("<sip:a@b.example> x;tag=1"), [AfterEnd]);
        assert_eq!(kinds("sip:a@b.example?x=y"), [BracketsNeeded]);
        assert_eq!(kinds("caf\u{e9} <sip:a@b.example>"), [DisplayName]);
        assert_eq!(kinds("<sip:a@b.example>;tag=1"), []);
        assert_eq!(kinds("sip:a@b.example;tag=1"), []);
        assert_eq!(kinds("\"caf\u{e9}\" <sip:a@b.example>"), []);
    }
}
