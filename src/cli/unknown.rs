//! What is said of something that was asked for by name and that there is not: which name is meant, and what lists all of them.

use sipscope::base::{begun, nearest};

use super::{WrongUsage, escape, say};

/// `kind` is what it is, `command` what lists all of that kind.
pub(super) fn unknown<'k>(
    kind: &str,
    given: &str,
    known: impl IntoIterator<Item = &'k str> + Clone,
    command: &str,
) -> WrongUsage {
    let meant = begun(given, known.clone()).or_else(|| nearest(given, known));
    let meant = meant.map_or_else(String::new, |name| {
        format!("is {} meant? ", escape::text(name))
    });
    let given = escape::text(given);
    WrongUsage(format!(
        "there is no {kind} {given}; {meant}`sipscope {command}` lists them"
    ))
}

/// Says that nothing has this number of those that the inputs hold.
pub(super) fn no_number(kind: &str, number: usize, count: usize, command: &str) {
    say(&format!(
        "sipscope: there is no {kind} {number}: the inputs hold {count}; `sipscope {command}` gives their numbers"
    ));
}
