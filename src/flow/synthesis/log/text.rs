//! Any text: messages one behind the other, and nothing of when and where.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    entry.bytes.to_vec()
}
