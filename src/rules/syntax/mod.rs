//! How messages are written. The reader of messages notes what stands otherwise than its grammar has it; each rule here judges
//! some of the kinds that it notes.

pub(super) mod body_malformed;
pub(super) mod brackets_missing;
pub(super) mod cseq_of_other_method;
pub(super) mod header_folded;
pub(super) mod header_line_malformed;
pub(super) mod header_missing;
pub(super) mod header_repeated;
pub(super) mod length_differs;
pub(super) mod length_missing;
pub(super) mod line_end_wrong;
pub(super) mod option_unknown;
pub(super) mod request_field_in_answer;
pub(super) mod start_line_malformed;
pub(super) mod type_missing;
pub(super) mod value_malformed;

use super::{Fault, Rule, Seen, Verdicts};
use crate::base::{Span, Spoiled};
use crate::sip::{Name, Problem, ProblemKind, Text};

/// Of a message with more that is wrong, only so much is compared with each other.
const MOST_COMPARED: usize = 16;

/// Fails for each problem of these kinds, at the place that the reader noted.
fn judge(
    seen: &Seen<'_>,
    rule: &Rule,
    verdicts: &mut Verdicts,
    is_of: impl Fn(ProblemKind) -> bool,
) {
    let problems = seen.problems().iter().filter(|problem| is_of(problem.kind));
    let (mut any, mut any_blotted) = (false, false);
    let mut told: Vec<(Vec<u8>, Name)> = Vec::new();
    for problem in problems {
        if seen.is_request() && problem.name == Name::MaxForwards && is_no_count(problem.kind) {
            // A family of its own judges it.
            continue;
        }
        if is_left_out(seen, problem) {
            continue;
        }
        if is_credentials(problem.name) && !seen.keeps(Spoiled::MASKED) {
            any_blotted = true;
            continue;
        }
        any = true;
        let mut fault = Fault::at(seen, Text::new(seen.sip.bytes(), shown(seen, problem.span)));
        let expected = told_once(problem.kind.expected(), rule);
        let expected = match problem.name {
            Name::Other => expected.to_owned(),
            name => format!("in {}: {expected}", name.spelling()),
        };
        // A byte or two may be wrong elsewhere for another reason.
        if fault.bytes.len() <= 2 {
            fault.bytes.extend(expected.bytes());
        }
        // Two header fields of one message may be wrong in the same words.
        let is_other =
            |(bytes, name): &(Vec<u8>, Name)| *bytes == fault.bytes && *name != problem.name;
        if told.iter().any(is_other) {
            fault.bytes.extend(problem.name.spelling().bytes());
        } else if told.len() < MOST_COMPARED {
            told.push((fault.bytes.clone(), problem.name));
        }
        verdicts.fail(fault.expected(expected).whatever_follows());
    }
    match (any, any_blotted) {
        (true, _) => {}
        (false, true) => verdicts.not_provable(),
        (false, false) => verdicts.pass(),
    }
}

/// Whether it is about dots, or is a field of a document without a value: what its message repeats is not printed there. A reader
/// may stumble over any of the dots.
fn is_left_out(seen: &Seen<'_>, problem: &Problem) -> bool {
    if problem.kind == ProblemKind::NoValue && seen.is_of_document() {
        return true;
    }
    let bytes = seen.sip.bytes();
    let is_part = |byte: &u8| b".()[]<>".contains(byte) || ELLIPSIS.contains(byte);
    let span = shown(seen, problem.span);
    let (start, end) = (span.start as usize, span.end as usize);
    let (Some(before), Some(behind)) = (bytes.get(..start), bytes.get(end..)) else {
        return false;
    };
    if !span.of(bytes).iter().all(is_part) {
        return false;
    }
    let before = before.iter().rev().take_while(|byte| is_part(byte)).count();
    let behind = behind.iter().take_while(|byte| is_part(byte)).count();
    seen.leaves_out(Span::new(start - before, end + behind))
}

/// The bytes of `…`.
const ELLIPSIS: [u8; 3] = [0xe2, 0x80, 0xa6];

/// Whether loggers blot out the values of a field.
fn is_credentials(name: Name) -> bool {
    matches!(name, Name::Authorization | Name::ProxyAuthorization)
}

/// What is expected, without the clauses behind it where the rule cites them anyway.
fn told_once<'t>(expected: &'t str, rule: &Rule) -> &'t str {
    let cited = expected.rsplit_once(" (").and_then(|(text, cited)| {
        let (document, number) = cited.strip_suffix(')')?.split_once(' ')?;
        let (number, clauses) = number.split_once(' ')?;
        Some((text, format!("{document} {number}"), clauses))
    });
    let Some((text, document, clauses)) = cited else {
        return expected;
    };
    let mut clauses = clauses.split(", ");
    let is_told = clauses.all(|clause| {
        let mut told = rule.citations.iter();
        told.any(|told| told.document == document && told.clause == clause)
    });
    if is_told { text } else { expected }
}

/// Whether this is all that is wrong with a Max-Forwards that is no number of hops.
fn is_no_count(kind: ProblemKind) -> bool {
    use ProblemKind::{NoValue, Number, NumberTooLarge};
    matches!(kind, NoValue | Number | NumberTooLarge)
}

/// An empty place is shown with the byte in front of it.
fn shown(seen: &Seen<'_>, span: Span) -> Span {
    let end = (span.end as usize).min(seen.sip.bytes().len());
    match span.is_empty() {
        true => Span::new(end.saturating_sub(1), end),
        false => span,
    }
}
