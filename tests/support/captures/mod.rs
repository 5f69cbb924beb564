//! Turns frames into the bytes of capture files of each supported format.

mod erf;
mod pcap;
mod pcapng;

pub use erf::*;
pub use pcap::*;
pub use pcapng::*;

use tempfile::NamedTempFile;

/// One captured frame.
#[derive(Clone)]
pub struct Record {
    pub secs: u64,
    pub nanos: u32,
    pub frame: Vec<u8>,
    /// The length on the wire where the capture holds less.
    pub original_len: Option<u32>,
}

impl Record {
    pub fn new(secs: u64, nanos: u32, frame: Vec<u8>) -> Self {
        Self {
            secs,
            nanos,
            frame,
            original_len: None,
        }
    }

    /// The same frame as a capture with this snapshot length would hold it.
    pub fn cut(self, snaplen: usize) -> Self {
        let original_len = Some(self.wire_len());
        let frame = self.frame[..self.frame.len().min(snaplen)].to_vec();
        Self {
            frame,
            original_len,
            ..self
        }
    }

    pub fn wire_len(&self) -> u32 {
        self.original_len.unwrap_or(self.captured_len())
    }

    pub fn captured_len(&self) -> u32 {
        self.frame.len() as u32
    }
}

/// Link types as pcap and pcapng number them.
pub mod linktype {
    pub const NULL: u16 = 0;
    pub const ETHERNET: u16 = 1;
    pub const PPP: u16 = 9;
    pub const PPP_HDLC: u16 = 50;
    pub const PPPOE: u16 = 51;
    pub const RAW: u16 = 101;
    pub const LOOP: u16 = 108;
    pub const LINUX_SLL: u16 = 113;
    pub const ERF: u16 = 197;
    pub const IPV4: u16 = 228;
    pub const IPV6: u16 = 229;
    pub const EXPORTED_PDU: u16 = 252;
    pub const LINUX_SLL2: u16 = 276;
}

/// Numbers in the byte order a file is written in.
#[derive(Clone, Copy)]
struct Order {
    big_endian: bool,
}

impl Order {
    fn u16(self, value: u16) -> [u8; 2] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn u32(self, value: u32) -> [u8; 4] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn u64(self, value: u64) -> [u8; 8] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }
}

/// A pcap file of Ethernet frames.
pub fn written(records: &[Record]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let bytes = pcap(PcapStyle::default(), linktype::ETHERNET, records);
    std::fs::write(file.path(), bytes).unwrap();
    file
}
