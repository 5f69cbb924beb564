//! What is said of something that was asked for by name and that there is not: which name is meant, and what lists all of them.

use sipscope::base::nearest;

use super::{WrongUsage, escape};

/// `kind` is what it is, `command` what lists all of that kind.
pub(super) fn unknown<'k>(
    kind: &str,
    given: &str,
    known: impl IntoIterator<Item = &'k str>,
    command: &str,
) -> WrongUsage {
    let meant = nearest(given, known).map_or_else(String::new, |name| {
        format!("is {} meant? ", escape::text(name))
    });
    let given = escape::text(given);
    WrongUsage(format!(
        "there is no {kind} {given}; {meant}`sipscope {command}` lists them"
    ))
}
