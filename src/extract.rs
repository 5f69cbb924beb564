//! The messages of calls as a capture: the frames that they came in, copied from the inputs in the order of their times. A message
//! for which there is none to copy, as in a log, or none that holds nothing else, as in a stream that many calls share, is written
//! in a packet of its own. Or the messages alone, as text or as JSON.

mod filled;
mod frames;
mod listed;
pub(crate) mod made;
mod packet;
pub(crate) mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use crate::base::{Layer, Timestamp, Transport};
use crate::intake::{Intake, Job};
use crate::source::{Facts, Source, Spill, Store, TLS_KEY_LOG, read_small};
use crate::trace::{CallId, Message, Sighting, Trace};
use crate::transport::lines_about;
pub use filled::Filled;
use filled::Filler;
use frames::{Frames, Wanted};
use made::{Made, Parcel};

/// In which form messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A capture that knows any number of link layers, comments and keys.
    Pcapng,
    /// A capture that every program reads, with one link layer.
    Pcap,
    /// Messages as text.
    Text,
    /// Messages as JSON.
    Json,
}

/// What becomes of what a packet needs and a trace does not know, as the end of a message in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// It stays open: such messages become exported PDUs, which invent nothing.
    Open,
    /// It is filled in, so that all become packets.
    FilledIn,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Frames that were copied.
    pub frames: usize,
    /// Messages that were written in packets of their own.
    pub wrapped: usize,
    /// Messages without even that: what is known of their ends is too little for a packet.
    pub bare: usize,
    /// Messages in packets that only texts told of: these leave open what a packet does not.
    pub told: usize,
    /// Messages that were listed.
    pub listed: usize,
    /// Messages that JSON cannot hold as they are.
    pub changed: usize,
    /// Keys that frames are decrypted with: copied, or left out where the form has no place for them.
    pub keys: usize,
    /// Calls that were not chosen, of which encrypted connections that were copied whole have messages.
    pub others: usize,
    /// What was filled in.
    pub filled: Filled,
}

/// Writes all messages of calls. Where they are written as a capture the inputs are read once more.
pub fn extract(
    out: &mut impl Write,
    intake: &mut Intake,
    trace: &Trace,
    job: &Job,
    chosen: &[CallId],
    (form, gaps): (Form, Gaps),
) -> io::Result<Extracted> {
    let calls = chosen.iter().filter_map(|id| trace.call(*id));
    let messages: Vec<_> = calls.flat_map(|call| call.messages()).collect();
    let is_capture = matches!(form, Form::Pcapng | Form::Pcap);
    if !is_capture {
        return list(out, intake, trace, messages, form);
    }
    let sightings: Vec<_> = messages.iter().flat_map(|one| one.sightings()).collect();
    let mut wanted: BTreeMap<u32, Wanted> = BTreeMap::new();
    for sighting in &sightings {
        let wanted = wanted.entry(sighting.input()).or_default();
        match is_of_connection(sighting) {
            true => wanted.connection_of(sighting),
            false => wanted.frames_of(sighting),
        }
    }
    let mut spill = Spill::new(true);
    let mut frames = Frames::new();
    for (input, wanted) in &wanted {
        if let Some((mut source, facts)) = again(intake, *input, job) {
            frames::copy(
                wanted,
                (&mut source, *input),
                facts,
                &job.limits,
                &mut spill,
                &mut frames,
            )?;
        }
    }
    let streamed = sightings
        .iter()
        .filter(|one| one.transport() == Transport::Tcp);
    let streamed: Vec<_> = streamed.copied().collect();
    frames::without_others(&mut frames, &streamed);
    let all = trace.messages();
    let all = all.flat_map(|message| message.sightings());
    frames::without_holes(&mut frames, &streamed, all);
    let (made, filled) = made(&messages, &frames, trace, intake, gaps, &mut spill)?;
    let keys = keys(&sightings, &frames, intake, job)?;
    let extracted = Extracted {
        frames: frames.len(),
        wrapped: made.wrapped,
        bare: made.bare,
        told: messages.iter().filter(|one| is_told(one)).count(),
        keys: keys.len(),
        others: others(trace, chosen, &sightings),
        filled,
        ..Extracted::default()
    };
    let copied = frames.into_iter().map(|((input, _), copied)| {
        let mut packet = copied.packet;
        packet.time = packet.time.map(|own| common(trace, input, own));
        packet
    });
    let mut packets: Vec<_> = copied.chain(made.packets).collect();
    packets.sort_by_key(|packet| packet.time);
    let store = Store::new(Vec::new(), spill)?;
    match form {
        Form::Pcap => write::pcap(out, &packets, store)?,
        _ => write::pcapng(out, &comments(&wanted, intake), &packets, &keys, store)?,
    }
    Ok(extracted)
}

/// What the inputs say of themselves, and what this one is.
fn comments<'i>(wanted: &BTreeMap<u32, Wanted>, intake: &'i Intake) -> Vec<&'i str> {
    let inputs = wanted
        .keys()
        .filter_map(|input| intake.inputs.get(*input as usize));
    let comments = inputs.flat_map(|input| &input.facts.comments);
    let of_all = comments.filter(|(packet, _)| packet.is_none());
    let own = ["messages of calls"].into_iter();
    own.chain(of_all.map(|(_, text)| text.as_str())).collect()
}

