//! Values that begin with a number: Max-Forwards, Expires, Session-Expires, CSeq, RAck, Timestamp. A number that is none, or
//! that is larger than its grammar allows, is absent and noted; the text stays.

use super::address::params_behind;
use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, expect_token};
use crate::sip::text::Text;

/// A number, and what may stand behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The number, if it is one.
    pub value: Option<u32>,
    /// A comment in parentheses, without them (Retry-After).
    pub comment: Option<Text<'a>>,
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> Number<'a> {
    /// Reads a value that is one number, not above `most`.
    pub fn read(text: Text<'a>, most: u32, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        Self {
            text,
            value: number(text, most, problems),
            ..Self::default()
        }
    }

    /// Reads a number of seconds with perhaps a comment and parameters.
    pub fn read_delta(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        let digits = scan.run(|byte| !byte.is_ascii_whitespace() && byte != b';' && byte != b'(');
        let value = number(digits, u32::MAX, problems);
        scan.space();
        let comment = comment(&mut scan, problems);
        Self {
            text,
            value,
            comment,
            params: params_behind(scan.rest(), problems),
        }
    }
}

/// A comment: parentheses nest, a backslash takes the meaning from what follows it.
fn comment<'a>(scan: &mut Scan<'a>, problems: &mut Problems) -> Option<Text<'a>> {
    let rest = scan.rest();
    if scan.peek() != Some(b'(') {
        return None;
    }
    let mut depth = 0usize;
    let mut escaped = false;
    let end = rest.bytes().iter().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let Some(end) = end else {
        problems.note(rest.span(), ProblemKind::Bracket);
        return None;
    };
    let comment = scan.take(end + 1);
    Some(comment.between(comment.start() + 1, comment.end() - 1))
}

/// A number in this text, not above `most`.
fn number(text: Text<'_>, most: u32, problems: &mut Problems) -> Option<u32> {
    let number = text.number().and_then(|number| u32::try_from(number).ok());
    let fitting = number.filter(|number| *number <= most);
    if fitting.is_none() {
        let digits = text.bytes();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let kind = if is_number {
            ProblemKind::NumberTooLarge
        } else {
            ProblemKind::Number
        };
        problems.note(text.span(), kind);
    }
    fitting
}

/// The number of a CSeq stays below 2^31 (RFC 3261 8.1.1.5).
const MOST_IN_SEQUENCE: u32 = (1 << 31) - 1;

/// CSeq: which request of a dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CSeq<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The number.
    pub number: Option<u32>,
    /// The method.
    pub method: Text<'a>,
}

impl<'a> CSeq<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        let number = sequence(&mut scan, MOST_IN_SEQUENCE, problems);
        let method = last_token(&scan, problems);
        Self {
            text,
            number,
            method,
        }
    }
}

/// RAck: which reliable provisional response is acknowledged (RFC 3262 7.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RAck<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The RSeq of the response.
    pub response: Option<u32>,
    /// The number of its CSeq.
    pub cseq: Option<u32>,
    /// The method of its CSeq.
    pub method: Text<'a>,
}

impl<'a> RAck<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        Self {
            text,
            // Only the first RSeq of a transaction stays below 2^31; those behind it need not (RFC 3262 3, 7.1).
            response: sequence(&mut scan, u32::MAX, problems),
            cseq: sequence(&mut scan, MOST_IN_SEQUENCE, problems),
            method: last_token(&scan, problems),
        }
    }
}

/// A number and the white space behind it.
fn sequence(scan: &mut Scan<'_>, most: u32, problems: &mut Problems) -> Option<u32> {
    let digits = scan.run(|byte| !byte.is_ascii_whitespace());
    scan.space();
    number(digits, most, problems)
}

fn last_token<'a>(scan: &Scan<'a>, problems: &mut Problems) -> Text<'a> {
    let token = scan.rest().trimmed();
    if problems.wanted() {
        expect_token(token, problems);
    }
    token
}

/// Timestamp: when the request was sent, and how long the answer was held (RFC 3261 20.38).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timestamp<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// When the client sent it, as written.
    pub time: Text<'a>,
    /// How long the server held it, as written.
    pub delay: Option<Text<'a>>,
}

