//! URIs: sip and sips taken apart as RFC 3261 19.1 has them, tel (RFC 3966), urn (RFC 8141), pres and im (RFC 3859, 3860);
//! any other is kept as scheme and the rest.

mod check;
mod compare;
mod host;

pub use host::{Host, Port};

pub(super) use host::{host_port, is_host};

use compare::unescaped;

use super::params::{Param, Params};
use super::problem::{ProblemKind, Problems};
use super::short;
use super::text::Text;

/// The schemes that are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// `sip`
    Sip,
    /// `sips`
    Sips,
    /// `tel`
    Tel,
    /// `urn`
    Urn,
    /// `pres`
    Pres,
    /// `im`
    Im,
    /// Another one.
    Other,
    /// None: the address begins without a scheme. It is read like a sip URI.
    #[default]
    Absent,
}

impl Scheme {
    const KNOWN: [(&str, Self); 6] = [
        ("sip", Self::Sip),
        ("sips", Self::Sips),
        ("tel", Self::Tel),
        ("urn", Self::Urn),
        ("pres", Self::Pres),
        ("im", Self::Im),
    ];

    /// The scheme in front of the first colon, and its length.
    #[inline]
    fn in_front(bytes: &[u8]) -> Option<(Self, usize)> {
        // As nearly all are written.
        if bytes.starts_with(b"sip:") {
            return Some((Self::Sip, 3));
        }
        let is_of_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(*byte);
        let length = bytes.iter().take_while(is_of_scheme).count();
        let (name, behind) = bytes.split_at(length);
        let is_one = name.first().is_some_and(u8::is_ascii_alphabetic);
        (is_one && behind.first() == Some(&b':')).then(|| (Self::of(name), length))
    }

    fn of(text: &[u8]) -> Self {
        let is = |name: &str| text.eq_ignore_ascii_case(name.as_bytes());
        let found = Self::KNOWN.iter().find(|(name, _)| is(name));
        found.map_or(Self::Other, |(_, scheme)| *scheme)
    }

    /// Whether user, host, port and headers stand behind it.
    fn has_host(self) -> bool {
        !matches!(self, Self::Tel | Self::Urn | Self::Other)
    }
}

/// A URI and its parts. What a scheme does not have is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uri<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// Which scheme.
    pub scheme: Scheme,
    /// The scheme as written, without colon.
    pub scheme_text: Text<'a>,
    /// What stands in front of the `@`, without the password.
    pub user: Option<Text<'a>>,
    /// What stands behind a colon in front of the `@`.
    pub password: Option<Text<'a>>,
    /// The host; empty for URIs without one.
    pub host: Host<'a>,
    /// The port.
    pub port: Option<Port<'a>>,
    /// What stands behind the scheme of a URI without a host: the number of a tel URI, namespace and name of a URN.
    pub opaque: Text<'a>,
    /// The parameters of sip, sips, tel, pres and im URIs.
    pub params: Params<'a>,
    /// The headers behind the question mark, without it.
    pub headers: Option<Text<'a>>,
}

