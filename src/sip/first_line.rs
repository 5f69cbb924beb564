//! The first line, taken apart: method, Request-URI and version, or version, status and reason (RFC 3261 7.1, 7.2). What the
//! framing forgives is read here and noted.

use super::problem::{ProblemKind, Problems};
use super::start_line::{self, Start};
use super::text::Text;
use super::uri::Uri;

/// A request line, a status line, or a line that is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLine<'a> {
    /// Method, address, version.
    Request {
        /// The method as written.
        method: Text<'a>,
        /// The Request-URI, without brackets.
        uri: Text<'a>,
        /// The version as written; empty if there is none.
        version: Text<'a>,
    },
    /// Version, status, reason.
    Status {
        /// The version as written.
        version: Text<'a>,
        /// The status code.
        code: u16,
        /// The reason phrase; may be empty.
        reason: Text<'a>,
    },
    /// Something else.
    Other(Text<'a>),
}

impl<'a> FirstLine<'a> {
    pub(super) fn read(line: Text<'a>, start: Option<Start>, problems: &mut Problems) -> Self {
        match start {
            Some(Start::Request(method)) => Self::request(line, line.moved(method), problems),
            Some(Start::Response(code)) => Self::status(line, code, problems),
            None => {
                problems.note(line.span(), ProblemKind::StartLine);
                Self::Other(line)
            }
        }
    }

    fn request(line: Text<'a>, method: Text<'a>, problems: &mut Problems) -> Self {
        let rest = line.from(method.end());
        let uri_end = start_line::before_version(rest.bytes()).map(|before| before.len());
        let (target, version) = match uri_end {
            Some(length) => {
                let split = rest.start() + length;
                (rest.between(rest.start(), split), rest.from(split))
            }
            None => (rest, rest.from(rest.end())),
        };
        let (spaced, target) = (target, target.trimmed());
        let version = version.between(
            version.start(),
            version.start() + version_length(version.bytes()),
        );
        let one_space = |length: usize| length == 1;
        let tidy = method.start() == line.start()
            && one_space(target.start() - method.end())
            && (version.is_empty() || one_space(spaced.end() - target.end()))
            && (version.is_empty() || version.end() == line.end());
        if !tidy {
            problems.note(line.span(), ProblemKind::StartLineSpace);
        }
        check_version(line, version, problems);
        let uri = without_brackets(target);
        if uri != target {
            problems.note(target.span(), ProblemKind::UriInBrackets);
        }
        if problems.wanted() {
            Uri::read(uri, problems).check_as_target(problems);
        }
        Self::Request {
            method,
            uri,
            version,
        }
    }

    fn status(line: Text<'a>, code: u16, problems: &mut Problems) -> Self {
        let text = line.trimmed();
        let version = text.between(text.start(), text.start() + version_length(text.bytes()));
        let digits = text.from(version.end()).trimmed();
        let rest = text.from(digits.start() + 3);
        let reason = rest.trimmed();
        let tidy = text.start() == line.start()
            && digits.start() == version.end() + 1
            && (reason.is_empty() || reason.start() == rest.start() + 1);
        if !tidy {
            problems.note(line.span(), ProblemKind::StartLineSpace);
        }
        check_version(line, version, problems);
        if !(100..700).contains(&code) {
            let code = digits.between(digits.start(), digits.start() + 3);
            problems.note(code.span(), ProblemKind::StatusCode);
        }
        Self::Status {
            version,
            code,
            reason,
        }
    }

    /// The Request-URI, without brackets.
    pub fn uri_text(&self) -> Option<Text<'a>> {
        match self {
            Self::Request { uri, .. } => Some(*uri),
            _ => None,
        }
    }

    /// The same, taken apart.
    pub fn uri(&self) -> Option<Uri<'a>> {
        Some(Uri::read(self.uri_text()?, &mut Problems::ignored()))
    }
}

/// The version at the start of these bytes: name, slash, digits, point, digits; spaces may be around the slash.
fn version_length(bytes: &[u8]) -> usize {
    start_line::version(bytes).map_or(0, |rest| bytes.len() - rest.len())
}

