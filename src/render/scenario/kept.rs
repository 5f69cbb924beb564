//! What a scenario keeps of a message that it got, in a variable that is numbered as the message.

use std::fmt::Write;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    Via,
    From,
    To,
    CallId,
    CSeq,
    RecordRoute,
    /// The tag of who sent it, as a parameter.
    Tag,
    /// The URI in its Contact.
    Target,
    /// The number of a reliable provisional response.
    RSeq,
    /// The entity tag of a publication.
    Etag,
}

/// The variable for what a regular expression has in common with others.
pub(super) const REST: &str = "rest";

/// The header fields with which a response repeats its request.
pub(super) const REPEATED: [Kept; 5] = [Kept::Via, Kept::From, Kept::To, Kept::CallId, Kept::CSeq];

impl Kept {
    /// Its name in a header field, and the short one.
    fn header(self) -> (&'static str, &'static str) {
        match self {
            Self::Via => ("Via", "v"),
            Self::From => ("From", "f"),
            Self::To => ("To", "t"),
            Self::CallId => ("Call-ID", "i"),
            Self::CSeq => ("CSeq", ""),
            Self::RecordRoute => ("Record-Route", ""),
            Self::Tag | Self::Target => ("Contact", "m"),
            Self::RSeq => ("RSeq", ""),
            Self::Etag => ("SIP-ETag", ""),
        }
    }

    /// `[last_Via:]`
    pub(super) fn last(self) -> String {
        format!("[last_{}:]", self.header().0)
    }

    /// `[$via3]`
    pub(super) fn of(self, event: usize) -> String {
        format!("[${}]", self.variable(event))
    }

    fn variable(self, event: usize) -> String {
        let name = match self {
            Self::Via => "via",
            Self::From => "from",
            Self::To => "to",
            Self::CallId => "call_id",
            Self::CSeq => "cseq",
            Self::RecordRoute => "record_route",
            Self::Tag => "tag",
            Self::Target => "target",
            Self::RSeq => "rseq",
            Self::Etag => "etag",
        };
        format!("{name}{}", event + 1)
    }

    /// Whether it is kept as a group of a longer expression.
    pub(super) fn is_group(self) -> bool {
        self == Self::RecordRoute || REPEATED.contains(&self)
    }

    /// Writes how it is kept.
    pub(super) fn write(self, out: &mut String, event: usize, is_request: bool) {
        let variable = self.variable(event);
        let (long, short) = self.header();
        let (expression, header) = match self {
            Self::Tag if is_request => (";tag=[^;]*", "From"),
            Self::Tag => (";tag=[^;]*", "To"),
            Self::Target => ("sips?:[^>]*", long),
            Self::RSeq => ("[0-9]+", long),
            Self::Etag => ("[^[:space:]]+", long),
            _ => {
                // All fields of the name that stand together, names included.
                let name = match short.is_empty() {
                    true => long.to_owned(),
                    false => format!("({long}|{short})"),
                };
                let field = format!("{name}:[^[:cntrl:]]*");
                // Writing to a string cannot fail, here and below.
                let _ = writeln!(
                    out,
                    "      <ereg regexp=\"[[:cntrl:]]({field}([[:cntrl:]]+{field})*)\" search_in=\"msg\" assign_to=\"{REST},{variable}\"/>"
                );
                return;
            }
        };
        let _ = writeln!(
            out,
            "      <ereg regexp=\"{expression}\" search_in=\"hdr\" header=\"{header}:\" assign_to=\"{variable}\"/>"
        );
    }
}
