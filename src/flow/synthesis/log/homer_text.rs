//! The text of Homer: everything, where Homer knew it.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let head = format!(
        "proto:{} {}T{}Z  {} ---> {}\r\n\r\n",
        entry.transport,
        entry.when("%Y-%m-%d"),
        entry.time_of_day(6),
        entry.source,
        entry.destination
    );
    entry.between(&head, "\r\n")
}
