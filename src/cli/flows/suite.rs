//! Flows that were found, as cases of a JUnit report: in the language of interoperability testing, with the tests of the document.

use sipscope::flow::Conclusion;
use sipscope::report::suites::{Came, Case};
use sipscope::report::{FlowLine, Standing};
use sipscope::source::SourceError;

use super::find::FlowRow;

/// What became of a flow. It is told by the lines that people get.
pub(super) fn case(row: &FlowRow, lines: &[FlowLine], conclusion: Conclusion, fails: bool) -> Case {
    let verdict = lines.first().map_or("", |line| &line.text).to_owned();
    let came = match (conclusion, fails) {
        (_, true) => Came::Failed {
            kind: conclusion.name(),
            message: verdict,
            lines: what_is_wrong(lines),
        },
        (Conclusion::Inconclusive, false) => Came::Skipped(verdict),
        (Conclusion::Pass | Conclusion::Fail, false) => Came::Passed,
    };
    Case {
        name: name(row),
        came,
    }
}

/// The flow, its tests and where it is, so that no two cases have one name.
fn name(row: &FlowRow) -> String {
    let tests = match row.tests.is_empty() {
        true => String::new(),
        false => format!(" ({})", row.tests.join(", ")),
    };
    let calls: Vec<_> = row.calls.iter().map(usize::to_string).collect();
    let place = match (&row.document_flow, calls.len()) {
        (Some(flow), _) => format!("document flow {flow}"),
        (None, 1) => format!("call {}", calls.concat()),
        (None, _) => format!("calls {}", calls.join(", ")),
    };
    format!("{}{tests}: {place}", row.id)
}

/// The steps that are not as documented, or of which nobody can tell.
fn what_is_wrong(lines: &[FlowLine]) -> Vec<String> {
    let steps = lines.iter().skip(1);
    let wrong = steps.filter(|line| matches!(line.standing, Standing::Broken | Standing::Open));
    wrong.map(|line| line.text.clone()).collect()
}

/// A file of which nothing is known.
pub(super) fn unreadable(error: &SourceError) -> Case {
    Case {
        name: "inputs".to_owned(),
        came: Came::Error(error.to_string()),
    }
}