impl<'a> Timestamp<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        let time = scan.run(|byte| !byte.is_ascii_whitespace());
        scan.space();
        let delay = Some(scan.rest()).filter(|rest| !rest.is_empty());
        for part in [Some(time), delay].into_iter().flatten() {
            if !is_decimal(part.bytes()) {
                problems.note(part.span(), ProblemKind::Number);
            }
        }
        // Only the delay may begin with its point (RFC 3261 25.1).
        if problems.wanted() && time.len() > 1 && time.bytes()[0] == b'.' {
            problems.note(time.span(), ProblemKind::Number);
        }
        Self { text, time, delay }
    }
}

/// Digits with at most one point among them.
fn is_decimal(bytes: &[u8]) -> bool {
    let points = bytes.iter().filter(|byte| **byte == b'.').count();
    points <= 1
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a, T>(
        text: &'a str,
        read: impl Fn(Text<'a>, &mut Problems) -> T,
    ) -> (T, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let value = read(Text::all(text.as_bytes()), &mut problems);
        let kinds = problems.list().iter().map(|problem| problem.kind);
        (value, kinds.collect())
    }

    #[test]
    fn reads_numbers() {
        use ProblemKind::{Number as NumberKind, NumberTooLarge};
        let read = |text| {
            with(text, |text, problems| {
                Number::read(text, 255, problems).value
            })
        };
        assert_eq!(read(" 0068 "), (Some(68), vec![]));
        assert_eq!(read("256"), (None, vec![NumberTooLarge]));
        assert_eq!(
            read("99999999999999999999999"),
            (None, vec![NumberTooLarge])
        );
        for odd in ["", "-1", "7 0", "7;a=b", "seventy"] {
            assert_eq!(read(odd), (None, vec![NumberKind]), "{odd}");
        }
    }

    #[test]
    fn reads_comments_and_parameters() {
        let (delta, kinds) = with(
            "18000 (in \\) a (long) while) ;duration=3600",
            Number::read_delta,
        );
        assert_eq!((delta.value, kinds), (Some(18000), vec![]));
        assert_eq!(delta.comment.unwrap(), "in \\) a (long) while");
        assert_eq!(delta.params.value("duration").unwrap(), "3600");
        let (delta, _) = with("1800;refresher=uac", Number::read_delta);
        assert_eq!(delta.params.value("refresher").unwrap(), "uac");
        assert_eq!(
            with("5 (never closed", Number::read_delta).1,
            [ProblemKind::Bracket, ProblemKind::AfterEnd]
        );
        assert_eq!(with("x;y", Number::read_delta).1, [ProblemKind::Number]);
    }

    #[test]
    fn reads_sequences() {
        use ProblemKind::{Number, NumberTooLarge, Token};
        let (cseq, kinds) = with("0009\r\n  INVITE", CSeq::read);
        assert_eq!(
            (cseq.number, cseq.method.lossy(), kinds),
            (Some(9), "INVITE".into(), vec![])
        );
        assert_eq!(with("2147483648 BYE", CSeq::read).1, [NumberTooLarge]);
        assert_eq!(with("INVITE", CSeq::read).1, [Number, Token]);
        assert_eq!(with("1", CSeq::read).1, [Token]);
        assert_eq!(with("1 INV ITE", CSeq::read).1, [Token]);
        assert_eq!(with("-1 BYE", CSeq::read).0.method, "BYE");
        let (rack, kinds) = with("776656 1 INVITE", RAck::read);
        assert_eq!(
            (rack.response, rack.cseq, rack.method.lossy()),
            (Some(776_656), Some(1), "INVITE".into())
        );
        assert_eq!(kinds, []);
        assert_eq!(with("1 INVITE", RAck::read).1, [Number, Token]);
        let (rack, kinds) = with("4294967295 2147483647 INVITE", RAck::read);
        assert_eq!((rack.response, kinds), (Some(u32::MAX), vec![]));
        assert_eq!(with("4294967296 1 INVITE", RAck::read).1, [NumberTooLarge]);
        assert_eq!(with("1 2147483648 INVITE", RAck::read).1, [NumberTooLarge]);
    }

    #[test]
    fn reads_timestamps() {
        let (stamp, kinds) = with("54.21 0.5", Timestamp::read);
        assert_eq!(
            (stamp.time.lossy(), stamp.delay.unwrap().lossy()),
            ("54.21".into(), "0.5".into())
        );
        assert_eq!(kinds, []);
        assert_eq!(with("1.2.3", Timestamp::read).1, [ProblemKind::Number]);
        assert_eq!(with("", Timestamp::read).1, [ProblemKind::Number]);
        assert_eq!(with(".5", Timestamp::read).1, [ProblemKind::Number]);
        assert_eq!(with("5. .5", Timestamp::read).1, []);
    }
}
