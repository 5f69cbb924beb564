//! What a flow document says, as data: its flows, their actors and steps, and the messages that it prints for them.

use crate::sip::is_placeholder;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The flows, in the order of the text.
    pub flows: Vec<Flow>,
    /// Headings that announce a flow and contain none.
    pub announced: Vec<Heading>,
    /// Values that were left out in the document and could not be filled in, because they take too much room.
    pub left_out: u64,
}

/// A heading of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its number, such as `6.1.2`.
    pub number: String,
    /// Its text.
    pub title: String,
    /// The line that it begins in, from 1.
    pub line: u64,
}

/// A flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The number of its section, such as `6.1.1`; where a figure numbers the steps, that of the figure, such as `Figure 3.7`.
    pub id: String,
    /// The title of that section or figure.
    pub title: String,
    /// The line that the section begins in.
    pub line: u64,
    /// Captions of the figures in it.
    pub figures: Vec<Remark>,
    /// Where these captions contradict the headings above them, or each other.
    pub contradictions: Vec<Contradiction>,
    /// Who takes part, in the order in which they appear.
    pub actors: Vec<Actor>,
    /// What they do.
    pub steps: Vec<Step>,
}

/// Something that the text says somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Its line.
    pub line: u64,
    /// Its words.
    pub text: String,
}

/// One who takes part in a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// The name that tells it from all others.
    pub name: String,
    /// What else the document calls it.
    pub aliases: Vec<String>,
    /// Its hosts in Via and Route.
    pub hosts: Vec<String>,
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A SIP request goes from one to another.
    Request,
    /// A SIP response does.
    Response,
    /// Somebody does something on its own.
    Internal,
    /// Something goes from one to another that is not SIP.
    OtherProtocol,
}

impl StepKind {
    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Internal => "internal",
            Self::OtherProtocol => "other",
        }
    }

    /// Whether it is a SIP message.
    pub fn is_sip(self) -> bool {
        matches!(self, Self::Request | Self::Response)
    }
}

/// A step of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number, by its place where the printed one cannot be right. Arrows of a ladder may have none.
    pub number: Option<String>,
    /// What it is called.
    pub title: String,
    /// The line that it begins in.
    pub line: u64,
    /// The line of its title, which may stand below its number.
    pub title_line: u64,
    /// What it is.
    pub kind: StepKind,
    /// The method of the request, or of the request that the response answers.
    pub method: Option<String>,
    /// The status of a response.
    pub status: Option<u16>,
    /// Who the text says sends and receives, in its words.
    pub said: (Option<String>, Option<String>),
    /// Position of the sender among the actors.
    pub from: Option<usize>,
    /// Position of the receiver.
    pub to: Option<usize>,
    /// The text of the step.
    pub prose: Vec<Remark>,
    /// Caption of its example.
    pub caption: Option<Remark>,
    /// Caption of a second table, where another protocol answers in the same step: it goes back from the receiver.
    pub answer: Option<Remark>,
    /// The example.
    pub message: Option<Message>,
    /// Where the text contradicts itself.
    pub contradictions: Vec<Contradiction>,
}

impl Step {
    /// A step of which only its place is known.
    pub(super) fn new(number: Option<String>, title: String, line: u64) -> Self {
        Self {
            number,
            title,
            line,
            title_line: line,
            kind: StepKind::Internal,
            method: None,
            status: None,
            said: (None, None),
            from: None,
            to: None,
            prose: Vec::new(),
            caption: None,
            answer: None,
            message: None,
            contradictions: Vec::new(),
        }
    }

    pub(super) fn contradict(
        &mut self,
        line: u64,
        what: Contradicted,
        says: impl Into<String>,
        is: impl Into<String>,
    ) {
        self.contradictions.push(Contradiction {
            line,
            what,
            says: says.into(),
            is: is.into(),
        });
    }
}

