//! A message for programs: its header fields in their order with their places, each value read as its name says, what the
//! body says, and what is odd. All of it is made while it is written.

mod body;
mod sdp;
mod value;
mod write;
mod xml;

use serde::ser::{Serialize, Serializer};
use sipscope::sip::{
    FirstLine, Header, Message, Name, Opinion, Problem, Text, Uri, Value, second_opinion,
};

use body::{Carried, Within};
use write::{Each, Shown, beginning, object, shown};

/// Everything that can be said about one message.
pub(super) struct Typed<'a> {
    pub(super) message: Message<'a>,
    pub(super) problems: &'a [Problem],
}

impl Serialize for Typed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.message;
        let bytes = message.bytes();
        object!(serializer;
            "first_line": Shown(FirstOf(message)),
            "headers": Each(|| message.headers().map(Shown)),
            "body": Carried { body: message.body(), within: Within::default() },
            "problems": Each(|| self.problems.iter().map(|problem| Shown((bytes, *problem))))
        )
    }
}

/// The first line of a message.
struct FirstOf<'a>(Message<'a>);

impl Serialize for Shown<FirstOf<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.0.0;
        let span = Shown(message.first_line_text().span());
        let line = message.first_line();
        match line {
            FirstLine::Request {
                method, version, ..
            } => object!(serializer;
                "kind": "request",
                "method": Shown(method),
                "uri": line.uri().map(Shown::<Uri<'_>>),
                "version": Shown(version),
                "span": span
            ),
            FirstLine::Status {
                version,
                code,
                reason,
            } => object!(serializer;
                "kind": "response",
                "version": Shown(version),
                "status": code,
                "reason": Shown(reason),
                "span": span
            ),
            FirstLine::Other(_) => object!(serializer; "kind": "other", "span": span),
        }
    }
}

/// A value of a header field, as it stands there and as it is read.
struct Read<'a> {
    known: Name,
    value: Text<'a>,
    typed: Value<'a>,
}

fn values<'a>(header: &Header<'a>) -> impl Iterator<Item = Shown<Read<'a>>> + use<'a> {
    let known = header.known;
    let values = header.values().zip(header.typed());
    values.map(move |(value, typed)| {
        Shown(Read {
            known,
            value,
            typed,
        })
    })
}

shown! {
    Header<'_>, header => {
        "name": Shown(header.name),
        "known": spelling(header.known),
        "span": Shown(header.lines.span()),
        "name_span": Shown(header.name.span()),
        "value_span": Shown(header.value.span()),
        "folded": header.folded,
        "values": Each(|| values(header))
    }
    Read<'_>, read => {
        "text": String::from_utf8_lossy(&read.value.unfolded()),
        "span": Shown(read.value.span()),
        "typed": Shown(read.typed),
        "rsip": rsip(read.known, read.value)
    }
    (&[u8], Problem), told => {
        "code": told.1.kind.code(),
        "expected": told.1.kind.expected(),
        "header": spelling(told.1.name),
        "span": Shown(told.1.span),
        "text": beginning(told.1.span.of(told.0));
        "more": Some(told.1.more).filter(|more| *more > 0)
    }
}

/// What rsip makes of the value, if it is asked.
fn rsip(name: Name, value: Text<'_>) -> Option<&'static str> {
    match second_opinion(name, value) {
        Opinion::Agrees => Some("agrees"),
        Opinion::Differs => Some("differs"),
        Opinion::Refuses => Some("refuses"),
        Opinion::NotAsked => None,
    }
}

fn spelling(name: Name) -> Option<&'static str> {
    Some(name.spelling()).filter(|spelling| !spelling.is_empty())
}
