//! What is expected of one message, and how it is compared. One table entry reads like the message itself.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use memchr::memmem;
use sipscope::sip::body::Sdp;
use sipscope::sip::{
    Address, FirstLine, Index, Message, Name, Params, Part, Problems, Text, Uri, Via,
    frame_datagram,
};

/// What has to be seen in one message, and what has to be told about it.
pub struct Case {
    /// Name of the file, without its extension.
    pub file: &'static str,
    /// Method and Request-URI, or status and reason; empty for a line that is neither.
    pub first: &'static str,
    /// Number of header fields.
    pub fields: usize,
    /// Transport, host with its port, branch of each Via, topmost first; `-` for no branch.
    pub vias: &'static [&'static str],
    /// From: display name as written, URI, tag; empty for what is not there.
    pub from: Party,
    /// To.
    pub to: Party,
    /// Call-ID; empty if there is none.
    pub call_id: &'static str,
    /// CSeq; no number if it is none that fits.
    pub cseq: (Option<u32>, &'static str),
    /// Max-Forwards; 70 where nothing else is said.
    pub max_forwards: Option<u32>,
    /// The number in Content-Length.
    pub said: Option<u64>,
    /// Length of the body.
    pub body: usize,
    /// All problems, in any order.
    pub problems: &'static [Told],
    /// What the message has besides.
    pub also: fn(&Message<'_>),
}

/// Display name, URI, tag.
pub type Party = (&'static str, &'static str, &'static str);

/// A problem: its code, the header field it is about, and its place: a stretch that stands once in the message, with the
/// part of it marked that the problem points at. Without the closing mark it goes on to the end of the message.
pub type Told = (&'static str, &'static str, &'static str);

/// What most messages have.
pub const PLAIN: Case = Case {
    file: "",
    first: "",
    fields: 0,
    vias: &[],
    from: ("", "", ""),
    to: ("", "", ""),
    call_id: "",
    cseq: (None, ""),
    max_forwards: Some(70),
    said: Some(0),
    body: 0,
    problems: &[],
    also: |_| {},
};

impl Case {
    fn bytes(&self) -> Vec<u8> {
        fs::read(folder().join(format!("{}.sip", self.file))).unwrap()
    }

    pub fn check(&self) {
        let bytes = self.bytes();
        let mut index = Index::default();
        let message = Message::read(&bytes, &mut index);
        let file = self.file;
        assert_eq!(first(&message), self.first, "{file}: first line");
        assert_eq!(message.headers().len(), self.fields, "{file}: fields");
        let vias: Vec<_> = message.vias().map(via).collect();
        assert_eq!(vias, self.vias, "{file}: Via");
        assert_eq!(party(message.from()), owned(self.from), "{file}: From");
        assert_eq!(party(message.to()), owned(self.to), "{file}: To");
        let call_id = string(message.call_id());
        assert_eq!(call_id, self.call_id, "{file}: Call-ID");
        let cseq = message.cseq().unwrap_or_default();
        assert_eq!(
            (cseq.number, cseq.method.lossy().as_ref()),
            self.cseq,
            "{file}: CSeq"
        );
        let forwards = message.max_forwards();
        assert_eq!(forwards, self.max_forwards, "{file}: Max-Forwards");
        let body = message.body();
        assert_eq!(body.said, self.said, "{file}: Content-Length");
        assert_eq!(body.text.len(), self.body, "{file}: body");
        self.check_problems(&message);
        (self.also)(&message);
    }

    fn check_problems(&self, message: &Message<'_>) {
        let bytes = message.bytes();
        let with_text = |(start, end): (usize, usize), code, name| {
            let text = String::from_utf8_lossy(&bytes[start..end]).into_owned();
            (start, end, code, name, text)
        };
        let told = message.problems();
        let told = told.iter().map(|problem| {
            let span = (problem.span.start as usize, problem.span.end as usize);
            with_text(span, problem.kind.code(), problem.name.spelling())
        });
        let expected = self.problems.iter();
        let expected =
            expected.map(|(code, name, marked)| with_text(place(bytes, marked), code, name));
        let (mut told, mut expected): (Vec<_>, Vec<_>) = (told.collect(), expected.collect());
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected, "{}: problems", self.file);
    }

    /// A reader that is never given a message sees nothing in it. Only a first line that is none hides one.
    pub fn check_framing(&self) {
        let start = frame_datagram(&self.bytes(), 0).map(|framed| framed.start);
        let expected = (!self.first.is_empty()).then_some(0);
        assert_eq!(start, expected, "{}", self.file);
    }

    pub fn check_printing(&self) {
        let bytes = self.bytes();
        let mut index = Index::default();
        let parts = Message::read(&bytes, &mut index).parts();
        let printed: Vec<_> = parts
            .flat_map(|(_, text): (Part, Text<'_>)| text.bytes())
            .copied()
            .collect();
        assert!(printed == bytes, "{}", self.file);
    }
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/torture")
}

fn first(message: &Message<'_>) -> String {
    match message.first_line() {
        FirstLine::Request { method, uri, .. } => format!("{} {}", method.lossy(), uri.lossy()),
        FirstLine::Status { code, reason, .. } => format!("{code} {}", reason.lossy()),
        FirstLine::Other(_) => String::new(),
    }
}

fn via(via: Via<'_>) -> String {
    let port = via.port.map(|port| format!(":{}", port.text.lossy()));
    let branch = via.branch().map_or("-".into(), Text::lossy);
    let (transport, host) = (via.transport.lossy(), via.host.text.lossy());
    format!("{transport} {host}{} {branch}", port.unwrap_or_default())
}

fn party(address: Option<Address<'_>>) -> (String, String, String) {
    let address = address.unwrap_or_default();
    (
        string(address.display()),
        string(Some(address.uri_text())),
        string(address.tag()),
    )
}

fn owned((display, uri, tag): Party) -> (String, String, String) {
    (display.into(), uri.into(), tag.into())
}

/// Start and end of the marked part of a stretch that stands once in these bytes.
fn place(bytes: &[u8], marked: &str) -> (usize, usize) {
    let (before, rest) = marked.split_once('«').unwrap();
    let (inside, after) = rest.split_once('»').unwrap_or((rest, ""));
    let stretch = [before, inside, after].concat();
    let found: Vec<_> = memmem::find_iter(bytes, &stretch).collect();
    let [found] = found[..] else {
        panic!("stands {} times: {marked:?}", found.len());
    };
    let start = found + before.len();
    let closed = rest.contains('»');
    (
        start,
        if closed {
            start + inside.len()
        } else {
            bytes.len()
        },
    )
}

/// The text, empty if there is none.
pub fn string(text: Option<Text<'_>>) -> String {
    text.unwrap_or_default().lossy().into_owned()
}

pub fn strings<'a>(texts: impl Iterator<Item = Text<'a>>) -> Vec<String> {
    texts.map(|text| string(Some(text))).collect()
}

/// The parameters one after the other, with a semicolon in front of each.
pub fn params(params: Params<'_>) -> String {
    let params = params.iter().map(|param| match param.value {
        Some(value) => format!(";{}={}", param.name.lossy(), value.lossy()),
        None => format!(";{}", param.name.lossy()),
    });
    params.collect()
}

/// The Request-URI.
pub fn target<'a>(message: &Message<'a>) -> Uri<'a> {
    message.first_line().uri().unwrap()
}

pub fn contacts<'a>(message: &Message<'a>) -> Vec<Address<'a>> {
    message.addresses(Name::Contact).collect()
}

/// Whether a URI means the same as the one that is spelled here.
pub fn means(uri: Uri<'_>, spelled: &str) -> bool {
    let spelled = Text::all(spelled.as_bytes());
    uri.equivalent(&Uri::read(spelled, &mut Problems::ignored()))
}

pub fn ip(spelled: &str) -> Option<IpAddr> {
    Some(spelled.parse().unwrap())
}

pub fn port(uri: Uri<'_>) -> Option<u16> {
    uri.port?.number
}

/// The unfolded value of a header field with a name that is not in the table of names.
pub fn unknown_field(message: &Message<'_>, name: &str) -> String {
    let value = message.other(name).unwrap().unfolded();
    String::from_utf8(value.into_owned()).unwrap()
}

/// Kind, port and address of each medium that the body describes.
pub fn media(message: &Message<'_>) -> Vec<(String, Option<u16>, Option<IpAddr>)> {
    let body = message.body();
    assert!(body.is("application", "sdp"));
    let media = Sdp::read(body.text, &mut Problems::ignored()).media();
    let media = media.map(|medium| {
        let connection = medium.connection().unwrap();
        (string(Some(medium.kind)), medium.port, connection.ip)
    });
    media.collect()
}
