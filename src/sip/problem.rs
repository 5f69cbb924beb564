//! What was odd about a message, and where: said, never acted upon. Reading goes on after each of these; whether one breaks
//! a rule is for the rules to judge.

use super::name::Name;
use crate::base::Span;

/// Something that stands otherwise in a message than its grammar has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the message. Empty where something is missing.
    pub span: Span,
    /// What kind of oddity.
    pub kind: ProblemKind,
    /// The header field that it is about, or that is missing; [`Name::Other`] if it is about none that has a name.
    pub name: Name,
    /// How many more of its kind were noted that are not listed. Only the last one listed of a kind tells it.
    pub more: u32,
}

/// Defines the kinds with their code (stable, for machines) and what was expected instead (for people).
macro_rules! problem_kinds {
    ($($variant:ident $code:literal $expected:literal)+) => {
        /// The kinds of problem; each says what was expected.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemKind {
            $(#[doc = $expected] $variant,)+
        }

        impl ProblemKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in output, the same in all versions.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What should have stood there.
            pub fn expected(self) -> &'static str {
                match self { $(Self::$variant => $expected,)+ }
            }
        }
    };
}

problem_kinds! {
    // The first line and the lines below it.
    StartLine             "start-line"              "a request line or a status line (RFC 3261 7.1, 7.2)"
    StartLineSpace        "start-line-space"        "one space between the parts of the first line and none around them (RFC 3261 7.1, 7.2)"
    Version               "version"                 "SIP/2.0 (RFC 3261 7.1)"
    UriInBrackets         "uri-in-brackets"         "a Request-URI without angle brackets (RFC 3261 7.1)"
    StatusCode            "status-code"             "a status code from 100 to 699 (RFC 3261 7.2)"
    LineEnd               "line-end"                "CR LF at the end of each line (RFC 3261 7)"
    StrayReturn           "stray-return"            "CR only in front of LF (RFC 3261 25.1)"
    NoEmptyLine           "no-empty-line"           "an empty line after the header fields (RFC 3261 7)"
    NoColon               "no-colon"                "a header field: name, colon, value (RFC 3261 7.3.1)"
    FieldName             "field-name"              "a token as name of the header field (RFC 3261 7.3.1)"
    Nul                   "nul"                     "no NUL in the header section (RFC 3261 25.1)"
    ControlCharacter      "control-character"       "no control character, unless a backslash in quotes or a comment stands in front of it (RFC 3261 25.1)"
    Utf8                  "utf8"                    "UTF-8 in the header section (RFC 3261 7.3.1)"
    // Which fields there are.
    Missing               "missing"                 "a header field that every such message has (RFC 3261 8.1.1, 8.2.6.2)"
    Repeated              "repeated"                "this header field once (RFC 3261 7.3.1)"
    MethodDiffers         "method-differs"          "the method of the request (RFC 3261 8.1.1.5)"
    // Values.
    NoValue               "no-value"                "a value"
    EmptyElement          "empty-element"           "a value between the commas"
    AfterEnd              "after-end"               "the end of the value"
    Number                "number"                  "a number"
    NumberTooLarge        "number-too-large"        "a smaller number"
    Token                 "token"                   "a token (RFC 3261 25.1)"
    Quote                 "quote"                   "a closing quotation mark"
    Bracket               "bracket"                 "a closing angle bracket"
    BracketsNeeded        "brackets-needed"         "angle brackets around a URI with comma, question mark or semicolon (RFC 3261 20)"
    BracketsAlways        "brackets-always"         "angle brackets around the URI: this header field has no other form"
    DisplayName           "display-name"            "a display name of tokens or in quotation marks (RFC 3261 25.1)"
    Parameter             "parameter"               "a parameter: name, or name=value"
    ParameterValue        "parameter-value"         "a token, a host or one quoted string as value of a parameter (RFC 3261 25.1)"
    ParameterMissing      "parameter-missing"       "a parameter that has to be here"
    ParameterRepeated     "parameter-repeated"      "this parameter once (RFC 3261 7.3.1)"
    Scheme                "scheme"                  "a URI that begins with its scheme (RFC 3986 3.1)"
    SchemeNotHere         "scheme-not-here"         "a sip, sips or tel URI (RFC 3325 9.1, 9.2)"
    User                  "user"                    "a user in front of the @ (RFC 3261 25.1)"
    Host                  "host"                    "a host name or an IP address"
    HostBrackets          "host-brackets"           "square brackets around an IPv6 address (RFC 3261 25.1)"
    Port                  "port"                    "a port from 1 to 65535"
    Escape                "escape"                  "two hexadecimal digits after a percent sign"
    UriCharacter          "uri-character"           "only characters that may stand in a URI, or escapes (RFC 3986 2)"
    UriHeaders            "uri-headers"             "no headers in a URI at this place (RFC 3261 19.1.1)"
    UriHeader             "uri-header"              "name=value as header in a URI (RFC 3261 25.1)"
    UriMethod             "uri-method"              "no method in a URI at this place (RFC 3261 19.1.1)"
    TelephoneNumber       "telephone-number"        "a telephone number: with + and digits, or with phone-context (RFC 3966 3)"
    Urn                   "urn"                     "urn, namespace, name (RFC 8141 2)"
    ViaProtocol           "via-protocol"            "protocol/version/transport (RFC 3261 20.42)"
    Star                  "star"                    "* alone, or no * (RFC 3261 20.10)"
    CallId                "call-id"                 "a word, or two with @ between them (RFC 3261 25.1)"
    Keyword               "keyword"                 "one of the few words that may stand here"
    Quality               "quality"                 "a number from 0 to 1 with three decimals at most (RFC 3261 25.1)"
    EntryIndex            "entry-index"             "numbers with points between them (RFC 7044 5.1)"
    MediaType             "media-type"              "type/subtype (RFC 3261 25.1)"
    Quoted                "quoted"                  "quotation marks around the value (RFC 7616 3.3, 3.4)"
    Unquoted              "unquoted"                "no quotation marks around the value (RFC 7616 3.3, 3.4)"
    NonceCount            "nonce-count"             "eight hexadecimal digits (RFC 7616 3.4)"
    AkaNonce              "aka-nonce"               "RAND and AUTN, 32 bytes, in the nonce of AKA (RFC 3310 3.2)"
    AuthScheme            "auth-scheme"             "an authentication scheme (RFC 3261 25.1)"
    Base64                "base64"                  "base64 (RFC 4648 4)"
    Date                  "date"                    "a date such as Sat, 13 Nov 2010 23:29:00 GMT (RFC 3261 20.17)"
    DateZone              "date-zone"               "GMT, the only time zone of a SIP date (RFC 3261 20.17)"
    Warning               "warning"                 "three digits, a host or name, a text in quotation marks (RFC 3261 20.43)"
    SessionId             "session-id"              "32 hexadecimal digits in lower case (RFC 7989 5)"
    // Bodies.
    BodyShort             "body-short"              "as many bytes of body as Content-Length says (RFC 3261 18.3)"
    BodyLong              "body-long"               "no bytes behind the length that Content-Length says (RFC 3261 18.3)"
    ContentType           "content-type"            "a Content-Type that says what the body is (RFC 3261 7.4.1)"
    Boundary              "boundary"                "a boundary parameter of a multipart type (RFC 2046 5.1.1)"
    BoundaryLength        "boundary-length"         "a boundary of at most 70 characters (RFC 2046 5.1.1)"
    NoBoundary            "no-boundary"             "the boundary line of the multipart body (RFC 2046 5.1.1)"
    MultipartEnd          "multipart-end"           "the closing boundary line (RFC 2046 5.1.1)"
    Sdp                   "sdp"                     "a line of SDP: one letter, =, value (RFC 8866 5)"
    SdpValue              "sdp-value"               "a value as RFC 8866 5 has it"
    SdpOrder              "sdp-order"               "this line at its place in the description (RFC 8866 5)"
    Xml                   "xml"                     "well-formed XML"
    XmlNamespace          "xml-namespace"           "a namespace that the prefix stands for"
    XmlEntity             "xml-entity"              "no entity beyond the five of XML and characters by number"
    XmlRoot               "xml-root"                "the root element of this media type"
    XmlElement            "xml-element"             "an element that has to be here"
    XmlAttribute          "xml-attribute"           "an attribute that has to be here, with a value that it may have"
    Summary               "summary"                 "a line of a message summary: name, colon, value (RFC 3842 5.2)"
    Fragment              "fragment"                "a part of a SIP message (RFC 3420 2)"
    // Limits of the reader: these may stand in a message, only that what they hide is not looked at.
    NestingNotRead        "nesting-not-read"        "not read: what is nested deeper than this"
    EncodingNotRead       "encoding-not-read"       "not read: a body in another encoding than the plain ones"
    CharsetNotRead        "charset-not-read"        "not read: characters of XML in another encoding than UTF-8"
    DoctypeNotRead        "doctype-not-read"        "not read: what a document type declares, such as entities"
}

