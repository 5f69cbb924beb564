//! What a node did to a message that it passed on, in a line for each kind of change, and in one for each that is not as a proxy
//! does it.

use crate::base::escape;
use crate::trace::{Class, Edit, Judged};

/// The lines. `step` is the number of the step in which the message came in, `node` who passed it on.
pub(super) fn of_relay(step: Option<usize>, node: &str, changes: &[Judged<'_>]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(step) = step {
        notes.push(format!("Step {step}, as {node} passed it on."));
    }
    for edit in [Edit::Added, Edit::Removed, Edit::Changed, Edit::Moved] {
        let mut names: Vec<String> = Vec::new();
        for judged in changes.iter().filter(|judged| judged.change.edit == edit) {
            let name = escape::text(&judged.change.what);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if !names.is_empty() {
            let edit = match edit {
                Edit::Added => "Added",
                Edit::Removed => "Removed",
                Edit::Changed => "Changed",
                _ => "In another order",
            };
            notes.push(format!("{edit}: {}.", names.join(", ")));
        }
    }
    let odd = changes
        .iter()
        .filter(|judged| judged.class != Class::Expected);
    for judged in odd {
        let class = match judged.class {
            Class::Suspicious => "Suspicious",
            _ => "Worth a look",
        };
        let (what, edit) = (escape::text(&judged.change.what), judged.change.edit.name());
        let but = judged.excuse.map_or(String::new(), |(why, cites)| {
            format!("; but {why} ({cites})")
        });
        let note = format!(
            "{class}: {what} {edit}: {} ({}){but}.",
            judged.why, judged.cites
        );
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}
