//! pjsua: every byte, and all addresses but the own.

use std::net::SocketAddr;

use super::Entry;

/// What pjsip writes before a message.
pub(super) fn said(entry: &Entry<'_>, own: SocketAddr) -> String {
    let (length, peer, transport) = (entry.bytes.len(), entry.peer(own), entry.transport);
    match entry.is_from(own) {
        true => {
            format!("TX {length} bytes Request msg X/cseq=1 (tdta0x7f0) to {transport} {peer}:")
        }
        false => {
            format!("RX {length} bytes Request msg X/cseq=1 (rdata0x7f0) from {transport} {peer}:")
        }
    }
}

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let head = format!(
        "{}           pjsua_core.c  ..{}\n",
        entry.time_of_day(3),
        said(entry, own)
    );
    entry.between(&head, "\n--end msg--\n")
}