impl ProblemKind {
    /// Whether it tells where reading ended, and nothing against the message.
    pub fn is_limit(self) -> bool {
        matches!(
            self,
            Self::NestingNotRead
                | Self::EncodingNotRead
                | Self::CharsetNotRead
                | Self::DoctypeNotRead
        )
    }
}

/// Where problems go. Most readers are called for a value and not for its faults: they pass [`Problems::ignored`].
#[derive(Debug)]
pub struct Problems {
    list: Vec<Problem>,
    /// How many of each kind were noted, once something was.
    noted: Vec<u32>,
    keep: bool,
    about: Name,
}

impl Problems {
    /// Of each kind, so many are listed; the last one tells how many more there are. A flood of one kind hides no other.
    pub const MOST: u32 = 100;

    /// Keeps them.
    pub fn kept() -> Self {
        Self {
            keep: true,
            ..Self::ignored()
        }
    }

    /// Does not keep them, and costs nothing.
    pub fn ignored() -> Self {
        Self {
            list: Vec::new(),
            noted: Vec::new(),
            keep: false,
            about: Name::Other,
        }
    }

    /// Says which header field the next ones are about.
    pub(super) fn about(&mut self, name: Name) {
        self.about = name;
    }

    /// Whether it is worth looking for them.
    pub fn wanted(&self) -> bool {
        self.keep
    }

