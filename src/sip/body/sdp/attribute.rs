//! Attributes, `a=name` and `a=name:value`, and the values of those that offer and answer turn on (RFC 8866 5.13 and 6, RFC
//! 5888, RFC 4145).

use super::codec::{Fmtp, RtpMap};
use super::line::{Words, cut, is_token};
use super::precondition::{Precondition, PreconditionLine};
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// One attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// What stands in front of the colon.
    pub name: Text<'a>,
    /// What stands behind the first colon, without white space around it; `None` without a colon.
    pub value: Option<Text<'a>>,
}

/// The attributes whose values are read.
const KNOWN: [&str; 14] = [
    "sendrecv", "sendonly", "recvonly", "inactive", "rtpmap", "fmtp", "ptime", "maxptime", "curr",
    "des", "conf", "group", "mid", "setup",
];

impl<'a> Attribute<'a> {
    /// Reads what stands behind `a=`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let (name, value) = cut(text, b':');
        if problems.wanted() {
            expect(are_token(name.bytes()), name, problems);
            if let Some(value) = value {
                expect(!value.is_empty(), value, problems);
            }
        }
        Self {
            text,
            name: name.trimmed(),
            value: value.map(Text::trimmed),
        }
    }

    /// Whether it has this name. Names are in lower case (RFC 8866 5 has them case-significant); one in upper case is taken for
    /// what it was meant to be.
    pub fn is(&self, name: &str) -> bool {
        self.name.is(name)
    }

    /// Its value, or nothing at its end.
    pub(super) fn plain(&self) -> Text<'a> {
        self.value.unwrap_or(self.text.from(self.text.end()))
    }

    /// Notes what is odd about its value, if it is one that is read.
    pub(super) fn check(&self, problems: &mut Problems) {
        let Some(known) = KNOWN.iter().find(|known| self.is(known)) else {
            return;
        };
        if self.name != *known {
            problems.note(self.name.span(), ProblemKind::SdpValue);
        }
        let value = self.plain();
        match *known {
            "rtpmap" => _ = RtpMap::read(value, problems),
            "fmtp" => _ = Fmtp::read(value, problems),
            "group" => _ = Group::read(value, problems),
            "curr" | "des" | "conf" => {
                let line = PreconditionLine::of(self);
                line.map(|line| Precondition::read(line, value, problems));
            }
            "ptime" | "maxptime" => expect(is_duration(value.bytes()), value, problems),
            "mid" => expect(are_token(value.bytes()), value, problems),
            "setup" => expect(Setup::of(value).is_some(), value, problems),
            _ => expect(self.value.is_none(), value, problems),
        }
    }
}

/// Notes a value that is not as it should be.
fn expect(fine: bool, value: Text<'_>, problems: &mut Problems) {
    if !fine {
        problems.note(value.span(), ProblemKind::SdpValue);
    }
}

fn are_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| is_token(*byte))
}

/// Milliseconds: digits, perhaps a fraction, not zero (RFC 8866 6.4).
fn is_duration(bytes: &[u8]) -> bool {
    let mut parts = bytes.split(|byte| *byte == b'.');
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.by_ref().take(2).all(digits)
        && parts.next().is_none()
        && bytes.iter().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Which way media flows, as whoever wrote the description sees it (RFC 8866 6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Both ways; so it is when nothing is said.
    #[default]
    SendRecv,
    /// From the writer to the reader.
    SendOnly,
    /// From the reader to the writer.
    RecvOnly,
    /// Not at all.
    Inactive,
}

impl Direction {
    /// The direction that this attribute is.
    pub fn of(attribute: &Attribute<'_>) -> Option<Self> {
        let known = [
            ("sendrecv", Self::SendRecv),
            ("sendonly", Self::SendOnly),
            ("recvonly", Self::RecvOnly),
            ("inactive", Self::Inactive),
        ];
        let found = known.iter().find(|(name, _)| attribute.is(name));
        found.map(|(_, direction)| *direction)
    }

    /// Whether the writer sends.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the writer wants to be sent to.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }
}

/// `a=setup`: who opens the connection (RFC 4145 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// The writer opens it.
    Active,
    /// The reader opens it.
    Passive,
    /// The reader chooses.
    ActPass,
    /// Nobody yet.
    HoldConn,
}

impl Setup {
    /// The role that has this name.
    pub fn of(value: Text<'_>) -> Option<Self> {
        let known = [
            ("active", Self::Active),
            ("passive", Self::Passive),
            ("actpass", Self::ActPass),
            ("holdconn", Self::HoldConn),
        ];
        let found = known.iter().find(|(name, _)| value.is(name));
        found.map(|(_, setup)| *setup)
    }
}

