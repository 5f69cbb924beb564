//! Classic pcap: both byte orders, micro- and nanoseconds, and the "modified" variant of Alexey Kuznetzov's libpcap
//! with 24-byte record headers.

use super::about::About;
use pcap_parser::nom::{self, IResult, Needed};
use pcap_parser::pcap::{
    LegacyPcapBlock, PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified,
    parse_pcap_header,
};
use pcap_parser::{Linktype, PcapError};

use super::{Container, Facts, Found, Lost, RawRecord, Walked, Window};
use crate::base::{AnomalyKind, Limits, LinkType, Timestamp};

/// What the format keeps.
pub(super) const ABOUT: About = About {
    what: "pcap: both byte orders, Kuznetzov's modified variant",
    time: "microseconds or nanoseconds",
    addresses: "both",
    transport: "yes",
    message: "exact",
    note: "",
};

type ParseFrame =
    for<'a> fn(&'a [u8]) -> IResult<&'a [u8], LegacyPcapBlock<'a>, PcapError<&'a [u8]>>;

pub(super) struct Pcap {
    parse_frame: ParseFrame,
    record_header: usize,
    big_endian: bool,
    nanoseconds: bool,
    link: u16,
    snap_length: u32,
    /// Seconds of the last good record: what a header found by searching is compared with.
    last_seconds: Option<u32>,
    at_start: bool,
    lost: Lost,
}

/// Bytes of the file header.
const FILE_HEADER: usize = 24;
/// Beyond this a record found by searching is not believed (the largest snap length that tools use).
const USUAL_RECORD: u32 = 256 << 10;
const DAY: u32 = 86_400;
/// Kuznetzov's magic in big-endian order, which pcap-parser does not know.
const MODIFIED_BIG_ENDIAN: [u8; 4] = [0xa1, 0xb2, 0xcd, 0x34];

impl Pcap {
    /// Recognises the file header.
    pub(super) fn sniff(prefix: &[u8]) -> Option<Self> {
        let (header, big_endian) = if prefix.starts_with(&MODIFIED_BIG_ENDIAN) {
            (modified_big_endian_header(prefix)?, true)
        } else {
            let (_, header) = parse_pcap_header(prefix).ok()?;
            let big_endian = header.is_bigendian();
            (header, big_endian)
        };
        let modified = header.is_modified_format();
        let parse_frame: ParseFrame = match (modified, big_endian) {
            (false, false) => parse_pcap_frame,
            (false, true) => parse_pcap_frame_be,
            (true, false) => parse_pcap_frame_modified,
            (true, true) => parse_frame_modified_be,
        };
        Some(Self {
            parse_frame,
            record_header: if modified { 24 } else { 16 },
            big_endian,
            nanoseconds: header.is_nanosecond_precision(),
            // The upper bits hold the length of a frame check sequence and flags.
            link: (header.network.0 & 0xffff) as u16,
            snap_length: header.snaplen,
            last_seconds: None,
            at_start: true,
            lost: Lost::default(),
        })
    }

