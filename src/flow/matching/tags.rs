//! Whose tags stand in From and To of the messages of a template: of those that one of the two ends of a dialog writes.

use super::plan::{Plan, is_refusal};
use crate::flow::template::{Request, Template, What};

/// Methods that make a dialog (RFC 3261 12.1, RFC 6665 4.4.1, RFC 3515 2.4.4).
pub(super) const DIALOG_MAKERS: [&str; 3] = ["INVITE", "SUBSCRIBE", "REFER"];

/// A dialog, and the actor that gave the tag.
pub(super) type Tagged = (usize, usize);

/// For each step whose tags From and To have; nothing where the message has none of a dialog, or another one wrote it.
pub(super) fn tags(template: &Template, plan: &Plan) -> Vec<[Option<Tagged>; 2]> {
    let dialogs = 0..template.dialogs.len();
    let is_dialog: Vec<bool> = dialogs.map(|dialog| is_dialog(template, dialog)).collect();
    let mut tags = vec![[None; 2]; template.steps.len()];
    for root in &plan.roots {
        let hop = &plan.hops[*root];
        let Some(request) = request(template, hop.request) else {
            continue;
        };
        // A refusal makes no dialog.
        let mut own = hop.responses.iter();
        let is_refused = hop.begins && own.any(|one| is_refusal(template, *one));
        if request.method == "CANCEL" || !is_dialog[request.dialog] || is_refused {
            continue;
        }
        let sender = (request.dialog, template.steps[hop.request].from);
        let receiver = last_of(template, plan, *root).map(|last| (request.dialog, last));
        tags[hop.request] = [Some(sender), receiver.filter(|_| !hop.begins)];
        for response in responses(plan, *root) {
            let What::Response(answer) = &template.steps[response].what else {
                continue;
            };
            if answer.relays.is_some() {
                continue;
            }
            // Before a request is accepted each whom it comes to may give another tag.
            let accepts = answer
                .statuses
                .iter()
                .all(|(code, _)| (200..300).contains(code));
            let own = (request.dialog, template.steps[response].from);
            tags[response] = [Some(sender), Some(own).filter(|_| accepts || !hop.begins)];
        }
    }
    tags
}

/// The responses of a hop and of those that continue it.
fn responses(plan: &Plan, root: usize) -> impl Iterator<Item = usize> {
    let hops = plan.below(root).into_iter().chain([root]);
    hops.flat_map(|hop| plan.hops[hop].responses.iter().copied())
}

/// Whether requests with one Call-ID are a dialog, and no registrations or publications.
fn is_dialog(template: &Template, dialog: usize) -> bool {
    let steps = 0..template.steps.len();
    let mut requests = steps.filter_map(|step| request(template, step));
    template.dialogs[dialog].established
        || requests.any(|one| one.dialog == dialog && DIALOG_MAKERS.contains(&one.method.as_str()))
}

/// Who gets the request of a hop last, where that is one.
fn last_of(template: &Template, plan: &Plan, root: usize) -> Option<usize> {
    let mut hop = &plan.hops[root];
    loop {
        match hop.children.as_slice() {
            [] => return Some(template.steps[hop.request].to),
            [below] => hop = &plan.hops[*below],
            _ => return None,
        }
    }
}

fn request(template: &Template, step: usize) -> Option<&Request> {
    match &template.steps[step].what {
        What::Request(request) => Some(request),
        _ => None,
    }
}
