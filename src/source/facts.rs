//! What a capture file says beside its packets: names, comments, keys. Kept for those who ask later.

use std::net::IpAddr;

use super::document::Document;

/// Facts of one input. Bounded; what did not fit is counted.
#[derive(Debug, Default)]
pub struct Facts {
    /// Comments, with the number of the packet they stand at (`None`: the section or an interface).
    pub comments: Vec<(Option<u64>, String)>,
    /// Name resolution: what the capturing host called an address.
    pub names: Vec<(IpAddr, String)>,
    /// Decryption secrets: type and data as the file has them (`0x544c534b`: a TLS key log).
    pub secrets: Vec<(u32, Vec<u8>)>,
    /// Link types that occur, in order of appearance.
    pub link_types: Vec<u16>,
    /// What a flow document says, if it is one.
    pub document: Option<Document>,
    /// Facts that were dropped because the bound was reached.
    pub dropped: u64,
    held: usize,
}

const BOUND: usize = 4 << 20;

/// What kind of secret a TLS key log is (draft-ietf-opsawg-pcapng 4.7).
pub const TLS_KEY_LOG: u32 = 0x544c_534b;

impl Facts {
    fn fits(&mut self, bytes: usize) -> bool {
        let fits = self.held + bytes <= BOUND;
        if fits {
            self.held += bytes;
        } else {
            self.dropped += 1;
        }
        fits
    }

    pub(super) fn comment(&mut self, packet: Option<u64>, text: &[u8]) {
        if self.fits(text.len() + 32) {
            self.comments
                .push((packet, String::from_utf8_lossy(text).into_owned()));
        }
    }

    pub(super) fn name(&mut self, address: IpAddr, name: &[u8]) {
        if self.fits(name.len() + 48) {
            self.names
                .push((address, String::from_utf8_lossy(name).into_owned()));
        }
    }

    pub(super) fn secret(&mut self, kind: u32, data: &[u8]) {
        if self.fits(data.len() + 32) {
            self.secrets.push((kind, data.to_vec()));
        }
    }

    /// The TLS key logs among the secrets from this one on.
    pub(super) fn key_logs_from(&self, first: usize) -> Vec<Vec<u8>> {
        let secrets = self.secrets.iter().skip(first);
        let key_logs = secrets.filter(|(kind, _)| *kind == TLS_KEY_LOG);
        key_logs.map(|(_, data)| data.clone()).collect()
    }

    pub(super) fn link_type(&mut self, link: u16) {
        if !self.link_types.contains(&link) && self.fits(8) {
            self.link_types.push(link);
        }
    }
}
