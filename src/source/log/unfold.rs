//! Entries of several lines that a logger wrote in one, as syslog does: with `#012` for each line end. They get their lines back
//! before any format looks at them, so that each reads them as it reads those that nobody passed on. Formats whose entries are
//! one line from the start read them as they are.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{colours, escapes, oneline, quote};

/// The lines of an entry, if it was written in one and a message is in it.
pub(super) fn undone(line: &[u8]) -> Option<Vec<u8>> {
    // Hardly any line has a version.
    if !quote::has_version(line) || !is_folded(line) {
        return None;
    }
    let mut text = colours::without(&escapes::undone(line)).into_owned();
    if !quote::holds_message(&text) || oneline::announces(line) {
        return None;
    }
    if !text.ends_with(b"\n") {
        text.truncate(escapes::without_begun(&text).len());
        escapes::end_line(&mut text);
    }
    Some(text)
}

/// Whether this is several lines.
pub(super) fn has_lines(raw: &[u8]) -> bool {
    memchr::memchr(b'\n', raw).is_some_and(|at| at + 1 < raw.len())
}

/// A text with all such entries undone.
pub(super) fn all_of(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let lines = || text.split_inclusive(|byte| *byte == b'\n');
    if !lines().any(is_folded) {
        return text;
    }
    let unfolded = lines().map(|line| undone(line).map_or(Cow::Borrowed(line), Cow::Owned));
    Cow::Owned(unfolded.collect::<Vec<_>>().concat())
}

/// Whether a line has escapes for line ends that are no program text: that stands between quotation marks.
fn is_folded(line: &[u8]) -> bool {
    static FINDERS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| escapes::LINE_ENDS.map(Finder::new));
    let [syslog, program, kiwi] = &*FINDERS;
    let is_quoted = |at: usize| line[..at].contains(&b'"');
    syslog.find(line).is_some()
        || kiwi.find(line).is_some()
        || program.find(line).is_some_and(|at| !is_quoted(at))
}
