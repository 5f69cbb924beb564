//! Cisco gateways: which way it went, milliseconds, no year, no addresses.

use std::net::SocketAddr;

use super::Entry;

/// The number of the first line.
const FIRST: usize = 445;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let (handle, way) = match entry.is_from(own) {
        true => ("187", "Sent:"),
        false => ("-1", "Received:"),
    };
    let text = format!(
        "{:06}: *{} {}: //{handle}/C544D4800002/SIP/Msg/ccsipDisplayMsg:\n{way} \n{}\n",
        entry.number + FIRST,
        entry.when("%b %e"),
        entry.time_of_day(3),
        entry.without_carriage_returns(),
    );
    text.into_bytes()
}