    /// Notes one.
    pub fn note(&mut self, span: Span, kind: ProblemKind) {
        if !self.keep {
            return;
        }
        if self.noted.is_empty() {
            self.noted.resize(ProblemKind::ALL.len(), 0);
        }
        let noted = &mut self.noted[kind as usize];
        *noted = noted.saturating_add(1);
        if *noted <= Self::MOST {
            self.list.push(Problem {
                span,
                kind,
                name: self.about,
                more: 0,
            });
        }
    }

    /// All that are listed.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// All that are listed, in the order of their places, each once.
    pub fn sorted(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| {
            (
                problem.span.start,
                problem.span.end,
                problem.kind,
                problem.name,
            )
        });
        self.list.dedup();
        for problem in self.list.iter_mut().rev() {
            let noted = &mut self.noted[problem.kind as usize];
            problem.more = noted.saturating_sub(Self::MOST);
            *noted = 0;
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ProblemKind::ALL.len());
    }

    #[test]
    fn limits_say_that_something_is_not_read() {
        for kind in ProblemKind::ALL {
            let says_so = kind.expected().starts_with("not read: ");
            assert_eq!(says_so, kind.is_limit(), "{kind:?}");
        }
    }

    #[test]
    fn a_flood_of_one_kind_is_cut_says_so_and_hides_no_other() {
        let mut problems = Problems::kept();
        for at in (0..5000).rev() {
            problems.note(Span::new(at, at), ProblemKind::Number);
        }
        problems.note(Span::new(9000, 9000), ProblemKind::Token);
        problems.note(Span::new(1, 2), ProblemKind::Missing);
        let list = problems.sorted();
        let places: Vec<_> = list.iter().map(|problem| problem.span.start).collect();
        assert!(places.is_sorted(), "{places:?}");
        let more: Vec<_> = list.iter().filter(|problem| problem.more > 0).collect();
        let [cut] = more[..] else {
            panic!("{more:?}");
        };
        assert_eq!((cut.kind, cut.more), (ProblemKind::Number, 4900));
        let of = |kind| list.iter().filter(|problem| problem.kind == kind).count();
        assert_eq!(of(ProblemKind::Number), 100);
        assert_eq!((of(ProblemKind::Token), of(ProblemKind::Missing)), (1, 1));
    }

    #[test]
    fn what_is_noted_twice_is_listed_once() {
        let mut problems = Problems::kept();
        problems.note(Span::new(1, 2), ProblemKind::Quote);
        problems.note(Span::new(1, 2), ProblemKind::Quote);
        assert_eq!(problems.sorted().len(), 1);
        let mut ignored = Problems::ignored();
        ignored.note(Span::default(), ProblemKind::Number);
        assert!(ignored.list().is_empty());
    }
}
