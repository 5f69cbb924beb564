//! The tracer of OpenSIPS: everything, with whole seconds.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let head = format!(
        "in {} {} {} -> {}\n",
        entry.transport.to_lowercase(),
        entry.when("%Y-%m-%d %H:%M:%S"),
        entry.source,
        entry.destination,
    );
    entry.between(&head, "\n\n")
}
