//! Endace extensible record format. It has no magic number: it is recognised by records that follow each other. What is in
//! a record is not looked at here: it may as well stand in a pcap.

use super::about::About;
use super::{Container, Facts, Found, Lost, RawRecord, Walked, Window};
use crate::base::{Limits, LinkType, Timestamp};

/// What the format keeps.
pub(super) const ABOUT: About = About {
    what: "ERF records of Ethernet and IP",
    time: "2^-32 seconds",
    addresses: "both",
    transport: "yes",
    message: "exact",
    note: "",
};

#[derive(Default)]
pub(super) struct Erf {
    lost: Lost,
}

const HEADER: usize = 16;
const EXTENSION: usize = 8;
/// Extension headers follow.
const MORE: u8 = 0x80;
const TYPE_PAD: u8 = 48;
const HIGHEST_TYPE: u8 = 48;
/// What pcap calls a whole record.
const LINK_TYPE: u16 = 197;

/// One record header, decoded.
struct Header {
    units: u64,
    kind: u8,
    /// Which of up to four that the card has.
    interface: u16,
    /// Whole record.
    length: usize,
    on_wire: usize,
}

fn header(bytes: &[u8]) -> Option<Header> {
    let fixed: &[u8; HEADER] = bytes.first_chunk()?;
    let [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        kind,
        flags,
        rlen @ ..,
        _,
        _,
        wlen_high,
        wlen_low,
    ] = *fixed;
    Some(Header {
        units: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        kind,
        interface: u16::from(flags & 3),
        length: usize::from(u16::from_be_bytes(rlen)),
        on_wire: usize::from(u16::from_be_bytes([wlen_high, wlen_low])),
    })
}

impl Header {
    fn plausible(&self) -> bool {
        // Headers, offset and padding beside what was on the wire.
        const MOST_OVERHEAD: usize = HEADER + 8 * EXTENSION + 16;
        let kind = self.kind & !MORE;
        let sized = self.length > HEADER && self.length <= self.on_wire + MOST_OVERHEAD;
        (1..=HIGHEST_TYPE).contains(&kind) && self.on_wire > 0 && sized
    }

    fn seconds(&self) -> u64 {
        self.units >> 32
    }

    fn near(&self, other: &Self) -> bool {
        self.seconds().abs_diff(other.seconds()) <= 86_400
    }
}

/// Whether records follow each other from here: three, or as many as there are to the end, the last of them perhaps cut.
fn chain(bytes: &[u8], last: bool) -> bool {
    let mut rest = bytes;
    let mut previous: Option<Header> = None;
    for _ in 0..3 {
        let at_end = last && previous.is_some();
        let Some(header) = header(rest) else {
            return at_end;
        };
        if !header.plausible() || previous.is_some_and(|previous| !header.near(&previous)) {
            return false;
        }
        match rest.get(header.length..) {
            Some(following) => rest = following,
            None => return at_end,
        }
        previous = Some(header);
    }
    true
}

impl Erf {
    pub(super) fn sniff(prefix: &[u8], whole: bool) -> Option<Self> {
        chain(prefix, whole).then(Self::default)
    }
}

impl Container for Erf {
    fn walk(
        &mut self,
        window: Window<'_>,
        _: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Walked {
        let mut at = 0;
        loop {
            if self.lost.is_lost() {
                // Three records of the largest size have to be in sight to tell.
                const KEEP: usize = 3 << 16;
                let mut places = at..window.bytes.len();
                let next = places.find(|at| chain(&window.bytes[*at..], window.last));
                match self.lost.go_on(next, window, at, KEEP, found) {
                    Ok(next) => at = next,
                    Err(walked) => return walked,
                }
            }
            let rest = &window.bytes[at..];
            let Some(header) = header(rest) else {
                return Walked {
                    consumed: at,
                    needs: HEADER,
                };
            };
            if header.length < HEADER {
                let what = format!("record header claims {} bytes", header.length);
                self.lost.begin(window.origin + at as u64, what);
                at += 1;
                continue;
            }
            let Some(record) = rest.get(..header.length) else {
                return Walked {
                    consumed: at,
                    needs: header.length,
                };
            };
            if header.kind & !MORE != TYPE_PAD {
                facts.link_type(LINK_TYPE);
                let captured = record.len() as u32;
                found.records.push(RawRecord {
                    time: Timestamp::from_units(header.units, 1 << 32, 0),
                    start: at as u32,
                    captured,
                    original: captured.max((HEADER + header.on_wire) as u32),
                    link: LinkType::Number(LINK_TYPE),
                    interface: header.interface,
                });
            }
            at += header.length;
        }
    }
}
