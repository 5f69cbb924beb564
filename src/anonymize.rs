//! Traces that may be shared: who, where and what number is replaced everywhere by the same other one, and how everything looks stays,
//! so that the audit finds the same. What cannot be read is not written.
//!
//! A capture is not copied: each message is put in a new packet between the replaced addresses, so that no header, comment or key of the
//! input can tell anything. A log stays a log: its bytes are replaced where they stand.

mod address;
mod entity;
mod field;
mod key;
mod literal;
mod log;
mod mask;
mod message;
mod name;
mod neutral;
mod permute;
mod prose;
mod sdp;
mod spelled;
mod spoken;
mod telephone;
mod uri;
mod vocabulary;
mod wide;
mod word;
mod xml;

use std::io::{self, Write};

use crate::base::{Endpoint, Layer, Path, Transport};
use crate::extract::made::{Around, Made, Parcel};
use crate::extract::write;
use crate::intake::Intake;
use crate::source::{Spill, Store, read_text, stamp_length};
use crate::trace::{End, Sighting};
use key::Key;
use log::Log;
use mask::Mask;
use prose::Told;

pub use mask::Replaced;
pub use message::Unknown;

/// Replaces by one key; what it replaced once it replaces by the same in every input.
pub struct Anonymizer {
    mask: Mask,
    keep_unknown: bool,
    unknown: Unknown,
}

/// What was written of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anonymized {
    /// Messages in packets.
    pub wrapped: usize,
    /// Messages as exported PDUs, as too little is known of their ends.
    pub bare: usize,
}

impl Anonymizer {
    /// With a secret of any length. `keep_prefixes`: numbers and addresses that begin alike still do. `keep_unknown`: what nobody knows
    /// stays but for what is replaced elsewhere.
    pub fn new(secret: &[u8], keep_prefixes: bool, keep_unknown: bool) -> Self {
        Self {
            mask: Mask::new(Key::new(secret), keep_prefixes, keep_unknown),
            keep_unknown,
            unknown: Unknown::default(),
        }
    }

    /// What was replaced so far.
    pub fn replaced(&self) -> Replaced {
        self.mask.replaced
    }

    /// What was met so far that nobody knows.
    pub fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// Replaces everything in a message that tells who somebody is; everything stays where it stands.
    pub fn message(&mut self, message: &mut [u8]) {
        let mut unknown = self.unknown;
        self.replace(message, &mut unknown);
        self.unknown = unknown;
    }

    fn replace(&mut self, message: &mut [u8], unknown: &mut Unknown) {
        message::replace(&mut self.mask, message, self.keep_unknown, unknown);
    }

    /// Learns who is named in messages, so that they are known where they stand elsewhere: in logs, and in what nobody knows.
    pub fn learn(&mut self, intake: &mut Intake) -> io::Result<()> {
        let (sightings, store) = (&intake.sightings, &mut intake.store);
        for sighting in sightings.iter() {
            let bytes = store.read(sighting.input(), sighting.location(), sighting.length())?;
            self.replace(&mut bytes.to_vec(), &mut Unknown::default());
        }
        Ok(())
    }

