//! The dump of sofia-sip: every byte in the pieces in which it was read.

use std::net::SocketAddr;

use super::Entry;
use super::entry::when;
use super::sofia::stamp;

/// What is read of a stream at a time.
const PIECE: usize = 400;

pub(super) fn head(opened: i64) -> Vec<u8> {
    let date = when(opened, "%a %b %e %H:%M:%S %Y");
    format!("dump started at {date}\n\n\n").into_bytes()
}

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let most = match entry.transport {
        "UDP" => usize::MAX,
        _ => PIECE,
    };
    let parts = entry.bytes.chunks(most).map(|part| {
        let stamp = stamp(entry, own, "sent", part.len());
        [stamp.as_bytes(), part, b"\x0b\n"].concat()
    });
    parts.collect::<Vec<_>>().concat()
}
