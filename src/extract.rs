//! The messages of calls as a capture: the frames that they came in, copied from the inputs in the order of their times. Where there
//! is no frame to copy, as in a log, or none that tells anything without what stands before it, as of an encrypted stream, the message
//! is written by itself with what is known of its ends: as an exported PDU, which invents nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use crate::base::{Anomalies, LinkType, Location, RecordId, Timestamp, Transport, pcapng};
use crate::decap::exported_pdu;
use crate::intake::{Intake, Job};
use crate::source::{Batch, Source, Spill, Store};
use crate::trace::{CallId, End, Sighting, Trace};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Frames that were copied.
    pub frames: usize,
    /// Messages that stand by themselves.
    pub bare: usize,
}

/// A packet that waits to be written.
struct Packet {
    time: Option<Timestamp>,
    link: u16,
    place: Location,
    captured: usize,
    original: u32,
}

/// Writes all messages of calls as pcapng. The inputs are read once more.
pub fn extract(
    out: &mut impl Write,
    intake: &mut Intake,
    trace: &Trace,
    job: &Job,
    calls: &[CallId],
) -> io::Result<Extracted> {
    let calls = calls.iter().filter_map(|id| trace.call(*id));
    let messages: Vec<_> = calls.flat_map(|call| call.messages()).collect();
    let sightings = || messages.iter().flat_map(|message| message.sightings());
    let open = sightings().filter(|sighting| is_open(sighting.transport()));
    let wanted = open.flat_map(|sighting| sighting.records());
    let mut spill = Spill::new(true);
    let mut packets = Vec::new();
    let found = frames(wanted, intake, job, &mut spill, &mut packets)?;
    let mut extracted = Extracted {
        frames: packets.len(),
        bare: 0,
    };
    for sighting in sightings() {
        let has = |record: &RecordId| found.contains(&place(record));
        if !is_open(sighting.transport()) || !sighting.records().iter().all(has) {
            packets.push(bare(&sighting, intake, &mut spill)?);
            extracted.bare += 1;
        }
    }
    packets.sort_by_key(|packet| packet.time);
    write(out, &packets, Store::new(Vec::new(), spill)?)?;
    Ok(extracted)
}

/// Whether frames tell what they carry, each by itself or with those that carry the same message.
fn is_open(transport: Transport) -> bool {
    match transport {
        Transport::Udp | Transport::Tcp | Transport::Sctp | Transport::Unknown => true,
        Transport::Tls | Transport::Ws | Transport::Wss => false,
    }
}

fn place(record: &RecordId) -> (u32, u64) {
    (record.input, record.number)
}

/// Copies frames from the inputs; gives those that are there.
fn frames(
    wanted: impl Iterator<Item = RecordId>,
    intake: &Intake,
    job: &Job,
    spill: &mut Spill,
    packets: &mut Vec<Packet>,
) -> io::Result<BTreeSet<(u32, u64)>> {
    let mut of_inputs: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
    for record in wanted {
        let numbers = of_inputs.entry(record.input).or_default();
        numbers.insert(record.number);
    }
    let mut found = BTreeSet::new();
    for (input, numbers) in of_inputs {
        let Some(mut source) = again(intake, input, job) else {
            continue;
        };
        let last = numbers.last().copied().unwrap_or_default();
        let mut batch = Batch::default();
        while source.records() < last
            && source.next_batch(input, &mut batch, &job.limits, &mut Anomalies::default())
        {
            for (index, record) in batch.records.iter().enumerate() {
                let id = batch.id(index);
                let LinkType::Number(link) = record.link else {
                    continue;
                };
                if numbers.contains(&id.number) {
                    let frame = batch.frame(record);
                    packets.push(Packet {
                        time: record.time,
                        link,
                        place: spill.keep(frame)?,
                        captured: frame.len(),
                        original: record.original,
                    });
                    found.insert(place(&id));
                }
            }
        }
    }
    Ok(found)
}

/// An input once more, if it is one of frames and can be read twice.
fn again(intake: &Intake, input: u32, job: &Job) -> Option<Source> {
    let report = intake.inputs.get(input as usize)?;
    // What stood in a pipe is gone.
    if report.is_text || !report.path.is_file() {
        return None;
    }
    Source::open(&report.path, &job.texts, Arc::default()).ok()
}

/// A message by itself.
fn bare(sighting: &Sighting<'_>, intake: &mut Intake, spill: &mut Spill) -> io::Result<Packet> {
    let end = |end: Option<End<'_>>| end?.endpoint();
    let mut pdu = exported_pdu::tags(
        end(sighting.source()),
        end(sighting.destination()),
        sighting.transport(),
    );
    let (input, location) = (sighting.input(), sighting.location());
    pdu.extend(intake.store.read(input, location, sighting.length())?);
    Ok(Packet {
        time: sighting.time(),
        link: exported_pdu::LINK,
        place: spill.keep(&pdu)?,
        captured: pdu.len(),
        original: pdu.len() as u32,
    })
}

/// Writes packets, each on the interface of its link layer.
fn write(out: &mut impl Write, packets: &[Packet], mut store: Store) -> io::Result<()> {
    out.write_all(&pcapng::section("messages of calls"))?;
    // Those without times stand first: only packets of the first interface can be without one.
    let mut interfaces: Vec<u16> = Vec::new();
    for packet in packets {
        if !interfaces.contains(&packet.link) {
            out.write_all(&pcapng::interface(packet.link))?;
            interfaces.push(packet.link);
        }
    }
    for packet in packets {
        let interface = interfaces.iter().position(|link| *link == packet.link);
        let interface = interface.unwrap_or_default() as u32;
        let frame = store.read(0, packet.place, packet.captured)?;
        let block = match packet.time {
            None if interface == 0 && packet.captured == packet.original as usize => {
                pcapng::packet_without_time(frame)
            }
            // Other packets have to have a time: 1970 where none is known.
            time => {
                let time = time.map_or(0, |time| time.nanos().max(0) as u64);
                pcapng::packet((interface, time), frame, packet.original, None)
            }
        };
        out.write_all(&block)?;
    }
    Ok(())
}
