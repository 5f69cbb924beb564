//! Via: which element sent the request over which transport, and where answers go (RFC 3261 20.42, RFC 3581).

use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, expect_token};
use crate::sip::short;
use crate::sip::text::Text;
use crate::sip::uri::{Host, Port, host_port, is_host};

/// One Via value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Via<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// `SIP`
    pub protocol: Text<'a>,
    /// `2.0`
    pub version: Text<'a>,
    /// `UDP`, `TCP`, ...
    pub transport: Text<'a>,
    /// Host of the sender.
    pub host: Host<'a>,
    /// Port of the sender.
    pub port: Option<Port<'a>>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params<'a>,
}

impl<'a> Via<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let (sent, rest) = match common(text) {
            Some(common) => common,
            None => sent_protocol(text, problems),
        };
        let params = short::find(b';', rest.bytes()).map_or(rest.end(), |at| rest.start() + at);
        let (host, port) = host_port(rest.between(rest.start(), params), problems);
        let via = Self {
            text,
            protocol: sent.protocol,
            version: sent.version,
            transport: sent.transport,
            host,
            port,
            params: Params::new(rest.from(params)),
        };
        if problems.wanted() {
            via.check(problems);
        }
        via
    }

    fn check(&self, problems: &mut Problems) {
        self.params.check(problems);
        // Mostly there is nothing else.
        if self.params.iter().all(|param| param.name.is("branch")) {
            return;
        }
        let as_written = |name| self.params.get(name).and_then(|param| param.value);
        // An IPv6 address may be in brackets here, which RFC 3261 does not have (RFC 5118 4.5).
        let received = as_written("received").filter(|value| !value.is_empty());
        if let Some(received) = received.filter(|text| Host { text: *text }.address().is_none()) {
            problems.note(received.span(), ProblemKind::Host);
        }
        let maddr = as_written("maddr").filter(|value| !value.is_empty());
        // That of an IPv6 address without brackets is noted like that of any parameter.
        let maddr = maddr.filter(|text| Host { text: *text }.address().is_none());
        if let Some(maddr) = maddr.filter(|maddr| !is_host(*maddr)) {
            problems.note(maddr.span(), ProblemKind::Host);
        }
        for (name, least, most) in [("rport", 1, u64::from(u16::MAX)), ("ttl", 0, 255)] {
            let value = as_written(name).filter(|value| !value.is_empty());
            let fits = |value: &Text<'_>| {
                value
                    .number()
                    .is_some_and(|number| (least..=most).contains(&number))
            };
            if let Some(value) = value.filter(|value| !fits(value)) {
                problems.note(value.span(), ProblemKind::Number);
            }
        }
    }

    /// The transaction's identifier.
    pub fn branch(&self) -> Option<Text<'a>> {
        self.params.value("branch")
    }

    /// The address the request really came from, as the next element saw it.
    pub fn received(&self) -> Option<Text<'a>> {
        self.params.value("received")
    }

    /// The port it really came from: asked for (`Some(None)`), or answered.
    pub fn rport(&self) -> Option<Option<u16>> {
        let param = self.params.get("rport")?;
        let number = param.value.and_then(Text::number);
        Some(number.and_then(|number| u16::try_from(number).ok()))
    }

    /// The multicast address or interface answers go to.
    pub fn maddr(&self) -> Option<Text<'a>> {
        self.params.value("maddr")
    }

    /// The time to live of a multicast request.
    pub fn ttl(&self) -> Option<u8> {
        let number = self.params.value("ttl")?.number()?;
        u8::try_from(number).ok()
    }
}

/// The three words in front of the host.
struct SentProtocol<'a> {
    protocol: Text<'a>,
    version: Text<'a>,
    transport: Text<'a>,
}

/// As nearly all are written: `SIP/2.0/UDP host`. Much faster; gives what stands behind it too.
#[inline]
fn common(text: Text<'_>) -> Option<(SentProtocol<'_>, Text<'_>)> {
    let [
        b'S',
        b'I',
        b'P',
        b'/',
        b'2',
        b'.',
        b'0',
        b'/',
        transport @ ..,
        _,
    ] = text.bytes()
    else {
        return None;
    };
    let [a, b, c, b' ', next, ..] = transport else {
        return None;
    };
    let plain = [a, b, c].iter().all(|byte| byte.is_ascii_alphanumeric());
    if !plain || next.is_ascii_whitespace() || *next == b'/' {
        return None;
    }
    let start = text.start();
    let sent = SentProtocol {
        protocol: text.between(start, start + 3),
        version: text.between(start + 4, start + 7),
        transport: text.between(start + 8, start + 11),
    };
    Some((sent, text.from(start + 12)))
}

