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

use super::{Fault, Seen, Verdicts};
use crate::base::Span;
use crate::sip::{Name, ProblemKind, Text};

/// Fails for each problem of these kinds, at the place that the reader noted.
fn judge(seen: &Seen<'_>, verdicts: &mut Verdicts, is_of: impl Fn(ProblemKind) -> bool) {
    let problems = seen.problems().iter().filter(|problem| is_of(problem.kind));
    let mut any = false;
    for problem in problems {
        if seen.is_request() && problem.name == Name::MaxForwards && is_no_count(problem.kind) {
            // A family of its own judges it.
            continue;
        }
        if seen.leaves_out(problem.span) {
            continue;
        }
        any = true;
        // Something that is missing has no place: the first line stands for the message.
        let mut fault = match problem.span.is_empty() && problem.kind == ProblemKind::Missing {
            true => Fault::missing(seen).about(problem.name),
            false => Fault::at(seen, Text::new(seen.sip.bytes(), shown(seen, problem.span))),
        };
        let expected = match problem.name {
            Name::Other => problem.kind.expected().to_owned(),
            name => format!("in {}: {}", name.spelling(), problem.kind.expected()),
        };
        // A byte or two may be wrong elsewhere for another reason.
        if fault.bytes.len() <= 2 {
            fault.bytes.extend(expected.bytes());
        }
        verdicts.fail(fault.expected(expected));
    }
    if !any {
        verdicts.pass();
    }
}

/// Whether this is all that is wrong with a Max-Forwards that is missing or is no number of hops.
fn is_no_count(kind: ProblemKind) -> bool {
    use ProblemKind::{Missing, NoValue, Number, NumberTooLarge};
    matches!(kind, Missing | NoValue | Number | NumberTooLarge)
}

/// An empty place is shown with the byte in front of it.
fn shown(seen: &Seen<'_>, span: Span) -> Span {
    let end = (span.end as usize).min(seen.sip.bytes().len());
    match span.is_empty() {
        true => Span::new(end.saturating_sub(1), end),
        false => span,
    }
}
