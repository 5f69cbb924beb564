//! What documents say of the messages that they print: titles, captions, prose.

pub(super) mod caption_of_other_step;
pub(super) mod method_misspelled;
pub(super) mod other_ends_named;
pub(super) mod other_figure_named;
pub(super) mod reference_to_other_message;
pub(super) mod step_number_out_of_order;
pub(super) mod title_of_other_message;

use super::{DocumentContradiction, DocumentRemark, DocumentScene, Fault, Verdicts};

/// Fails where the reader of documents found a flow, or one of its steps, to contradict itself in one of these ways.
fn contradictions(document: &DocumentScene<'_>, kinds: &[&str], verdicts: &mut Verdicts) {
    let flow = document.flow;
    let of_steps = flow.steps.iter().flat_map(|step| &step.contradictions);
    let all = flow.contradictions.iter().chain(of_steps);
    let found: Vec<_> = all.filter(|one| kinds.contains(&one.what)).collect();
    if found.is_empty() && !flow.steps.is_empty() {
        verdicts.pass();
    }
    for of_one_cause in found.chunk_by(|one, next| is_same_cause(one, next)) {
        let [DocumentContradiction { line, what, .. }, ..] = of_one_cause else {
            continue;
        };
        let joined = |text: fn(&DocumentContradiction) -> &str| {
            let all = of_one_cause.iter().map(|one| text(one));
            all.collect::<Vec<_>>().join(", ")
        };
        let remark = DocumentRemark {
            line: *line,
            text: joined(|one| &one.says),
        };
        let expected = match *what {
            "name" => "somebody who takes part in the flow".to_owned(),
            _ => joined(|one| &one.is),
        };
        verdicts.fail(Fault::written(flow, &remark).expected(expected));
    }
}

/// Whether two contradictions come of one slip: a sentence that numbers its steps otherwise than the flow does names several.
fn is_same_cause(one: &DocumentContradiction, next: &DocumentContradiction) -> bool {
    one.what == "number" && next.what == "number" && one.line == next.line
}

/// A step with its message, as the rules about contradictions are tried on it.
#[cfg(test)]
fn printed() -> super::testing::Wire {
    super::testing::Wire::new()
        .step("INVITE request (UE to P-CSCF)")
        .request(1, 2, "INVITE", &[])
}