/// As any may be written.
fn sent_protocol<'a>(text: Text<'a>, problems: &mut Problems) -> (SentProtocol<'a>, Text<'a>) {
    let mut scan = Scan::new(text);
    let (protocol, one) = part(&mut scan);
    let (version, two) = part(&mut scan);
    let (transport, three) = part(&mut scan);
    let slashes = one && two && !three;
    if !slashes || !protocol.is("SIP") || version != "2.0" || transport.is_empty() {
        let read = text.between(text.start(), scan.rest().start());
        problems.note(read.trimmed().span(), ProblemKind::ViaProtocol);
    } else if problems.wanted() {
        expect_token(transport, problems);
    }
    let sent = SentProtocol {
        protocol,
        version,
        transport,
    };
    (sent, scan.rest())
}

/// A word up to a slash or white space, and whether a slash follows; white space around it is stepped over.
#[inline]
fn part<'a>(scan: &mut Scan<'a>) -> (Text<'a>, bool) {
    scan.space();
    let word = scan.run(|byte| !byte.is_ascii_whitespace() && byte != b'/' && byte != b';');
    let mut behind = *scan;
    behind.space();
    let slash = behind.eat(b'/');
    if slash {
        *scan = behind;
    }
    (word, slash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Via<'_> {
        Via::read(Text::all(text.as_bytes()), &mut Problems::ignored())
    }

    fn kinds(text: &str) -> Vec<ProblemKind> {
        let mut problems = Problems::kept();
        Via::read(Text::all(text.as_bytes()), &mut problems);
        problems.list().iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn takes_a_value_apart() {
        let via = read(
            "SIP/2.0/UDP pc33.example.com:5066;branch=z9hG4bK776;rport=4000;received=192.0.2.1;ttl=16;maddr=224.2.0.1",
        );
        assert_eq!(
            (via.protocol.lossy(), via.version.lossy()),
            ("SIP".into(), "2.0".into())
        );
        assert_eq!(
            (via.transport.lossy(), via.host.text.lossy()),
            ("UDP".into(), "pc33.example.com".into())
        );
        assert_eq!(via.port.unwrap().number, Some(5066));
        assert_eq!(via.branch().unwrap(), "z9hG4bK776");
        assert_eq!(via.received().unwrap(), "192.0.2.1");
        assert_eq!(via.maddr().unwrap(), "224.2.0.1");
        assert_eq!((via.rport(), via.ttl()), (Some(Some(4000)), Some(16)));
        assert_eq!(read("SIP/2.0/UDP h;rport").rport(), Some(None));
        assert_eq!(read("SIP/2.0/UDP h").rport(), None);
    }

    #[test]
    fn reads_spaces_everywhere_they_may_be() {
        let via =
            read("SIP  / 2.0\r\n / TCP     [2001:db8::1] : 5060  ;\r\n  branch  =   z9hG4bK9");
        assert_eq!(via.transport, "TCP");
        assert_eq!(via.host.text, "[2001:db8::1]");
        assert_eq!(via.port.unwrap().number, Some(5060));
        assert_eq!(via.branch().unwrap(), "z9hG4bK9");
    }

    #[test]
    fn notes_what_is_odd() {
        use ProblemKind::{
            AfterEnd, Host, HostBrackets, Number, Parameter, ParameterValue, Port, ViaProtocol,
        };
        assert_eq!(
            kinds("SIP/2.0/UDP [::1];received=::1;maddr=[::2];branch=z9hG4bK1;rport"),
            []
        );
        assert_eq!(kinds("SIP/2.0/FOO h.example"), []);
        assert_eq!(kinds("SIP/7.0/UDP h.example"), [ViaProtocol]);
        assert_eq!(kinds("SIP/2.0 h.example"), [ViaProtocol, Host]);
        assert_eq!(kinds("SIP/2.0/UDP"), [Host]);
        assert_eq!(kinds(""), [ViaProtocol, Host]);
        assert_eq!(kinds("SIP/2.0/UDP 2001:db8::9:1"), [HostBrackets]);
        assert_eq!(kinds("SIP/2.0/UDP h.example:x"), [Port]);
        assert_eq!(kinds("SIP/2.0/UDP [::1] x"), [AfterEnd]);
        assert_eq!(kinds("SIP/2.0/UDP h.example;;"), [Parameter, Parameter]);
        assert_eq!(
            kinds("SIP/2.0/UDP h.example;rport=70000;ttl=256"),
            [Number, Number]
        );
        assert_eq!(kinds("SIP/2.0/UDP h.example;rport=0;ttl=0"), [Number]);
        assert_eq!(
            kinds("SIP/2.0/UDP h.example;received=[::1];maddr=m.example"),
            []
        );
        assert_eq!(kinds("SIP/2.0/UDP h.example;maddr=::1"), [HostBrackets]);
        assert_eq!(
            kinds("SIP/2.0/UDP h.example;received=b.example;maddr=a_b"),
            [Host, Host]
        );
        assert_eq!(
            kinds("SIP/2.0/UDP h.example;branch=z9hG4bK a"),
            [ParameterValue]
        );
        assert_eq!(kinds("SIP/2.0/UDP h.example;received=not_a_host"), [Host]);
        assert_eq!(read("SIP/2.0 h.example").transport, "h.example");
    }
}
