//! From files to records. One file per container and log format; this page says what a container is and what it yields.
//!
//! A [`Source`] streams its input once, a [`Batch`] at a time. What it cannot make sense of it notes and skips: the
//! rest of the file is still read.

mod about;
mod arguments;
mod batch;
mod compression;
pub mod document;
mod entry;
mod erf;
mod facts;
mod hep;
mod letters;
mod log;
mod open;
mod pcap;
mod pcapng;
mod plain;
mod rotation;
mod store;

pub use about::About;
pub use arguments::{Named, expand, read_small};
pub use batch::{Batch, RawRecord};
pub use entry::{Entry, Head, Who};
pub use facts::{Facts, TLS_KEY_LOG};
pub use log::{Clocks, TextOptions, stamp_length};
pub use open::{Source, SourceError};
pub use plain::read_text;
pub use rotation::{Part, parts};
pub use store::{Spill, Store};

use crate::base::{AnomalyKind, Limits, Tally, Timing};

/// How a flow document is named as a format.
const DOCUMENT: &str = "document";

/// How a file of packets of that protocol is named as a format.
const HEP: &str = "hep";

/// The names of all formats of texts.
pub fn text_formats() -> impl Iterator<Item = &'static str> {
    log::log_formats().chain([DOCUMENT])
}

/// The names of all formats that a person may ask for: of texts, and of what has no header to be known by.
pub fn input_formats() -> impl Iterator<Item = &'static str> {
    text_formats().chain([HEP])
}

/// All formats, with what each keeps of a message: captures, then texts.
pub fn formats() -> impl Iterator<Item = (&'static str, &'static About)> {
    let captures = [
        ("pcap", &pcap::ABOUT),
        ("pcapng", &pcapng::ABOUT),
        ("erf", &erf::ABOUT),
        (HEP, &hep::ABOUT),
    ];
    let logs = log::about().flat_map(|(name, about)| about.iter().map(move |one| (name, one)));
    let document = (DOCUMENT, &document::ABOUT);
    captures.into_iter().chain(logs).chain([document])
}

/// A stretch of the input, as far as it is in memory.
#[derive(Clone, Copy)]
struct Window<'a> {
    bytes: &'a [u8],
    /// Offset of the first byte in the (decompressed) input.
    origin: u64,
    /// Whether the input ends with these bytes.
    last: bool,
}

/// What a container found in a window.
#[derive(Default)]
struct Found {
    records: Vec<RawRecord>,
    entries: Vec<Entry>,
    /// The bytes of the entries.
    texts: Vec<u8>,
    /// What became of the records of a text, which nobody looks at again.
    tally: Tally,
    /// What the times of a text say.
    timing: Timing,
    oddities: Vec<Oddity>,
}

/// Something odd in front of the record with this index of the batch.
struct Oddity {
    kind: AnomalyKind,
    before: usize,
    /// Texts count lines instead of records.
    line: Option<u64>,
    detail: String,
}

impl Found {
    fn odd(&mut self, kind: AnomalyKind, detail: String) {
        self.oddities.push(Oddity {
            kind,
            before: self.records.len(),
            line: None,
            detail,
        });
    }
}

/// How far a container came.
struct Walked {
    /// Bytes of the window that are done with.
    consumed: usize,
    /// Bytes that have to be there, from the first one not consumed, before it can go on.
    needs: usize,
}

/// A file format that holds records.
trait Container: Send {
    /// Takes all whole records out of the window.
    fn walk(
        &mut self,
        window: Window<'_>,
        limits: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Walked;

    /// The formats in which something was found, where they may be several.
    fn formats(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// The clocks of a log at the end of what was read.
    fn clocks(&self) -> Option<Clocks> {
        None
    }

    /// This goes on where another log ended.
    fn go_on_from(&mut self, _clocks: &Clocks) {}
}

/// Damage that is being skipped: where it began and what showed it. Shared by all containers.
#[derive(Default)]
struct Lost(Option<(u64, String)>);

impl Lost {
    fn begin(&mut self, offset: u64, what: String) {
        self.0.get_or_insert((offset, what));
    }

    fn is_lost(&self) -> bool {
        self.0.is_some()
    }

    /// Goes on at `next`, if a record was found there. Else says how far the search from `at` came: in the last `keep`
    /// bytes of the window a record may begin that cannot be told yet.
    fn go_on(
        &mut self,
        next: Option<usize>,
        window: Window<'_>,
        at: usize,
        keep: usize,
        found: &mut Found,
    ) -> Result<usize, Walked> {
        let length = window.bytes.len();
        match next {
            Some(next) => {
                self.end(window.origin + next as u64, found);
                Ok(next)
            }
            None if window.last => {
                self.end(window.origin + length as u64, found);
                Err(Walked {
                    consumed: length,
                    needs: 0,
                })
            }
            None => Err(Walked {
                consumed: length.saturating_sub(keep).max(at),
                needs: 2 * keep,
            }),
        }
    }

    /// Reading goes on at `offset`.
    fn end(&mut self, offset: u64, found: &mut Found) {
        if let Some((from, what)) = self.0.take() {
            let skipped = offset - from;
            found.odd(
                AnomalyKind::InputDamaged,
                format!("{what} at offset {from}; {skipped} bytes skipped"),
            );
        }
    }
}