/// Writes messages one after the other.
fn list(
    out: &mut impl Write,
    intake: &mut Intake,
    trace: &Trace,
    mut messages: Vec<Message<'_>>,
    form: Form,
) -> io::Result<Extracted> {
    messages.sort_by_key(|message| (message.time(), message.id()));
    let mut extracted = Extracted::default();
    for message in messages {
        let sighting = message.sighting();
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = intake.store.read(input, location, sighting.length())?;
        let time = sighting.time().map(|own| common(trace, input, own));
        match form {
            Form::Json => {
                extracted.changed += usize::from(std::str::from_utf8(bytes).is_err());
                listed::json(out, &sighting, time, bytes)?;
            }
            _ => listed::text(out, &sighting, time, bytes)?,
        }
        extracted.listed += 1;
    }
    Ok(extracted)
}

/// An input once more, if it is one of frames and can be read twice, with what it says beside them.
fn again<'i>(intake: &'i Intake, input: u32, job: &Job) -> Option<(Source, &'i Facts)> {
    let report = intake.inputs.get(input as usize)?;
    // What stood in a pipe is gone.
    if report.is_text || !report.path.is_file() {
        return None;
    }
    let source = Source::open(&report.path, &job.texts, Arc::default()).ok()?;
    Some((source, &report.facts))
}

/// Whether frames tell nothing without all of the connection.
fn is_of_connection(sighting: &Sighting<'_>) -> bool {
    let path = sighting.path();
    path.contains(Layer::Tls) || path.contains(Layer::WebSocket)
}

/// Whether only logs or documents know a message.
fn is_told(message: &Message<'_>) -> bool {
    message.sightings().all(|one| {
        let path = one.path();
        path.contains(Layer::Log) || path.contains(Layer::Document)
    })
}

/// Packets for messages that have no frames.
fn made(
    messages: &[Message<'_>],
    frames: &Frames,
    trace: &Trace,
    intake: &mut Intake,
    gaps: Gaps,
    spill: &mut Spill,
) -> io::Result<(Made, Filled)> {
    let has_frames = |sighting: &Sighting<'_>| {
        let records = sighting.records();
        let mut places = records.iter().map(|record| (record.input, record.number));
        places.all(|place| frames.contains_key(&place))
    };
    let without = messages
        .iter()
        .filter(|message| !message.sightings().any(|one| has_frames(&one)));
    let time = |message: &Message<'_>| {
        let sighting = message.sighting();
        Some(common(trace, sighting.input(), sighting.time()?))
    };
    let mut without: Vec<_> = without.map(|one| (*one, time(one))).collect();
    let mut filler = (gaps == Gaps::FilledIn).then(|| Filler::new(trace));
    if let Some(filler) = &mut filler {
        filler.times(&mut without);
    }
    without.sort_by_key(|(_, time)| *time);
    let mut requests = intake.store.reader();
    let mut made = Made::default();
    for (message, time) in without {
        let sighting = message.sighting();
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = intake.store.read(input, location, sighting.length())?;
        let mut parcel = Parcel {
            whole: true,
            ..Parcel::of(&sighting, time, bytes)
        };
        if let Some(filler) = &mut filler {
            filler.fill(&message, &mut parcel, &mut requests)?;
        }
        made.add(&parcel, spill)?;
    }
    let filled = filler.map_or_else(Filled::default, |filler| filler.filled);
    Ok((made, filled))
}

/// Calls that go along in connections that are copied whole.
fn others(trace: &Trace, chosen: &[CallId], sightings: &[Sighting<'_>]) -> usize {
    let connection = |sighting: &Sighting<'_>| {
        let of = Some((sighting.input(), frames::ends(sighting)?));
        of.filter(|_| is_of_connection(sighting))
    };
    let copied: BTreeSet<_> = sightings.iter().filter_map(connection).collect();
    if copied.is_empty() {
        return 0;
    }
    let chosen: BTreeSet<_> = chosen.iter().collect();
    let is_along = |message: &Message<'_>| {
        let mut connections = message.sightings().filter_map(|one| connection(&one));
        connections.any(|one| copied.contains(&one))
    };
    let along = trace.messages().filter(is_along);
    let calls: BTreeSet<_> = along.map(|message| message.hop().call().id()).collect();
    calls.iter().filter(|call| !chosen.contains(call)).count()
}

/// A time of an input by the clock of all of them.
fn common(trace: &Trace, input: u32, own: Timestamp) -> Timestamp {
    trace.clock(input).map_or(own, |clock| clock.time(own))
}

/// What decrypts the connections, of the secrets of their inputs and of the key logs that were given.
fn keys(
    sightings: &[Sighting<'_>],
    frames: &Frames,
    intake: &Intake,
    job: &Job,
) -> io::Result<Vec<(u32, Vec<u8>)>> {
    let encrypted = sightings
        .iter()
        .filter(|one| one.path().contains(Layer::Tls));
    let mut inputs: Vec<_> = encrypted.map(|one| one.input() as usize).collect();
    inputs.sort_unstable();
    inputs.dedup();
    if inputs.is_empty() {
        return Ok(Vec::new());
    }
    let inputs = inputs.iter().filter_map(|input| intake.inputs.get(*input));
    let mut keys: Vec<_> = inputs
        .flat_map(|input| input.facts.secrets.clone())
        .collect();
    for path in &job.key_logs {
        keys.push((TLS_KEY_LOG, read_small(path).map_err(io::Error::other)?));
    }
    let randoms: BTreeSet<_> = frames.values().filter_map(|frame| frame.random).collect();
    keys.retain(|(kind, _)| *kind == TLS_KEY_LOG);
    for (_, log) in &mut keys {
        *log = lines_about(log, &randoms);
    }
    keys.retain(|(_, log)| !log.is_empty());
    keys.dedup();
    Ok(keys)
}
