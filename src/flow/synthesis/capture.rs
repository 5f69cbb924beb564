//! A capture of many runs, written in the order of time as they are played, so that only those that overlap are in memory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::packet::{Packet, frames};
use super::places::Places;
use super::{Event, Options, alter};
use crate::base::Transport;
use crate::flow::Template;

/// 2026-01-01T00:00:00Z, in nanoseconds since 1970.
pub(super) const START: i64 = 1_767_225_600_000_000_000;
/// UDP over IPv4 (RFC 768, RFC 791): 65535 less two headers.
const MOST_IN_DATAGRAM: usize = 65_507;
/// How soon a run begins after the start or the end of the one before.
pub(super) const EVERY: i64 = 250_000_000;

/// Writes the flow as pcapng.
pub fn write_capture(
    out: &mut impl Write,
    template: &Template,
    options: &Options,
) -> io::Result<()> {
    out.write_all(&section(&template.id))?;
    out.write_all(&interface())?;
    let frames_of = |run: u64, events: Vec<Event>| {
        let mut events_over_udp = events
            .iter()
            .filter(|event| event.transport == Transport::Udp);
        if events_over_udp.any(|event| event.bytes.len() > MOST_IN_DATAGRAM) {
            let problem = "a message is too long for a datagram; TCP can carry it";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        Ok(frames(template, options, run, &events))
    };
    let time_of = |packet: &Packet| packet.time;
    in_order(template, options, frames_of, time_of, |time, packet| {
        let comment = Some(packet.comment.as_str()).filter(|comment| !comment.is_empty());
        out.write_all(&enhanced_packet(time, &packet.frame, comment))
    })
}

/// Plays all runs and hands over what is made of each, in the order of time.
pub(super) fn in_order<T>(
    template: &Template,
    options: &Options,
    mut make: impl FnMut(u64, Vec<Event>) -> io::Result<Vec<T>>,
    time_of: impl Fn(&T) -> i64,
    mut take: impl FnMut(i64, T) -> io::Result<()>,
) -> io::Result<()> {
    let places = Places::of(template);
    let every = every(template, &places, options);
    let mut waiting: BTreeMap<(i64, u64, usize), T> = BTreeMap::new();
    for run in 0..options.count {
        let start = START + run as i64 * every;
        // Nothing of this run or of a later one is older.
        let later = waiting.split_off(&(start, 0, 0));
        for ((time, ..), one) in std::mem::replace(&mut waiting, later) {
            take(time, one)?;
        }
        let events = alter::play(template, &places, options, run);
        for (number, one) in make(run, events)?.into_iter().enumerate() {
            waiting.insert((start + time_of(&one), run, number), one);
        }
    }
    waiting
        .into_iter()
        .try_for_each(|((time, ..), one)| take(time, one))
}

/// From the start of one run to that of the next. The users are the same in all runs, so only time tells which of several dialogs
/// are those of one: such a flow begins when the one before is over.
fn every(template: &Template, places: &Places, options: &Options) -> i64 {
    if template.dialogs.len() < 2 {
        return EVERY;
    }
    let undisturbed = Options {
        alterations: Vec::new(),
        ..options.clone()
    };
    let events = alter::play(template, places, &undisturbed, 0);
    events.last().map_or(0, |last| last.time) + EVERY
}

// Blocks of pcapng (draft-ietf-opsawg-pcapng), in little-endian order.

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
const MAGIC: u32 = 0x1a2b_3c4d;
const ETHERNET: u16 = 1;

const COMMENT: u16 = 1;
const APPLICATION: u16 = 4;
const RESOLUTION: u16 = 9;

fn section(comment: &str) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(MAGIC.to_le_bytes());
    body.extend(1_u16.to_le_bytes());
    body.extend(0_u16.to_le_bytes());
    body.extend(u64::MAX.to_le_bytes());
    option(&mut body, COMMENT, format!("the flow {comment}").as_bytes());
    option(&mut body, APPLICATION, b"sipscope");
    body.extend([0; 4]);
    block(SECTION, &body)
}

fn interface() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(ETHERNET.to_le_bytes());
    body.extend([0; 6]);
    // Nanoseconds.
    option(&mut body, RESOLUTION, &[9]);
    body.extend([0; 4]);
    block(INTERFACE, &body)
}

fn enhanced_packet(time: i64, frame: &[u8], comment: Option<&str>) -> Vec<u8> {
    let mut body = Vec::new();
    let length = frame.len() as u32;
    body.extend(0_u32.to_le_bytes());
    body.extend(((time >> 32) as u32).to_le_bytes());
    body.extend((time as u32).to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(frame);
    pad(&mut body);
    if let Some(comment) = comment {
        option(&mut body, COMMENT, comment.as_bytes());
        body.extend([0; 4]);
    }
    block(ENHANCED_PACKET, &body)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    // A length has sixteen bits.
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn pad(bytes: &mut Vec<u8>) {
    while !bytes.len().is_multiple_of(4) {
        bytes.push(0);
    }
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes(), &length, body, &length].concat()
}
