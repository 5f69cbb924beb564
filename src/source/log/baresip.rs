//! The SIP trace of baresip (`-s`, `/siptrace`; `uag.c`, `ua.c` before 1.0).
//!
//! In a colour: `HH:MM:SS.mmm#` (before 1.0 only `#`), `UDP 192.0.2.1:5060 -> 192.0.2.2:5060`, the message byte by byte, the
//! end of the colour on a line of its own. Both addresses are there. The time is local and has no date. On a stream the trace shows messages.

use super::announced::completed;
use super::cut::beginnings;
use super::framed::{Announced, Announces, Part};
use super::words::{is_lettered_field, party, split_once, transport};
use super::{Log, Moment, stamp};
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Baresip {
    /// The line with the hash was the last.
    hash: Option<Hash>,
}

#[derive(Clone)]
struct Hash {
    moment: Option<Moment>,
}

impl Announces for Baresip {
    const ABOUT: &'static [About] = &[About {
        what: "baresip `-s`",
        time: "milliseconds, time of day; none before 1.0",
        addresses: "both",
        transport: "yes",
        message: "exact",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" -> "];
    const SIGNS: &'static [&'static [u8]] = &[b"#"];
    const BEGINS: &'static [&'static [u8]] = &[b"#"];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let hash = self.hash.take();
        if let Some(before) = text.strip_suffix(b"#") {
            let stamp = beginnings(before, &[]).last();
            // In a header field it is none.
            let stamp = stamp.filter(|at| !is_lettered_field(&before[..*at]));
            if stamp.is_some() || before.trim_ascii().is_empty() {
                let moment = stamp.and_then(|at| stamp::read(&before[at..]));
                let moment = moment.map(|(moment, _)| moment);
                let moment = completed(moment, &before[..stamp.unwrap_or_default()]);
                self.hash = Some(Hash { moment });
            }
            return None;
        }
        let Hash { moment } = hash?;
        let (source, destination) = split_once(text, b" -> ")?;
        let (before, source) = rsplit_space(source)?;
        let carrier = before.rsplit(|byte| *byte == b' ').next()?;
        Some(Announced {
            at: before.len() - carrier.len(),
            moment,
            ..Announced::between(party(source), party(destination), transport(carrier)?)
        })
    }

    fn begins(&mut self, text: &[u8]) -> bool {
        let time = stamp::read(text).map_or(0, |(_, length)| length);
        &text[time..] == b"#"
    }

    fn ignores(&mut self, _: &[u8]) -> bool {
        self.hash.is_some()
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        match () {
            () if self.hash.is_some() => Part::Beyond,
            () if text.is_empty() && log.is_complete() => Part::End,
            () => Part::Message,
        }
    }
}

fn rsplit_space(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = text.iter().rposition(|byte| *byte == b' ')?;
    Some((&text[..space], &text[space + 1..]))
}
