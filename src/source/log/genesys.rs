//! Logs of Genesys SIP Server.
//!
//! `16:45:03.031: SIPTR: Received [0,UDP] 467 bytes from 192.0.2.1:5060 <<<<<` and `16:45:04.720: Sending  [0,UDP] 406 bytes to
//! 192.0.2.1:5060 >>>>>`, the message with the line ends of the log, a blank line. Time of day in milliseconds. Of the writer
//! only the direction is known.

use super::framed::{Announced, Announces, Part};
use super::words::{bytes_told, endpoint, last_stamp_at, split_once, transport};
use super::{Log, Moment, Transport, stamp};
use crate::source::Who;
use crate::source::about::About;

/// Reads them.
#[derive(Clone, Default)]
pub(super) struct Genesys;

impl Announces for Genesys {
    const ABOUT: &'static [About] = &[About {
        what: "Genesys SIP Server",
        time: "milliseconds, time of day",
        addresses: "peer",
        transport: "yes",
        message: "line ends restored",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[b"SIPTR", b"Sending "];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        announced(text)
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        if text.is_empty() && log.is_complete() {
            Part::End
        } else if !log.is_empty() && is_entry(text) {
            Part::Beyond
        } else {
            Part::Message
        }
    }
}

/// `22:13:20.008: ..`
fn is_entry(line: &[u8]) -> bool {
    let behind =
        |(moment, length): (Moment, usize)| moment.digits == 3 && line[length..].starts_with(b": ");
    stamp::read(line).is_some_and(behind)
}

fn announced(line: &[u8]) -> Option<Announced> {
    let mut signs = [&b"SIPTR: "[..], b"Sending "].into_iter();
    let sign = signs.find_map(|sign| memchr::memmem::find(line, sign))?;
    let (moment, place) = last_stamp_at(&line[..sign])?;
    let rest = line[place.end..].trim_ascii_start();
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
    Some(Announced {
        at: place.start,
        moment: Some(moment),
        length: bytes_told(rest),
        ..Announced::with(Who::At(endpoint(peer)?), sent, transport)
    })
}