    /// Writes the messages of an input as a capture: with any number of link layers, or with one as every program reads it.
    pub fn capture(
        &mut self,
        out: &mut impl Write,
        intake: &mut Intake,
        input: u32,
        many_layers: bool,
    ) -> io::Result<Anonymized> {
        let mut spill = Spill::new(true);
        let mut made = Made::default();
        let mut taps = Taps::default();
        let (sightings, store) = (&intake.sightings, &mut intake.store);
        let mut datagram: Option<(Sighting<'_>, Vec<u8>)> = None;
        for sighting in sightings.iter().filter(|one| one.input() == input) {
            let bytes = store.read(input, sighting.location(), sighting.length())?;
            let mut bytes = bytes.to_vec();
            self.message(&mut bytes);
            // Messages of one datagram stay in one.
            match datagram.take() {
                Some((first, mut before)) if is_behind(&first, &sighting) => {
                    before.extend(bytes);
                    datagram = Some((first, before));
                }
                done => {
                    if let Some((first, bytes)) = done {
                        self.pack(&first, &bytes, &mut made, &mut taps, &mut spill)?;
                    }
                    datagram = Some((sighting, bytes));
                }
            }
        }
        if let Some((first, bytes)) = datagram {
            self.pack(&first, &bytes, &mut made, &mut taps, &mut spill)?;
        }
        made.packets.sort_by_key(|packet| packet.time);
        let store = Store::new(Vec::new(), spill)?;
        match many_layers {
            true => write::pcapng(out, &["anonymized messages"], &made.packets, &[], store)?,
            false => write::pcap(out, &made.packets, store)?,
        }
        Ok(Anonymized {
            wrapped: made.wrapped,
            bare: made.bare,
        })
    }

    /// Writes a log with its messages replaced where they stand. False where that cannot be done; what was written is nothing then.
    pub fn log(
        &mut self,
        out: &mut impl Write,
        intake: &mut Intake,
        input: u32,
    ) -> io::Result<bool> {
        let Some(report) = intake.inputs.get(input as usize) else {
            return Ok(false);
        };
        let (sightings, store) = (&intake.sightings, &mut intake.store);
        let mut places: Vec<_> = sightings
            .iter()
            .filter(|one| one.input() == input)
            .filter_map(|one| Some((one.records().first()?.number, one.location(), one.length())))
            .collect();
        places.sort_by_key(|(line, location, _)| (*line, location.pack()));
        let second = |nanos: i64| nanos.div_euclid(1_000_000_000);
        let seconds = report.span.map_or(0..0, |(first, last)| {
            second(first.time.nanos())..second(last.time.nanos()) + 1
        });
        let told = Told {
            seconds,
            stamp: stamp_length,
        };
        let mut log = Log::new(read_text(&report.path)?, told, self.keep_unknown);
        for (line, location, length) in places {
            let before = store.read(input, location, length)?.to_vec();
            let mut after = before.clone();
            self.message(&mut after);
            log.write_before(line, &mut self.mask, out)?;
            if !log.message(line, &before, &after)? {
                return Ok(false);
            }
        }
        log.write_before(u64::MAX, &mut self.mask, out)?;
        Ok(true)
    }

    /// Whether what was written of an input is read as its messages replaced.
    pub fn is_read_again(
        &mut self,
        intake: &mut Intake,
        input: u32,
        written: &mut Intake,
    ) -> io::Result<bool> {
        let own = intake.sightings.iter().filter(|one| one.input() == input);
        let mut others = written.sightings.iter();
        for sighting in own {
            let bytes = intake
                .store
                .read(input, sighting.location(), sighting.length())?;
            let mut bytes = bytes.to_vec();
            self.replace(&mut bytes, &mut Unknown::default());
            let Some(other) = others.next() else {
                return Ok(false);
            };
            let end = |end: Option<End<'_>>| end.and_then(|end| end.endpoint());
            let mut replaced = |end: Option<Endpoint>| {
                end.map(|end| Endpoint::new(self.mask.address(end.address), end.port))
            };
            let is_same = replaced(end(sighting.source())) == end(other.source())
                && replaced(end(sighting.destination())) == end(other.destination())
                && sighting.time() == other.time()
                && sighting.transport() == other.transport()
                && sighting.whole() == other.whole()
                && written.store.read(0, other.location(), other.length())? == bytes;
            if !is_same {
                return Ok(false);
            }
        }
        Ok(others.next().is_none())
    }

    fn pack<'s>(
        &mut self,
        sighting: &Sighting<'s>,
        bytes: &[u8],
        made: &mut Made,
        taps: &mut Taps<'s>,
        spill: &mut Spill,
    ) -> io::Result<()> {
        let mut parcel = Parcel::of(sighting, sighting.time(), bytes);
        parcel.input = taps.number(sighting);
        // None is one, too: packets with different ones are different packets.
        parcel.identification = Some(sighting.identification().unwrap_or_default());
        let path = sighting.path();
        parcel.around = match () {
            () if path.contains(Layer::Hep) || path.contains(Layer::ExportedPdu) => Around::Told,
            () if path.contains(Layer::Esp) => Around::Secured,
            () => Around::Packet,
        };
        for end in [&mut parcel.source, &mut parcel.destination] {
            *end = end.map(|end| Endpoint::new(self.mask.address(end.address), end.port));
        }
        made.add(&parcel, spill)
    }
}

/// Whether a message stands in the same datagram as another.
fn is_behind(first: &Sighting<'_>, next: &Sighting<'_>) -> bool {
    let is_datagram = next.transport() == Transport::Udp && first.path() == next.path();
    is_datagram
        && first.whole()
        && first.records() == next.records()
        && !first.path().contains(Layer::ExportedPdu)
}

/// Where messages were captured: on an interface, inside of some layers. The same packet seen twice is told from one sent twice by
/// that.
#[derive(Default)]
struct Taps<'s>(Vec<(u16, &'s Path)>);

impl<'s> Taps<'s> {
    fn number(&mut self, sighting: &Sighting<'s>) -> u32 {
        let interface = sighting
            .records()
            .first()
            .map_or(0, |record| record.interface);
        let tap = (interface, sighting.path());
        let number = self.0.iter().position(|known| *known == tap);
        let number = number.unwrap_or_else(|| {
            self.0.push(tap);
            self.0.len() - 1
        });
        number as u32
    }
}