fn check_version(line: Text<'_>, version: Text<'_>, problems: &mut Problems) {
    if version != "SIP/2.0" {
        let span = if version.is_empty() {
            line.span()
        } else {
            version.span()
        };
        problems.note(span, ProblemKind::Version);
    }
}

fn without_brackets(target: Text<'_>) -> Text<'_> {
    let bytes = target.bytes();
    let open = usize::from(bytes.first() == Some(&b'<'));
    let close = usize::from(bytes.len() > open && bytes.last() == Some(&b'>'));
    target
        .between(target.start() + open, target.end() - close)
        .trimmed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (FirstLine<'_>, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let text = Text::all(line.as_bytes());
        let start = start_line::read(line.as_bytes(), line.len(), b"Via: x\r\n");
        let first = FirstLine::read(text, start, &mut problems);
        let kinds = problems.list().iter().map(|problem| problem.kind);
        (first, kinds.collect())
    }

    fn request(line: &str) -> (String, String, String, Vec<ProblemKind>) {
        match read(line) {
            (
                FirstLine::Request {
                    method,
                    uri,
                    version,
                },
                kinds,
            ) => (
                method.lossy().into_owned(),
                uri.lossy().into_owned(),
                version.lossy().into_owned(),
                kinds,
            ),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn takes_lines_apart() {
        let own = |method: &str, uri: &str, version: &str, kinds: &[ProblemKind]| {
            (
                method.to_owned(),
                uri.to_owned(),
                version.to_owned(),
                kinds.to_vec(),
            )
        };
        use ProblemKind::{StartLineSpace, UriCharacter, UriInBrackets, Version};
        let uri = "sip:bob@example.com";
        for (line, kinds) in [
            ("INVITE sip:bob@example.com SIP/2.0", [].as_slice()),
            ("INVITE  sip:bob@example.com SIP/2.0", &[StartLineSpace]),
            ("INVITE sip:bob@example.com SIP/2.0 ", &[StartLineSpace]),
            ("INVITE sip:bob@example.comSIP/2.0", &[StartLineSpace]),
            (" INVITE sip:bob@example.com SIP/2.0", &[StartLineSpace]),
            ("INVITE <sip:bob@example.com> SIP/2.0", &[UriInBrackets]),
        ] {
            assert_eq!(
                request(line),
                own("INVITE", uri, "SIP/2.0", kinds),
                "{line}"
            );
        }
        assert_eq!(
            request("INVITE sip:bob@example.com"),
            own("INVITE", uri, "", &[Version])
        );
        assert_eq!(
            request("INVITE sip:bob@example.com SIP/7.0"),
            own("INVITE", uri, "SIP/7.0", &[Version])
        );
        assert_eq!(
            request("INVITE sip:a@b.example;Method=ACK?x=y SIP/2.0").3,
            [ProblemKind::UriHeaders, ProblemKind::UriMethod]
        );
        assert_eq!(
            request("INVITE sip:a b@example.com SIP/2.0").3,
            [UriCharacter]
        );
    }

    #[test]
    fn takes_status_lines_apart() {
        let status = |line| match read(line) {
            (FirstLine::Status { code, reason, .. }, kinds) => {
                (code, reason.lossy().into_owned(), kinds)
            }
            other => panic!("{other:?}"),
        };
        use ProblemKind::{StartLineSpace, StatusCode, Version};
        assert_eq!(status("SIP/2.0 200 OK"), (200, "OK".to_owned(), vec![]));
        assert_eq!(
            status("SIP/2.0 404 Not  Found"),
            (404, "Not  Found".to_owned(), vec![])
        );
        assert_eq!(status("SIP/2.0 487 "), (487, String::new(), vec![]));
        assert_eq!(status("SIP/2.0  200 OK").2, [StartLineSpace]);
        assert_eq!(status("SIP/2.0 999 x").2, [StatusCode]);
        assert_eq!(status("sip/2.0 200 OK").2, [Version]);
        assert_eq!(read("HTTP/1.1 200 OK").1, [ProblemKind::StartLine]);
    }
}
