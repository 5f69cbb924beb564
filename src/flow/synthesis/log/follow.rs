//! Followed streams of tshark (`-z follow,udp,ascii,0`): every byte, what went between the same two ends together; no time.

use std::net::SocketAddr;

use super::Entry;

pub(super) const TAIL: &str =
    "===================================================================\n";

/// What stands in front of a stream that begins with this message, the first stream being 0.
pub(super) fn head(first: &Entry<'_>, number: usize) -> Vec<u8> {
    let carrier = first.transport.to_lowercase();
    let head = format!(
        "\n{TAIL}Follow: {carrier},ascii\nFilter: {carrier}.stream eq {number}\nNode 0: {}\nNode 1: {}\n",
        first.source, first.destination
    );
    head.into_bytes()
}

/// A message in a stream that the element with this address began.
pub(super) fn write(entry: &Entry<'_>, first: SocketAddr) -> Vec<u8> {
    let tab = if entry.is_from(first) { "" } else { "\t" };
    entry.between(&format!("{tab}{}\n", entry.bytes.len()), "\n")
}
