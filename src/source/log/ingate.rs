//! Syslog of Ingate SIParators and firewalls (`sipfw`), from a syslog server or out of the log page of the box.
//!
//! `<30>Jul 12 16:59:53 netlogger: Info: sipfw: recv from 192.0.2.1:5061 via 192.0.2.2:6005 TLS connection 2:` (or `send sf
//! (0x1381b50) to`), then each line of the message in an entry of its own, indented or not. Whole seconds, no year, no zone;
//! none at all on the log page. Lines of more than 256 bytes are cut by older versions: the length of a body proves nothing then.

use super::announced::Announced;
use super::words::{endpoint, is_field, last_stamp, split_once, transport};
use super::{Format, Line, Log, Transport};
use crate::base::Spoiled;
use crate::sip::begins_message;
use crate::source::Who;
use crate::source::about::About;

const SIGN: &[u8] = b"sipfw: ";
/// Where lines were cut.
const CUT: usize = 256;

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "Ingate syslog",
    time: "seconds, no year, no zone",
    addresses: "both",
    transport: "yes",
    message: "line ends restored",
    note: "cut at 256 bytes a line by old versions",
}];

pub(super) const MARKS: &[&[u8]] = &[SIGN];

/// A line that announces a message is there.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::lines(prefix)
        .filter_map(|line| split_once(line, SIGN))
        .any(|(front, said)| announced(front, said).is_some())
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Ingate {
    /// How far the lines of the message are indented, which its first line shows; what goes beyond is part of them.
    indent: Option<usize>,
}

impl Format for Ingate {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let Some((front, said)) = entry(text) else {
            // Entries of other programs may stand between.
            log.left(line);
            return;
        };
        if let Some(announced) = announced(front, said) {
            self.indent = None;
            announced.begin(line, log);
        } else if log.is_open() && self.is_of_message(said, log) {
            if said.len() >= CUT {
                log.spoil(Spoiled::LENGTH);
            }
            let spaces = said.len() - said.trim_ascii_start().len();
            let indent = *self.indent.get_or_insert(spaces);
            log.piece(line, &[&said[indent.min(spaces)..], b"\n"].concat());
            if log.is_complete() {
                log.finish();
            }
        } else {
            log.finish();
            log.left(line);
        }
    }
}

impl Ingate {
    /// Whether an entry is a line of the message that is open.
    fn is_of_message(&self, said: &[u8], log: &Log) -> bool {
        if said.is_empty() || said.starts_with(b" ") {
            return true;
        }
        match self.indent {
            None => begins_message(said),
            Some(0) => !log.is_in_head() || is_field(said) || begins_message(said),
            Some(_) => false,
        }
    }
}

/// What stands in front of an entry, and the entry.
fn entry(line: &[u8]) -> Option<(&[u8], &[u8])> {
    split_once(line, SIGN).or_else(|| Some((line.strip_suffix(b"sipfw:")?, &b""[..])))
}

fn announced(front: &[u8], said: &[u8]) -> Option<Announced> {
    let said = said.strip_suffix(b":")?;
    let (ends, received) = match said.strip_prefix(b"recv from ") {
        Some(ends) => (ends, true),
        None => (split_once(said.strip_prefix(b"send ")?, b"to ")?.1, false),
    };
    let (peer, rest) = split_once(ends, b" via ")?;
    let mut words = rest.split(|byte| *byte == b' ');
    let (peer, own) = (endpoint(peer)?, endpoint(words.next()?)?);
    let transport = words.find_map(transport).unwrap_or(Transport::Unknown);
    let (source, destination) = match received {
        true => (peer, own),
        false => (own, peer),
    };
    Some(Announced {
        moment: last_stamp(front),
        ..Announced::between(Who::At(source), Who::At(destination), transport)
    })
}
