//! Oracle session border controllers: own and peer address, milliseconds, no year, no transport.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let (here, way, there) = match entry.is_from(own) {
        true => (entry.source, "sent to", entry.destination),
        false => (entry.destination, "received from", entry.source),
    };
    let head = format!(
        "{} {} On [0:42]{here} {way} {there}\n",
        entry.when("%b %e"),
        entry.time_of_day(3),
    );
    entry.between(&head, &format!("\n{}\n", "-".repeat(40)))
}
