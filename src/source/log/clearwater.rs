//! The logs of Project Clearwater's bono and sprout (`common_sip_processing.cpp`, `stack.cpp` before that).
//!
//! `dd-mm-yyyy HH:MM:SS.mmm UTC [thread] Verbose file.cpp:77: RX 1009 bytes Request msg INVITE/cseq=1 (rdata0x..) from TCP
//! 192.0.2.1:5060:`, `--start msg--`, a blank line, the message, `--end msg--`. Releases before 2015 write neither zone nor
//! thread. The address of the writer is not there.
//!
//! What goes from one sproutlet to another inside of sprout is written too (`Routing .. to downstream sproutlet scscf-proxy:`):
//! its receiver goes by its name. A request to a third-party application server is written before it is sent and once more
//! when it is: only the latter counts.

use super::framed::{Announced, Announces, Part};
use super::pjsua::{self, END};
use super::words::{bytes_told, last_stamp, split_once};
use super::{Log, Transport, stamp};
use crate::source::Who;
use crate::source::about::About;

const START: &[u8] = b"--start msg--";

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Clearwater {
    written_again: bool,
}

impl Announces for Clearwater {
    const ABOUT: &'static [About] = &[About {
        what: "Clearwater bono and sprout",
        time: "milliseconds, UTC; no zone before 2015",
        addresses: "peer, or the name of a sproutlet",
        transport: "yes, not between sproutlets",
        message: "exact",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[START];
    const SIGNS: &'static [&'static [u8]] = &[b" bytes"];
    const BEGINS: &'static [&'static [u8]] = &[b"RX ", b"TX ", b"Routing "];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        pjsua::announced(text).or_else(|| routed(text))
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        let next_entry = || stamp::read(text).is_some_and(|(moment, _)| moment.date.is_some());
        if text.ends_with(START) {
            Part::Around
        } else if text.ends_with(END) {
            Part::End
        } else if !log.is_empty() && next_entry() {
            Part::Beyond
        } else {
            Part::Message
        }
    }

    fn ignores(&mut self, text: &[u8]) -> bool {
        if memchr::memmem::find(text, b" to 3rd party AS ").is_some() {
            self.written_again = true;
        } else if text.ends_with(END) {
            self.written_again = false;
        }
        self.written_again
    }
}

/// `Routing Request msg INVITE/cseq=1 (tdta0x..) (1009 bytes) to downstream sproutlet scscf-proxy:`.
fn routed(text: &[u8]) -> Option<Announced> {
    let (before, said) = split_once(text.strip_suffix(b":")?, b"Routing ")?;
    let (_, name) = split_once(said, b" bytes) to ")?;
    let (way, name) = split_once(name, b" sproutlet ")?;
    if !matches!(way, b"upstream" | b"downstream") {
        return None;
    }
    let name = String::from_utf8_lossy(name).into();
    Some(Announced {
        at: before.len(),
        moment: last_stamp(before),
        length: bytes_told(said),
        ..Announced::between(Who::Own, Who::Named(name), Transport::Unknown)
    })
}
