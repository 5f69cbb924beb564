//! baresip: every byte and both addresses, but no date.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let head = format!(
        "\x1b[36;1m{}#\n{} {} -> {}\n",
        entry.time_of_day(3),
        entry.transport,
        entry.source,
        entry.destination
    );
    entry.between(&head, "\x1b[;m\n")
}