impl<'a> Uri<'a> {
    /// Reads a URI that fills this text.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        check::characters(text, problems);
        let mut uri = Self {
            text,
            ..Self::default()
        };
        let mut rest = text;
        if let Some((scheme, length)) = Scheme::in_front(text.bytes()) {
            let colon = text.start() + length;
            uri.scheme_text = text.between(text.start(), colon);
            uri.scheme = scheme;
            rest = text.from(colon + 1);
        } else {
            problems.note(text.span(), ProblemKind::Scheme);
        }
        if uri.scheme.has_host() {
            uri.read_address(rest, problems);
        } else {
            uri.read_opaque(rest);
        }
        if problems.wanted() {
            check::parts(&uri, problems);
        }
        uri
    }

    /// `user:password@host:port;params?headers`
    fn read_address(&mut self, rest: Text<'a>, problems: &mut Problems) {
        let mut address = rest;
        if let Some(at) = short::find(b'@', rest.bytes()) {
            let at = rest.start() + at;
            self.read_user(rest.between(rest.start(), at));
            address = rest.from(at + 1);
        }
        let behind = memchr::memchr2(b';', b'?', address.bytes());
        let behind = behind.map_or(address.end(), |length| address.start() + length);
        let host = address.between(address.start(), behind);
        let mut params = address.from(behind);
        if let Some(mark) = short::find(b'?', params.bytes()) {
            let mark = params.start() + mark;
            self.headers = Some(params.from(mark + 1));
            params = params.between(params.start(), mark);
        }
        self.params = Params::new(params);
        (self.host, self.port) = host_port(host, problems);
    }

    /// `user:password`
    fn read_user(&mut self, info: Text<'a>) {
        let colon = short::find(b':', info.bytes());
        let colon = colon.map(|length| info.start() + length);
        self.user = Some(info.between(info.start(), colon.unwrap_or(info.end())));
        self.password = colon.map(|colon| info.from(colon + 1));
    }

    fn read_opaque(&mut self, rest: Text<'a>) {
        self.opaque = rest;
        if self.scheme == Scheme::Tel {
            let params = memchr::memchr(b';', rest.bytes());
            let params = params.map_or(rest.end(), |length| rest.start() + length);
            self.opaque = rest.between(rest.start(), params);
            self.params = Params::new(rest.from(params));
        }
    }

    /// The headers part, name and value of each.
    pub fn header_fields(&self) -> impl Iterator<Item = (Text<'a>, Text<'a>)> {
        let all = self.headers.unwrap_or_default();
        let mut next = Some(all.start()).filter(|_| !all.is_empty());
        std::iter::from_fn(move || {
            let start = next?;
            let rest = all.from(start);
            let end = memchr::memchr(b'&', rest.bytes()).map(|length| start + length);
            next = end.map(|end| end + 1);
            let field = rest.between(start, end.unwrap_or(rest.end()));
            let equals = memchr::memchr(b'=', field.bytes());
            let equals = equals.map_or(field.end(), |length| start + length);
            Some((field.between(start, equals), field.from(equals + 1)))
        })
    }

    /// The parameter with this name; an escape in its name is the character that it stands for.
    pub fn param(&self, name: &str) -> Option<Param<'a>> {
        let is = |param: &Param<'_>| unescaped(param.name).eq_ignore_ascii_case(name.as_bytes());
        self.params.iter().find(is)
    }

    /// Whether it names a loose router (RFC 3261 19.1.1).
    pub fn is_loose_router(&self) -> bool {
        self.param("lr").is_some()
    }

    /// Notes the headers part, for places where none may be.
    pub(super) fn check_no_headers(&self, problems: &mut Problems) {
        if let Some(headers) = self.headers {
            problems.note(headers.span(), ProblemKind::UriHeaders);
        }
    }

    /// Notes what may not stand in a Request-URI: headers, and a method, which stands in front of it (RFC 3261 19.1.1).
    pub(super) fn check_as_target(&self, problems: &mut Problems) {
        self.check_no_headers(problems);
        if matches!(self.scheme, Scheme::Sip | Scheme::Sips)
            && let Some(method) = self.param("method")
        {
            problems.note(method.name.span(), ProblemKind::UriMethod);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Uri<'_> {
        Uri::read(Text::all(text.as_bytes()), &mut Problems::ignored())
    }

    fn kinds(text: &str) -> Vec<ProblemKind> {
        let mut problems = Problems::kept();
        Uri::read(Text::all(text.as_bytes()), &mut problems);
        problems.list().iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn takes_a_sip_uri_apart() {
        let uri = read(
            "SIPS:alice;day=tue:se%40cret@[2001:db8::1]:5061;transport=tcp;lr?to=a%40b&Subject=x",
        );
        assert_eq!(uri.scheme, Scheme::Sips);
        assert_eq!(uri.user.unwrap(), "alice;day=tue");
        assert_eq!(uri.password.unwrap(), "se%40cret");
        assert_eq!(uri.host.text, "[2001:db8::1]");
        assert_eq!(uri.port.unwrap().number, Some(5061));
        assert_eq!(uri.params.value("transport").unwrap(), "tcp");
        assert!(uri.is_loose_router());
        let headers: Vec<_> = uri
            .header_fields()
            .map(|(name, value)| (name.lossy(), value.lossy()))
            .collect();
        assert_eq!(
            headers,
            [
                ("to".into(), "a%40b".into()),
                ("Subject".into(), "x".into())
            ]
        );
    }

    #[test]
    fn knows_what_belongs_to_the_user() {
        let uri = read("sip:+1-212?x/y;phone-context=p@gw.example.com;user=phone");
        assert_eq!(uri.user.unwrap(), "+1-212?x/y;phone-context=p");
        assert_eq!(uri.host.text, "gw.example.com");
        let uri = read("sip:example.com");
        assert_eq!(
            (uri.user, uri.host.text.lossy()),
            (None, "example.com".into())
        );
        assert_eq!(read("sip:@example.com").user.unwrap(), "");
    }

    #[test]
    fn reads_the_other_schemes() {
        let tel = read("tel:+1-201-555-0123;phone-context=example.com");
        assert_eq!(
            (tel.scheme, tel.opaque.lossy()),
            (Scheme::Tel, "+1-201-555-0123".into())
        );
        assert_eq!(tel.params.value("phone-context").unwrap(), "example.com");
        let urn = read("urn:service:sos.police");
        assert_eq!(
            (urn.scheme, urn.opaque.lossy()),
            (Scheme::Urn, "service:sos.police".into())
        );
        let pres = read("pres:bob@example.com");
        assert_eq!(
            (pres.scheme, pres.host.text.lossy()),
            (Scheme::Pres, "example.com".into())
        );
        let other = read("https://h/?x;y");
        assert_eq!(
            (other.scheme, other.opaque.lossy()),
            (Scheme::Other, "//h/?x;y".into())
        );
        let bare = read("bob@example.com:5060");
        assert_eq!(
            (bare.scheme, bare.user.unwrap().lossy()),
            (Scheme::Absent, "bob".into())
        );
    }

    #[test]
    fn notes_what_is_odd() {
        use ProblemKind::{
            Escape, Host, Number, Parameter, Port, Scheme, TelephoneNumber, UriCharacter,
            UriHeader, Urn, User,
        };
        for fine in [
            "sip:a@b.example",
            "sip:a;b?c/d&e=f+g$h,i-_.!~*'():j&k=l+m$n,o@b.example",
            "sip:b.example;x[]/:&+$=y[]/:&+$;lr;ttl=255?x=&y=[]/?:+$",
            "tel:+1;phone-context=example.com.;x=:",
            "pres:#@b.example",
            "sip:%61@b.example;x=%20",
            "sip:[::1];maddr=[::2]",
            "tel:7042;phone-context=example.com",
            "tel:*31#;phone-context=+1",
            "urn:urn-7:3gpp-service.ims.icsi.mmtel",
            "cid:x@y",
        ] {
            assert_eq!(kinds(fine), [], "{fine}");
        }
        assert_eq!(kinds("sip:a%4@b.example"), [Escape]);
        assert_eq!(kinds("sip:a%"), [Escape, Host]);
        assert_eq!(kinds("sip:a b@c.example"), [UriCharacter]);
        assert_eq!(kinds("sip:a@b.example:70000"), [Port]);
        assert_eq!(kinds("sip:"), [Host]);
        assert_eq!(kinds("a@b.example"), [Scheme]);
        assert_eq!(kinds("tel:7042"), [TelephoneNumber]);
        assert_eq!(kinds("tel:+"), [TelephoneNumber]);
        assert_eq!(kinds("urn:sos"), [Urn]);
        assert_eq!(kinds("sip:@b.example"), [User]);
        assert_eq!(kinds("sip:a#b@c.example"), [UriCharacter]);
        assert_eq!(kinds("sip:a[b]@c.example"), [UriCharacter]);
        assert_eq!(kinds("sip:a:b:c@d.example"), [UriCharacter]);
        assert_eq!(kinds("sip:a@b.example;x"), []);
        assert_eq!(kinds("sip:a@b.example;x="), [Parameter]);
        assert_eq!(kinds("sip:a@b.example;x=y@z"), [UriCharacter]);
        assert_eq!(kinds("sip:a@b.example;ttl=300"), [Number]);
        assert_eq!(kinds("sip:a@b.example;maddr=c_d"), [Host]);
        assert_eq!(kinds("sip:a@b.example?"), [UriHeader]);
        assert_eq!(kinds("sip:a@b.example?x"), [UriHeader]);
        assert_eq!(kinds("sip:a@b.example?x=&=y"), [UriHeader]);
        assert_eq!(kinds("sip:a@b.example?x=y;z"), [UriCharacter]);
        assert_eq!(
            kinds("tel:+1;phone-context=@@"),
            [UriCharacter, TelephoneNumber]
        );
        assert_eq!(
            kinds("tel:911;phone-context="),
            [Parameter, TelephoneNumber]
        );
    }
}
