//! The text that sngrep saves (`ui_save.c`; also `-T` and `--text`).
//!
//! `2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5060`, the message byte by byte, a blank line. Times are local and in
//! microseconds. Both addresses are there, without brackets for IPv6 in older releases; the transport is not.

use super::framed::{Announced, Announces, Part};
use super::words::{endpoint, split_once};
use super::{Log, Transport, stamp};
use crate::source::Who;
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Sngrep;

impl Announces for Sngrep {
    const ABOUT: &'static [About] = &[About {
        what: "sngrep text",
        time: "microseconds, no zone",
        addresses: "both",
        transport: "no",
        message: "exact",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" -> "];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let (moment, place) = stamp::find(text)?;
        moment.date?;
        let both = text[place.end..].strip_prefix(b" ")?;
        let (source, destination) = split_once(both, b" -> ")?;
        let at = |text: &[u8]| endpoint(text).map(Who::At);
        Some(Announced {
            at: place.start,
            moment: Some(moment),
            ..Announced::between(at(source)?, at(destination)?, Transport::Unknown)
        })
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        match text.is_empty() && log.is_complete() {
            true => Part::End,
            false => Part::Message,
        }
    }
}
