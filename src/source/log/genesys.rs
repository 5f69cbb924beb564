//! Logs of Genesys SIP Server.
//!
//! `16:45:03.031: SIPTR: Received [0,UDP] 467 bytes from 192.0.2.1:5060 <<<<<` and `16:45:04.720: Sending  [0,UDP] 406 bytes to
//! 192.0.2.1:5060 >>>>>`, the message with the line ends of the log, a blank line. Time of day in milliseconds. Of the writer
//! only the direction is known.

use super::words::{endpoint, split_once, transport};
use super::{Format, Line, Log, Moment, Transport, stamp};
use crate::base::Endpoint;
use crate::source::{Head, Who};

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads them.
#[derive(Default)]
pub(super) struct Genesys;

impl Format for Genesys {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some((moment, transport, peer, sent)) = announced(text) {
            let time = log.time(moment);
            let own = |is: bool| if is { Who::Own } else { Who::At(peer) };
            log.begin(
                line,
                Head {
                    time,
                    source: own(sent),
                    destination: own(!sent),
                    transport,
                },
            );
        } else if log.is_open() {
            log.plain(line, text);
            if log.is_complete() {
                log.finish();
            }
        } else {
            log.left(line);
        }
    }
}

fn announced(line: &[u8]) -> Option<(Moment, Transport, Endpoint, bool)> {
    let (moment, length) = stamp::read(line)?;
    let rest = line[length..].trim_ascii_start();
    let rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii();
    let (rest, sent) = match rest.strip_prefix(b"SIPTR: Received [") {
        Some(rest) => (rest.strip_suffix(b" <<<<<")?, false),
        None => {
            let rest = rest.strip_prefix(b"SIPTR: ").unwrap_or(rest);
            let rest = rest.strip_prefix(b"Sending ")?.trim_ascii_start();
            (rest.strip_prefix(b"[")?.strip_suffix(b" >>>>>")?, true)
        }
    };
    let (carrier, rest) = split_once(rest, b"] ")?;
    let (_, name) = split_once(carrier, b",")?;
    let (_, peer) = split_once(
        rest,
        if sent {
            &b" bytes to "[..]
        } else {
            b" bytes from "
        },
    )?;
    let transport = transport(name).unwrap_or(Transport::Unknown);
    Some((moment, transport, endpoint(peer)?, sent))
}
