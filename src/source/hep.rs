//! Packets of the Homer encapsulation protocol, version 3, as a collector keeps them: in front of each its length in four bytes, the
//! one that counts most first. There is no file header: the packet says its length again, so that any wrong one shows.

use super::about::About;
use super::{Container, Facts, Found, Lost, RawRecord, Walked, Window};
use crate::base::hep::{HEAD, MAGIC, MICROS, SECONDS, chunks, length};
use crate::base::{Limits, LinkType, Timestamp};

/// What the format keeps.
pub(super) const ABOUT: About = About {
    what: "HEP v3 packets, each behind its length in four bytes",
    time: "microseconds",
    addresses: "both",
    transport: "UDP, TCP, SCTP",
    message: "exact",
    note: "no text: records have numbers, not lines; TLS and WebSocket are told as TCP",
};

#[derive(Default)]
pub(super) struct Hep {
    lost: Lost,
}

/// Bytes of the length in front.
const PREFIX: usize = 4;
/// So many show whether a record begins.
const SHOWS: usize = PREFIX + HEAD;

/// Bytes of the record that begins here, if one does.
fn record(bytes: &[u8]) -> Option<usize> {
    let (prefix, packet) = bytes.split_first_chunk::<PREFIX>()?;
    let own = packet.starts_with(MAGIC).then(|| length(packet))??;
    (u32::from_be_bytes(*prefix) as usize == own).then_some(PREFIX + own)
}

impl Hep {
    pub(super) fn sniff(prefix: &[u8]) -> Option<Self> {
        record(prefix).map(|_| Self::default())
    }
}

impl Container for Hep {
    fn walk(&mut self, window: Window<'_>, _: &Limits, found: &mut Found, _: &mut Facts) -> Walked {
        let mut at = 0;
        loop {
            if self.lost.is_lost() {
                let magics = memchr::memmem::find_iter(&window.bytes[at..], MAGIC);
                let mut places = magics.filter_map(|magic| (at + magic).checked_sub(PREFIX));
                let next =
                    places.find(|place| *place >= at && record(&window.bytes[*place..]).is_some());
                match self.lost.go_on(next, window, at, SHOWS - 1, found) {
                    Ok(next) => at = next,
                    Err(walked) => return walked,
                }
            }
            let rest = &window.bytes[at..];
            let length = match record(rest) {
                Some(length) if length <= rest.len() => length,
                None if rest.len() >= SHOWS => {
                    let what = "no HEP packet of the length in front of it".to_owned();
                    self.lost.begin(window.origin + at as u64, what);
                    at += 1;
                    continue;
                }
                cut => {
                    return Walked {
                        consumed: at,
                        needs: cut.unwrap_or(SHOWS),
                    };
                }
            };
            let packet = (length - PREFIX) as u32;
            found.records.push(RawRecord {
                time: time(&rest[PREFIX..length]),
                start: (at + PREFIX) as u32,
                captured: packet,
                original: packet,
                link: LinkType::Hep,
                interface: 0,
            });
            at += length;
        }
    }
}

/// When the packet says that its payload was captured.
fn time(packet: &[u8]) -> Option<Timestamp> {
    let number = |kind| {
        let known = chunks(packet, false).map_while(Result::ok);
        let mut same = known.filter(|chunk| chunk.vendor == 0 && chunk.kind == kind);
        same.next().map(|chunk| chunk.number())
    };
    let micros = number(MICROS).unwrap_or_default();
    Timestamp::new(i64::from(number(SECONDS)?), micros.saturating_mul(1000))
}
