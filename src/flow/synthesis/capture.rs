//! A capture of many runs, written in the order of time as they are played, so that only those that overlap are in memory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::packet::{Packet, frames};
use super::places::Places;
use super::{Event, Options, alter};
use crate::base::{Transport, pcapng};
use crate::flow::Template;

/// As link types are numbered (tcpdump.org/linktypes.html).
const ETHERNET: u16 = 1;

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
    out.write_all(&pcapng::section(&[format!("the flow {}", template.id)]))?;
    out.write_all(&pcapng::interface(ETHERNET))?;
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
        let comment: Vec<_> = comment.into_iter().collect();
        let length = packet.frame.len() as u32;
        let place = (0, time as u64);
        out.write_all(&pcapng::packet(place, &packet.frame, length, &comment))
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