/// What the text says twice, and not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradicted {
    /// The number of the step is not the one that it has by its place.
    Number,
    /// The prose names another sender.
    Sender,
    /// The prose names a receiver whom the message never reaches.
    Receiver,
    /// The title names other ends than the request that is answered, or than Via.
    Title,
    /// The caption names other ends than the title, or another message than is printed.
    Caption,
    /// A method is spelled as none is.
    Method,
    /// The title announces another message than the one that is printed.
    Message,
    /// The text names another message than the step shows, by the number of another one or not, or calls a request a response.
    Reference,
    /// The text names a table that is not there, or the title another one than the caption.
    Table,
    /// The caption of the figure does not fit the flow.
    Figure,
    /// The name of the test case names somebody who takes no part.
    Name,
}

impl Contradicted {
    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Sender => "sender",
            Self::Receiver => "receiver",
            Self::Title => "title",
            Self::Caption => "caption",
            Self::Method => "method",
            Self::Message => "message",
            Self::Reference => "reference",
            Self::Table => "table",
            Self::Figure => "figure",
            Self::Name => "name",
        }
    }
}

/// A place where the text contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The line that is taken to be wrong.
    pub line: u64,
    /// What is.
    pub what: Contradicted,
    /// What stands there.
    pub says: String,
    /// What the rest of the flow says.
    pub is: String,
}

/// A message as it is printed, and as it is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The line of its first line.
    pub line: u64,
    /// The first line as it is printed.
    pub start_line: String,
    /// The header fields in their order.
    pub headers: Vec<Header>,
    /// The first line of dots among them, which stand for fields that are not printed.
    pub further: Option<u64>,
    /// Whether dots below it leave open whether all of its fields are printed.
    pub is_open: bool,
    /// The body, if there is one.
    pub body: Option<Body>,
    /// Whether its end is not printed because it is not known.
    pub is_cut: bool,
}

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name as printed.
    pub name: String,
    /// Its value as printed, put together where it is broken.
    pub printed: String,
    /// The value that is meant.
    pub value: String,
    /// The lines of the field.
    pub lines: Vec<u64>,
    /// Where the value comes from, if it is not printed here.
    pub inherited: Option<Inherited>,
}

/// Where a value comes from that is not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inherited {
    /// Position of the step whose message this one repeats.
    pub step: usize,
    /// The lines in which the value was printed in the end.
    pub lines: Vec<u64>,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its lines, with the indentation of the document taken away.
    pub text: String,
    /// The first and the last line in which it is printed.
    pub lines: (u64, u64),
    /// Whether dots or a remark stand there instead of it: `[PIDF document]`.
    pub is_placeholder: bool,
    /// Position of the step whose body it is, if it is not printed here.
    pub inherited: Option<usize>,
}

impl Message {
    /// The bytes as they are meant.
    pub fn bytes(&self) -> Vec<u8> {
        super::bytes::of(self).0
    }

    /// The method, if it is a request.
    pub fn method(&self) -> Option<&str> {
        match self.status() {
            Some(_) => None,
            None => self.start_line.split_whitespace().next(),
        }
    }

    /// The status, if it is a response.
    pub fn status(&self) -> Option<u16> {
        let rest = self.start_line.trim_start().strip_prefix("SIP/2.0")?;
        rest.split_whitespace().next()?.parse().ok()
    }

    /// The first value of a header, by its full name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|header| header.is(name));
        named.next().map(|header| header.value.as_str())
    }

    /// Its body, unless only something else stands there.
    pub fn known_body(&self) -> Option<&Body> {
        self.body.as_ref().filter(|body| !body.is_placeholder)
    }

    /// Whether anything in it is not printed here.
    pub fn is_filled(&self) -> bool {
        let body = self
            .body
            .as_ref()
            .is_some_and(|body| body.inherited.is_some());
        body || self.headers.iter().any(|header| header.inherited.is_some())
    }
}

impl Header {
    /// Whether its value is left out: nothing or dots stand there. The dots of a length do not say that it is as before.
    pub fn is_left_out(&self) -> bool {
        let dots = is_placeholder(&self.printed) && !self.is("Content-Length");
        self.printed.is_empty() || dots
    }

    /// Whether it has this name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}
