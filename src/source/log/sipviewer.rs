//! The text logs that sip-viewer shows (bellcanadacts/sip-viewer, `cli/examples`).
//!
//! `[2011/01/13 08:55:56.109] IN 192.0.2.1:5060 --> 192.0.2.2:5060`, a blank line, the message, a row of dashes. Dates have the
//! year in front, or the day in front and the year behind. Both addresses stand there in the order in which the message went;
//! the transport does not. The message is trimmed and printed as text, so its last line ends are those of the log; the others are
//! its own where they differ from those of the announcement, and tell then how long a body is.

use super::announced::Announced;
use super::cut::inside;
use super::words::{party, split_once};
use super::{Format, Line, Log, Transport, stamp};
use crate::source::about::About;

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "sip-viewer",
    time: "milliseconds, no zone",
    addresses: "both",
    transport: "no",
    message: "line ends restored",
    note: "",
}];

pub(super) const MARKS: &[&[u8]] = &[b" --> "];

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads them.
#[derive(Clone, Default)]
pub(super) struct SipViewer;

impl Format for SipViewer {
    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        inside(text, MARKS[0], &[b"["], |text| announced(text).is_some())
    }

    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some(announced) = announced(text)
            && !log.doubts()
        {
            announced.begin(line, log);
        } else if !log.is_open() {
            log.left(line);
        } else if text.len() >= 20
            && text.iter().all(|byte| *byte == b'-')
            && log.ends_at_certain_mark(0)
        {
            log.finish();
        } else {
            log.plain(line, text);
        }
    }
}

fn announced(line: &[u8]) -> Option<Announced> {
    let (written, rest) = split_once(line.strip_prefix(b"[")?, b"] ")?;
    let ends = rest
        .strip_prefix(b"IN ")
        .or_else(|| rest.strip_prefix(b"OUT "))?;
    let (source, destination) = split_once(ends.trim_ascii_end(), b" --> ")?;
    let (moment, _) = stamp::read(written)?;
    Some(Announced {
        moment: Some(moment),
        ..Announced::between(party(source), party(destination), Transport::Unknown)
    })
}