/// `a=group`: media descriptions that belong together (RFC 5888 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Group<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// `LS`, `FID`, `BUNDLE` or another.
    pub semantics: Text<'a>,
    members: Text<'a>,
}

impl<'a> Group<'a> {
    /// Reads what stands behind `a=group:`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let semantics = words.expect(problems);
        let members = words.rest();
        while words.next(problems).is_some() {}
        Self {
            text,
            semantics,
            members,
        }
    }

    /// The `a=mid` of each of its members.
    pub fn members(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        let mut ignored = Problems::ignored();
        let mut words = Words::new(self.members, &mut ignored);
        std::iter::from_fn(move || words.next(&mut ignored))
    }

    /// Whether its members share one address and port (RFC 9143).
    pub fn is_bundle(&self) -> bool {
        self.semantics.is("BUNDLE")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places that are noted.
    fn places(text: &str) -> Vec<(u32, u32)> {
        let mut problems = Problems::kept();
        Attribute::read(Text::all(text.as_bytes()), &mut problems).check(&mut problems);
        let list = problems.list();
        assert!(list.iter().all(|p| p.kind == ProblemKind::SdpValue));
        list.iter().map(|p| (p.span.start, p.span.end)).collect()
    }

    fn attribute(text: &str) -> Attribute<'_> {
        Attribute::read(Text::all(text.as_bytes()), &mut Problems::ignored())
    }

    #[test]
    fn reads_names_and_values() {
        let one = attribute("alt:1 1 : k 192.0.2.1 6000 ");
        assert_eq!(one.name, "alt");
        assert_eq!(one.value.unwrap(), "1 1 : k 192.0.2.1 6000");
        assert_eq!(attribute("sendrecv ").name, "sendrecv");
        assert_eq!(attribute("sendrecv").value, None);
        assert_eq!(
            attribute("path:msrp://a.example:7654/x;tcp").plain(),
            "msrp://a.example:7654/x;tcp"
        );
    }

    #[test]
    fn notes_odd_attributes() {
        for fine in [
            "sendrecv",
            "rtcp-mux",
            "X-nat:0 ",
            "ptime:20",
            "ptime:0.5",
            "mid:0",
            "setup:actpass",
            "group:LS 1 2",
            "group:BUNDLE",
            "fmtp:101 0-15",
            "maxptime:240",
        ] {
            assert_eq!(places(fine), [], "{fine}");
        }
        assert_eq!(places("SendRecv"), [(0, 8)]);
        assert_eq!(places("sendrecv "), [(0, 9)]);
        assert_eq!(places("sendrecv:yes"), [(9, 12)]);
        assert_eq!(places(""), [(0, 0)]);
        assert_eq!(places("x y:z"), [(0, 3)]);
        assert_eq!(places("x:"), [(2, 2)]);
        assert_eq!(places("mid"), [(3, 3)]);
        assert_eq!(places("setup:both"), [(6, 10)]);
        for odd in ["ptime:0", "ptime:x", "ptime:.5", "ptime:1.2.3", "ptime:-20"] {
            assert_eq!(places(odd), [(6, odd.len() as u32)], "{odd}");
        }
    }

    #[test]
    fn reads_directions_and_roles() {
        let direction = |text| Direction::of(&attribute(text));
        assert_eq!(direction("sendonly"), Some(Direction::SendOnly));
        assert_eq!(direction("RecvOnly"), Some(Direction::RecvOnly));
        assert_eq!(direction("rtpmap:0 PCMU/8000"), None);
        assert!(Direction::SendOnly.sends() && !Direction::SendOnly.receives());
        assert!(!Direction::RecvOnly.sends() && Direction::RecvOnly.receives());
        assert!(!Direction::Inactive.sends() && !Direction::Inactive.receives());
        assert_eq!(Setup::of(Text::all(b"passive")), Some(Setup::Passive));
        assert_eq!(Setup::of(Text::all(b"")), None);
    }

    #[test]
    fn reads_groups() {
        let group = Group::read(Text::all(b"BUNDLE foo bar"), &mut Problems::ignored());
        assert!(group.is_bundle());
        assert_eq!(group.members().collect::<Vec<_>>(), ["foo", "bar"]);
        let empty = Group::read(Text::all(b"LS"), &mut Problems::ignored());
        assert_eq!((empty.is_bundle(), empty.members().count()), (false, 0));
    }
}
