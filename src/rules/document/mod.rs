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
    let mut found = all.filter(|one| kinds.contains(&one.what)).peekable();
    if found.peek().is_none() && !flow.steps.is_empty() {
        verdicts.pass();
    }
    for DocumentContradiction {
        line,
        what,
        says,
        is,
    } in found
    {
        let remark = DocumentRemark {
            line: *line,
            text: says.clone(),
        };
        let expected = match *what {
            "name" => "somebody who takes part in the flow",
            _ => is,
        };
        verdicts.fail(Fault::written(flow, &remark).expected(expected));
    }
}
