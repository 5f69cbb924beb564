//! sofia-sip on the console of FreeSWITCH: indented, with lost line ends.

use std::net::SocketAddr;

use super::Entry;

/// The line before a message.
pub(super) fn stamp(entry: &Entry<'_>, own: SocketAddr, sends: &str, length: usize) -> String {
    let way = match entry.is_from(own) {
        true => format!("{sends} {length} bytes to"),
        false => format!("recv {length} bytes from"),
    };
    let peer = entry.peer(own);
    let (transport, address) = (entry.transport.to_lowercase(), peer.ip());
    format!(
        "{way} {transport}/[{address}]:{} at {}:\n",
        peer.port(),
        entry.time_of_day(6)
    )
}

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let row = "-".repeat(72);
    let message = entry.without_carriage_returns();
    let lines = format!("{row}\n{message}");
    let lines = lines.lines().map(|line| format!("   {line}\n"));
    let stamp = stamp(entry, own, "send", entry.bytes.len());
    (stamp + &lines.collect::<String>()).into_bytes()
}
