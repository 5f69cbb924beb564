//! A call as two scenarios for SIPp, which plays them against a system under test: one for the end that began the call, one for
//! the end where it arrived. What a message says of the user stays as it was captured; what belongs to a run (addresses, tags,
//! branches, Call-ID, ports) is left to SIPp.

mod alone;
mod ends;
mod escape;
mod event;
mod kept;
mod plan;
mod receive;
mod sdp;
mod send;
mod unplayable;

pub use alone::Between;
pub use unplayable::Unplayable;

use std::fmt::Write;
use std::io;

use crate::base::Transport;
use crate::trace::{Call, Message};
use event::Event;
use plan::Plan;

/// The scenarios of both ends.
pub struct Pair {
    /// Of the end that began the call.
    pub uac: String,
    /// Of the end where it arrived.
    pub uas: String,
    /// Messages of the ends with others, in other dialogs, for which a scenario has no place.
    pub elsewhere: usize,
    /// What keeps them from playing with each other where nothing is between them.
    pub between: Option<Between>,
}

/// SIPp reads no longer file.
const LONGEST: usize = 65535;
/// Shorter gaps are what a program needs to think.
const SHORTEST_PAUSE: i64 = 20;
const NANOS_IN_MILLISECOND: i64 = 1_000_000;

/// Both scenarios, or why there are none. The outer error is one of reading messages again.
pub fn pair(
    call: &Call<'_>,
    mut read: impl FnMut(&Message<'_>) -> io::Result<Vec<u8>>,
) -> io::Result<Result<Pair, Unplayable>> {
    let (uac, uas) = match ends::of(call) {
        Ok(ends) => ends,
        Err(reason) => return Ok(Err(reason)),
    };
    let (uac, uas) = (
        event::of(call, &uac, &mut read)?,
        event::of(call, &uas, &mut read)?,
    );
    Ok(match (uac, uas) {
        (Ok((uac, with_others)), Ok((uas, also))) => played(&uac, &uas, with_others + also),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
    })
}

fn played(uac: &[Event], uas: &[Event], elsewhere: usize) -> Result<Pair, Unplayable> {
    let scenario = |events: &[Event], name: &str| {
        let text = written(events, name);
        match text.len() > LONGEST {
            true => Err(Unplayable::Long(text.len())),
            false => Ok(text),
        }
    };
    Ok(Pair {
        uac: scenario(uac, "uac")?,
        uas: scenario(uas, "uas")?,
        elsewhere,
        between: alone::stopped_by(uac, uas),
    })
}

fn written(events: &[Event], name: &str) -> String {
    let plan = Plan::of(events);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"US-ASCII\"?>\n");
    // SIPp plays over UDP unless it is told otherwise.
    let transport = match events {
        [first, ..] if first.is_encrypted => " -t l1",
        [first, ..] if first.transport == Transport::Tcp => " -t t1",
        _ => "",
    };
    let remote = if events.first().is_some_and(|first| first.sent) {
        " REMOTE:PORT"
    } else {
        ""
    };
    out.push_str("<!DOCTYPE scenario SYSTEM \"sipp.dtd\">\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "<!-- sipp -sf call-{name}.xml -m 1{transport}{remote} -->"
    );
    let _ = writeln!(out, "<scenario name=\"{name}\">");
    let mut elements = 0;
    let mut places = Vec::with_capacity(events.len());
    for (at, event) in events.iter().enumerate() {
        if let Some(pause) = pause(events, at) {
            let _ = writeln!(out, "  <pause milliseconds=\"{pause}\"/>");
            elements += 1;
        }
        places.push(elements);
        match event.sent {
            true => send::write(&mut out, event, &plan.takes[at], |of: usize| {
                elements - places[of]
            }),
            false => receive::write(&mut out, at, event, &plan),
        }
        elements += 1;
    }
    if plan.has_groups() {
        let _ = writeln!(out, "  <Reference variables=\"{}\"/>", kept::REST);
    }
    out.push_str("</scenario>\n");
    out
}

/// How long the end waited before it sent.
fn pause(events: &[Event], at: usize) -> Option<i64> {
    let before = events[at.checked_sub(1)?].time?;
    let event = events.get(at).filter(|event| event.sent)?;
    let nanos = event.time?.nanos().checked_sub(before.nanos())?;
    let milliseconds = (nanos + NANOS_IN_MILLISECOND / 2) / NANOS_IN_MILLISECOND;
    (milliseconds > SHORTEST_PAUSE).then_some(milliseconds)
}
