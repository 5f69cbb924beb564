//! sngrep: every byte, both addresses, microseconds, but not over what.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let head = format!(
        "{} {} {} -> {}\n",
        entry.when("%Y/%m/%d"),
        entry.time_of_day(6),
        entry.source,
        entry.destination
    );
    entry.between(&head, "\n\n")
}
