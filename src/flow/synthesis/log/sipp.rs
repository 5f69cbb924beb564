//! SIPp: no addresses but the knowledge of which way it went, and every byte.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let length = entry.bytes.len();
    let said = match entry.is_from(own) {
        true => format!("sent ({length} bytes):"),
        false => format!("received [{length}] bytes :"),
    };
    let head = format!(
        "----------------------------------------------- {} {}\n{} message {said}\n\n",
        entry.when("%Y-%m-%d"),
        entry.time_of_day(6),
        entry.transport,
    );
    entry.between(&head, "\n")
}