    pub(super) fn name(&self) -> &'static str {
        match (self.record_header, self.nanoseconds) {
            (24, _) => "pcap (modified)",
            (_, true) => "pcap (nanoseconds)",
            _ => "pcap",
        }
    }

    fn time(&self, block: &LegacyPcapBlock<'_>) -> Option<Timestamp> {
        let nanos = if self.nanoseconds {
            i64::from(block.ts_usec)
        } else {
            i64::from(block.ts_usec) * 1000
        };
        let seconds = Timestamp::new(i64::from(block.ts_sec), 0)?;
        seconds
            .nanos()
            .checked_add(nanos)
            .map(Timestamp::from_nanos)
    }

    fn field(&self, header: &[u8], at: usize) -> u32 {
        let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    /// Whether a record header makes sense here; gives the length of the whole record.
    fn plausible(&self, bytes: &[u8]) -> Option<usize> {
        self.possible(bytes).filter(|_| !self.has_more(bytes))
    }

    /// The same, where more may be captured than there was.
    fn possible(&self, bytes: &[u8]) -> Option<usize> {
        if bytes.len() < self.record_header {
            return None;
        }
        let seconds = self.field(bytes, 0);
        let fraction = self.field(bytes, 4);
        let captured = self.field(bytes, 8);
        let original = self.field(bytes, 12);
        let second = if self.nanoseconds {
            1_000_000_000
        } else {
            1_000_000
        };
        let near = self
            .last_seconds
            .is_none_or(|last| last.abs_diff(seconds) <= DAY);
        let sized = captured > 0 && captured <= USUAL_RECORD && original <= USUAL_RECORD;
        (near && fraction < second && sized).then_some(self.record_header + captured as usize)
    }

    /// Whether more of the packet was captured than there was of it.
    fn has_more(&self, header: &[u8]) -> bool {
        self.field(header, 8) > self.field(header, 12)
    }

    /// What is wrong with the record header that stands here, if that can be told.
    fn damage(&self, rest: &[u8], last: bool, limits: &Limits) -> Option<String> {
        if rest.len() < self.record_header {
            return None;
        }
        let captured = self.field(rest, 8);
        let claims = || format!("record header claims {captured} bytes");
        if captured as usize > limits.record_bytes || captured > self.snap_length.max(USUAL_RECORD)
        {
            return Some(claims());
        }
        // Who writes packets that it made longer does so for each of them; the next record is where it should be then.
        let odd = self.has_more(rest);
        let next = rest.get(self.record_header + captured as usize..);
        match next {
            Some(next) if odd && !next.is_empty() && next.len() >= self.record_header => {
                self.possible(next).is_none().then(claims)
            }
            None if odd && last => Some(claims()),
            _ => None,
        }
    }

    /// The next place from where two records in a row make sense (one, at the very end).
    fn resynchronise(&self, window: Window<'_>, from: usize) -> Option<usize> {
        (from..window.bytes.len()).find(|at| {
            let rest = &window.bytes[*at..];
            self.plausible(rest).is_some_and(|length| {
                let next = rest.get(length..).unwrap_or_default();
                let whole = window.last && rest.len() == length;
                whole || self.plausible(next).is_some()
            })
        })
    }
}

impl Container for Pcap {
    fn walk(
        &mut self,
        window: Window<'_>,
        limits: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Walked {
        let mut at = 0;
        if self.at_start {
            self.at_start = false;
            facts.link_type(self.link);
            at = FILE_HEADER.min(window.bytes.len());
        }
        loop {
            if self.lost.is_lost() {
                // Two usual records have to be in sight to tell.
                let keep = 2 * (USUAL_RECORD as usize + self.record_header);
                let next = self.resynchronise(window, at);
                match self.lost.go_on(next, window, at, keep, found) {
                    Ok(next) => at = next,
                    Err(walked) => return walked,
                }
            }
            let rest = &window.bytes[at..];
            if let Some(what) = self.damage(rest, window.last, limits) {
                self.lost.begin(window.origin + at as u64, what);
                at += 1;
                continue;
            }
            match (self.parse_frame)(rest) {
                Ok((_, block)) => {
                    let time = self.time(&block);
                    if time.is_none() {
                        found.odd(AnomalyKind::TimeOutOfRange, format!("{} s", block.ts_sec));
                    }
                    found.records.push(RawRecord {
                        time,
                        start: (at + self.record_header) as u32,
                        captured: block.caplen,
                        original: block.origlen.max(block.caplen),
                        link: LinkType::Number(self.link),
                        interface: 0,
                    });
                    self.last_seconds = Some(block.ts_sec);
                    at += self.record_header + block.caplen as usize;
                }
                Err(error) => {
                    let missing = match error {
                        nom::Err::Incomplete(Needed::Size(size)) => size.get(),
                        _ => 1,
                    };
                    let needs = rest.len() + missing;
                    return Walked {
                        consumed: at,
                        needs,
                    };
                }
            }
        }
    }
}

fn modified_big_endian_header(prefix: &[u8]) -> Option<PcapHeader> {
    let network = prefix.get(20..FILE_HEADER)?;
    Some(PcapHeader {
        magic_number: 0xa1b2_cd34,
        snaplen: u32::from_be_bytes(prefix.get(16..20)?.try_into().ok()?),
        network: Linktype(i32::from_be_bytes(network.try_into().ok()?)),
        ..PcapHeader::new()
    })
}

/// The modified record with its fields in big-endian order: the plain one, and 8 bytes more before the data.
fn parse_frame_modified_be(input: &[u8]) -> IResult<&[u8], LegacyPcapBlock<'_>, PcapError<&[u8]>> {
    const HEADER: usize = 24;
    let field = |at: usize| {
        input
            .get(at..at + 4)
            .map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
    };
    let whole = HEADER + field(8) as usize;
    if input.len() < whole {
        return Err(nom::Err::Incomplete(Needed::new(whole - input.len())));
    }
    let block = LegacyPcapBlock {
        ts_sec: field(0),
        ts_usec: field(4),
        caplen: field(8),
        origlen: field(12),
        data: &input[HEADER..whole],
    };
    Ok((&input[whole..], block))
}
